"""What ``/secrets`` and ``/configs`` have in common.  moby: ``daemon/cluster/secrets.go``, ``configs.go``."""

from typing import NamedTuple

from swarmlab.api import filters, lookup
from swarmlab.api.call import Call, empty, reply
from swarmlab.api.convert.files import file_json, file_spec_of
from swarmlab.api.errors import from_manager
from swarmlab.api.shapes import Struct
from swarmlab.core.objects import Config, Secret
from swarmlab.errors import InvalidArgument
from swarmlab.wire import Response

FILTERS = ("names", "name", "id", "label")


class Kind(NamedTuple):
    """One of the two."""

    name: str  # secret, config
    shape: Struct

    def list(self, call: Call) -> Response:
        """Return all of them."""
        store = call.manager.store
        wanted = filters.read(call, FILTERS)
        things: list[Secret | Config] = [
            thing
            for thing in store.table(self.name).values()
            if wanted.prefix("id", thing.id)
            and wanted.prefix("name", thing.spec.name)
            and wanted.exact("names", thing.spec.name)
            and wanted.labels("label", thing.spec.labels)
        ]
        return reply([file_json(thing) for thing in sorted(things, key=lambda thing: thing.id)])

    def find(self, call: Call) -> Secret | Config:
        """Return the one in the path."""
        find = lookup.secret if self.name == "secret" else lookup.config
        return find(call.manager.store, call.args["id"])

    def inspect(self, call: Call) -> Response:
        """Return one of them."""
        return reply(file_json(self.find(call)))

    def create(self, call: Call) -> Response:
        """Make one."""
        spec = file_spec_of(call.json(self.shape))
        if spec.templating is not None and not call.at_least(1, 37):
            version = ".".join(map(str, call.version))
            raise InvalidArgument(f"{self.name} templating is not supported on the specified API version: {version}")
        control = call.manager.control
        with from_manager():
            made = control.create_secret(spec) if self.name == "secret" else control.create_config(spec)
        return reply({"ID": made.id}, 201)

    def update(self, call: Call) -> Response:
        """Change the labels of one."""
        spec = file_spec_of(call.json(self.shape))
        version = call.object_version(self.name, cause=False)
        thing, control = self.find(call), call.manager.control
        with from_manager():
            if self.name == "secret":
                control.update_secret(thing.id, version, spec)
            else:
                control.update_config(thing.id, version, spec)
        return empty()

    def delete(self, call: Call) -> Response:
        """Remove one."""
        thing, control = self.find(call), call.manager.control
        with from_manager():
            if self.name == "secret":
                control.remove_secret(thing.id)
            else:
                control.remove_config(thing.id)
        return empty(204)
