"""Small rules of docker's output, with the vectors that pin them."""

import pytest

from swarmlab import gostrings
from swarmlab.cli import gojson
from swarmlab.cli.formatter.container import displayed_ports
from swarmlab.cli.formatter.service import ingress_ports
from swarmlab.cli.formatter.text import NaturalKey, align, ellipsis, pretty_print, short_id
from swarmlab.cli.formatter.times import nanoseconds
from swarmlab.cli.reference import parse_reference, with_default_tag, without_digest
from swarmlab.cli.units import bytes_size, human_duration, human_size, ram_in_bytes

SECOND = 10**9
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86400 * SECOND


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "Less than a second"),
        (SECOND - 1, "Less than a second"),
        (SECOND, "1 second"),
        (59 * SECOND, "59 seconds"),
        (MINUTE, "About a minute"),
        (2 * MINUTE - 1, "About a minute"),
        (2 * MINUTE, "2 minutes"),
        (59 * MINUTE + 59 * SECOND, "59 minutes"),
        (HOUR + 29 * MINUTE, "About an hour"),
        (HOUR + 31 * MINUTE, "2 hours"),
        (47 * HOUR, "47 hours"),
        (48 * HOUR, "2 days"),
        (14 * DAY, "2 weeks"),
        (60 * DAY, "2 months"),
        (730 * DAY, "2 years"),
    ],
)
def test_a_span_of_time_is_told_as_go_units_tells_it(ns, text):
    assert human_duration(ns) == text


def test_a_column_is_its_widest_cell_and_three_blanks_but_never_less_than_ten():
    assert align("ID\tNAME\tLAST\na\tlong-name-here\t\n") == (
        "ID        NAME             LAST\na         long-name-here   \n"
    )


def test_the_last_cell_of_a_line_gets_no_blanks():
    assert align("A\tB") == "A         B"


def test_wide_characters_count_twice_in_a_table():
    assert align("名前\tx") == "名前      x"


def test_web_2_comes_before_web_10_and_digits_before_letters():
    names = ["web.10", "web.2", "web.a", "Web", "web", "web.02"]
    assert sorted(names, key=NaturalKey) == ["Web", "web", "web.2", "web.02", "web.10", "web.a"]


def test_an_error_of_more_than_thirty_characters_is_cut():
    text = "no suitable node (scheduling constraints not satisfied on 2 nodes)"
    assert ellipsis(text, 30) == "no suitable node (scheduling …"
    assert ellipsis("short", 30) == "short"


def test_pretty_print_makes_all_but_the_first_letter_small():
    assert pretty_print("running") == "Running"
    assert pretty_print("2026-11-23 UTC") == "2026-11-23 utc"
    assert pretty_print("") == ""


def test_a_short_id_has_twelve_characters_and_no_algorithm():
    assert short_id("sha256:0123456789abcdef") == "0123456789ab"


def test_consecutive_ingress_ports_are_joined_and_host_ports_left_out():
    ports = [
        {"Protocol": "tcp", "TargetPort": 80 + n, "PublishedPort": 8100 + n, "PublishMode": "ingress"} for n in range(3)
    ]
    ports += [
        {"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8110, "PublishMode": "ingress"},
        {"Protocol": "udp", "TargetPort": 53, "PublishedPort": 53, "PublishMode": "ingress"},
        {"Protocol": "tcp", "TargetPort": 81, "PublishedPort": 9000, "PublishMode": "host"},
    ]
    assert ingress_ports(ports) == "*:8100-8102->80-82/tcp, *:8110->80/tcp, *:53->53/udp"


def test_many_published_ports_may_lead_to_one():
    ports = [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": p, "PublishMode": "ingress"} for p in (8000, 8001)]
    assert ingress_ports(ports) == "*:8000-8001->80/tcp"


def test_a_container_shows_mapped_ports_after_all_others():
    ports = [
        {"PrivatePort": 80, "PublicPort": 8080, "IP": "0.0.0.0", "Type": "tcp"},
        {"PrivatePort": 443, "Type": "tcp"},
        {"PrivatePort": 444, "Type": "tcp"},
        {"PrivatePort": 90, "PublicPort": 90, "IP": "::", "Type": "tcp"},
    ]
    assert displayed_ports(ports) == "[::]:90->90/tcp, 443-444/tcp, 0.0.0.0:8080->80/tcp"


@pytest.mark.parametrize(
    ("text", "ns"), [("1h30m", 90 * MINUTE), ("1.5s", 1500 * 10**6), ("-2ms", -2 * 10**6), ("0", 0), ("100us", 100_000)]
)
def test_a_duration_is_read_as_go_reads_it(text, ns):
    assert gostrings.parse_duration(text) == ns


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("5", 'time: missing unit in duration "5"'),
        ("x", 'time: invalid duration "x"'),
        ("5x", 'time: unknown unit "x" in duration "5x"'),
        ("", 'time: invalid duration ""'),
    ],
)
def test_a_bad_duration_is_refused_in_go_s_words(text, error):
    with pytest.raises(ValueError) as caught:
        gostrings.parse_duration(text)
    assert str(caught.value) == error


def test_a_duration_is_printed_with_all_units_below_its_largest():
    shown = [gostrings.format_duration(ns) for ns in (0, 5 * SECOND, 90 * MINUTE, 1_500_000, HOUR * 2160)]
    assert shown == ["0s", "5s", "1h30m0s", "1.5ms", "2160h0m0s"]


@pytest.mark.parametrize(("value", "text"), [(0.25, "0.25"), (0.1, "0.1"), (1.0, "1"), (0, "0"), (1e-07, "1e-07")])
def test_a_float_is_printed_as_short_as_it_can_be_read_back(value, text):
    assert gostrings.format_float(value) == text


def test_a_single_precision_ratio_does_not_show_its_rounding():
    assert gostrings.format_float(0.30000001192092896, 32) == "0.3"


def test_sizes_have_four_significant_digits():
    assert [bytes_size(n) for n in (0, 1536, 64 << 20, 25276510208)] == ["0B", "1.5KiB", "64MiB", "23.54GiB"]
    assert human_size(1984921, 3) == "1.98MB"


@pytest.mark.parametrize(("text", "size"), [("64m", 64 << 20), ("1.5KiB", 1536), ("10", 10), ("2 gb", 2 << 30)])
def test_sizes_are_read_in_powers_of_1024(text, size):
    assert ram_in_bytes(text) == size


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("httpd:latest@sha256:" + "a" * 64, "httpd:latest"),
        ("httpd@sha256:" + "a" * 64, "httpd@sha256:" + "a" * 64),
        ("docker.io/library/httpd:2.4", "httpd:2.4"),
        ("localhost:5000/x/y:1@sha256:" + "b" * 64, "localhost:5000/x/y:1"),
        ("busybox", "busybox"),
    ],
)
def test_a_digest_is_hidden_only_behind_a_tag(image, shown):
    assert without_digest(image) == shown


def test_an_image_without_tag_or_digest_means_latest():
    assert with_default_tag("httpd") == "httpd:latest"
    assert with_default_tag("x/y@sha256:" + "c" * 64) == "x/y@sha256:" + "c" * 64
    assert with_default_tag("x/UPPER") == "x/UPPER"
    assert with_default_tag("HOST/x") == "HOST/x:latest"
    assert parse_reference("192.168.1.1:5000/a/b:c").name == "192.168.1.1:5000/a/b"


def test_json_is_laid_out_anew_without_touching_its_tokens():
    text = '{"a":1e-07,"b":[],"c":{},"d":["x\\"y",{"e":0.10}]}'
    assert gojson.indent(text) == (
        '{\n    "a": 1e-07,\n    "b": [],\n    "c": {},\n    "d": [\n        "x\\"y",\n        {\n'
        '            "e": 0.10\n        }\n    ]\n}'
    )
    assert gojson.compact(gojson.indent(text)) == text


def test_maps_are_written_by_key_and_angle_brackets_escaped():
    assert gojson.dumps({"b": "<&>", "a": 1}) == '{"a":1,"b":"\\u003c\\u0026\\u003e"}'
    assert gojson.dumps({"b": "<&>"}, escape_html=False) == '{"b":"<&>"}'


def test_go_quotes_what_cannot_be_printed():
    assert gostrings.quote('a"b\n\x01é…') == r'"a\"b\n\x01é…"'


def test_times_keep_their_nanoseconds_and_their_zone():
    assert nanoseconds("1970-01-01T00:00:01.000000002Z") == SECOND + 2
    assert nanoseconds("1970-01-01T01:00:00+01:00") == 0
