"""``service update``, ``scale`` and ``rollback``: fetch the spec, change it, post it with its version.

docker/cli: cli/command/service/update.go, scale.go, rollback.go.
"""

from collections.abc import Sequence
from typing import Any

from swarmlab.cli.command import Call, Command, exact_args, min_args
from swarmlab.cli.commands.service import flags as tables
from swarmlab.cli.commands.service import merge
from swarmlab.cli.commands.service.create import log_driver
from swarmlab.cli.commands.service.spec import (
    HEALTH_FLAGS,
    Spec,
    apply_restart_flags,
    apply_update_flags,
    pin_image,
    registry_auth,
)  # fmt: skip
from swarmlab.cli.errors import CommandError, join_errors
from swarmlab.cli.progress.converge import wait_for_service
from swarmlab.gostrings import parse_uint


def _inspect(call: Call, reference: str) -> Any:
    return call.engine.get(f"/services/{reference}", insertDefaults="false")


def _post(call: Call, service: Spec, headers: dict[str, str] | None = None, **params: Any) -> list[str]:
    # Every update completes the image's name, as the Go client does; the registry is asked by the caller.
    if service["Spec"]["TaskTemplate"].get("ContainerSpec"):
        pin_image(call.engine, service["Spec"], ask_registry=False)
    version = service["Version"].get("Index", 0)
    answer = call.engine.post(
        f"/services/{service['ID']}/update", service["Spec"], headers=headers, version=version, **params
    )
    return list((answer or {}).get("Warnings") or [])


def _update(call: Call) -> None:
    reference = call.args[0]
    service = _inspect(call, reference)
    spec = service["Spec"]
    extra: dict[str, Any] = {}
    if call["rollback"]:
        others = [f for f in call.flags if f.changed and f.decl.name not in ("rollback", "detach", "quiet")]
        if others:
            raise CommandError("other flags may not be combined with --rollback")
        extra["rollback"] = "previous"
    apply_flags(call, spec)
    warnings: list[str] = []
    if call.flags.changed("image"):
        warnings = pin_image(call.engine, spec, not call["no-resolve-image"])
    container = spec["TaskTemplate"]["ContainerSpec"]
    merge.files(call, container, "secret")
    merge.files(call, container, "config")
    _credentials(call, container)
    if not call["with-registry-auth"]:
        extra["registryAuthFrom"] = "spec"
    answered = _post(call, service, registry_auth(call), **extra)
    for warning in [*answered, *warnings]:
        call.err(warning)
    call.out(reference)
    if not call["detach"]:
        wait_for_service(call.env, call.engine, reference, call["quiet"])


_CONTAINER_WORDS = {
    "image": "Image", "workdir": "Dir", "user": "User", "hostname": "Hostname", "isolation": "Isolation",
    "stop-signal": "StopSignal", "args": "Args", "entrypoint": "Command", "stop-grace-period": "StopGracePeriod",
    "init": "Init", "oom-score-adj": "OomScoreAdj", "tty": "TTY", "read-only": "ReadOnly",
}  # fmt: skip
_RESOURCES = {
    "limit-cpu": ("Limits", "NanoCPUs"), "limit-memory": ("Limits", "MemoryBytes"), "limit-pids": ("Limits", "Pids"),
    "reserve-cpu": ("Reservations", "NanoCPUs"), "reserve-memory": ("Reservations", "MemoryBytes"),
}  # fmt: skip
_SET_TO_ZERO = ("init", "stop-grace-period")  # pointers in Go: false and 0 are kept


def apply_flags(call: Call, spec: Spec) -> None:
    """Change `spec` as the flags say; raises CommandError."""
    flags = call.flags
    task = spec["TaskTemplate"]
    container = task["ContainerSpec"]
    merge.labels(call, spec, "label")
    merge.labels(call, container, "container-label")
    for name, key in _CONTAINER_WORDS.items():
        if flags.changed(name) and name in _SET_TO_ZERO:
            container[key] = call[name]
        elif flags.changed(name):
            merge.put(container, key, call[name])
    merge.environment(call, container)
    merge.mounts(call, container)
    merge.sysctls(call, container)
    merge.ulimits(call, container)
    for name, (kind, key) in _RESOURCES.items():
        if flags.changed(name):
            resources = task.setdefault("Resources", {})
            resources.setdefault("Limits", {})
            resources.setdefault("Reservations", {})
            merge.put(resources[kind], key, call[name])
    merge.generic(call, task)
    merge.put(task, "RestartPolicy", apply_restart_flags(flags, task.get("RestartPolicy")))
    if flags.changed("constraint-add", "constraint-rm"):
        merge.strings(call, task.setdefault("Placement", {}), "Constraints", "constraint")
    merge.preferences(call, task)
    merge.networks(call, spec)
    _replicas(call, spec)
    merge.put(spec, "UpdateConfig", apply_update_flags(flags, "update", spec.get("UpdateConfig")))
    merge.put(spec, "RollbackConfig", apply_update_flags(flags, "rollback", spec.get("RollbackConfig")))
    if flags.changed("endpoint-mode"):
        spec.setdefault("EndpointSpec", {})["Mode"] = call["endpoint-mode"]
    merge.strings(call, container, "Groups", "group")
    merge.ports(call, spec)
    merge.dns(call, container)
    merge.hosts(call, container)
    if flags.changed("log-driver") and call["log-driver"]:
        task["LogDriver"] = log_driver(call)
    if call["force"]:
        task["ForceUpdate"] = task.get("ForceUpdate", 0) + 1
    _healthcheck(call, container)
    merge.capabilities(call, container)


def _replicas(call: Call, spec: Spec) -> None:
    if call.flags.changed("replicas"):
        if (spec.get("Mode") or {}).get("Replicated") is None:
            raise CommandError("replicas can only be used with replicated mode")
        spec["Mode"]["Replicated"]["Replicas"] = call["replicas"]
    if call.flags.changed("replicas-max-per-node"):
        merge.put(spec["TaskTemplate"].setdefault("Placement", {}), "MaxReplicas", call["replicas-max-per-node"])


def _healthcheck(call: Call, container: Spec) -> None:
    if not call.flags.changed("no-healthcheck", *HEALTH_FLAGS):
        return
    check = container["Healthcheck"] = dict(container.get("Healthcheck") or {})
    if call["no-healthcheck"]:
        if call.flags.changed(*HEALTH_FLAGS):
            raise CommandError("--no-healthcheck conflicts with --health-* options")
        container["Healthcheck"] = {"Test": ["NONE"]}
        return
    if check.get("Test", [])[:1] == ["NONE"]:
        del check["Test"]
    spans = {"health-interval": "Interval", "health-timeout": "Timeout", "health-start-period": "StartPeriod",
             "health-retries": "Retries"}  # fmt: skip
    for name, key in spans.items():
        if call.flags.changed(name):
            merge.put(check, key, call[name])
    if call.flags.changed("health-cmd"):
        merge.put(check, "Test", ["CMD-SHELL", call["health-cmd"]] if call["health-cmd"] else [])


def _credentials(call: Call, container: Spec) -> None:
    if not call.flags.changed("credential-spec"):
        return
    if not call["credential-spec"]:
        if container.get("Privileges"):
            container["Privileges"]["CredentialSpec"] = None
        return
    privileges = container.setdefault("Privileges", {})
    credentials = dict(call["credential-spec"])
    for config in container.get("Configs") or []:
        if credentials["Config"] and config["ConfigName"] == credentials["Config"]:
            credentials["Config"] = config["ConfigID"]
            break
    privileges["CredentialSpec"] = credentials


def _rollback(call: Call) -> None:
    service = _inspect(call, call.args[0])
    for warning in _post(call, service, rollback="previous"):
        call.err(warning)
    call.out(call.args[0])
    if not call["detach"]:
        wait_for_service(call.env, call.engine, call.args[0], call["quiet"])


def _scale_args(command: Command, args: Sequence[str]) -> None:
    min_args(1)(command, args)
    for arg in args:
        name, _, count = arg.partition("=")
        if not name or not count:
            raise CommandError(
                f"invalid scale specifier '{arg}'.\nSee '{command.path} --help'.\n\nUsage:  {command.use_line}\n\n"
                f"{command.short}"
            )


def _scale(call: Call) -> None:
    errors: list[CommandError] = []
    scaled: list[str] = []
    for arg in call.args:
        name, _, text = arg.partition("=")
        try:
            try:
                count = parse_uint(text)
            except ValueError as error:
                raise CommandError(f"invalid replicas value {text}: {error}") from None
            for warning in _scale_one(call, name, count):
                call.err(warning)
            call.out(f"{name} scaled to {count}")
            scaled.append(name)
        except CommandError as error:
            errors.append(CommandError(f"{name}: {error.text}"))
    for name in [] if call["detach"] else scaled:
        try:
            wait_for_service(call.env, call.engine, name, quiet=False)
        except CommandError as error:
            errors.append(CommandError(f"{name}: {error.text}"))
    join_errors(errors)


def _scale_one(call: Call, name: str, count: int) -> list[str]:
    service = _inspect(call, name)
    mode = service["Spec"].get("Mode") or {}
    if mode.get("Replicated") is not None:
        mode["Replicated"]["Replicas"] = count
    elif mode.get("ReplicatedJob") is not None:
        mode["ReplicatedJob"]["TotalCompletions"] = count
    else:
        raise CommandError("scale can only be used with replicated or replicated-job mode")
    return _post(call, service)


UPDATE = Command("update [OPTIONS] SERVICE", "Update a service", _update, exact_args(1), tables.UPDATE)
ROLLBACK = Command(
    "rollback [OPTIONS] SERVICE", "Revert changes to a service's configuration", _rollback, exact_args(1),
    (tables.QUIET, tables.DETACH),
)  # fmt: skip
SCALE = Command(
    "scale SERVICE=REPLICAS [SERVICE=REPLICAS...]", "Scale one or multiple replicated services", _scale, _scale_args,
    (tables.DETACH,),
)  # fmt: skip
