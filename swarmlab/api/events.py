"""``/events``: what has happened on this host and, if it manages a swarm, in the swarm.

moby: ``daemon/events``, ``daemon/server/router/system/system_routes.go``.
"""

from collections.abc import Callable, Collection
from functools import partial

from swarmlab.api import filters
from swarmlab.api.call import Call
from swarmlab.api.convert.basics import Json, sorted_labels
from swarmlab.api.errors import JSON
from swarmlab.api.filters import Filters
from swarmlab.api.gojson import dumps
from swarmlab.api.streams import OneWay
from swarmlab.api.times import moment
from swarmlab.core.events import Event
from swarmlab.core.units import SECOND
from swarmlab.errors import InvalidArgument
from swarmlab.wire import Response

#: Filters that mean the id or the name of whatever an event is about.
_NAMED = ("container", "plugin", "volume", "network", "daemon", "node", "service", "secret", "config")
#: Actions that carry a command after a colon; asked for without it they match by their beginning.
_LONG_ACTIONS = ("health_status", "exec_create", "exec_start")


class Ring:
    """One source of events: the newest ones, how many there ever were, and whether it can be heard now."""

    def __init__(
        self, kept: Callable[[], Collection[Event]], seen: Callable[[], int], heard: Callable[[], bool] = lambda: True
    ) -> None:
        self._kept = kept
        self._seen = seen
        self._heard = heard
        self._read = seen()

    def past(self) -> list[Event]:
        """Return all events that are still kept."""
        return list(self._kept())

    def new(self) -> list[Event]:
        """Return what has come since the last call; of more than are kept only those."""
        if not self._heard():
            return []
        seen = self._seen()
        count = seen - self._read
        self._read = seen
        return list(self._kept())[-count:] if count > 0 else []


class EventStream(OneWay):
    """Events as lines of JSON, until the client has enough."""

    def __init__(self, call: Call, since: int | None, until: int | None, wanted: Filters) -> None:
        self._app = call.app
        self._call = call
        self._until = until
        self._wanted = wanted
        self._legacy = not call.at_least(1, 52)
        engine = call.engine
        self._rings = [Ring(lambda: engine.events.kept, lambda: engine.events.seen)]
        if call.is_manager:
            manager = call.local_manager
            # A manager that is cut off does not hear what the others do until it is back.
            heard = partial(manager.follows, call.host.name)
            self._rings.append(Ring(lambda: manager.events, lambda: manager.events_seen, heard))
        self._waiting: list[Event] = []
        if since is not None or until is not None:
            begin = since or 0
            self._waiting = [event for ring in self._rings for event in ring.past() if event.at >= begin]

    def read(self) -> bytes | None:
        """Return the events that have come since the last call."""
        if self._app.closed:
            return None
        events, self._waiting = self._waiting, []
        events += [event for ring in self._rings for event in ring.new()]
        until = self._until
        wanted = [
            event
            for event in sorted(events, key=lambda event: event.at)
            if (until is None or event.at <= until) and matches(event, self._wanted)
        ]
        if wanted:
            return b"".join(dumps(event_json(event, legacy=self._legacy)) for event in wanted)
        return None if until is not None and self._app.simulation.now >= until else b""


def stream(call: Call) -> Response:
    """``GET /events``."""
    since, until = moment(call, "since"), moment(call, "until")
    if since is not None and until is not None and since > until:
        first, last = call.param("since"), call.param("until")
        raise InvalidArgument(f"`since` time ({first}) cannot be after `until` time ({last})")
    wanted = filters.read(call)  # what is not known is of no consequence
    return Response(200, (JSON,), EventStream(call, since, until, wanted))


def event_json(event: Event, *, legacy: bool) -> Json:
    """Return an event; `legacy`: with the keys of old times for containers and images."""
    json: Json = {}
    if legacy and event.type in ("container", "image"):
        json = {"status": event.action, "id": event.id}
        if event.attributes.get("image"):
            json["from"] = event.attributes["image"]
    return json | {
        "Type": event.type,
        "Action": event.action,
        "Actor": {"ID": event.id, "Attributes": sorted_labels(event.attributes)},
        "scope": event.scope,
        "time": event.at // SECOND,
        "timeNano": event.at,
    }


def matches(event: Event, wanted: Filters) -> bool:
    """Whether a client wants this event (moby ``daemon/events/filter.go``)."""
    name = event.attributes.get("name", "")
    if "event" in wanted:
        fuzzy = any(action in wanted.get("event") for action in _LONG_ACTIONS)
        if not (wanted.prefix if fuzzy else wanted.exact)("event", event.action):
            return False
    return (
        wanted.exact("type", event.type)
        and wanted.exact("scope", event.scope)
        and all(wanted.prefix(kind, event.id) or wanted.prefix(kind, name) for kind in _NAMED)
        and _matches_image(event, wanted)
        and wanted.labels("label", event.attributes)
    )


def _matches_image(event: Event, wanted: Filters) -> bool:
    image = event.attributes.get("image" if event.type != "image" else "name", "")
    untagged = image.rpartition(":")[0] if ":" in image.rsplit("/", 1)[-1] else image
    return any(wanted.exact("image", text) for text in (event.id, image, untagged))
