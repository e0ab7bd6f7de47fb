"""Our docker prints what the real one prints: the table of command lines, both streams and the exit code.

Against the real docker, where it is installed, both are run at copies of one simulated swarm, and have to say the same
bytes.  Everywhere, ours is held to what the real one said when it was recorded (`record.py`).
"""

import functools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Lock

import pytest

from swarmlab import Lab
from tests.contract.differential.differences import DIFFERENT, reason
from tests.contract.differential.record import in_any_order, recorded, row
from tests.contract.differential.sides import Desk, staged
from tests.contract.differential.table import Line, Scene, scenes
from tests.contract.serving import docker_28
from tests.contract.twins import Bench, Said

SCENES = scenes()
RECORDED = {scene.name: recorded(scene) for scene in SCENES}
CASES = [(scene, line) for scene in SCENES for line in scene.lines]
#: Lines typed at the same time: most of the real docker's is waiting for a process to start, or for its own clock.
AT_ONCE = 4
#: How often both may type a line anew: a second may begin between them, and Go leaves the order of maps to chance.
ATTEMPTS = 3


def _name(case: tuple[Scene, Line]) -> str:
    scene, line = case
    where = f"[{line.host}] " if line.host != Line._field_defaults["host"] else ""
    return f"{scene.name}: {where}{f'[tty {line.columns}] ' if line.columns else ''}{line.text}"[:160]


def test_the_table_is_long_and_what_is_different_is_a_small_part_of_it() -> None:
    assert len(CASES) == len({(scene.name, line) for scene, line in CASES}), "a line is there twice"
    assert len(CASES) > 1800
    assert set(DIFFERENT) <= {(scene.name, line.text) for scene, line in CASES}
    assert len(DIFFERENT) < len(CASES) / 20


def test_the_recordings_are_of_this_table() -> None:
    for scene in SCENES:
        rows = RECORDED[scene.name]["rows"]
        assert [Line(**{key: one[key] for key in Line._fields if key in one}) for one in rows] == list(scene.lines)


@functools.cache
def _as_recorded(scene: Scene) -> Lab:
    """Return the staged lab of a scene as it was when the scene was recorded."""
    return staged(scene, RECORDED[scene.name]["now"])


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    yield Desk(None)
    _as_recorded.cache_clear()


@pytest.mark.parametrize("case", CASES, ids=map(_name, CASES))
def test_our_docker_says_what_the_real_one_was_recorded_to_say(desk: Desk, case: tuple[Scene, Line]) -> None:
    scene, line = case
    expected = RECORDED[scene.name]["rows"][scene.lines.index(line)]
    said = row(line, desk.ours(_as_recorded(scene), line, RECORDED[scene.name]["now"]))
    if reason(scene, line.text):
        assert said != expected, "no longer different: take it off the list"
    elif in_any_order(said) != in_any_order(expected):
        assert said == expected


Twice = tuple[Said, Said]


@pytest.fixture(scope="module")
def typed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[tuple[Scene, Line]], Twice]]:
    """What both said, (real, ours), of all the lines that are asked for in this run; those that wait come first."""
    docker_28()
    desks: SimpleQueue[Desk] = SimpleQueue()
    made = [Bench(tmp_path_factory.mktemp(f"bench{number}"), Lab(swarm=False).hosts) for number in range(AT_ONCE)]
    for bench in made:
        desks.put(Desk(bench))

    labs: dict[str, Lab] = {}
    making = Lock()

    def lab_of(scene: Scene) -> Lab:
        with making:
            if scene.name not in labs:
                labs[scene.name] = staged(scene, time.time_ns())
            return labs[scene.name]

    def both(scene: Scene, line: Line) -> Twice:
        desk = desks.get()
        try:
            for _ in range(ATTEMPTS):
                real, mine = desk.both(lab_of(scene), line)
                if mine == real or reason(scene, line.text):
                    break
            return real, mine
        finally:
            desks.put(desk)

    wanted = [item.callspec.params["live"] for item in request.session.items
              if isinstance(item, pytest.Function) and "live" in getattr(item, "callspec", _NONE).params]  # fmt: skip
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures: dict[tuple[str, Line], Future[Twice]] = {
            (scene.name, line): pool.submit(both, scene, line)
            for scene, line in sorted(wanted, key=lambda case: not case[1].uniq)
        }
        yield lambda case: futures[case[0].name, case[1]].result()
        pool.shutdown(cancel_futures=True)
    for bench in made:
        bench.close()


class _NONE:
    params: dict[str, object] = {}


@pytest.mark.docker
@pytest.mark.parametrize("live", CASES, ids=map(_name, CASES))
def test_the_real_docker_says_the_same_bytes(
    typed: Callable[[tuple[Scene, Line]], Twice], live: tuple[Scene, Line]
) -> None:
    real, mine = typed(live)
    if reason(live[0], live[1].text):
        assert mine != real, "no longer different: take it off the list"
    else:
        assert mine == real
