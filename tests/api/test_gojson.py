"""JSON with Go's bytes and Go's complaints."""

import pytest

from swarmlab.api.gojson import JSONFault, dumps, loads
from swarmlab.api.shapes import BOOL, BYTES, DURATION, FLOAT32, LABELS, STRING, STRINGS, UINT64, WORDS, Struct, decode
from swarmlab.errors import InvalidArgument


def test_json_is_written_compact_unescaped_and_with_one_newline() -> None:
    assert dumps({"a": ["<b>&ä", None, True, 1]}) == '{"a":["<b>&ä",null,true,1]}\n'.encode()
    assert dumps("\u2028") == b'"\\u2028"\n'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"", ""),
        (b" \n", ""),
        (b"bad", "invalid character 'b' looking for beginning of value"),
        (b"{", "unexpected EOF"),
        (b'"abc', "unexpected EOF"),
        (b"{not json", "invalid character 'n' looking for beginning of object key string"),
        (b'{"a":1,}', "invalid character '}' looking for beginning of object key string"),
        (b'{"a" 1}', "invalid character '1' after object key"),
        (b'{"a":1 "b"}', "invalid character '\"' after object key:value pair"),
        (b"[1 2]", "invalid character '2' after array element"),
        (b"nonsense", "invalid character 'o' in literal null (expecting 'u')"),
        (b"[-a]", "invalid character 'a' in numeric literal"),
        (b"[1.x]", "invalid character 'x' after decimal point in numeric literal"),
        (b"[1ex]", "invalid character 'x' in exponent of numeric literal"),
        (b'"\\x"', "invalid character 'x' in string escape code"),
        (b'"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"),
        (b'"a\nb"', "invalid character '\\n' in string literal"),
        (b"'", "invalid character '\\'' looking for beginning of value"),
        (b"[NaN]", "invalid character 'N' looking for beginning of value"),
        (b"[" * 20_000, "exceeded max depth"),
    ],
)
def test_what_is_no_json_is_refused_in_gos_words(text: bytes, complaint: str) -> None:
    with pytest.raises(JSONFault) as fault:
        loads(text)
    assert str(fault.value) == complaint


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b'"a\nb"', "invalid character '\\n' in string"),
        (b'"\\x"', "invalid escape sequence `\\x` in string"),
        (b'"\\u12g4"', "invalid escape sequence `\\u12g4` in string"),
        (b"[1.x]", "invalid character 'x' in numeric literal"),
        (b"[1ex]", "invalid character 'x' in numeric literal"),
        (b'"a\\', "unexpected EOF"),
        (b"1e", "unexpected EOF"),
        (b"{", "unexpected EOF"),
    ],
)
def test_go_127_has_other_words(text: bytes, complaint: str) -> None:
    with pytest.raises(JSONFault) as fault:
        loads(text, go127=True)
    assert str(fault.value) == complaint


def test_a_decoder_stops_after_one_value_and_unmarshal_does_not() -> None:
    assert loads(b'{"a":1} x') == ({"a": 1}, True)
    assert loads(b'{"a":1}\n') == ({"a": 1}, False)
    with pytest.raises(JSONFault, match="invalid character 'x' after top-level value"):
        loads(b'{"a":1} x', stream=False)
    with pytest.raises(JSONFault, match="unexpected end of JSON input"):
        loads(b'{"a"', stream=False)


def test_half_surrogates_become_the_replacement_character() -> None:
    value, _ = loads(b'{"\\ud800": ["\\udc00x"]}')
    assert value == {"\ufffd": ["\ufffdx"]}
    assert dumps(value)


INNER = Struct("swarm.Inner", {"Number": UINT64, "Words": STRINGS})
SHAPE = Struct(
    "swarm.Thing",
    {
        "Name": STRING,
        "On": BOOL,
        "Labels": LABELS,
        "Delay": DURATION,
        "Ratio": FLOAT32,
        "Inner": INNER,
        "Cmd": WORDS,
        "Data": BYTES,
    },
)


def test_known_fields_are_kept_whatever_their_case_and_null_is_nothing() -> None:
    given = {"name": "a", "ON": True, "Labels": None, "unknown": 1, "Inner": {"number": 3, "Words": ["x", None]}}
    assert decode(SHAPE, given) == {"Name": "a", "On": True, "Inner": {"Number": 3, "Words": ["x", ""]}}
    assert decode(SHAPE, None) is None
    assert decode(SHAPE, {"Cmd": "one", "Data": "aGk=", "Ratio": 1}) == {"Cmd": ["one"], "Data": b"hi", "Ratio": 1}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("x", "json: cannot unmarshal string into Go value of type swarm.Thing"),
        ([], "json: cannot unmarshal array into Go value of type swarm.Thing"),
        ({"Name": 1}, "json: cannot unmarshal number into Go struct field Thing.Name of type string"),
        ({"On": "yes"}, "json: cannot unmarshal string into Go struct field Thing.On of type bool"),
        ({"Labels": []}, "json: cannot unmarshal array into Go struct field Thing.Labels of type map[string]string"),
        ({"Labels": {"a": 1}}, "json: cannot unmarshal number into Go struct field Thing.Labels.a of type string"),
        ({"Labels": {"/~": 1}}, "json: cannot unmarshal number into Go struct field Thing.Labels.~1~0 of type string"),
        ({"labels": 1}, "json: cannot unmarshal number into Go struct field Thing.labels of type map[string]string"),
        ({"Inner": {"Words": ["x", 1]}}, "json: cannot unmarshal number into Thing.Inner.Words.1 of type string"),
        ({"Cmd": 1}, "json: cannot unmarshal number into Go value of type string"),
        ({"Cmd": ["x", 1]}, "json: cannot unmarshal array into Go value of type string"),
        ({"Delay": True}, "json: cannot unmarshal bool into Go struct field Thing.Delay of type time.Duration"),
        (
            {"Inner": {"Number": -1}},
            "json: cannot unmarshal number -1 into Go struct field Thing.Inner.Number of type uint64",
        ),
        (
            {"Inner": {"Words": "x"}},
            "json: cannot unmarshal string into Go struct field Thing.Inner.Words of type []string",
        ),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_in_gos_words(value: object, sentence: str) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        decode(SHAPE, value)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"Labels": {"a": 1}}, "json: cannot unmarshal number into Go struct field Thing.Labels of type string"),
        (
            {"inner": {"number": -1}},
            "json: cannot unmarshal number -1 into Go struct field Inner.Inner.Number of type uint64",
        ),
        (
            {"Inner": {"Words": [1]}},
            "json: cannot unmarshal number into Go struct field Inner.Inner.Words of type string",
        ),
        ({"Cmd": [1]}, "json: cannot unmarshal array into Go struct field Thing.Cmd of type string"),
        ({"Data": "a?"}, "illegal base64 data at input byte 1"),
    ],
)
def test_go_used_to_name_the_innermost_struct_and_fields_alone(value: object, sentence: str) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        decode(SHAPE, value, every_step=False)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("text", "place"),
    [("a?", 1), ("=", 0), ("a", 0), ("aGk", 0), ("aGkx=", 4), ("aG=", 3), ("aG=x", 2), ("aGk=x", 4), ("aG==x", 4),
     ("aGk==", 4), ("aG\nk", 1), ("aG\nk!", 4)],
)  # fmt: skip
def test_what_is_not_base64_is_placed_where_go_gives_up(text: str, place: int) -> None:
    with pytest.raises(InvalidArgument, match=rf"into Go struct field Thing.Data .* at input byte {place}$"):
        decode(SHAPE, {"Data": text})


def test_line_breaks_in_base64_are_skipped() -> None:
    assert decode(SHAPE, {"Data": "aG\nk=\r\n"}) == {"Data": b"hi"}


def test_a_number_that_no_float_holds_is_refused_as_written() -> None:
    value, _ = loads(b'{"Ratio":1e60}')
    with pytest.raises(InvalidArgument, match=r"cannot unmarshal number 1e60 into .* of type float32"):
        decode(SHAPE, value)


def test_a_fraction_is_no_whole_number() -> None:
    value, _ = loads(b'{"Inner":{"Number":1.50}}')
    with pytest.raises(InvalidArgument, match=r"cannot unmarshal number 1\.50 into Go struct field"):
        decode(SHAPE, value)
