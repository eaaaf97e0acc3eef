"""Markdown as HTML: common parts and small formulas, and nothing of an author's own HTML."""

import html
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.labs.markdown import formula, inline, to_html
from tests.hostile.support import few

INDENT = 'style="margin-left: 14px; -qt-list-indent: 0;"'

_ATTRIBUTES = {"href", "src", "alt", "cellpadding", "style"}
_ALLOWED = {
    "p", "pre", "code", "b", "i", "sub", "sup", "span", "a", "ul", "ol", "li", "blockquote",
    "table", "tr", "th", "td", "h2", "h3", "h4", "img",
}  # fmt: skip


class Reader(HTMLParser):
    """Collects tags, attributes and text, and holds that tags are closed in their order."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def read(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def picture(name, said):
    return f'<img src="{html.escape(name)}" alt="{html.escape(said)}">'


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("plain", "<p>plain</p>"),
        ("two\nlines", "<p>two lines</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("**bold** and *thin*, _too_", "<p><b>bold</b> and <i>thin</i>, <i>too</i></p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("`**not bold**`", "<p><code>**not bold**</code></p>"),
        ("snake_case_name and 2*3*4", "<p>snake_case_name and 2*3*4</p>"),
        ("- one\n- two\n  more", f"<ul {INDENT}><li>one</li><li>two more</li></ul>"),
        ("1. one\n2) two", f"<ol {INDENT}><li>one</li><li>two</li></ol>"),
        ("## Head ##", "<h2>Head</h2>"),
        ("###### Deep", "<h4>Deep</h4>"),
        ("```python\nx < 1\n\n# y\n```", "<pre>x &lt; 1\n\n# y</pre>"),
        ("Text:\n```\ncode\n```", "<p>Text:</p>\n<pre>code</pre>"),
        ("> said\n> so", "<blockquote><p>said so</p></blockquote>"),
        ("> > within", "<blockquote><p>within</p></blockquote>"),
        ("[a](https://x.org/?b=1&c=2)", '<p><a href="https://x.org/?b=1&amp;c=2">a</a></p>'),
        ("[a](nnlab:show_explain)", '<p><a href="nnlab:show_explain">a</a></p>'),
        ("5 < 6 & 7 > 2", "<p>5 &lt; 6 &amp; 7 &gt; 2</p>"),
    ],
)
def test_common_markdown(text, made):
    assert to_html(text) == made


def test_a_table():
    found = read(to_html("| a | b |\n|---|:-:|\n| 1 | $x_1$ |\n| 2 | **c** |"))
    assert found.tags.count("tr") == 3
    assert found.tags.count("th") == 2
    assert found.tags.count("td") == 4
    assert "sub" in found.tags


def test_pictures_are_made_by_whoever_shows_them():
    assert to_html("![said](pic.png)", picture) == '<p><img src="pic.png" alt="said"></p>'
    assert to_html("![said <b>](pic.png)") == "<p>said &lt;b&gt;</p>"


@pytest.mark.parametrize(
    "text",
    [
        "<b>x</b>", "<script>alert(1)</script>", "<img src=x onerror=y>", "**<i>**", "- <u>x</u>",
        "## <h1>", "> <p>", "| <a> | b |\n|--|--|\n| <c> | d |", "`<code>`", "$<sup>$", "[<b>](https://x)",
        '[x](https://a"onclick="b)', "[x](https://<b>)",
        "![<b>](a.png)",
        '![x](a"b.png)', "```\n<pre>\n```",
        "&lt;b&gt; &amp;", "\ue0000\ue001 <b>", "$\\text{<b>}$", "$\\mathbf{<b>}$", "$\\hat{<}$",
        "$\\frac{<b>}{2}$", "[a](https://x![b](c.png))", "[a](https://`\"`)", "[a](https://$x$)",
        "[a](https://x`<b>`)",
    ],
)  # fmt: skip
def test_everything_else_is_escaped(text):
    found = read(to_html(text, picture))
    assert set(found.tags) <= _ALLOWED - {"u", "script"}
    assert {name for name, _ in found.attributes} <= _ATTRIBUTES
    assert all(f'style="{value}"' == INDENT for name, value in found.attributes if name == "style")
    if "<" in text:
        assert "&lt;" in to_html(text, picture)


@pytest.mark.parametrize(
    "text",
    [
        "[a](file:///etc/passwd)", "[a](javascript:alert(1))", "[a\nb](file:///x)", "[a](data:x)",
        "> [a](\n> file:///x)", "[a`]`](file:///x)", "[a$]$](file:///x)", "[a]\ue000(file:///x)",
        "[a](fi\ue001le:///x)", "[a](http://plain)", "[a](nnlab:quit)", "[a](//host/x)",
        "[a](HTTPS://x)", "[a](\thttps//x)", "[a](`https://x`)",
    ],
)  # fmt: skip
def test_no_link_leads_anywhere_else_however_it_is_written(text):
    assert "a" not in read(to_html(text)).tags


@pytest.mark.parametrize(
    ("tex", "text", "tags"),
    [
        ("z_1^{(2)}", "z1(2)", ["i", "sub", "sup"]),
        ("w_{12} x_2", "w12 x2", ["i", "sub", "i", "sub"]),
        (r"\alpha \partial J / \partial w", "α ∂ J / ∂ w", ["i", "i"]),
        (r"\frac{\partial J}{\partial w_{ij}}", "(∂ J)/(∂ wij)", None),
        (r"\frac12", "1/2", []),
        (r"\frac{a + b}{c}", "(a + b)/c", None),
        (r"\hat{y} - y", "ŷ − y", None),
        (r"\hat y", "ŷ", None),
        (r"\mathbf{W}^\top", "W⊤", ["b", "sup"]),
        (r"\sqrt{2}", "√(2)", []),
        (r"f'(z)", "f′(z)", None),
        (r"a \le b \cdot c", "a ≤ b · c", None),
        (r"\text{if } x", "if  x", None),
        (r"\unknown{x}", "unknownx", None),
        (r"x < y & z", "x < y & z", None),
        (r"\{a\}", "{a}", None),
        ("x^", "x", None),
        ("x_{", "x", None),
        ("}", "}", []),
        (r"\frac", "/", []),
    ],
)
def test_formulas(tex, text, tags):
    found = read(formula(tex))
    plain = found.text.replace("y\u0302", "ŷ")
    assert plain.replace(" ", "") == text.replace(" ", "")
    if tags is not None:
        assert [tag for tag in found.tags if tag not in ("span",)][: len(tags)] == tags or not tags


def test_formulas_stand_within_text():
    found = read(to_html("Take $x_1$ and $$y^2$$, but 5 $ is money."))
    assert found.tags.count("sub") == found.tags.count("sup") == 1
    assert "5 $ is money" in found.text


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000, "![" * 100_000, "[a](" * 60_000, "*" * 200_000, "_" * 200_000, "`" * 200_001,
        "$" * 200_001, "> " * 5000 + "x", ">" * 5000 + "x", "$" + "{" * 5000 + "$",
        "$" + "^" * 5000 + "$", "$" + r"\hat" * 3000 + "$", "## a" + " " * 200_000 + "b",
        "## " + "# " * 100_000, " " * 200_000 + "x", "|" * 100_000 + "\n--", "- " * 100_000,
        "x|y\n" + " " * 200_000, "1" * 200_000 + ")", "\n> \n- " * 30_000,
    ],
)  # fmt: skip
def test_hostile_lengths_are_shown_at_once(text):
    begun = time.perf_counter()
    to_html(text)
    assert time.perf_counter() - begun < 5


_PIECES = st.sampled_from(
    [
        "**", "*", "_", "`", "$", "$$", "[", "]", "(", ")", "![", "](", "https://x", "<b>", "</p>",
        "nnlab:experiment", '"', "'", "&amp;", "\n", "\n\n", "- ", "1. ", "> ", "## ", "|", "x",
        "\n|--|\n", "```", "y_1", "\\frac", "{", "}", "^", "\\hat", "\\mathbf", "\ue000",
        "\ue001", "0", "1", " ",
    ]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=25).map("".join))
@few(500)
def test_any_text_is_sound_html_of_known_tags(text):
    made = to_html(text, picture)
    found = read(made)
    assert set(found.tags) <= _ALLOWED
    for name, value in found.attributes:
        assert name in _ATTRIBUTES
        if name == "href":
            assert re.match(r"https://|nnlab:", value)


@given(st.text(max_size=50))
@few(200)
def test_any_line_keeps_its_words(text):
    words = re.findall(r"[A-Za-z]{3,}", text)
    shown = read(inline(text)).text
    assert all(word in shown for word in words)
