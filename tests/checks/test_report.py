"""What a learner is told, as text and as HTML."""

from html.parser import HTMLParser

import pytest

from swarmlab.checks import Card, Exercise, Hint, Outcome, Step, always, answer, eventually, never, now, service
from swarmlab.checks.judge import evaluate
from swarmlab.errors import InvalidArgument

from .histories import History

WEB = service("web-server")


def hint(id: str, goal: str, **more) -> Hint:
    return Hint(id, goal, f"nudge {id}", f"concept {id}", f"command {id}", f"example {id}", **more)


def exercise(**changes) -> Exercise:
    data = {
        "id": "9.9",
        "title": "Two things",
        "task": "Do `this` & that.",
        "goals": (
            eventually(WEB.shows(1)).named("one"),
            eventually(WEB.has_pinned_image()).named("pinned").worth(2),
            always(WEB.exists()).named("kept"),
        ),
        "hints": (
            hint("scaled", "one", when=now(WEB.wants(2))),
            hint("one", "one"),
            hint("pinned", "pinned"),
            hint("kept", "kept"),
        ),
    }
    return Exercise(**{**data, **changes})


def outcomes(report) -> list[str]:
    return [verdict.outcome.value for verdict in report.verdicts]


class Outline(HTMLParser):
    """The text of a page, and whether its elements are closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.open, self.tags = "", [], []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_all_goals_met_passes_with_all_points_and_no_hint():
    report = History().service().begin().task("a").judge(exercise())
    assert report.passed
    assert (report.score, report.points) == (4.0, 4.0)
    assert report.ladder is None
    assert report.hint() == "All goals are met."
    assert repr(report).splitlines()[0] == "Exercise 9.9: passed, 4 of 4 points"


def test_an_untouched_exercise_earns_nothing_not_even_for_safety():
    kept = exercise(goals=(eventually(WEB.shows(1)).named("one"), never(WEB.exists()).named("kept")),
                    hints=(hint("one", "one"), hint("kept", "kept")))  # fmt: skip
    report = History().begin().wait(9).judge(kept)
    assert outcomes(report) == ["not met", "not yet"]
    assert report.score == 0.0
    assert "nothing has been reached yet" in repr(report)


def test_an_answer_alone_does_not_make_safety_count_where_something_was_to_be_done():
    goals = (
        eventually(WEB.shows(2)).named("one"),
        never(WEB.wants(9)).named("kept"),
        eventually(answer().matches("yes", "yes")).named("said"),
    )
    mixed = exercise(goals=goals, hints=tuple(hint(goal.id, goal.id) for goal in goals), asks={"answer": "yes"})
    assert outcomes(History().service().begin().judge(mixed, answer="yes")) == ["not met", "not yet", "met"]
    only_said = exercise(goals=goals[1:], hints=tuple(hint(goal.id, goal.id) for goal in goals[1:]))
    assert outcomes(History().service().begin().judge(only_said, answer="yes")) == ["met", "met"]


def test_each_verdict_says_expected_found_and_command():
    report = History().service(image="httpd", replicas=3).begin().judge(exercise())
    text = repr(report)
    assert "✘ not met: Reach this: service `web-server` shows `1/1`" in text
    assert "Found: service `web-server` shows `0/3`" in text
    assert "See it with: `docker service ls`" in text
    assert "Found: its image is `httpd`" in text


def test_the_html_says_what_the_text_says():
    report = History().service(image="httpd", replicas=3).begin().judge(exercise())
    outline = Outline(report._repr_html_())
    for verdict in report.verdicts:
        for words in (verdict.expected, verdict.found, verdict.outcome.value):
            assert words.replace("`", "") in outline.text
    for level in (1, 2, 3, 4):
        assert report.hint(level) in outline.text
    assert outline.tags.count("details") == 3
    card = Card(exercise())
    for goal in card.exercise.goals:
        assert goal.text in repr(card)
        assert goal.text.replace("`", "") in Outline(card._repr_html_()).text


def test_what_a_learner_wrote_is_escaped():
    goals = (eventually(answer().matches("x", "x")).named("x"),)
    asking = exercise(goals=goals, hints=(hint("x", "x"),), asks={"answer": "x"})
    html = History().begin().judge(asking, answer="<script>alert(1)</script>")._repr_html_()
    assert "<script" not in html
    assert "alert(1)" in Outline(html).text


def test_a_hint_is_chosen_by_the_first_goal_not_met_and_the_sign_seen():
    assert History().service(replicas=3).begin().judge(exercise()).ladder.id == "scaled"
    assert History().service(replicas=1).begin().judge(exercise()).ladder.id == "one"
    assert History().service(image="httpd").begin().task("a").judge(exercise()).ladder.id == "pinned"


def test_there_are_four_rungs():
    report = History().service(replicas=3).begin().judge(exercise())
    assert [report.hint(level) for level in (1, 2, 3, 4)] == [
        "nudge scaled",
        "concept scaled",
        "command scaled",
        "example scaled",
    ]
    with pytest.raises(InvalidArgument, match="4 hints"):
        report.hint(5)


def test_grade_shows_the_report_and_returns_a_plain_float(capsys):
    report = History().service(image="httpd").begin().task("a").judge(exercise())
    grade = report.grade()
    shown = capsys.readouterr()
    assert type(grade) is float
    assert grade == 2.0
    assert repr(report) in shown.out
    assert shown.err == ""
    assert report.grade(points=10) == 5.0


def test_what_was_not_begun_earns_nothing_and_says_how_to_begin():
    history = History().service().task("a")
    report = evaluate(exercise(), history.trace, {}, None, history.at)
    assert report.score == 0.0
    assert {verdict.outcome for verdict in report.verdicts} == {Outcome.NOT_MET}
    assert 'lab.exercise("9.9")' in report.hint()


def test_a_report_is_plain_json(tmp_path):
    import json

    report = History().service(replicas=3).begin().judge(exercise())
    kept = json.loads(json.dumps(report.as_dict()))
    assert kept["hint"] == "scaled"
    assert [v["goal"] for v in kept["verdicts"]] == ["one", "pinned", "kept"]
    assert sum(v["earned"] for v in kept["verdicts"]) == kept["score"]


def test_what_comes_after_the_end_is_not_judged():
    history = History().begin().wait(5).service().task("a")
    assert evaluate(exercise(), history.trace, {}, history.start, history.at).passed is False  # not kept from the start
    assert evaluate(exercise(), history.trace, {}, history.start, history.at - 1).score == 0.0


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"goals": (always(WEB.exists()).named("kept"),)}, "doing nothing would pass"),
        ({"goals": (now(WEB.exists()).named("one"), now(WEB.exists()).named("one"))}, "an id of its own"),
        ({"goals": (now(WEB.exists()),)}, "an id of its own"),
        ({"hints": (hint("a", "one"), hint("a", "one"))}, "an id of its own"),
        ({"hints": (hint("a", "nowhere"),)}, "unknown goal nowhere"),
        ({"hints": (hint("a", "one", when=now(WEB.exists())),)}, "no hint that always fits"),
        ({"backends": "real"}, "both or sim"),
    ],
)
def test_an_exercise_by_which_nobody_could_be_judged_is_refused(changes, problem):
    with pytest.raises(InvalidArgument, match=problem):
        exercise(**changes)


def test_the_stage_is_data():
    assert Step("node1", "docker ps") == ("node1", "docker ps", False)
