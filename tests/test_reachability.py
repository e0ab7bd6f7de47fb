"""`lab.reachability`: the matrix says what curl says, from every host and from inside every container."""

import os
import re
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swarmlab import Lab, charts
from swarmlab.errors import InvalidArgument, NotFound, OnlySimulated
from swarmlab.journey import find_place
from swarmlab.reachability import Matrix, Reach

HOSTS = ("swarm-manage", "node1", "node2")
#: What curl's exit status and what it says with -v mean.
CURL = {0: "ok", 6: "unknown name", 28: "timeout", 52: "empty", 56: "reset"}
MARK = "said"
WORDS = {"Connection refused": "refused", "No route to host": "no route", "Network is unreachable": "unreachable"}


def type_on(lab: Lab, line: str, host: str = "swarm-manage") -> str:
    result = lab.host(host).sh(line)
    assert result.exit_code == 0, (line, result.text)
    return result.stdout


def curl(lab: Lab, client: str, cells: list[Reach]) -> list[tuple[str, ...]]:
    """What curl says of each cell's target, typed on a host or in a container, as often as the cell has tries."""
    place = find_place(lab.session.simulation, client)
    container = lab.session.network.views.container(place)
    line = "; ".join(
        f"curl -sv -m 5 -o /dev/null {cell.target}:{cell.port} 2>&1; echo {MARK} $?"
        for cell in cells
        for _ in cell.results
    )
    text = type_on(lab, f"docker exec {container.name} sh -c '{line}'" if container else line, place.host)
    said = [_outcome(part, int(code)) for part, code in re.findall(rf"(?s)(.*?){MARK} (\d+)\n", text)]
    outcomes = iter(said)
    return [tuple(next(outcomes) for _ in cell.results) for cell in cells]


def _outcome(text: str, code: int) -> str:
    if code == 7:
        return next(outcome for words, outcome in WORDS.items() if words in text)
    return CURL[code]


@pytest.fixture
def lab() -> Lab:
    lab = Lab()
    for name in ("front", "back"):
        type_on(lab, f"docker network create -d overlay {name}")
    type_on(lab, "docker service create -d --name web --network front -p 8080:80 --replicas 3 nginx")
    type_on(lab, "docker service create -d --name api --network front --network back --replicas 2 nginx")
    type_on(lab, "docker service create -d --name db --network back redis")
    lab.settle()
    lab.advance("5s")
    return lab


def test_each_reaches_what_shares_a_network_and_all_reach_published_ports(lab: Lab) -> None:
    matrix = lab.reachability()
    assert matrix.targets == [
        "192.168.1.11:8080", "192.168.1.12:8080", "192.168.1.13:8080", "api:80", "db:6379", "web:80",
    ]  # fmt: skip
    assert matrix.clients == [*HOSTS, "api.1", "api.2", "db.1", "web.1", "web.2", "web.3"]
    assert {matrix.of(client, "192.168.1.13:8080").outcome for client in matrix.clients} == {"ok"}
    outcomes = {client: [matrix.of(client, name).outcome for name in matrix.targets[3:]] for client in matrix.clients}
    expected = {HOSTS: ["unknown name"] * 3, ("api.1", "api.2"): ["ok", "empty", "ok"]}
    expected |= {("db.1",): ["ok", "empty", "unknown name"]}
    expected |= {("web.1", "web.2", "web.3"): ["ok", "unknown name", "ok"]}
    assert outcomes == {client: cells for clients, cells in expected.items() for client in clients}


def test_a_cell_tries_each_container_once_and_counts_those_that_answer(lab: Lab) -> None:
    cell = lab.reachability(["node1"], ["192.168.1.13:8080"]).rows[0]
    assert len(set(cell.servers)) == len(cell.results) == 3
    type_on(lab, "firewall-cmd --remove-port=4789/udp", "node2")
    cell = lab.reachability(["node1"], ["192.168.1.13:8080"]).rows[0]
    assert sorted(cell.results) == ["ok", "timeout", "timeout"]
    assert (cell.outcome, cell.cell) == ("partly", "◐ 1/3")
    assert [bool(server) for server in cell.servers] == [result == "ok" for result in cell.results]


def test_measuring_changes_nothing_in_the_lab(lab: Lab) -> None:
    before = lab.digest(), lab.now, list(lab.session.journal.ops), len(lab.history)
    pointers = dict(lab.session.network.balancer._pointers)
    first = lab.reachability()
    assert lab.reachability() == first
    assert (lab.digest(), lab.now, list(lab.session.journal.ops), len(lab.history)) == before
    assert lab.session.network.balancer._pointers == pointers


def test_the_table_has_a_glyph_for_each_cell_and_says_what_it_means(lab: Lab) -> None:
    matrix = lab.reachability(["node1", "web.1"], ["web", "api:81", "192.168.1.11:8080"])
    assert repr(matrix).splitlines() == [
        "from \\ to  web:80  api:81  192.168.1.11:8080",
        "node1      ?       ?       ✓",
        "web.1      ✓       ✕       ✓",
        "✓ answers   ✕ connection refused   ? the name is not known there",
    ]
    plain = re.sub(r"<[^>]+>", " ", matrix._repr_html_())
    assert plain.split() == repr(matrix).split()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"clients": ["node9"]}, NotFound, 'called "node9"'),
        ({"targets": ["web:http"]}, InvalidArgument, 'a target is a name or an address with a port, such as "web:80"'),
        ({"patience": "soon"}, InvalidArgument, "soon"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(
    lab: Lab, arguments: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        lab.reachability(**arguments)  # type: ignore[arg-type]


def test_a_real_lab_cannot_be_asked() -> None:
    from swarmlab.real.lab import RealLab

    with pytest.raises(OnlySimulated, match="type curl on each host"):
        RealLab.reachability(RealLab.__new__(RealLab))


def test_the_picture_draws_what_the_table_says(lab: Lab) -> None:
    matrix = lab.reachability()
    chart = lab.charts.reachability()
    assert [list(row) for row in chart.table()[1:]] == [list(row) for row in matrix.table()[1:]]
    drawn = {
        (round(text.get_position()[0]), round(text.get_position()[1])): text.get_text() for text in chart.axes.texts
    }
    assert drawn == {(x, y): row[x + 1] for y, row in enumerate(matrix.table()[1:]) for x in range(len(matrix.targets))}
    legend = [text.get_text() for text in chart.axes.get_legend().get_texts()]
    assert [words.split("  ") for words in legend] == [part.split(" ", 1) for part in matrix.legend.split("   ")]
    assert chart.summary.startswith("54 ways from a client to a target: 38 × answers, 3 × is open")


def test_an_empty_picture_says_so() -> None:
    chart = charts.reachability([])
    assert [text.get_text() for text in chart.axes.texts] == ["Nobody asks, or there is nothing to be asked."]


def test_an_outcome_is_the_worst_of_the_failures() -> None:
    assert Reach("a", "b", 80, ("refused", "timeout"), ("", "")).outcome == "timeout"
    assert Reach("a", "b", 80, ("refused", "refused"), ("", "")).cell == "✕"
    assert Reach("a", "b", 80, ("ok", "refused"), ("x", "")).cell == "◐ 1/2"


# --- random topologies -------------------------------------------------------------------------------------------


class Service(NamedTuple):
    """A service as a learner might make it."""

    image: str
    replicas: int
    networks: frozenset[str]
    mode: str  # vip, dnsrr
    publish: str  # "", ingress, host, wrong: a target port on which nothing listens


services = st.builds(
    Service,
    st.sampled_from(["nginx", "nginx", "redis"]),
    st.integers(0, 3),
    st.frozensets(st.sampled_from(["front", "back", "inner"]), max_size=2),
    st.sampled_from(["vip", "vip", "dnsrr"]),
    st.sampled_from(["", "ingress", "ingress", "host", "wrong"]),
)
troubles = st.lists(
    st.one_of(
        st.tuples(st.just("drain"), st.sampled_from(HOSTS)),
        st.tuples(st.just("stop"), st.sampled_from(["node1", "node2"])),
        st.tuples(st.sampled_from(["4789/udp", "7946/tcp", "7946/udp"]), st.sampled_from(HOSTS)),
        st.tuples(st.just("pause"), st.sampled_from(["a", "b", "c"])),
    ),
    max_size=2,
    unique_by=lambda trouble: trouble[0],
)


def build(wanted: list[Service], trouble: list[tuple[str, str]]) -> Lab:
    lab = Lab()
    for name in ("front", "back", "inner"):
        type_on(lab, f"docker network create -d overlay {'--internal ' * (name == 'inner')}{name}")
    for number, (name, service) in enumerate(zip("abc", wanted, strict=False)):
        flags = "".join(f" --network {network}" for network in sorted(service.networks))
        mode = "dnsrr" if service.mode == "dnsrr" and service.networks and service.publish != "ingress" else "vip"
        port = {"ingress": "80", "wrong": "81", "host": "80"}.get(service.publish, "")
        if port and mode == "dnsrr":
            flags += f" -p mode=host,published={8080 + number},target={port}"
        elif port:
            flags += f" -p mode={'host' if service.publish == 'host' else 'ingress'},"
            flags += f"published={8080 + number},target={port}"
        type_on(
            lab, f"docker service create -d --name {name} --replicas {service.replicas} --endpoint-mode {mode}{flags}"
            f" {service.image}",
        )  # fmt: skip
    lab.settle()
    for kind, where in trouble:
        if kind == "drain":
            type_on(lab, f"docker node update --availability drain {where}")
        elif kind == "stop":
            lab.faults.stop(where)
        elif kind == "pause":
            for host in HOSTS:
                for container in lab.docker(host).containers.list():
                    if container.name.startswith(f"{where}.1."):
                        container.pause()
        else:
            type_on(lab, f"firewall-cmd --remove-port={kind}", where)
    lab.settle()
    lab.advance("90s")  # until all that follows has followed
    return lab


def clients_of(lab: Lab, matrix: Matrix) -> list[str]:
    """The clients that have curl."""
    return [c for c in matrix.clients if c in HOSTS or "redis" not in image_of(lab, c)]


def image_of(lab: Lab, client: str) -> str:
    container = lab.session.network.views.container(find_place(lab.session.simulation, client))
    return str(container.config.image)  # type: ignore[union-attr]


@settings(
    max_examples=int(os.environ.get("SWARMLAB_TOPOLOGIES", "20")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(wanted=st.lists(services, min_size=1, max_size=3), trouble=troubles)
def test_the_matrix_of_any_topology_is_what_curl_says_from_everywhere(
    wanted: list[Service], trouble: list[tuple[str, str]]
) -> None:
    lab = build(wanted, trouble)
    targets = [
        f"{lab_address}:{8080 + n}" for n in range(len(wanted)) for lab_address in ("192.168.1.11", "192.168.1.13")
    ]
    targets += [name for n, name in enumerate("abc"[: len(wanted)]) for name in (f"{name}:80", f"tasks.{name}:80")]
    matrix = lab.reachability(None, [*targets, "nobody:80"])
    copy = lab.fork()
    for client in clients_of(lab, matrix):
        cells = [row for row in matrix.rows if row.client == client]
        for cell, typed in zip(cells, curl(copy, client, cells), strict=True):
            if typed == cell.results:
                continue
            # Of several addresses in random order it depends on the order which of them hangs: then each is asked.
            place = find_place(lab.session.simulation, client)
            addresses = lab.session.network.look_up(place, cell.target).values
            assert len(addresses) > 1, (cell, typed)
            alone = lab.reachability([client], [f"{address}:{cell.port}" for address in addresses])
            assert {*typed, *cell.results} <= {result for row in alone.rows for result in row.results}, (cell, typed)
