"""``service create``: flags to a spec, names to IDs, then wait.

docker/cli: cli/command/service/create.go, opts.go (ToService).
"""

from typing import Any

from swarmlab.cli.command import Call, Command, min_args
from swarmlab.cli.commands.environment import read_environment
from swarmlab.cli.commands.service import flags as tables
from swarmlab.cli.commands.service.spec import (
    Spec,
    apply_restart_flags,
    apply_update_flags,
    drop_empty,
    generic_resources,
    pin_image,
    registry_auth,
    resolve_files,
    swarm_network_id,
)  # fmt: skip
from swarmlab.cli.errors import CommandError
from swarmlab.cli.options import checks
from swarmlab.cli.progress.converge import wait_for_service


def _mode(call: Call) -> Spec:
    mode, replicas, concurrent = call["mode"], call["replicas"], call["max-concurrent"]
    if mode in ("global", "global-job"):
        problems = [
            (replicas is not None, "replicas can only be used with replicated or replicated-job mode"),
            (call["replicas-max-per-node"] > 0,
             "replicas-max-per-node can only be used with replicated or replicated-job mode"),
            (concurrent is not None, "max-concurrent can only be used with replicated-job mode"),
        ]  # fmt: skip
        # The two branches of the original look at these in different orders.
        for wrong, text in problems if mode == "global" else [*problems[1:], problems[0]]:
            if wrong:
                raise CommandError(text)
        return {"Global": {}} if mode == "global" else {"GlobalJob": {}}
    if mode == "replicated":
        if concurrent is not None:
            raise CommandError("max-concurrent can only be used with replicated-job mode")
        return {"Replicated": {} if replicas is None else {"Replicas": replicas}}
    if mode == "replicated-job":
        concurrent = replicas if concurrent is None else concurrent
        job = {"MaxConcurrent": concurrent, "TotalCompletions": replicas}
        return {"ReplicatedJob": {key: value for key, value in job.items() if value is not None}}
    raise CommandError(f"Unknown mode: {mode}, only replicated and global supported")


def environment(call: Call) -> list[str]:
    """Return the variables of files and flags; a later one of the same name wins."""
    current: list[str] = []
    for variable in read_environment(call):
        name = variable.partition("=")[0]
        current = [kept for kept in current if not kept.startswith(f"{name}=") or kept == variable]
        current.append(variable)
    return current


def _healthcheck(call: Call) -> Spec | None:
    spans = {"Interval": "health-interval", "Timeout": "health-timeout", "StartPeriod": "health-start-period",
             "StartInterval": "health-start-interval"}  # fmt: skip
    given = bool(call["health-cmd"] or call["health-retries"] or any(call[name] is not None for name in spans.values()))
    if call["no-healthcheck"]:
        if given:
            raise CommandError("--no-healthcheck conflicts with --health-* options")
        return {"Test": ["NONE"]}
    if not given:
        return None
    test = ["CMD-SHELL", call["health-cmd"]] if call["health-cmd"] else []
    check = {"Test": test, **{key: call[name] for key, name in spans.items()}, "Retries": call["health-retries"]}
    return dict(drop_empty(check))


def capabilities(add: list[str], drop: list[str]) -> tuple[list[str], list[str]]:
    """Return the capabilities to add and to drop: ALL swallows the others, adding wins."""
    added, dropped = ({checks.capability(word) for word in words} for words in (add, drop))
    added = {"ALL"} if "ALL" in added else added
    dropped = {"ALL"} if "ALL" in dropped else dropped
    return sorted(added - {"RESET"}), sorted(dropped - added - {"RESET"})


def _container(call: Call) -> Spec:
    cap_add, cap_drop = capabilities(call["cap-add"], call["cap-drop"])
    hosts = [f"{ip} {host}" for host, _, ip in (entry.partition(":") for entry in call["host"])]
    container = drop_empty({
        "Image": call.args[0],
        "Labels": checks.pairs(call["container-label"]),
        "Command": call["entrypoint"],
        "Args": call.args[1:],
        "Hostname": call["hostname"],
        "Env": environment(call),
        "Dir": call["workdir"],
        "User": call["user"],
        "Groups": call["group"],
        "StopSignal": call["stop-signal"],
        "TTY": call["tty"],
        "ReadOnly": call["read-only"],
        "Mounts": call["mount"],
        "Healthcheck": _healthcheck(call),
        "Hosts": hosts,
        "Isolation": call["isolation"],
        "Sysctls": checks.pairs(call["sysctl"]),
        "CapabilityAdd": cap_add,
        "CapabilityDrop": cap_drop,
        "Ulimits": call["ulimit"],
        "OomScoreAdj": call["oom-score-adj"],
    })  # fmt: skip
    container["Init"] = call["init"]
    container["DNSConfig"] = drop_empty(
        {"Nameservers": call["dns"], "Search": call["dns-search"], "Options": call["dns-option"]}
    )
    if call.flags.changed("stop-grace-period"):
        container["StopGracePeriod"] = call["stop-grace-period"]
    if call["credential-spec"]:
        container["Privileges"] = {
            "CredentialSpec": dict(call["credential-spec"]), "SELinuxContext": None, "NoNewPrivileges": False,
        }  # fmt: skip
    return dict(container)


def service_spec(call: Call) -> Spec:
    """Return the spec that the flags describe, networks already resolved; raises CommandError."""
    container = _container(call)
    mode = _mode(call)
    update = apply_update_flags(call.flags, "update", None)
    rollback = apply_update_flags(call.flags, "rollback", None)
    if ("ReplicatedJob" in mode or "GlobalJob" in mode) and (update or rollback):
        raise CommandError("update and rollback configuration is not supported for jobs")
    networks = [{**net, "Target": swarm_network_id(call.engine, net["Target"])} for net in call["network"]]
    networks = [{k: v for k, v in net.items() if k in ("Target", "Aliases", "DriverOpts")} for net in networks]
    task: Spec = {
        "ContainerSpec": container,
        "Resources": {
            "Limits": drop_empty(
                {"NanoCPUs": call["limit-cpu"], "MemoryBytes": call["limit-memory"], "Pids": call["limit-pids"]}
            ),
            "Reservations": drop_empty({
                "NanoCPUs": call["reserve-cpu"], "MemoryBytes": call["reserve-memory"],
                "GenericResources": generic_resources(call["generic-resource"]),
            }),
        },
        "Placement": drop_empty({
            "Constraints": call["constraint"], "Preferences": call["placement-pref"],
            "MaxReplicas": call["replicas-max-per-node"],
        }),
        "ForceUpdate": 0,
    }  # fmt: skip
    optional: dict[str, Any] = {
        "RestartPolicy": apply_restart_flags(call.flags, None),
        "Networks": sorted(networks, key=lambda net: net["Target"]),
        "LogDriver": log_driver(call),
    }
    task.update({key: value for key, value in optional.items() if value})
    endpoint = drop_empty({"Mode": call["endpoint-mode"].lower(), "Ports": call["publish"]})
    return {
        "Name": call["name"],
        "Labels": checks.pairs(call["label"]),
        "TaskTemplate": task,
        "Mode": mode,
        **({"UpdateConfig": update} if update else {}),
        **({"RollbackConfig": rollback} if rollback else {}),
        "EndpointSpec": endpoint,
    }


def log_driver(call: Call) -> Spec | None:
    """Return the log driver of ``--log-driver``; options without a driver are dropped."""
    if not call["log-driver"]:
        return None
    options = checks.pairs(checks.with_values(call["log-opt"], call.env.environ))
    return {"Name": call["log-driver"], **({"Options": options} if options else {})}


def _create(call: Call) -> None:
    spec = service_spec(call)
    container = spec["TaskTemplate"]["ContainerSpec"]
    secrets = resolve_files(call.engine, "secret", call["secret"])
    if secrets:
        container["Secrets"] = secrets
    credentials = (container.get("Privileges") or {}).get("CredentialSpec") or {}
    wanted = list(call["config"])
    if credentials.get("Config"):
        wanted.append({"Runtime": {}, "ConfigID": "", "ConfigName": credentials["Config"]})
    configs = resolve_files(call.engine, "config", wanted)
    if configs:
        container["Configs"] = configs
        for config in configs:
            if config["ConfigName"] == credentials.get("Config"):
                credentials["Config"] = config["ConfigID"]
                break
    warnings = pin_image(call.engine, spec, not call["no-resolve-image"])
    created = call.engine.post("/services/create", spec, headers=registry_auth(call))
    for warning in [*(created.get("Warnings") or []), *warnings]:
        call.err(warning)
    call.out(created["ID"])
    if not call["detach"]:
        wait_for_service(call.env, call.engine, created["ID"], call["quiet"])


COMMAND = Command(
    "create [OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a new service", _create, min_args(1), tables.CREATE,
    interspersed=False,
)  # fmt: skip
