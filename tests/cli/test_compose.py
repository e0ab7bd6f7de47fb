"""Compose files without an engine: variables, types of YAML, and the sentence for a mistake.

What whole files become is compared with the real docker in ``tests/contract``.
"""

import pytest

from swarmlab.cli.compose import schema, yamltext
from swarmlab.cli.compose.interpolate import interpolate
from swarmlab.cli.errors import CommandError

ENVIRON = {"NAME": "web", "EMPTY": ""}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$NAME", "web"),
        ("${NAME}", "web"),
        ("a-${NAME}-b", "a-web-b"),
        ("$$NAME", "$NAME"),
        ("$NOPE", ""),
        ("${NOPE:-x}", "x"),
        ("${NOPE-x}", "x"),
        ("${EMPTY:-x}", "x"),
        ("${EMPTY-x}", ""),
        ("${NAME:-x}", "web"),
        ("${NAME:?gone}", "web"),
        ("${NOPE:-http://a:80/b-c}", "http://a:80/b-c"),
        ("$NAME-x", "web"),  # as docker has it: without braces, too, "-" asks for a default
        ("no variable", "no variable"),
    ],
)
def test_variables_have_values_and_defaults(template: str, text: str) -> None:
    assert interpolate({"services": {"a": {"image": template}}}, ENVIRON) == {"services": {"a": {"image": text}}}


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("${", '"${"'),
        ("$", '"$"'),
        ("${NAME", '"${NAME"'),
        ("${NOPE:?set it}", '"required variable NOPE is missing a value: set it"'),
        ("${EMPTY:?}", '"required variable EMPTY is missing a value: "'),
        ("${NOPE?}", '"required variable NOPE is missing a value: "'),
    ],
)
def test_a_variable_that_cannot_be_read_says_where_it_stands(template: str, words: str) -> None:
    with pytest.raises(CommandError) as refused:
        interpolate({"services": {"a": {"command": ["x", template]}}}, ENVIRON)
    assert str(refused.value) == (
        f"invalid interpolation format for services.a.command.[]: {words}; you may need to escape any $ with another $"
    )


def test_a_variable_where_a_number_is_wanted_is_a_number() -> None:
    given = {"services": {"a": {"deploy": {"replicas": "${N:-3}"}, "tty": "${T:-yes}", "image": "${N:-3}"}}}
    made = interpolate(given, {})["services"]["a"]
    assert made == {"deploy": {"replicas": 3}, "tty": True, "image": "3"}
    with pytest.raises(CommandError, match=r"services\.a\.deploy\.replicas: failed to cast to expected type: strconv"):
        interpolate(given, {"N": "many"})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("0440", 0o440),
        ("0o17", 15),
        ("08", 8.0),
        ("1_000", 1000),
        ("22:22", "22:22"),
        ("1e3", 1000.0),
        ("2026-01-01", "2026-01-01"),
        ("~", None),
        ("", None),
        ('"5"', "5"),
    ],
)
def test_words_are_of_the_type_that_go_gives_them(text: str, value: object) -> None:
    assert yamltext.loads(f"a: {text}".encode()) == {"a": value}


@pytest.mark.parametrize(
    "value", ["yes", "n", "5", "0x1", "true", "null", "", "~", "2026-01-01", "1:20", "<<", "a: b", "- a", "#", "a\nb\n"]
)
def test_a_text_is_written_so_that_it_is_read_as_a_text(value: str) -> None:
    assert yamltext.loads(yamltext.dumps({"a": value, "b": [value]}).encode()) == {"a": value, "b": [value]}


def test_the_deepest_mistake_is_told() -> None:
    config = {"services": {"web": {"image": "httpd", "nope": 1, "ports": [{"target": "x"}]}}, "wrong": 1}
    with pytest.raises(CommandError) as refused:
        schema.validate(config, "3.8")
    assert str(refused.value) == "services.web.ports.0.target must be a integer"


def test_versions_have_their_own_schemas() -> None:
    config = {"version": "3.0", "services": {"web": {"image": "httpd", "init": True}}}
    with pytest.raises(CommandError, match=r"services\.web Additional property init is not allowed"):
        schema.validate(config, "3.0")
    schema.validate({**config, "version": "3.7"}, "3.7")
    assert [schema.version_of(given) for given in ({}, {"version": "3"}, {"version": 3.5}, {"version": "2"})] == [
        "3.13", "3.13", "3.5", "2",
    ]  # fmt: skip
    with pytest.raises(CommandError, match="unsupported Compose file version: 2"):
        schema.validate({}, "2")
