"""The tracer without a page: what is typed, shown, said and stored; all of it from the same data."""

import re
import shutil
import subprocess
from base64 import b64encode

import pytest

from swarmlab import Lab, views
from swarmlab.errors import InvalidArgument, NotFound
from swarmlab.probe import LabProbe
from swarmlab.widgets.shown import ASSETS, module
from swarmlab.widgets.tracer import SCRIPTS, STYLES, Tracer

MESH = "192.168.1.13:8080"


@pytest.fixture
def lab() -> Lab:
    lab = Lab()
    for line in (
        "docker network create -d overlay my_net",
        "docker service create -d --name web --publish 8080:80 --replicas 3 whoami",
        "docker service create -d --name api --network my_net --replicas 2 traefik/whoami",
        "docker service create -d --name util --network my_net busybox sleep 1000000",
    ):
        assert lab.host("swarm-manage").sh(line).exit_code == 0
    lab.settle()
    lab.advance("5s")
    return lab


@pytest.fixture
def tracer(lab: Lab) -> Tracer:
    return lab.tracer()


def typed(lab: Lab) -> list[tuple[str, str]]:
    return [(op["host"], op["line"]) for op in lab.session.journal.ops if op["op"] == "command"]


def say(tracer: Tracer, **message: object) -> None:
    """What the page sends."""
    tracer._handle_custom_msg(message, [])


def test_before_anything_is_sent_there_are_places_and_targets_to_choose(tracer: Tracer) -> None:
    hosts = ["swarm-manage", "node1", "node2"]
    assert tracer.lists["places"] == [*hosts, "api.1", "api.2", "util.1", "web.1", "web.2", "web.3"]
    published = [f"192.168.1.1{n}:8080" for n in (1, 2, 3)]
    assert tracer.lists["targets"] == [*published, "api:80", "web:80"]
    assert tracer.text() == "Request tracer (simulated swarm)\nNothing has been sent yet."
    assert "Nothing has been sent yet." in tracer.svg()


def test_a_click_types_curl_on_the_host_and_the_journal_has_it(lab: Lab, tracer: Tracer) -> None:
    say(tracer, t="send", client="node1", target=MESH, times=1)
    assert typed(lab)[-1] == ("node1", f"curl -sS -m 5 {MESH}")
    assert tracer.shown["typed"] | {"said": ""} == {
        "host": "node1", "line": f"curl -sS -m 5 {MESH}", "code": 0, "said": "",
    }  # fmt: skip


def test_the_way_shown_is_the_way_taken(lab: Lab, tracer: Tracer) -> None:
    for _ in range(4):
        told = lab.trace(f"curl -sS -m 5 {MESH}", on="node1")
        tracer.send("node1", MESH)
        assert [hop["station"] for hop in tracer.shown["path"]["hops"]] == [step.station for step in told.steps]
        (answered,) = [name for name, _, n in tracer.shown["sent"]["shares"] if n]
        assert answered == tracer.shown["path"]["hops"][-1]["container"]
        assert answered in tracer.shown["path"]["headline"]


def test_a_hundred_requests_are_shared_as_the_history_says(lab: Lab, tracer: Tracer) -> None:
    before = len(lab.history)
    tracer.send("swarm-manage", MESH, 100)
    rows = [row.state["server"] for row in lab.history.rows[before:] if row.kind == "request"]
    assert len(rows) == 100
    shares = {name: n for name, _, n in tracer.shown["sent"]["shares"]}
    assert shares == {name: sum(row.startswith(f"{name}.") for row in rows) for name in ("web.1", "web.2", "web.3")}
    assert "100 requests: web.1 answered 3" in tracer.shown["say"]


def test_a_container_that_has_wget_asks_itself_and_one_that_has_nothing_gets_netshoot_beside_it(
    lab: Lab, tracer: Tracer
) -> None:
    tracer.send("util.1", "api", 100)
    host, line = typed(lab)[-1]
    loop = "sh -c 'for i in $(seq 100); do wget -q -O- -T 5 api; done'"
    assert re.fullmatch(r"docker exec util\.1\.\w{25} " + re.escape(loop), line)
    assert sorted(n for _, _, n in tracer.shown["sent"]["shares"]) == [50, 50]
    assert tracer.shown["path"]["hops"][0]["host"] == host
    tracer.send("api.1", MESH)
    _, line = typed(lab)[-1]
    beside = r"docker run --rm --name tracer --network container:api\.1\.\w{25} nicolaka/netshoot curl -sS -m 5 "
    assert re.fullmatch(beside + re.escape(MESH), line)
    assert tracer.shown["typed"]["code"] == 0
    assert sum(n for _, _, n in tracer.shown["sent"]["shares"]) == 1
    assert tracer.shown["path"]["hops"][-1]["station"] == "answer"
    tracer.send("api.1", "tasks.api")  # nothing of the one before is left in the way
    assert sum(n for _, _, n in tracer.shown["sent"]["shares"]) == 1


def test_a_failure_names_its_hop_and_the_command_that_repairs_it_which_a_click_types(lab: Lab, tracer: Tracer) -> None:
    lab.host("node2").sh("firewall-cmd --remove-port=4789/udp")
    while lab.trace(f"curl {MESH}", on="node2").failed is None:
        lab.host("node2").sh(f"curl {MESH}")
    tracer.send("node2", MESH, 100)
    assert [hop["station"] for hop in tracer.shown["path"]["hops"] if not hop["passed"]] == ["vxlan"]
    assert tracer.tables()["path"][-1][3] == "✕ vxlan"
    sent = tracer.shown["sent"]
    assert (sent["failed"], sent["reason"]) in ((66, "no answer in time"), (67, "no answer in time"))
    assert sent["failed"] + sum(n for _, _, n in sent["shares"]) == 100
    assert "firewall-cmd --add-port=4789/udp" in tracer.shown["say"]
    say(tracer, t="repair")
    assert typed(lab)[-1] == ("node2", "firewall-cmd --add-port=4789/udp")
    assert tracer.shown["typed"]["said"] == "success"
    lab.advance("30s")
    tracer.send("node2", MESH, 100)
    assert tracer.shown["sent"]["failed"] == 0


def test_a_name_that_is_not_known_fails_all_hundred(tracer: Tracer) -> None:
    tracer.send("node1", "api", 100)
    assert tracer.tables()["hits"][1:] == [("failed: the name is not known there", "", "100")]


def test_the_matrix_is_that_of_the_lab_and_follows_it(lab: Lab, tracer: Tracer) -> None:
    say(tracer, t="reach", on=True)
    assert tracer.tables()["matrix"] == lab.reachability().table()
    lab.host("node2").sh("firewall-cmd --remove-port=4789/udp")
    tracer.refresh()  # as after each cell
    assert "◐ 2/3" in tracer.tables()["matrix"][1]
    assert tracer.tables()["matrix"] == lab.reachability().table()
    say(tracer, t="reach", on=False)
    assert "matrix" not in tracer.tables()


def test_names_are_those_that_nslookup_finds(lab: Lab, tracer: Tracer) -> None:
    say(tracer, t="names", on=True)
    say(tracer, t="ask", client="util.1", name="tasks.api")
    host, line = typed(lab)[-1]
    assert re.fullmatch(r"docker exec util\.1\.\w{25} nslookup tasks\.api", line)
    rows = {row[0]: row for row in tracer.tables()["names"]}
    assert next(iter(rows)) == "NAME"
    assert list(rows)[1] == "tasks.api"
    found = re.findall(r"Address: (10\.\S+)", lab.host(host).sh(line).stdout)
    assert sorted(rows["tasks.api"][4].split(", ")) == sorted(found)
    assert rows["tasks.api"][1:4] == ("util.1", "my_net", "127.0.0.11")
    assert rows["api"][5] == "virtual IP of api"
    assert rows["web"][4] == "NXDOMAIN"
    say(tracer, t="choose", client="node1", target="")
    assert {row[4] for row in tracer.tables()["names"][1:]} == {"NXDOMAIN"}
    assert tracer.tables()["names"][2][3] == "192.168.1.1"


def test_looking_changes_nothing_in_the_lab(lab: Lab, tracer: Tracer) -> None:
    before = lab.digest()
    tracer.reach()
    tracer.names()
    LabProbe(lab).path("util.1", "api")
    LabProbe(lab).path("api.1", "api")
    tracer.refresh()
    assert lab.digest() == before


@pytest.mark.parametrize(
    "message",
    [
        {"t": "send", "client": "node1", "target": "web; reboot", "times": 1},
        {"t": "send", "client": "node1", "target": "$(reboot)", "times": 1},
        {"t": "send", "client": "node1", "target": "-o /etc/passwd", "times": 1},
        {"t": "send", "client": "node1", "target": "web:99999", "times": 1},
        {"t": "send", "client": "node1", "target": "web", "times": 10**9},
        {"t": "send", "client": "nobody", "target": "web", "times": 1},
        {"t": "ask", "client": "node1", "name": "a; reboot"},
        {"t": "ask", "client": "node1"},
        {"t": "repair"},
        {"t": "no such message"},
        {},
    ],
)
def test_a_message_that_makes_no_sense_types_nothing(lab: Lab, tracer: Tracer, message: dict[str, object]) -> None:
    before = typed(lab)
    say(tracer, **message)
    assert typed(lab) == before


def test_what_cannot_be_asked_is_said_in_a_sentence(tracer: Tracer) -> None:
    say(tracer, t="send", client="node1", target="web; reboot", times=1)
    sentence = 'A target is a name or an address, with a port if not 80: "web:80", not "web; reboot".'
    assert (tracer.shown["typed"]["said"], tracer.shown["say"]) == (sentence, sentence)
    with pytest.raises(InvalidArgument, match="A target is a name"):
        tracer.send("node1", "")
    with pytest.raises(NotFound, match='called "nobody"'):
        tracer.send("nobody", "web")


def test_a_place_that_is_gone_is_no_longer_chosen(lab: Lab, tracer: Tracer) -> None:
    tracer.send("util.1", "api")
    tracer.names()
    lab.host("swarm-manage").sh("docker service rm util")
    lab.advance("30s")
    tracer.refresh()
    assert "util.1" not in tracer.lists["places"]
    assert tracer.shown["client"] == "swarm-manage"


def test_the_picture_and_the_words_hold_all_that_is_drawn(lab: Lab, tracer: Tracer) -> None:
    tracer.send("node1", MESH, 100)
    tracer.names()
    tracer.reach()
    words, picture = tracer.text(), tracer.svg()
    for rows in tracer.tables().values():
        for row in rows:
            assert re.search(r"\s+".join(re.escape(cell) for cell in row if cell), words), row
    assert tracer.shown["path"]["headline"] in words
    for name, host, n in tracer.shown["sent"]["shares"]:
        for cell in (name, host, str(n)):
            assert f">{cell}</text>" in picture
    for hop in tracer.shown["path"]["hops"]:
        assert f">{hop['station']}</text>" in picture
    (stored,) = [tracer._stored()["text/html"]]
    assert f'base64,{b64encode(picture.encode()).decode()}"' in stored
    assert "web.2" in re.search(r'<img alt="([^"]+)"', stored)[1]
    assert "the name is not known there" in words
    assert views.REACHED["unknown name"][0].glyph in words


def test_the_script_of_the_page_is_a_module_that_needs_nothing(tracer: Tracer) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed; the browser's tests run the same script")
    script = f"import('data:text/javascript;base64,{b64encode(module(SCRIPTS).encode()).decode()}')"
    script += ".then(m => console.log(Object.keys(m.default).join()))"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=30, check=False)
    assert (done.stdout.strip(), done.stderr) == ("render", "")
    for name in (*SCRIPTS, *STYLES):
        assert not re.search(r"https?:|//cdn|@import|\bimport\s", (ASSETS / name).read_text()), name
