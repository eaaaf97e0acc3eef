from dataclasses import replace

from nnlab.data.dataset import Task
from nnlab.data.missing import Missing
from nnlab.data.plan import Use, guess_plan, judge, with_type, with_use
from nnlab.data.reading import read_table


def table_of(tmp_path, text):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    return read_table(tmp_path / "t.csv")


HOUSES = "size,town,rooms,price\n1.5,Ulm,3,300.5\n2.5,Bonn,2,250\n3.5,Ulm,,400\n"


def test_the_guess_is_that_of_a_load_without_a_dialog(tmp_path):
    plan = guess_plan(table_of(tmp_path, HOUSES))
    assert (plan.inputs, plan.targets, plan.task) == (
        ("size", "rooms"),
        ("price",),
        Task.REGRESSION,
    )
    assert plan.use("town") is Use.IGNORED


def test_what_stands_in_the_way_is_the_sentence_of_loading_it(tmp_path):
    table = table_of(tmp_path, HOUSES)
    plan = guess_plan(table)
    verdict = judge(plan, table, complete=True)
    assert not verdict.is_possible
    assert "t.csv, line 4, column 3 ('rooms')" in verdict.text
    verdict = judge(replace(plan, missing=Missing.DROP_ROWS), table, complete=True)
    assert verdict.is_possible
    assert verdict.text == "Loads 2 rows: 2 inputs to predict price, a value."


def test_a_column_of_text_becomes_a_category_and_a_target_is_none(tmp_path):
    table = table_of(tmp_path, HOUSES)
    plan = with_use(guess_plan(table), table, ("town",), Use.INPUT)
    assert plan.inputs == ("size", "town", "rooms")
    assert plan.input_categories == ("town",)
    plan = with_use(plan, table, ("town",), Use.TARGET)
    assert plan.categories == frozenset()
    assert plan.targets == ("town", "price")
    assert "one target" in judge(replace(plan, task=Task.CLASSIFICATION), table, True).text


def test_a_column_of_numbers_can_be_a_category(tmp_path):
    table = table_of(tmp_path, "zip,y\n10,1.5\n20,2.5\n10,3\n")
    plan = with_type(guess_plan(table), ("zip",), True)
    assert judge(plan, table, True).text.startswith("Loads 3 rows: 2 inputs")
    assert with_type(plan, ("zip",), False) == guess_plan(table)


def test_of_a_part_nothing_is_said_that_the_rest_may_change(tmp_path):
    table = table_of(tmp_path, "a,kind\n1,x\n1,x\n1,x\n")
    plan = with_use(guess_plan(table), table, ("a",), Use.INPUT)
    assert judge(plan, table, complete=False).is_possible
    assert not judge(plan, table, complete=True).is_possible


def test_one_column_or_one_row_is_too_little(tmp_path):
    for text in ("a\n1\n2\n", "a,b\n1,2\n"):
        table = table_of(tmp_path, text)
        assert not judge(guess_plan(table), table, complete=True).is_possible
