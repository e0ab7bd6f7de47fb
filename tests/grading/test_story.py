"""What a feedback page tells of a session: a picture that cannot act, the same in words, every step with its time."""

import json
import re
from base64 import b64decode
from xml.etree import ElementTree

import pytest

from swarmlab import Lab
from swarmlab.errors import InvalidArgument
from swarmlab.grade.feedback import clean
from swarmlab.grade.plan import Plan
from swarmlab.grade.story import stories

PLAN = Plan({}, {}, {"seed": 1})


@pytest.fixture(scope="module")
def record() -> dict:
    """The record of a learner who mistook a container for a service, and did better later."""
    lab = Lab(seed=1, learner="ada")
    lab.exercise("1.1")
    manager = lab.host("swarm-manage")
    manager.sh("docker run --detach --name web-server httpd:2.4")
    lab.advance("10s")
    lab.check("1.1")
    manager.sh("docker service create --name '<b>' httpd:9")
    lab.faults.stop("node2")
    manager.sh("docker service create --name web-server httpd:2.4")
    journal = json.loads(json.dumps(lab.check("1.1").evidence))
    del journal["swarmlab"]
    return {"journals": [{**journal, "source": "journal"}]}


@pytest.fixture(scope="module")
def told(record) -> str:
    (html,) = stories(PLAN, record)
    return html


def test_the_cleaner_leaves_it_as_it_is(told):
    cleaned = clean(told)
    assert "&lt;" not in cleaned.replace("&lt;b&gt;", "")  # all tags but the learner's
    assert cleaned.count("<img") == told.count("<img") == 1
    assert "data:image/svg+xml;base64," in cleaned
    assert "<b>" not in told


def test_the_picture_needs_nothing_and_says_what_it_shows(told):
    picture = b64decode(re.search(r"base64,([^\"]+)", told)[1])
    root = ElementTree.fromstring(picture)
    words = " ".join(text.strip() for text in root.itertext() if text.strip())
    assert "web-server.1 @ " in words
    assert words.count("1.1") == 2  # two checks
    links = [value for each in root.iter() for name, value in each.attrib.items() if name.endswith("href")]
    assert all(link.startswith("#") for link in links)
    assert "<script" not in picture.decode()
    assert re.search(r"web-server\.1 .* running .*", told)  # the same in words


def test_every_step_has_its_time_and_every_check_its_reasons(told):
    rows = re.findall(r"<tr><td[^>]*>([0-9.]+)</td><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td></tr>", told)
    times = [float(at) for at, _, _ in rows]
    assert times == sorted(times)
    steps = [(where, re.sub(r"^<code>|</code>$", "", what).partition(",")[0]) for _, where, what in rows]
    assert steps == [
        ("exercise 1.1", "begins"),
        ("swarm-manage", "docker run --detach --name web-server httpd:2.4"),
        ("check 1.1", "Exercise 1.1: 0 of 2 goals met"),
        ("swarm-manage", "docker service create --name &#x27;&lt;b&gt;&#x27; httpd:9  [exit code 1]"),
        ("fault", "stop node2"),
        ("swarm-manage", "docker service create --name web-server httpd:2.4"),
        ("check 1.1", "Exercise 1.1: passed"),
    ]
    assert times[2] - times[1] >= 10
    assert "Found: there is no service <code>web-server</code>" in rows[2][2]
    assert all((where == "swarm-manage") == what.startswith("<code>") for _, where, what in rows)  # what was typed


def test_a_journal_that_does_not_fit_any_more_is_refused(record):
    journal = record["journals"][0]
    check = {"op": "note", "at": journal["ops"][-1]["at"], "kind": "check", "data": {"id": "77.1", "answers": {}}}
    with pytest.raises(InvalidArgument, match="unknown exercise"):
        list(stories(PLAN, {"journals": [{**journal, "ops": [*journal["ops"], check]}]}))
