"""Which object a client means: full id, else exact name, else the beginning of one id only.

moby: ``daemon/cluster/helpers.go``.
"""

from typing import Any

from swarmlab.core.objects import Config, Network, Node, Secret, Service, Task
from swarmlab.core.store import Store
from swarmlab.errors import InvalidArgument, NotFound


def service(store: Store, reference: str) -> Service:
    """Return the service that `reference` means.  Raises NotFound, or InvalidArgument if it means several."""
    return _find(store, "service", reference)  # type: ignore[no-any-return]


def node(store: Store, reference: str) -> Node:
    """Return the node that `reference` means; its name is its host name, which two nodes may share."""
    return _find(store, "node", reference)  # type: ignore[no-any-return]


def task(store: Store, reference: str) -> Task:
    """Return the task that `reference` means."""
    return _find(store, "task", reference)  # type: ignore[no-any-return]


def network(store: Store, reference: str) -> Network:
    """Return the network of the swarm that `reference` means."""
    return _find(store, "network", reference)  # type: ignore[no-any-return]


def secret(store: Store, reference: str) -> Secret:
    """Return the secret that `reference` means."""
    return _find(store, "secret", reference)  # type: ignore[no-any-return]


def config(store: Store, reference: str) -> Config:
    """Return the config that `reference` means."""
    return _find(store, "config", reference)  # type: ignore[no-any-return]


def _find(store: Store, kind: str, reference: str) -> Any:
    rows = store.table(kind)
    exact = rows.get(reference)
    if exact is not None:
        return exact
    named = _named(store, kind, reference)
    found = named or [thing for object_id, thing in rows.items() if object_id.startswith(reference)]
    if len(found) > 1:
        raise InvalidArgument(f"{kind} {reference} is ambiguous ({len(found)} matches found)")
    if not found:
        raise NotFound(f"{kind} {reference} not found")
    return found[0]


def _named(store: Store, kind: str, name: str) -> list[Any]:
    if kind == "node":
        wanted = name.lower()
        return [n for n in store.nodes() if n.description and n.description.hostname.lower() == wanted]
    if kind == "task":
        return [t for t in store.tasks() if t.name == name]
    named = store.named(kind, name)
    return [named] if named is not None else []
