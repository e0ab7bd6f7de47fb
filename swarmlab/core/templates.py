"""Templates in specs: what ``{{.Task.Slot}}`` and its like mean for one task on one node.

A service's spec may hold templates in host name, environment and mounts; they are expanded by the agent, for each
task anew, and tried out when the spec is handed in.  Configs and secrets made with the template driver ``golang`` are
expanded as they are put into a container, and may quote others of the task.

SwarmKit: ``template/context.go``, ``template/expand.go``, ``template/getter.go``.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from swarmlab.core.objects import Config, ContainerSpec, FileReference, Mount, NodeDescription, Platform, Secret, Task
from swarmlab.errors import InvalidArgument, NotFound
from swarmlab.gostrings import quote
from swarmlab.gotemplate import BUILTIN, CallError, Function, TemplateError, parse
from swarmlab.gotemplate.functions import text_of
from swarmlab.gotemplate.values import Map, Struct

_SERVICE = "struct { ID string; Name string; Labels map[string]string }"
_NODE = "struct { ID string; Hostname string; Platform template.Platform }"
_TASK = "struct { ID string; Name string; Slot string }"
#: The one function that all of Swarm's templates have: ``join ", " "a" "b"``.
_JOIN = Function(lambda first, *rest: text_of(first).join(text_of(word, n + 1) for n, word in enumerate(rest)), 0, None)
_FUNCTIONS = {**BUILTIN, "join": _JOIN}
#: The only template driver that there is.
DRIVER = "golang"


def expand_container(task: Task, node: Callable[[], NodeDescription]) -> ContainerSpec:
    """Return the container spec of `task` with its templates filled in; `node` is asked only if there are any.

    Raises InvalidArgument in SwarmKit's words for a template that cannot be read or asks for what there is not.
    """
    spec = task.spec.container
    if spec is None:
        raise InvalidArgument("task missing ContainerSpec to expand")
    if not spec.mounts and "{{" not in spec.hostname and not any("{{" in entry for entry in spec.env):
        return spec  # as most are
    context = _context(task, node())
    return spec._replace(
        env=tuple(_env(context, entry) for entry in spec.env),
        mounts=tuple(_mount(context, mount) for mount in spec.mounts),
        hostname=_expand(context, spec.hostname, "expanding hostname failed"),
    )


def _context(task: Task, node: NodeDescription, go_type: str = "template.Context") -> Struct:
    platform: Platform = node.platform
    fields = {
        "Service": Struct(
            _SERVICE,
            {
                "ID": task.service_id,
                "Name": task.service_name,
                "Labels": Map("map[string]string", task.service_labels),
            },
        ),
        "Node": Struct(
            _NODE,
            {
                "ID": task.node_id,
                "Hostname": node.hostname,
                "Platform": Struct("template.Platform", {"Architecture": platform.architecture, "OS": platform.os}),
            },
        ),
        "Task": Struct(_TASK, {"ID": task.id, "Name": task.name, "Slot": str(task.slot or task.node_id)}),
    }
    return Struct(go_type, fields, pointer=True)


def _expand(context: Struct, text: str, problem: str) -> str:
    if "{{" not in text:
        return text
    try:
        return parse(text, _FUNCTIONS, "expansion").render(context, strict=True)
    except TemplateError as error:
        raise InvalidArgument(f"{problem}: {error}") from None


def _env(context: Struct, entry: str) -> str:
    name, equals, value = entry.partition("=")
    return name + equals + _expand(context, value, f"expanding env failed: expanding env {quote(entry)}")


def _mount(context: Struct, mount: Mount) -> Mount:
    def expand(text: str, what: str) -> str:
        return _expand(context, text, f"expanding mounts failed: {what}")

    source = expand(mount.source, f"expanding mount source {quote(mount.source)}")
    target = expand(mount.target, f"expanding mount target {quote(mount.target)}")
    options = mount.volume_options

    def pairs(given: object, what: str) -> dict[str, str]:
        assert isinstance(given, dict)
        return {
            key: expand(value, f"{what}: expanding map entry {quote(key)}={quote(value)}")
            for key, value in given.items()
        }

    if options is not None:
        options = dict(options)
        if options.get("Labels"):
            options["Labels"] = pairs(options["Labels"], "expanding volume labels")
        driver = options.get("DriverConfig")
        if isinstance(driver, dict) and driver.get("Options"):
            options["DriverConfig"] = {**driver, "Options": pairs(driver["Options"], "expanding volume driver config")}
    return mount._replace(source=source, target=target, volume_options=options)


# --- secrets and configs ------------------------------------------------------------------------------


class Dependencies(NamedTuple):
    """What a node was given of the secrets and configs that its tasks name, by id."""

    secrets: Mapping[str, Secret]
    configs: Mapping[str, Config]

    def get(self, kind: str, object_id: str) -> Secret | Config:
        """Return one of them.  Raises NotFound for one that is not, or no longer, in the store."""
        table: Mapping[str, Secret | Config] = self.secrets if kind == "secret" else self.configs
        if object_id not in table:
            raise NotFound(f"{kind} {object_id} not found")
        return table[object_id]


def payload(kind: str, reference: FileReference, task: Task, node: NodeDescription, known: Dependencies) -> bytes:
    """Return the data of the secret or config (`kind`) that `reference` names, as this task is to see it.

    Raises NotFound without it, InvalidArgument when it is a template that cannot be filled in.
    """
    thing = known.get(kind, reference.id)
    spec = thing.spec
    if spec.templating is None:
        return spec.data
    problem = f"failed to expand templated {kind} {thing.id}"
    if spec.templating.name != DRIVER:
        raise InvalidArgument(f"{problem}: unrecognized template type")
    container = task.spec.container or ContainerSpec()
    functions = {
        **_FUNCTIONS,
        "secret": Function(_quoting("secret", container.secrets, known)),
        "config": Function(_quoting("config", container.configs, known)),
        "env": Function(lambda name: _variable(container, text_of(name))),
    }
    text = spec.data.decode("utf-8", "surrogateescape")
    try:
        filled = parse(text, functions, "expansion").render(
            _context(task, node, "template.PayloadContext"), strict=True
        )
    except TemplateError as error:
        raise InvalidArgument(f"{problem}: {error}") from None
    return filled.encode("utf-8", "surrogateescape")


def _quoting(kind: str, references: tuple[FileReference, ...], known: Dependencies) -> Callable[[object], str]:
    def quoted(target: object) -> str:
        wanted = text_of(target)
        for reference in references:
            if reference.target == "file" and reference.file == wanted:
                try:
                    return known.get(kind, reference.id).spec.data.decode("utf-8", "surrogateescape")
                except NotFound as error:
                    raise CallError(str(error)) from None
        raise CallError(f"{kind} target {wanted} not found")

    return quoted


def _variable(container: ContainerSpec, name: str) -> str:
    """Return a variable as the spec has it: templates in it stay as they are."""
    return next((value for key, _, value in (entry.partition("=") for entry in container.env) if key == name), "")
