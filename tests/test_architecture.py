"""The layers of swarmlab and what each may use.  The tables below are the reference; the tests keep them true.

Names are dotted and below ``swarmlab``.  A name stands for itself and all below it; a package's own file is
``package.__init__``.  The longest name that fits a module rules it.  Imports inside functions and for the type
checker count like any other: they are knowledge too.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.sourcetree import Module, Package, calls, shared_state

ROOT = Path(__file__).parent.parent
ANYTHING = ("",)
#: Third-party packages a layer may use when the table says so: all that pyproject.toml brings.
ANY_PACKAGE = ("*",)

#: The ground floor of core, lowest first: each may import only those before it.
GROUND_FLOOR = "units states profile objects templates constraints messages events defaults ids queue store".split()
GROUND = tuple(f"core.{name}" for name in GROUND_FLOOR)


class Layer(NamedTuple):
    """One line of the table."""

    name: str
    may_import: tuple[str, ...]  # parts of swarmlab; its own package is always allowed
    packages: tuple[str, ...] = ()  # third-party packages


LAYERS = (
    # What everybody may know.
    Layer("errors", ()),
    Layer("wire", ()),
    Layer("plural", ()),
    Layer("seat", ()),  # who looks
    Layer("longwork", ("seat",), ("tqdm",)),
    Layer("home", ("errors",)),  # where a learner's work is kept
    Layer("gostrings", ()),  # texts as Go writes and reads them
    Layer("gotimes", ("gostrings",)),  # times as Docker's clients and engines read them
    Layer("gotemplate", ("gostrings",)),  # Go's templates: docker formats with them, swarm expands host names
    # The simulated swarm: pure.
    *(Layer(name, ("errors", "gostrings", "gotemplate", *GROUND[:place])) for place, name in enumerate(GROUND)),
    Layer("core.oracle", ("errors", "core.states", "core.store")),  # looks on; nobody in core needs it
    Layer("core.network", ("errors", *GROUND)),
    Layer("core.manager", ("errors", *GROUND, "core.network")),  # manager and agent meet only on the queue
    Layer("core.agent", ("errors", *GROUND, "core.network")),
    Layer("core.host", ("errors", *GROUND, "core.network", "core.agent")),
    Layer("core.agent.agent", ("errors", *GROUND, "core.network", "core.agent", "core.host")),
    Layer("core.agent.attacher", ("errors", *GROUND, "core.network", "core.agent", "core.host")),
    Layer("core.agent.connection", ("errors", *GROUND, "core.network", "core.agent", "core.host")),
    Layer("core.agent.remotes", ("errors", *GROUND, "core.network", "core.agent", "core.host")),
    Layer("core.__init__", ("errors", "core")),
    Layer("core.faults", ("errors", "core")),
    Layer("core.membership", ("errors", "core")),  # with core.simulation the only place that knows every component
    Layer("core.simulation", ("errors", "core")),
    # Around it.  These do not know each other: the lab brings them together.
    Layer("timeline", ("errors", "wire", "core", "timeline.trace")),
    Layer("timeline.trace", ("errors",)),  # rows: for a real swarm as well
    Layer("api", ("errors", "wire", "core", "gotimes")),
    Layer("views", ("errors", "timeline.trace")),
    Layer("wording", ("views",)),
    Layer("history", ("errors", "views", "timeline.trace")),
    # The one door.  Above it nothing knows whether the swarm is simulated.
    Layer("runtime.reader", ("errors", "wire"), ("h11",)),
    Layer("runtime.connection", ("errors", "wire", "runtime.reader"), ("h11",)),  # bytes in, bytes out; no socket
    Layer("client", ("errors", "wire", "runtime.connection"), ("docker", "requests", "urllib3")),
    Layer(
        "cli",
        ("errors", "client", "gostrings", "gotimes", "gotemplate"),
        ("docker", "requests", "urllib3", "yaml", "jsonschema"),
    ),
    Layer("checks", ("errors", "client", "plural", "timeline.trace"), ("docker",)),
    Layer("exercises", ("errors", "checks")),  # data
    Layer("author", ("errors", "checks", "exercises"), ("nbformat", "nbgrader", "traitlets")),
    # The grading kit: preprocessors for nbgrader, and a judge with a lab of his own.
    Layer(
        "grade",
        (
            "errors",
            "checks",
            "exercises",
            "author.normalise",
            "core.units",
            "timeline",
            "lab",
            "charts",
            "widgets",
            "plural",
        ),
        (
            "IPython",
            "bleach",
            "click",
            "distributed",
            "jupyter_client",
            "matplotlib",
            "nbformat",
            "nbgrader",
            "openpyxl",
            "sqlalchemy",
            "traitlets",
            "yaml",
        ),
    ),
    Layer("charts", ("errors", "client", "plural", "views", "timeline.trace"), ("matplotlib", "numpy")),
    Layer(
        "widgets",
        ("errors", "client", "history", "views", "wording", "timeline.trace"),
        ("anywidget", "ipywidgets", "traitlets", "IPython"),
    ),
    # A host's shell, with everything that can be typed there.
    Layer("shell", ("errors", "wire", "core", "timeline", "client", "cli", "api.programs"), ("bashkit", "docker")),
    # What any lab offers, and labs of real engines.
    Layer("progress", ("errors", "checks", "exercises", "home", "seat")),  # what a learner has reached
    Layer("concepts", ("errors", "checks", "exercises.stage", "progress")),  # questions, and experiments that answer
    Layer("concepts.__init__", ("errors", "concepts", "lab", "widgets")),  # brings them together with labs and a page
    Layer("training", ("errors", "checks", "exercises", "lab", "progress")),  # what a learner gets next
    Layer(
        "surface",
        (
            "errors",
            "charts",
            "checks",
            "desk",
            "exercises",
            "history",
            "progress",
            "shell",
            "timeline.trace",
            "widgets",
        ),
        ("docker",),
    ),
    Layer(
        "desk",
        ("errors", "charts", "checks", "core.units", "exercises", "lab", "surface", "timeline.trace", "widgets.ports"),
        ("docker", "requests"),
    ),
    Layer(
        "real",
        (
            "errors",
            "client",
            "cli",
            "shell",
            "surface",
            "timeline.trace",
            "core.units",
            "core.agent.images",
            "core.network.world",
            "checks.lablike",
        ),
        ("click", "docker", "requests"),
    ),
    Layer("why", ("errors", "core", "timeline", "checks.html")),  # asks a copy of the scheduler
    Layer("journey", ("errors", "core", "timeline", "shell", "lab", "checks.html")),  # types in a copy of a lab
    Layer("reachability", ("errors", "core", "timeline", "journey", "longwork", "views", "checks.html")),
    Layer("probe", ("errors", "core", "shell", "journey", "reachability", "views", "lab", "widgets.ports")),
    # What wires the rest together.
    Layer("runtime", ANYTHING, ANY_PACKAGE),
    Layer("lab", ANYTHING, ANY_PACKAGE),
    Layer("chartcommand", ("errors", "charts", "core.units", "history", "home", "lab", "timeline")),
    Layer("magics", ANYTHING, ANY_PACKAGE),
    Layer("__init__", ANYTHING),
    Layer("__main__", ANYTHING, ANY_PACKAGE),
)

#: Imports that break the table and are known, with the reason.  A line that is no longer needed fails the test.
EXCEPTIONS: dict[tuple[str, str], str] = {}

#: Packages too big to load before they are used, and who may load them with itself.  The others: inside functions.
HEAVY = {
    "bashkit": ("shell",),
    "matplotlib": ("charts",),
    "numpy": ("charts",),
    "anywidget": ("widgets",),
    "ipywidgets": ("widgets",),
    "IPython": ("widgets", "magics"),
    "nbgrader": ("grade",),
    "distributed": ("grade.cluster", "grade.clusterside"),
}

#: Loading any of these loads nothing heavy, so that they also start fast and run in a browser.
LIGHT = ("", "core", "api", "timeline", "client", "cli", "checks", "views")

PURE = ("core", "gostrings", "gotemplate")
#: What they never touch: the outer world and everything that differs from run to run.
IMPURE_MODULES = (
    "time", "threading", "asyncio", "socket", "subprocess", "os", "pathlib", "uuid", "secrets", "logging",
    "io", "sys", "tempfile", "multiprocessing", "concurrent", "weakref",
)  # fmt: skip
IMPURE_CALLS = ("hash", "id", "open", "input", "print", "exec", "eval", "__import__")
MAY_PICKLE = ("core.simulation",)

#: A module holds one idea.  Over this many lines it says here why it may be longer.
MANY_LINES = 400
LONG = {
    "core.agent.engine": "the life of a container, create to remove: one story, and its parts are short",
    "lab": "the face of a lab: many doors, each of a line or two, to what is elsewhere",
    "core.objects": "the records of the whole store, one after the other: data, not behaviour",
}

#: Module-level state that is meant, with the reason.
SHARED_STATE: dict[str, str] = {}


def covers(name: str, module: str) -> bool:
    """Whether the table's `name` stands for `module`; the empty name stands for all."""
    return name in ("", module) or module.startswith(name + ".")


def layer_of(module: str) -> Layer | None:
    """Return the line of the table that rules `module`."""
    fitting = [layer for layer in LAYERS if covers(layer.name, module)]
    return max(fitting, key=lambda layer: len(layer.name), default=None)


def listed(names: tuple[str, ...]) -> str:
    """Return `names` for a message."""
    return ", ".join(names) or "nothing"


def broken_layers(package: Package) -> Iterator[str]:
    """Yield a sentence for each import that its layer does not allow, and for each module without a layer."""
    for module in package.modules.values():
        layer = layer_of(module.name)
        if layer is None:
            yield f"{module.name}: in no layer; decide in LAYERS where it belongs"
            continue
        for target, line, _ in dict.fromkeys(package.imports(module)):
            where = f"{module.name}:{line}"
            ours = package.inside(target)
            if ours is not None:
                # Within a layer of one's own; a nested layer (timeline.trace) is closed on its own terms.
                same = layer_of(ours) is layer
                known = (module.name, ours) in EXCEPTIONS
                if not same and not known and not any(covers(name, ours) for name in layer.may_import):
                    yield f"{where}: imports {target}; {layer.name} may import {listed(layer.may_import)}"
                continue
            top = target.partition(".")[0]
            if top not in (*sys.stdlib_module_names, *layer.packages) and layer.packages != ANY_PACKAGE:
                yield f"{where}: uses {top}; {layer.name} may use {listed(layer.packages)}"


def heavy_loads(package: Package) -> Iterator[str]:
    """Yield a sentence for each heavy package that is loaded together with a module."""
    for module in package.modules.values():
        for target, line, at_load in package.imports(module):
            top = target.partition(".")[0]
            if at_load and top in HEAVY and not any(covers(name, module.name) for name in HEAVY[top]):
                yield f"{module.name}:{line}: loads {top}; import it inside the function that needs it"


def impurities(package: Package) -> Iterator[str]:
    """Yield a sentence for each thing in core that touches the world or differs from run to run."""
    for module in package.modules.values():
        if not any(covers(name, module.name) for name in PURE):
            continue
        for target, line, _ in package.imports(module):
            top = target.partition(".")[0]
            if top in IMPURE_MODULES:
                yield f"{module.name}:{line}: core may not import {top}"
            if top == "pickle" and module.name not in MAY_PICKLE:
                yield f"{module.name}:{line}: only {', '.join(MAY_PICKLE)} may pickle"
        for name, line in calls(module.tree):
            if name in IMPURE_CALLS:
                yield f"{module.name}:{line}: core may not call {name}()"
            if name.endswith(("datetime.now", "datetime.utcnow", "datetime.today", "date.today")):
                yield f"{module.name}:{line}: {name}() reads the wall clock; core time is virtual"
            if name.startswith("random.") and name != "random.Random":
                yield f"{module.name}:{line}: {name}() draws from the global stream; use the component's own"
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module == "random"
                and {a.name for a in node.names} != {"Random"}
            ):
                yield f"{module.name}:{node.lineno}: only Random may be imported from random"


def shared(package: Package) -> Iterator[str]:
    """Yield a sentence for each module-level value that two labs in one process would share and change."""
    for module in package.modules.values():
        for name, line in shared_state(module.tree):
            if f"{module.name}.{name}" not in SHARED_STATE:
                yield f"{module.name}:{line}: {name} is shared by all labs of a process"


def lines(module: Module) -> int:
    """Return how many lines a module has."""
    return module.source.count("\n")


SWARMLAB = Package(ROOT / "swarmlab")


def test_there_is_something_to_check() -> None:
    assert len(SWARMLAB.modules) > 20
    assert {"errors", "wire", "core.__init__"} <= SWARMLAB.modules.keys()
    assert sum(1 for module in SWARMLAB.modules.values() for _ in SWARMLAB.imports(module)) > 50


@pytest.mark.parametrize("rule", [broken_layers, heavy_loads, impurities, shared])
def test_no_module_breaks_the_rule(rule) -> None:
    broken = list(rule(SWARMLAB))
    assert not broken, "\n".join(broken)


def test_a_module_holds_one_idea() -> None:
    long = {name: lines(module) for name, module in SWARMLAB.modules.items() if lines(module) > MANY_LINES}
    assert {name: count for name, count in long.items() if name not in LONG} == {}


def test_the_tables_name_only_what_is_so() -> None:
    known = SWARMLAB.modules
    assert [name for name in LONG if name not in known or lines(known[name]) <= MANY_LINES] == []
    assert [name for name in SHARED_STATE if name.rpartition(".")[0] not in known] == []
    assert len({layer.name for layer in LAYERS}) == len(LAYERS)
    imported = {(name, SWARMLAB.inside(i.target)) for name, m in known.items() for i in SWARMLAB.imports(m)}
    assert EXCEPTIONS.keys() - imported == set()


def test_every_module_says_why_it_exists() -> None:
    silent = [
        name
        for name, module in SWARMLAB.modules.items()
        if module.source.strip() and not ast.get_docstring(module.tree)
    ]
    assert silent == []


def test_nothing_heavy_is_loaded_before_it_is_used() -> None:
    names = [f"swarmlab.{name}".rstrip(".") for name in LIGHT if not name or _exists(name)]
    code = f"import sys, importlib\nfor name in {names!r}: importlib.import_module(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"swarmlab", "swarmlab.core"} <= loaded
    assert loaded & HEAVY.keys() == set()


def _exists(name: str) -> bool:
    return name in SWARMLAB.modules or f"{name}.__init__" in SWARMLAB.modules


@pytest.mark.parametrize(
    ("rule", "path", "source", "complaint"),
    [
        (broken_layers, "core/units.py", "from swarmlab.core import store", "units:1: imports swarmlab.core.store"),
        (broken_layers, "core/units.py", "from . import store", "units:1: imports swarmlab.core.store"),
        (broken_layers, "core/agent/agent.py", "from ..manager import raft", "imports swarmlab.core.manager"),
        (broken_layers, "cli/app.py", "def run():\n    import swarmlab.core.store", "app:2: imports swarmlab.core"),
        (broken_layers, "views.py", "import swarmlab.timeline.journal", "imports swarmlab.timeline.journal"),
        (broken_layers, "core/store.py", "import docker", "core.store:1: uses docker"),
        (broken_layers, "novelty.py", "", "novelty: in no layer"),
        (heavy_loads, "lab.py", "try:\n    import IPython.display\nexcept ImportError:\n    pass", "loads IPython"),
        (heavy_loads, "client.py", "class A:\n    from bashkit import Bash", "client:2: loads bashkit"),
        (impurities, "core/store.py", "def f():\n    from time import sleep", "core may not import time"),
        (impurities, "core/store.py", "import pickle", "only core.simulation may pickle"),
        (impurities, "core/store.py", "import random\nx = random.choice([1])", "random.choice() draws"),
        (impurities, "core/store.py", "from random import choice", "only Random may be imported"),
        (impurities, "core/store.py", "import datetime\nx = datetime.datetime.now()", "reads the wall clock"),
        (impurities, "core/store.py", "KEY = hash('a')", "core may not call hash()"),
        (shared, "api/app.py", "labs = {}", "api.app:1: labs is shared"),
        (shared, "api/app.py", "LABS: dict = {}\ndef f(x):\n    LABS[x] = 1", "api.app:3: LABS is shared"),
        (shared, "api/app.py", "LABS = []\ndef f(x):\n    LABS.append(x)", "api.app:3: LABS is shared"),
        (shared, "api/app.py", "n = 0\ndef f():\n    global n\n    n += 1", "api.app:3: n is shared"),
        (shared, "api/app.py", "import itertools\nids = itertools.count()", "api.app:2: ids is shared"),
    ],
)  # fmt: skip
def test_a_planted_violation_is_caught(tmp_path: Path, rule, path: str, source: str, complaint: str) -> None:
    package = planted(tmp_path, {path: source})
    assert [sentence for sentence in rule(package) if complaint in sentence], list(rule(package))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("core/store.py", "from random import Random\nfrom swarmlab.core.units import SECOND\nTABLE = {1: 2}"),
        ("core/manager/raft.py", "from swarmlab.core import store\nfrom swarmlab.core.network import ipam"),
        ("lab.py", "from swarmlab.core import store\ndef board():\n    import ipywidgets"),
        ("lab.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import IPython"),
        ("api/app.py", "TABLE = []\ndef f():\n    TABLE = []\n    TABLE.append(1)"),
    ],
)
def test_good_code_is_left_alone(tmp_path: Path, path: str, source: str) -> None:
    package = planted(tmp_path, {path: source})
    assert [sentence for rule in (broken_layers, heavy_loads, impurities, shared) for sentence in rule(package)] == []


def planted(folder: Path, extra: dict[str, str]) -> Package:
    """Return a small package called swarmlab with the files of `extra` in it."""
    files = {
        "__init__.py": "", "core/__init__.py": "", "core/units.py": "SECOND = 10**9", "core/store.py": "",
        "core/manager/__init__.py": "", "core/manager/raft.py": "", "core/network/__init__.py": "",
        "core/network/ipam.py": "", "core/agent/__init__.py": "", "timeline/__init__.py": "",
        "timeline/journal.py": "", "timeline/trace.py": "", **extra,
    }  # fmt: skip
    for name, source in files.items():
        path = folder / "swarmlab" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return Package(folder / "swarmlab")
