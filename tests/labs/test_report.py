"""The report: who, what was answered, how often tried, the figures, the settings; all escaped."""

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

from nnlab.experiment.document import Document
from nnlab.labs.answers import Answer
from nnlab.labs.bench import Student
from nnlab.labs.report import fingerprint, report_html
from nnlab.labs.work import Work
from tests.labs.support import HEAD, lab, made_sheet, png, question, spec_of, two_layers, worked

OWN = HEAD.replace("minutes = 5", 'minutes = 5\nown_seeds = ["training"]')
SHEET = made_sheet(
    question("number", "number", 'expect = "z(1, 1)"', "sample = 1", "points = 2"),
    question("table", "table", 'expect = [["1", "2"]]'),
    question("choice", "choice", 'choices = ["first & only", "$w_1$"]', "right = 2"),
    question("text", "text", "points = 3"),
    question("state", "state", 'require = ["epoch >= 2"]'),
    question("guess", "guess", 'when = "epoch >= 2"', 'outcome = "epoch"'),
    question("figure", "figure", 'plot = "loss"'),
    question("open", "number", "expect = 1"),
    head=OWN,
)
SPEC = spec_of(two_layers())
DONE = lab(SPEC, 3)
ANSWERS = {
    "number": Answer(text="7.5"),
    "table": Answer(cells=(("1", "<2>"),)),
    "choice": Answer(chosen=frozenset({1})),
    "text": Answer(text="One line\nand <script>another</script>"),
    "state": Answer(lab=DONE),
    "guess": Answer(text="4", lab=DONE),
    "figure": Answer(figure=png(), lab=DONE),
}


class Text(HTMLParser):
    """Collects what is read, not how it is marked."""

    text = ""

    def handle_data(self, data):
        self.text += data


def work(**changes) -> Work:
    made = worked(SHEET, ANSWERS, Student("Zoë <b>O’Neil</b>", "42&1"))
    made = made.with_given("number", replace(made.of("number"), tries=3, hints=2))
    return replace(made, **changes)


def page(made=None, document=DONE) -> str:
    return report_html(document, made or work())


def text_of(made: str) -> str:
    reader = Text()
    reader.feed(made)
    return re.sub(r"\s+", " ", reader.text)


def test_the_head_says_who_and_what():
    made = page()
    told = text_of(made)
    assert "Tried out" in told
    assert "Zoë <b>O’Neil</b>" in told
    assert "42&1" in told
    assert f"tried, {SHEET.digest}" in told
    assert "2026-03-02 12:01 – 2026-03-02 12:07" in told
    assert "Own seeds" in told
    # Choice, state, guess and figure; the text is left for a hand.
    assert "4 of 11" in told
    assert "3 more to be graded by hand" in told


def test_names_and_answers_are_escaped():
    made = page()
    assert "<script" not in made
    assert "<b>O’Neil" not in made
    assert "&lt;script&gt;another&lt;/script&gt;" in made
    assert "One line<br>and" in made
    assert "<td>&lt;2&gt;</td>" in made
    assert "first &amp; only" not in made
    assert "2. <span><i>w</i><sub>1</sub></span>" in made


def test_the_title_of_a_sheet_and_a_step_is_escaped():
    head = OWN.replace('"Tried out"', '"<u>Tried</u>"')
    of = made_sheet(question("q", "text"), head=head)
    made = report_html(DONE, Work(of))
    assert "<u>" not in made
    assert "&lt;u&gt;Tried" in made


def test_each_answer_has_its_tries_hints_and_points():
    told = text_of(page())
    assert "3 tries · hints read: 2 · 0 of 2 points" in told
    assert "1 try · by hand, of 3 points" in told
    assert "1 try · 1 of 1 points" in told
    assert "no answer" in told
    assert told.count("What is it?") == 8


def test_figures_are_in_the_page_itself():
    made = page()
    assert base64.b64encode(png()).decode() in made
    sources = re.findall(r'src="([^"]*)"', made)
    assert sources
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert "http" not in made


def test_the_settings_seeds_and_fingerprint_are_those_of_the_experiment():
    told = text_of(page())
    assert (
        f"data {SPEC.data.seed}, network {SPEC.network.seed}, training {SPEC.training.seed}" in told
    )
    assert '"learning_rate": 0.1' in told
    assert '"activation": "relu"' in told
    assert '"rows": "3 rows"' in told
    assert fingerprint(DONE) in told
    assert "the lab at epoch 3" in told


def test_equal_weights_have_one_fingerprint_and_others_another():
    assert fingerprint(DONE) == fingerprint(lab(SPEC, 3))
    assert fingerprint(DONE) != fingerprint(lab(SPEC, 4))
    assert re.fullmatch(r"[0-9a-f]{16}", fingerprint(DONE))
    assert fingerprint(Document(SPEC)) == ""


def test_an_experiment_that_was_not_trained_says_so():
    assert "not trained" in text_of(page(document=Document(SPEC)))


def test_notes_are_in_it_where_there_are_some():
    assert "Notes" not in text_of(page())
    made = page(work(notes="First <i>\nSecond"))
    assert "First &lt;i&gt;<br>Second" in made


def test_work_that_was_not_begun_is_a_report_too():
    told = text_of(report_html(Document(SPEC), Work(SHEET)))
    assert "0 of 11" in told
    assert told.count("no answer") == 8


def test_odd_answers_are_shown_as_they_are():
    made = work()
    for name, answer in (
        ("choice", Answer(chosen=frozenset({1, 99}))),
        ("table", Answer(cells=((), ("a",)))),
        ("guess", Answer(chosen=frozenset({3}), lab=DONE)),
    ):
        made = made.with_given(name, replace(made.of(name), answer=answer))
    assert page(made)
