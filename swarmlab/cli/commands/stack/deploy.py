"""``stack deploy`` and ``stack config``.  docker/cli: cli/command/stack/deploy.go, config.go, swarm/deploy*.go."""

from typing import Any

from swarmlab.cli.command import Call, Command, exact_args, no_args
from swarmlab.cli.commands.service.spec import Spec, pin_image, registry_auth
from swarmlab.cli.commands.stack.common import check_name, of_stack
from swarmlab.cli.commands.stack.remove import remove_all
from swarmlab.cli.compose import loader
from swarmlab.cli.compose.convert import IMAGE, Stack
from swarmlab.cli.errors import CommandError, EngineError, join_errors
from swarmlab.cli.flags import flag, switch
from swarmlab.cli.progress.converge import wait_for_service
from swarmlab.cli.values import Bool, String, Strings
from swarmlab.gostrings import quote

_RESOLVE = ("always", "changed", "never")
_NOT_A_MANAGER = (
    'this node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and'
    " try again"
)
_IN_THE_BACKGROUND = (
    "Since --detach=false was not specified, tasks will be created in the background.\n"
    "In a future release, --detach=false will become the default."
)


def _deploy(call: Call) -> None:
    name = check_name(call.args[0])
    config = loader.load_for_deploy(call)
    if call["resolve-image"] not in _RESOLVE:
        raise CommandError(f"Invalid option {call['resolve-image']} for flag --resolve-image")
    if call["detach"] and not call.flags.changed("detach"):
        call.err(_IN_THE_BACKGROUND)
    if not (call.engine.get("/info").get("Swarm") or {}).get("ControlAvailable"):
        raise CommandError(_NOT_A_MANAGER)
    stack = Stack(name, config)
    if call["prune"]:
        _prune(call, stack)
    _create_networks(call, stack)
    for kind in ("secret", "config"):
        for spec in stack.files(call.env, kind):
            _create_file(call, kind, spec)
    ids = _deploy_services(call, stack, stack.services(call.engine))
    if not call["detach"]:
        _wait(call, ids)


def _prune(call: Call, stack: Stack) -> None:
    """Remove services that the file has no longer."""
    kept = {stack.scope(name) for name in stack.config.services}
    old = [service for service in of_stack(call.engine, "services", stack.name) if service["Spec"]["Name"] not in kept]
    remove_all(call, "service", sorted(old, key=lambda service: str(service["Spec"]["Name"])))


def _create_networks(call: Call, stack: Stack) -> None:
    wanted, external = stack.networks()
    for name in external:
        _check_external(call, name)
    there = {network["Name"] for network in of_stack(call.engine, "networks", stack.name)}
    for name, spec in wanted.items():
        if name in there:
            continue
        call.out(f"Creating network {name}")
        try:
            call.engine.post("/networks/create", {**spec, "Name": name})
        except EngineError as error:
            raise CommandError(f"failed to create network {name}: {error.text}") from None


def _check_external(call: Call, name: str) -> None:
    if name in ("default", "bridge", "host", "none"):
        return  # every node has these of its own
    declared = f"network {quote(name)} is declared as external, but"
    try:
        network = call.engine.get(f"/networks/{name}")
    except EngineError as error:
        if error.status != 404:
            raise
        raise CommandError(
            f"{declared} could not be found. You need to create a swarm-scoped network before the stack is deployed"
        ) from None
    if network["Scope"] != "swarm":
        raise CommandError(f'{declared} it is not in the right scope: {quote(network["Scope"])} instead of "swarm"')


def _create_file(call: Call, kind: str, spec: Spec) -> None:
    """Create a secret or config, or give the one that is there its labels: more of it cannot change."""
    name = spec["Name"]
    try:
        there = call.engine.get(f"/{kind}s/{name}")
    except EngineError as error:
        if error.status != 404:
            raise
        call.out(f"Creating {kind} {name}")
        path, params, verb = f"/{kind}s/create", {}, "create"
    else:
        path, params, verb = f"/{kind}s/{there['ID']}/update", {"version": there["Version"]["Index"]}, "update"
    try:
        call.engine.post(path, spec, **params)
    except EngineError as error:
        raise CommandError(f"failed to {verb} {kind} {name}: {error.text}") from None


def _deploy_services(call: Call, stack: Stack, specs: dict[str, Spec]) -> list[str]:
    there = {service["Spec"]["Name"]: service for service in of_stack(call.engine, "services", stack.name)}
    ids = []
    for key, spec in specs.items():
        name = stack.scope(key)
        if name in there:
            call.out(f"Updating service {name} (id: {there[name]['ID']})")
            ids.append(_update(call, name, there[name], spec))
        else:
            call.out(f"Creating service {name}")
            ids.append(_create(call, name, spec))
    return ids


def _create(call: Call, name: str, spec: Spec) -> str:
    pin_image(call.engine, spec, call["resolve-image"] != "never")
    try:
        return str(call.engine.post("/services/create", spec, headers=registry_auth(call))["ID"])
    except EngineError as error:
        raise CommandError(f"failed to create service {name}: {error.text}") from None


def _update(call: Call, name: str, service: Spec, spec: Spec) -> str:
    container, old = spec["TaskTemplate"]["ContainerSpec"], service["Spec"]
    resolve = call["resolve-image"]
    same = container["Image"] == (old.get("Labels") or {}).get(IMAGE, "")
    if same and resolve != "always":  # as it was pinned then, or the tasks would be replaced
        container["Image"] = old["TaskTemplate"]["ContainerSpec"]["Image"]
    spec["TaskTemplate"]["ForceUpdate"] = old["TaskTemplate"].get("ForceUpdate", 0)
    warnings = pin_image(call.engine, spec, resolve == "always" or (resolve == "changed" and not same))
    params: dict[str, Any] = {"version": service["Version"]["Index"]}
    try:
        answer = call.engine.post(f"/services/{service['ID']}/update", spec, headers=registry_auth(call), **params)
    except EngineError as error:
        raise CommandError(f"failed to update service {name}: {error.text}") from None
    for warning in [*(answer.get("Warnings") or []), *warnings]:
        call.err(warning)
    return str(service["ID"])


def _wait(call: Call, ids: list[str]) -> None:
    errors: list[CommandError] = []
    for service_id in ids:
        try:
            wait_for_service(call.env, call.engine, service_id, call["quiet"])
        except CommandError as error:
            errors.append(CommandError(f"{service_id}: {error.text}"))
    join_errors(errors)


def _config(call: Call) -> None:
    dicts, folder = loader.read(call)
    call.env.stdout.write(loader.load(call.env, dicts, folder, fill_in=not call["skip-interpolation"]).dump())


_FILES = 'Path to a Compose file, or "-" to read from stdin'
DEPLOY = Command(
    "deploy [OPTIONS] STACK",
    "Deploy a new stack or update an existing stack",
    _deploy,
    exact_args(1),
    (
        flag("compose-file", _FILES, Strings, short="c", version="1.25"),
        switch("with-registry-auth", "Send registry authentication details to Swarm agents"),
        switch("prune", "Prune services that are no longer referenced", version="1.27"),
        flag(
            "resolve-image",
            'Query the registry to resolve image digest and supported platforms ("always", "changed", "never")',
            lambda: String("always"),
            version="1.30",
        ),
        flag(
            "detach",
            "Exit immediately instead of waiting for the stack services to converge",
            lambda: Bool(True),
            short="d",
        ),
        switch("quiet", "Suppress progress output", short="q"),
    ),
    aliases=("up",),
)
CONFIG = Command(
    "config [OPTIONS]",
    "Outputs the final config file, after doing merges and interpolations",
    _config,
    no_args,
    (
        flag("compose-file", _FILES, Strings, short="c"),
        switch("skip-interpolation", "Skip interpolation and output only merged config"),
    ),
)
