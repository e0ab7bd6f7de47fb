"""The oracle: what must hold of every change of a task, whatever people do and whatever breaks.

SwarmKit's TLA+ model (``design/tla/Tasks.tla``) says which component may take a task from which state to which;
`states.OWNERS` is that table.  With it come the rules of the prose (``design/task_model.md``): states and wishes
only grow, a task never moves to another node, and what it is for never changes.  Where model and Go differ, Go wins.
"""

from collections.abc import Iterable

from swarmlab.core.states import TaskState as S
from swarmlab.core.states import may_move
from swarmlab.core.store import Change
from swarmlab.errors import SwarmlabError


class RuleBroken(SwarmlabError):
    """A component did what the table forbids: a mistake in the simulation, never the user's."""


def broken_rule(change: Change) -> str:
    """Return what is wrong with one change, "" if nothing is."""
    if change.table != "task":
        return ""
    old, new = change.old, change.new
    before = old.status.state if old else None
    after = new.status.state if new else None
    who = f"task {change.id}"
    if after is S.REMOVE:
        return f"{who}: REMOVE was observed; it is only ever a wish"
    if old is not None and new is not None:
        if after is not None and before is not None and after < before:
            return f"{who} went back from {before.name} to {after.name}"
        if new.desired_state < old.desired_state:
            return f"{who}: the wish went back from {old.desired_state.name} to {new.desired_state.name}"
        if (old.spec, old.service_id, old.slot, old.spec_version) != (
            new.spec,
            new.service_id,
            new.slot,
            new.spec_version,
        ):
            return f"{who}: what it is for has changed"
        if old.node_id and old.node_id != new.node_id:
            return f"{who} has moved to another node"
    if not may_move(before, after, change.actor):
        return f"{change.actor} took {who} from {before and before.name} to {after and after.name}"
    return ""


class Oracle:
    """Looks at changes and keeps what is wrong with them.  With `strict` the first mistake is raised."""

    def __init__(self, *, strict: bool = True) -> None:
        self.strict = strict
        self.seen = 0
        self.broken: list[str] = []

    def observe(self, change: Change) -> None:
        """Look at one change: an observer for `Store.watch`.  Raises RuleBroken if strict."""
        self.seen += 1
        rule = broken_rule(change)
        if rule:
            self.broken.append(rule)
            if self.strict:
                raise RuleBroken(rule)

    def look(self, changes: Iterable[Change]) -> None:
        """Look at several changes."""
        for change in changes:
            self.observe(change)
