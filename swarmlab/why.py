"""Why a task is where it is, or why it waits: ``lab.why("web.1")``.

Nothing is remembered for this while the swarm works.  A lab can be copied as it was just before the scheduler
took its decision; there the scheduler is asked what it saw, and let decide again, which it does the same way.
A task that waits is looked at as the scheduler sees it now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from swarmlab.checks import html
from swarmlab.core.manager.loop import Tick
from swarmlab.core.manager.manager import Manager
from swarmlab.core.manager.scheduler.looks import Look, deciding, looks
from swarmlab.core.objects import Task
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import TaskState
from swarmlab.core.units import rfc3339
from swarmlab.errors import InvalidArgument, NotFound
from swarmlab.timeline.session import Session
from swarmlab.timeline.trace import State, World

#: Of a service with many tasks only the newest are told of.
MOST = 10
_NO_LEADER = "The swarm has no leader now, so nothing is placed until the managers have elected one."


class Decision(NamedTuple):
    """What the scheduler saw for one task, and what it made of it."""

    task: str  # web.1
    id: str
    outcome: str  # placed, bound (to its node from the beginning), waiting, untouched
    at: int  # when it was seen
    nodes: tuple[Look, ...]  # as they were when it was this task's turn
    chosen: str  # the node's id, "" while the task waits
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Why:
    """The answer: a decision for each task that was asked for.  It shows as text and as HTML, and is data."""

    decisions: tuple[Decision, ...]

    def __repr__(self) -> str:
        return "\n\n".join(_text(decision) for decision in self.decisions)

    def _repr_html_(self) -> str:
        return "".join(_html(decision) for decision in self.decisions)


def explain(session: Session, task: str | Mapping[str, object]) -> Why:
    """Return why the tasks that `task` names are where they are.

    Takes a task as the docker SDK gives it, and what ``docker service ps`` shows: a task's id or its beginning,
    ``web.1`` (the newest task of that slot; of a global service the node's name or id stands for the number), a
    container's name, a service (its tasks of now).

    Raises NotFound if there never was such a task, InvalidArgument for an id that is not complete enough.
    """
    with session.lock:
        reference = task.get("ID") if isinstance(task, Mapping) else task
        return Why(tuple(_decision(session, state) for state in _find(session, reference)))


# --- names ----------------------------------------------------------------------------------------------------


def _find(session: Session, reference: object) -> list[State]:
    """Return the last state of each task that `reference` means."""
    tasks: dict[str, State] = {}
    for row in session.trace.rows:
        if row.kind == "task" and row.state is not None:
            tasks[row.id] = row.state
    if not isinstance(reference, str) or not reference:
        raise InvalidArgument("say which task: lab.why(\"web.1\"), or a task's id, or a service's name")
    if reference in tasks:
        return [tasks[reference]]
    named = [state for state in tasks.values() if reference in (*_places(state), state["name"])]
    if named:
        return named[-1:]
    of_service = [state for state in tasks.values() if reference in (state["service"], state["service_id"])]
    world = session.trace.world()
    if of_service:
        present = [state for state in of_service if _is_wanted(world, state)]
        return (present or of_service[-1:])[-MOST:]
    begun = [state for state in tasks.values() if state["id"].startswith(reference)]
    if len(begun) > 1:
        raise InvalidArgument(f'"{reference}" is the beginning of {len(begun)} task ids; give more of it')
    if not begun:
        raise NotFound(f'there is no task or service "{reference}"; `docker service ps` shows the tasks of a service')
    return begun


def _places(state: State) -> Iterable[str]:
    """Return the names of a task's place: ``web.1``, or ``web.<node>`` for a global service."""
    if state["slot"]:
        return (f"{state['service']}.{state['slot']}",)
    return (f"{state['service']}.{state['node_id']}", f"{state['service']}.{state['node']}")


def _is_wanted(world: World, state: State) -> bool:
    return state["desired"] in ("ready", "running", "complete") and state["id"] in world.tasks


# --- looking --------------------------------------------------------------------------------------------------


def _decision(session: Session, state: State) -> Decision:
    task_id = state["id"]
    name = next(iter(_places(state))) if state["slot"] else f"{state['service']}.{state['node'] or state['node_id']}"
    assigned = next(
        (
            row.at
            for row in session.trace.rows
            if row.id == task_id and row.state and row.state["state"] == "assigned" and row.actor == "scheduler"
        ),
        None,
    )
    if assigned is not None:
        return _placed(session, name, task_id, assigned)
    manager = _manager(session.simulation, task_id)
    task = manager.store.task(task_id) if manager else None
    if manager is None or task is None or task.status.state is not TaskState.PENDING:
        why = _never_placed(state, task)
        return Decision(name, task_id, "untouched", session.now, (), "", why)
    if manager.scheduler is None:
        return Decision(name, task_id, "untouched", session.now, (), "", (_NO_LEADER,))
    seen = tuple(looks(manager.scheduler.nodes, task, session.now))
    given_up = manager.scheduler.has_given_up(task)
    return Decision(name, task_id, "waiting", session.now, seen, "", _waiting(task, seen, given_up=given_up))


def _manager(simulation: Simulation, task_id: str) -> Manager | None:
    return next((m for m in simulation.swarms.values() if m.store.task(task_id) is not None), None)


def _placed(session: Session, name: str, task_id: str, at: int) -> Decision:
    """Go back to the tick in which the task was placed, and see what the scheduler saw when it was its turn."""
    world, chosen = _tick_before(session.before(at), task_id)
    manager = _manager(world, task_id)
    assert manager is not None
    assert manager.scheduler is not None
    task = manager.store.task(task_id)
    assert task is not None
    nodes = manager.scheduler.nodes
    *earlier, taken = chosen
    group = [
        other for other in earlier if (other.service_id, other.spec_version) == (task.service_id, task.spec_version)
    ]
    for other in earlier:
        if other.node_id in nodes.by_id:
            nodes.add(nodes.by_id[other.node_id], other)
    seen = tuple(looks(nodes, task, at))
    bound = bool(task.node_id)
    sentences = _bound(seen, taken) if bound else _chosen(seen, taken, group)
    return Decision(name, task_id, "bound" if bound else "placed", at, seen, taken.node_id, sentences)


def _tick_before(world: Simulation, task_id: str) -> tuple[Simulation, list[Task]]:
    """Return the world right before the tick that places the task, and what that tick places, the task last."""
    while (event := world.queue.peek()) is not None:
        manager = _manager(world, task_id)
        scheduler = manager.scheduler if manager is not None else None
        if scheduler is not None and event.address == scheduler.address and isinstance(event.payload, Tick):
            after = Simulation.restore(world.checkpoint())
            after.recording = True
            after.take_changes()
            after.step()
            placed: list[Task] = []
            for change in after.take_changes():
                if change.table == "task" and change.new is not None and change.actor == "scheduler":
                    if change.new.status.state is TaskState.ASSIGNED:
                        placed.append(change.new)
                    if change.id == task_id and placed and placed[-1].id == task_id:
                        return world, placed
        world.step()
    raise NotFound(f"task {task_id} cannot be followed back to the moment when it was placed")


# --- words ----------------------------------------------------------------------------------------------------


def _bound(seen: tuple[Look, ...], taken: Task) -> tuple[str, ...]:
    node = _name(seen, taken.node_id)
    return (
        f"The service is global: its orchestrator made a task for each node, this one for {node}.",
        "The scheduler chose nothing.  It only confirmed that the task may run there.",
    )


def _chosen(seen: tuple[Look, ...], taken: Task, group: list[Task]) -> tuple[str, ...]:
    fitting = [look for look in seen if not look.refused]
    look = next(look for look in seen if look.node_id == taken.node_id)
    said = [f"{len(fitting)} of {len(seen)} nodes passed all filters."]
    if group:
        said.append(f"It was placed together with others of the same revision, as number {len(group) + 1}.")
    if look.branch:
        counts: dict[tuple[str, ...], int] = {}
        for each in seen:
            counts[each.branch] = counts.get(each.branch, 0) + each.of_service
        spread = ", ".join(f"{'/'.join(branch) or '(no label)'}: {count}" for branch, count in counts.items())
        said.append(f"Its placement preference evens out tasks between label values first ({spread}).")
        fitting = [each for each in fitting if each.branch == look.branch]
    reason = deciding(look, fitting)
    said.append(
        reason
        or "A group's nodes are put in order once, best first, and its tasks are dealt out in that order: from node"
        " to node, and round again.  It was this node's turn, though others had fewer tasks by then."
    )
    return tuple(said)


def _waiting(task: Task, seen: tuple[Look, ...], *, given_up: bool) -> tuple[str, ...]:
    said = [f"Swarm says: {task.status.err}." if task.status.err else "The scheduler has not looked at it yet."]
    if task.node_id:
        seen = tuple(look for look in seen if look.node_id == task.node_id)
        said.append(f"The service is global: this task can run on {_name(seen, task.node_id)} only.")
    if not seen:
        return (*said, "The swarm has no node that could run it: join one.")
    if given_up:
        said.append(
            "The scheduler does not look at it any more: it fitted nowhere, and its service was updated since it was"
            f" made.  docker service update --force {task.service_name} makes it anew."
        )
    elif any(not look.refused for look in seen):
        said.append("By now it fits somewhere: the scheduler will place it in a moment.")
    else:
        said.append("What would help: " + "; or ".join(dict.fromkeys(look.helps for look in seen)) + ".")
    return tuple(said)


def _never_placed(state: State, task: Task | None) -> tuple[str, ...]:
    if task is not None and task.status.state is TaskState.NEW:
        return ("It is new: the allocator has yet to give it addresses, and only then does the scheduler see it.",)
    said = f"  Swarm said: {state['err']}." if state["err"] else ""
    return (f"It was never placed; its last state is {state['state']}.{said}",)


def _name(seen: tuple[Look, ...], node_id: str) -> str:
    return next((look.node for look in seen if look.node_id == node_id), node_id)


# --- showing --------------------------------------------------------------------------------------------------

HEADER = ("node", "fits", "tasks of the service", "tasks in all")


def _headline(decision: Decision) -> str:
    clock = rfc3339(decision.at)[11:19]
    if decision.chosen:
        return f"{decision.task} was given to {_name(decision.nodes, decision.chosen)} at {clock}"
    return f"{decision.task} has no node at {clock}"


def _cells(decision: Decision) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for look in decision.nodes:
        branch = f" ({'/'.join(look.branch) or 'no label'})" if look.branch else ""
        failed = f"; {look.failures} failures lately" if look.failures else ""
        fits = f"no: {look.refused}" if look.refused else f"yes{failed}"
        rows.append((f"{look.node}{branch}", fits, str(look.of_service), str(look.in_all)))
    return rows


def _text(decision: Decision) -> str:
    lines = [_headline(decision)]
    cells = _cells(decision)
    if cells:
        widths = [max(len(row[column]) for row in (HEADER, *cells)) for column in range(len(HEADER))]
        marks = ["  ", *("→ " if look.node_id == decision.chosen else "  " for look in decision.nodes)]
        for mark, row in zip(marks, (HEADER, *cells), strict=True):
            padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            lines.append(f"{mark}{'  '.join(padded)}".rstrip())
    return "\n".join([*lines, *decision.sentences])


def _html(decision: Decision) -> str:
    headline = _headline(decision)
    head = "".join(f'<th scope="col" style="text-align:left">{escape(title)}</th>' for title in HEADER)
    body = ""
    for look, row in zip(decision.nodes, _cells(decision), strict=True):
        name, *others = row
        mark = "→ " if look.node_id == decision.chosen else ""
        cells = "".join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in others)
        body += f'<tr><th scope="row" style="text-align:left">{escape(mark + name)}</th>{cells}</tr>'
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if body else ""
    said = "".join(f"<p>{html.inline(sentence)}</p>" for sentence in decision.sentences)
    return (
        f'<section aria-label="{escape(headline, quote=True)}" style="{html.BOX.format(colour=html.COLOURS["card"])}">'
        f"<h4>{escape(headline)}</h4>{table}{said}</section>"
    )
