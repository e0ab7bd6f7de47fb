"""A graded cell earns the number it returned, and nothing otherwise."""

import pytest
from nbformat.v4 import new_code_cell, new_output

from swarmlab.grade.scores import returned


def result(text) -> object:
    return new_output("execute_result", data={"text/plain": text}, execution_count=1)


def cell(*outputs):
    return new_code_cell("check()", outputs=list(outputs))


@pytest.mark.parametrize(("text", "number"), [("2.0", 2.0), ("0.0", 0.0), ("1", 1.0), (["1.5"], 1.5)])
def test_a_number_counts(text, number):
    assert returned(cell(result(text))) == number


@pytest.mark.parametrize("text", ["True", "'ok'", "-1.0", "nan", "inf", "", "<Report>", "1.0 2.0"])
def test_anything_else_returned_does_not(text):
    assert returned(cell(result(text))) is None


def test_silence_does_not_count():
    assert returned(cell()) is None
    assert returned(cell(new_output("stream", name="stdout", text="2.0"))) is None
    assert returned(cell(new_output("display_data", data={"text/plain": "2.0"}))) is None
    assert returned(new_code_cell("never ran")) is None


def test_an_error_does_not_count_even_after_a_number():
    assert returned(cell(result("2.0"), new_output("error", ename="E", evalue="", traceback=[]))) is None


def test_a_warning_costs_nothing():
    assert returned(cell(new_output("stream", name="stderr", text="DeprecationWarning"), result("2.0"))) == 2.0


def test_the_last_result_counts():
    assert returned(cell(result("2.0"), result("1.0"))) == 1.0
