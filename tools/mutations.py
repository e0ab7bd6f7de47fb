"""Small mistakes planted in swarmlab/core, one at a time: do the tests notice?

    python tools/mutations.py                all of them, in temporary copies; exit 1 if under 95 % are caught
    python tools/mutations.py reaper slots   those whose file or rule has one of these words
    python tools/mutations.py --list

Each mutation replaces one piece of text that stands exactly once in its file, and says which rule that breaks.
`make test` checks that every one still applies (tests/test_mutations.py); running them all takes some minutes.
"""

# ruff: noqa: E501  (lines of the table hold pieces of source)

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
CORE = ROOT / "swarmlab" / "core"
#: At least so many of a hundred must be caught.
DEMANDED = 95


class Mutation(NamedTuple):
    """In `file`, `old` becomes `new`; that breaks `rule`.  `tests` are asked first, then all of tests/core."""

    file: str
    old: str
    new: str
    rule: str
    tests: str = ""


SCHEDULING = "tests/core/manager/test_scheduler_filters.py tests/core/manager/test_scheduler_tree.py tests/core/test_scheduling.py"
UPDATES = "tests/core/manager/test_update.py tests/core/test_updates.py"
ADDRESSES = "tests/core/manager/test_allocator.py tests/core/test_control.py"
RESTARTS = "tests/core/test_restarts.py"
SERVICES = "tests/core/test_restarts.py tests/core/test_services.py tests/core/test_global_services.py"
M = Mutation

MUTATIONS: tuple[Mutation, ...] = (
    # --- scheduler --------------------------------------------------------------------------------------------
    M("manager/scheduler/filters.py", "and node.spec.availability is _ACTIVE", "",
      "a paused or drained node takes no new tasks", SCHEDULING),
    M("manager/scheduler/filters.py", "wanted.nano_cpus > has.nano_cpus - info.reserved_cpus",
      "wanted.nano_cpus > has.nano_cpus", "what others reserve is not free", SCHEDULING),
    M("manager/scheduler/filters.py", "if wanted.memory_bytes > has.memory_bytes", "if wanted.memory_bytes >= has.memory_bytes",
      "a reservation may fill a node exactly", SCHEDULING),
    M("manager/scheduler/filters.py", "info.count(task.service_id) < (", "info.count(task.service_id) <= (",
      "max replicas per node is a maximum", SCHEDULING),
    M("manager/scheduler/filters.py", "sorted(charged, reverse=True)", "sorted(charged)",
      "the most frequent reason comes first", SCHEDULING),
    M("manager/scheduler/filters.py", "for count, index in sorted(charged, reverse=True)",
      "for count, index in charged", "the most frequent reason comes first", SCHEDULING),
    M("manager/scheduler/filters.py", "    Resource(),\n    Plugin(),\n    Constraint(),", "    Constraint(),\n    Resource(),\n    Plugin(),",
      "the filters have an order", SCHEDULING),
    M("manager/scheduler/filters.py", "any(port in info.host_ports for", "all(port in info.host_ports for",
      "one taken host port is enough to refuse", SCHEDULING),
    M("manager/scheduler/nodeinfo.py", "if task.desired_state <= _COMPLETE:", "if True:",
      "tasks asked to stop do not count as load", SCHEDULING),
    M("manager/scheduler/nodeinfo.py", "MAX_FAILURES = 5", "MAX_FAILURES = 6", "five failures put a node last", SCHEDULING),
    M("manager/scheduler/nodeinfo.py", "FAILURE_WINDOW = 5 * MINUTE", "FAILURE_WINDOW = 4 * MINUTE",
      "failures count for five minutes", SCHEDULING),
    M("manager/scheduler/nodeinfo.py", "self.count(task.service_id), self.active)", "self.active, self.count(task.service_id))",
      "tasks of the service count before all tasks", SCHEDULING),
    M("manager/scheduler/nodeinfo.py", "self.failures.get((task.service_id, task.spec_version))",
      "self.failures.get((task.service_id, 0))", "an update forgives failures", SCHEDULING),
    M("manager/scheduler/nodeset.py", "for load in sorted(self._by_load):", "for load in sorted(self._by_load, reverse=True):",
      "the least loaded node comes first", SCHEDULING),
    M("manager/scheduler/nodeset.py", "        yield from _ranked(failing, task, now, chance)\n", "",
      "a node with failures comes last, but it comes", SCHEDULING),
    M("manager/scheduler/tree.py", "ask = share - child.count + (1 if extra > 0 else 0)", "ask = share + (1 if extra > 0 else 0)",
      "branches get equal numbers of tasks", SCHEDULING),
    M("manager/scheduler/tree.py", "return info.node.spec.labels.get(descriptor[len(NODE_LABEL) :], \"\")",
      "return info.node.spec.labels.get(descriptor[len(NODE_LABEL) :])",
      "a missing label is a value of its own", SCHEDULING),
    M("manager/scheduler/tree.py", "ranks[index + 1] < ranks[number]", "False",
      "a group goes on to a node that is better by now", SCHEDULING),
    M("manager/scheduler/scheduler.py", 'if task.status.err != reasons:', "if True:",
      "a status is written again only if the reason has changed", SCHEDULING),
    M("manager/scheduler/scheduler.py", "            self.nodes.put(change.new)\n            self._soon()", "            self.nodes.put(change.new)",
      "what waits is looked at again when a node changes", SCHEDULING),
    M("manager/scheduler/scheduler.py", 'f"no suitable node ({reasons})" if reasons else "no suitable node"',
      'f"no suitable node ({reasons})"', "without reasons there are no brackets", SCHEDULING),
    M("manager/scheduler/scheduler.py", "                del self._pending[task.id]  # noSuitableNode: what is of an old revision is not put back\n", "",
      "what fitted nowhere is given up when its service is updated", SCHEDULING),
    M("manager/scheduler/scheduler.py", "(TaskState.FAILED, TaskState.REJECTED) and task.id", "(TaskState.REJECTED,) and task.id",
      "failed tasks count against their node", SCHEDULING),
    M("constraints.py", "actual.casefold() == self.value.casefold()", "actual == self.value",
      "constraints ignore case", "tests/core/test_constraints.py"),
    M("constraints.py", 'OPERATORS = ("==", "!=")', 'OPERATORS = ("!=", "==")', "== is looked for first", "tests/core/test_constraints.py"),
    M("constraints.py", "        inside = False\n", "        return False\n",
      "a node without an address is in no subnet, so != holds", "tests/core/test_constraints.py"),
    # --- orchestrators ----------------------------------------------------------------------------------------
    M("manager/orchestrator/enforcer.py", "node.spec.availability is Availability.ACTIVE", "True",
      "a paused node is left alone", "tests/core/test_scheduling.py"),
    M("manager/orchestrator/enforcer.py", "state=TaskState.REJECTED", "state=TaskState.SHUTDOWN",
      "the enforcer rejects; it does not shut down", "tests/core/test_scheduling.py"),
    M("manager/orchestrator/enforcer.py", "placement = (service.spec.task if service else task.spec).placement",
      "placement = task.spec.placement", "the service's present constraints are enforced", RESTARTS),
    M("manager/orchestrator/slots.py", "not any(_runs(task) for task in slot), slot[0].slot", "slot[0].slot",
      "slots that do not run go first", SERVICES),
    M("manager/orchestrator/slots.py", "            on_node[slot[0].node_id] = rank + 1\n", "",
      "the fullest node gives first", "tests/core/manager/test_slots.py"),
    M("manager/orchestrator/slots.py", "- 1 < limit", "< limit", "the first task of a slot is no restart", SERVICES),
    M("manager/orchestrator/restart.py", "desired=TaskState.READY", "desired=TaskState.RUNNING",
      "a successor waits at READY", SERVICES),
    M("manager/orchestrator/restart.py", "0 if drained else restart_delay(task)", "restart_delay(task)",
      "a drained node's tasks are replaced without delay", SERVICES),
    M("manager/orchestrator/restart.py", "return len(times) < attempts", "return len(times) <= attempts",
      "max attempts is a maximum", SERVICES),
    M("manager/orchestrator/restart.py", "window < time < ended", "window > time",
      "restarts outside the window are forgiven", SERVICES),
    M("manager/orchestrator/restart.py", "() if is_down or task.status.state.is_terminal else (task.id,)", "()",
      "a successor waits until the old task has stopped", SERVICES),
    M("manager/orchestrator/restart.py", "if version != task.spec_version:\n            return True", "if False:\n            return True",
      "a new revision has its attempts anew", SERVICES),
    M("manager/orchestrator/replicated.py", "write.update(task._replace(desired_state=TaskState.REMOVE))\n        self._bury",
      "write.update(task._replace(desired_state=TaskState.SHUTDOWN))\n        self._bury",
      "scaling down leaves no history", SERVICES),
    M("manager/orchestrator/replicated.py", "while number in taken:", "while False:", "each slot has one live task", SERVICES),
    M("manager/orchestrator/global_.py", "if not is_usable(node) or not _matches(service, node):\n                    _stop",
      "if not is_usable(node):\n                    _stop", "a global service obeys its constraints", SERVICES),
    M("manager/orchestrator/global_.py", "elif node.spec.availability is Availability.PAUSE:", "elif False:",
      "a paused node gets no global task", SERVICES),
    M("manager/orchestrator/reaper.py", "if len(excess) == len(tasks) - limit:", "if len(excess) == len(tasks) - limit - 1:",
      "five tasks of a slot are kept, not six", UPDATES),
    M("manager/orchestrator/reaper.py", "        if attempts:\n            limit = attempts + 1\n", "",
      "max attempts overrides the history limit", UPDATES),
    M("manager/orchestrator/reaper.py", "task.status.state < TaskState.ASSIGNED or task.status.state >= TaskState.COMPLETE",
      "True", "an unwanted task stays until its container has stopped", SERVICES),
    M("manager/orchestrator/reaper.py", "never_ran = task.status.state < TaskState.ASSIGNED and task.desired_state > TaskState.RUNNING",
      "never_ran = False", "what was given up before it had a node is history too", "tests/core/test_scenarios.py"),
    M("manager/orchestrator/restart.py", "if waiting.restart_again and not is_of_job:", "if waiting.restart_again:",
      "a failed task of a job goes back to its orchestrator", "tests/core/manager/test_jobs.py"),
    M("manager/orchestrator/replicated.py", "                for task in self.store.tasks_in(service.id, number):\n                    write.delete(task)",
      "                for task in self.store.tasks_in(service.id, number):\n                    if task.status.state.is_terminal:\n                        write.delete(task)",
      "slots given up are forgotten though their tasks still stop", "tests/core/agent/test_stopping.py"),
    M("manager/orchestrator/tasks.py", "        if node is not None and matches_all(", "        if False and matches_all(",
      "a constraint that holds replaces nothing", RESTARTS),
    M("manager/orchestrator/tasks.py", "return wanted != task.spec or service.spec.endpoint != _endpoint(task)",
      "return wanted != task.spec", "publishing a port replaces tasks", SERVICES),
    M("manager/orchestrator/update.py", "min(config.parallelism or len(keys), len(keys))", "len(keys)",
      "an update goes on with so many slots at a time", UPDATES),
    M("manager/orchestrator/update.py", "> update.config.max_failure_ratio:", ">= update.config.max_failure_ratio:",
      "the failure ratio is a maximum", UPDATES),
    M("manager/orchestrator/update.py", "(seen and self.queue.now - seen > update.watch)", "seen",
      "a task that fails while it is monitored counts", UPDATES),
    M("manager/orchestrator/update.py", 'if update.config.order != "start-first" else ()', "",
      "start-first starts first", UPDATES),
    M("manager/orchestrator/update.py", "if update.config.delay:\n", "if False:\n",
      "the update delay is kept", UPDATES),
    # --- allocator, dispatcher --------------------------------------------------------------------------------
    M("manager/allocator.py", "        elif new.status.state.is_terminal:\n            self._release_task(new)\n", "",
      "addresses of ended tasks come free", ADDRESSES),
    M("manager/allocator.py", "options[VXLAN_IDS] = str(self._next_vxlan_id)\n        self._next_vxlan_id += 1",
      "options[VXLAN_IDS] = str(self._next_vxlan_id)", "each overlay has a VXLAN id of its own", ADDRESSES),
    M("network/ipam.py", "        if self._low <= number < self._floor:\n            self._floor = number\n", "",
      "a bridge gives out the lowest free address again", ADDRESSES),
    M("network/ipam.py", "self._cursor = found + 1", "self._cursor = found", "the swarm goes on counting", ADDRESSES),
    M("manager/ports.py", 'port.mode == "ingress" and port.published and owner not in (None, service_id)', "False",
      "a published port belongs to one service", ADDRESSES),
    M("manager/allocator.py", "                self._networks[network_id] = None\n                return", "                return",
      "a network waits for its subnet", "tests/core/manager/test_allocator.py"),
    M("manager/dispatcher.py", "GRACE * period", "GRACE * self.store.cluster.spec.heartbeat_period",
      "the grace period is three of the periods told", "tests/core/manager/test_dispatcher.py"),
    M("manager/dispatcher.py", "GRACE = 3", "GRACE = 6", "a node is down after three missed heartbeats", "tests/core/manager/test_dispatcher.py"),
    M("manager/dispatcher.py", "ORPHANED_AFTER = 24 * HOUR", "ORPHANED_AFTER = 2 * HOUR", "tasks are orphaned after a day", "tests/core/manager/test_lost_nodes.py"),
    M("manager/dispatcher.py", "if known is None or status.state >= known.state:", "if True:",
      "of two reports the greater state counts", "tests/core/manager/test_dispatcher.py"),
    # --- agent, store, queue, states --------------------------------------------------------------------------
    M("store.py", "if old is None or state < old.status.state:", "if old is None:",
      "a late report takes no task back", "tests/core/manager/test_dispatcher.py"),
    M("agent/controller.py", "if observed > desired:\n        return None", "if False:\n        return None",
      "a task rests where it is desired", "tests/core/agent"),
    M("agent/controller.py", "STOP if observed < S.COMPLETE else None", "STOP", "what has ended is not stopped again", "tests/core/agent"),
    M("agent/agent.py", "elif container.exit_code == 0:\n            self._report(assigned, TaskState.COMPLETE",
      "elif True:\n            self._report(assigned, TaskState.COMPLETE", "a bad exit code is a failure", "tests/core/agent/test_health.py tests/core/test_services.py"),
    M("agent/agent.py", "            for task_id in [task_id for task_id in self.tasks if task_id not in named]:\n                self._forget(task_id)\n",
      "            pass\n", "a node that comes back stops what it should no longer run", "tests/core/manager/test_lost_nodes.py"),
    M("agent/agent.py", "if assigned.status.state in WORKING:", "if True:", "what rests is stopped at once", "tests/core/agent"),
    M("agent/agent.py", "RETRY = SECOND", "RETRY = 2 * SECOND", "what is under way is called off for a second", "tests/core/agent"),
    M("agent/agent.py", "        if gone is not None and gone.container is not None and gone.container.stopping:\n            self._remove(gone)\n", "",
      "the container of a forgotten task goes when it has ended", "tests/core/agent"),
    M("agent/agent.py", "        assigned.working = \"\"\n        self._leave_networks(assigned)\n", "        assigned.working = \"\"\n",
      "a network leaves a node with the last task that wanted it", "tests/core/agent"),
    M("agent/engine.py", "self.queue.after(grace, self.address, GraceEnds(container.id, container.epoch))", "pass",
      "a process that does not obey is killed", "tests/core/test_services.py"),
    M("store.py", "            self._out_of_slot(old)\n            _drop(self._by_node", "            _drop(self._by_node",
      "indexes forget what was deleted", "tests/core/test_store.py"),
    M("store.py", "if stored is not None and stored.version != version:", "if False:", "an update out of sequence is refused",
      "tests/core/test_control.py"),
    M("store.py", "if kind is None and self._writes:", "if self._writes:", "a transaction that raises writes nothing", "tests/core/test_store.py"),
    M("queue.py", "        if when < self.now:\n            when = self.now\n", "", "time cannot go backwards", "tests/core/test_queue.py"),
    M("states.py", "(S.PENDING, S.ASSIGNED): (\"scheduler\",)", "(S.PENDING, S.ASSIGNED): (\"scheduler\", \"agent\")",
      "the scheduler alone assigns", "tests/core/test_oracle.py"),
    M("oracle.py", "new.desired_state < old.desired_state", "False", "wishes only grow", "tests/core/test_oracle.py"),
    M("defaults.py", "RESTART_DELAY = 5 * SECOND", "RESTART_DELAY = 4 * SECOND", "the restart delay is five seconds", SERVICES),
    M("faults.py", "machine.engine.power_off()", "pass", "a host without power runs nothing", "tests/core/test_faults.py"),
)  # fmt: skip


def stale() -> list[str]:
    """Return a line for each mutation whose text does not stand exactly once in its file."""
    return [
        f"{one.file}: {one.rule}: found {count} times"
        for one in MUTATIONS
        if (count := (CORE / one.file).read_text().count(one.old)) != 1
    ]


def is_caught(one: Mutation, copy: Path) -> str:
    """Plant a mutation in `copy`, run the tests, take it out again; return who caught it, "" if nobody did."""
    file = copy / "swarmlab" / "core" / one.file
    text = file.read_text()
    file.write_text(text.replace(one.old, one.new))
    try:
        for tests in filter(None, (one.tests, "tests/core")):
            caught = _fails(copy, tests.split())
            if caught:
                return caught
        return ""
    finally:
        file.write_text(text)


def _fails(copy: Path, tests: list[str]) -> str:
    command = [
        sys.executable,
        "-B",
        "-m",
        "pytest",
        "-x",
        "-q",
        "--no-header",
        "--tb=no",
        "-p",
        "no:cacheprovider",
        *tests,
    ]
    environment = os.environ | {"PYTHONPATH": str(copy)}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
    if done.returncode == 0:
        return ""
    failed = [line.removeprefix("FAILED ").partition(" - ")[0] for line in done.stdout.splitlines() if "FAILED" in line]
    return failed[0] if failed else "the tests cannot even be loaded"


def main(words: list[str]) -> int:
    chosen = [one for one in MUTATIONS if not words or any(word in one.file or word in one.rule for word in words)]
    if words == ["--list"]:
        for one in MUTATIONS:
            print(f"{one.file:40} {one.rule}")
        return 0
    if stale():
        print("\n".join(stale()))
        return 1
    caught = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "swarmlab"
        for part in ("swarmlab", "tests", "pyproject.toml"):
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / part)
        for one in chosen:
            began = time.monotonic()
            by = is_caught(one, copy)
            caught += bool(by)
            seconds = time.monotonic() - began
            said = "caught" if by else "MISSED"
            print(f"{said}  {one.file}: {one.rule}  [{by or '-'}, {seconds:.0f} s]", flush=True)
    share = 100 * caught / max(1, len(chosen))
    print(f"{caught} of {len(chosen)} caught ({share:.0f} %)")
    return 0 if share >= DEMANDED else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
