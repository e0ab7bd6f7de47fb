"""What a learner's output may do in a feedback page."""

from html.parser import HTMLParser

import pytest

from swarmlab import exercises
from swarmlab.grade.feedback import clean

from ..checks.histories import History


def test_a_report_and_a_card_pass_as_they_are():
    exercise = exercises.find("1.1")
    report = History().begin().service(image="httpd").task("a").wait(9).judge(exercise)
    cleaned = clean(report._repr_html_())
    assert cleaned.count("<details") == 3
    assert "&lt;" not in cleaned
    assert "border-left:6px solid" in cleaned


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<img src='https://example.org/count.png'>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<a href='javascript:alert(1)'>x</a>",
        "<iframe src='https://example.org'></iframe>",
        "<style>body{display:none}</style>",
        "<div style='position:fixed;top:0;background:url(https://example.org/x)'>x</div>",
        "<p style='list-style:url(https://example.org/x)'>x</p>",
        "<svg onload=alert(1)>",
        "<scr<script></script>ipt>alert(1)</script>",
        "<style><script></style>alert(1)</script>",
        "<form action='https://example.org'><input></form>",
        b"<script>alert(1)</script>",
    ],
)
def test_nothing_that_runs_covers_or_reaches_out_passes(attack):
    found = Elements(clean(attack))
    assert found.tags <= {"a", "img", "div", "p"}
    assert set(found.attributes) <= {"alt", "style"}
    assert not set(found.attributes.values()) - {"", None}


def test_style_sheets_and_scripts_leave_no_text_behind():
    assert clean("a<style>.b{color:red}</style>c<SCRIPT src=x>d()</SCRIPT >e") == "ace"


def test_pictures_of_the_page_and_links_pass():
    found = Elements(clean('<img src="data:image/png;base64,aGk=" alt="x"><a href="https://example.org">y</a>'))
    assert found.attributes == {"src": "data:image/png;base64,aGk=", "alt": "x", "href": "https://example.org"}


class Elements(HTMLParser):
    """The tags of a page and the attributes they have."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.attributes = set(), {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= dict(attrs)
