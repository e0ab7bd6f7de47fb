"""``service inspect --pretty``.  docker/cli: cli/command/service/formatter.go, serviceInspectPrettyTemplate.

Written out as lines instead of as docker's own template, which is a maze of blank trimming; a recorded output of
the real program pins every blank and TAB.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from swarmlab.cli.formatter.times import ago
from swarmlab.cli.units import bytes_size
from swarmlab.gostrings import format_duration, format_float
from swarmlab.gotemplate.show import show


def pretty(service: Mapping[str, Any], networks: Mapping[str, str], now: int) -> str:
    """Return the text for one service; `networks` maps network IDs to names, `now` is in ns since 1970."""
    spec = service["Spec"]
    task = spec.get("TaskTemplate") or {}
    container = task.get("ContainerSpec") or {}
    lines = ["", f"ID:\t\t{service['ID']}", f"Name:\t\t{spec.get('Name', '')}"]
    lines += _labels("Labels:", spec.get("Labels") or {}, "=")
    lines += _mode(spec.get("Mode") or {})
    lines += _update_status(service.get("UpdateStatus") or {}, now)
    lines += _placement(task.get("Placement") or {})
    for key, title, word in (
        ("UpdateConfig", "UpdateConfig:", "Update"),
        ("RollbackConfig", "RollbackConfig:", "Rollback"),
    ):
        if spec.get(key) is not None:
            lines += [title, *_update_config(spec[key], word)]
    lines += ["ContainerSpec:", *_container(container)]
    lines += _mounts_and_files(container)
    lines += _log_driver(task.get("LogDriver"))
    lines += _resources(task.get("Resources"))
    attached = [networks.get(net.get("Target", ""), net.get("Target", "")) for net in task.get("Networks") or []]
    if attached:
        lines.append("Networks: " + " ".join(attached) + " ")
    lines.append(f"Endpoint Mode:\t{(spec.get('EndpointSpec') or {}).get('Mode', '')}")
    text = "\n".join(lines) + _ports((service.get("Endpoint") or {}).get("Ports") or [])
    return text + _healthcheck(container.get("Healthcheck")) + "\n\n"


def _labels(title: str, labels: Mapping[str, str], mark: str) -> list[str]:
    if not labels:
        return []
    return [title, *(f" {key}" + (f"{mark}{labels[key]}" if labels[key] else "") for key in sorted(labels))]


def _mode(mode: Mapping[str, Any]) -> list[str]:
    if mode.get("Global") is not None:
        return ["Service Mode:\tGlobal"]
    if mode.get("Replicated") is None:
        return ["Service Mode:"]
    replicas = mode["Replicated"].get("Replicas")
    return ["Service Mode:\tReplicated", *([f" Replicas:\t{replicas}"] if replicas is not None else [])]


def _update_status(status: Mapping[str, Any], now: int) -> Iterator[str]:
    if not status.get("State"):
        return
    yield "UpdateStatus:"
    yield f" State:\t\t{status['State']}"
    if status.get("StartedAt"):
        yield f" Started:\t{ago(status['StartedAt'], now)}"
    if status["State"] == "completed" and status.get("CompletedAt"):
        yield f" Completed:\t{ago(status['CompletedAt'], now)}"
    yield f" Message:\t{status.get('Message', '')}"


def _placement(placement: Mapping[str, Any]) -> Iterator[str]:
    yield "Placement:"
    if placement.get("Constraints"):
        yield f" Constraints:\t{show(placement['Constraints'])}"
    preferences = [
        "spread=" + preference["Spread"].get("SpreadDescriptor", "")
        for preference in placement.get("Preferences") or []
        if preference.get("Spread")
    ]
    if preferences:
        yield f" Preferences:   {show(preferences)}"
    if placement.get("MaxReplicas"):
        yield f" Max Replicas Per Node:   {placement['MaxReplicas']}"


def _update_config(config: Mapping[str, Any], word: str) -> Iterator[str]:
    yield f" Parallelism:\t{config.get('Parallelism', 0)}"
    if config.get("Delay", 0) > 0:
        yield f" Delay:\t\t{format_duration(config['Delay'])}"
    yield f" On failure:\t{config.get('FailureAction', '')}"
    if config.get("Monitor", 0) > 0:
        yield f" Monitoring Period: {format_duration(config['Monitor'])}"
    yield f" Max failure ratio: {format_float(config.get('MaxFailureRatio', 0), 32)}"
    yield f" {word + ' order:':19}{config.get('Order', '')}"


def _container(container: Mapping[str, Any]) -> Iterator[str]:
    yield f" Image:\t\t{container.get('Image', '')}"
    if container.get("Args"):
        yield " Args:\t\t" + "".join(f"{arg} " for arg in container["Args"])
    if container.get("Env"):
        yield " Env:\t\t" + "".join(f"{env} " for env in container["Env"])
    if container.get("Dir"):
        yield f" Dir:\t\t{container['Dir']}"
    if container.get("Init") is not None:
        yield f" Init:\t\t{show(container['Init'])}"
    if container.get("User"):
        yield f" User: {container['User']}"
    added, dropped = container.get("CapabilityAdd"), container.get("CapabilityDrop")
    if added or dropped:
        yield "Capabilities:"
    if added:
        yield " Add: " + ", ".join(added)
    if dropped:
        yield " Drop: " + ", ".join(dropped)
    yield from _labels("SysCtls:", container.get("Sysctls") or {}, ": ")
    limits = {u["Name"]: f"{u.get('Soft', 0)}:{u.get('Hard', 0)}" for u in container.get("Ulimits") or []}
    yield from _labels("Ulimits:", limits, ": ")


def _mounts_and_files(container: Mapping[str, Any]) -> Iterator[str]:
    mounts = container.get("Mounts") or []
    if mounts:
        yield "Mounts:"
    for mount in mounts:
        yield f" Target:\t{mount.get('Target', '')}"
        yield f"  Source:\t{mount.get('Source', '')}"
        yield f"  ReadOnly:\t{show(mount.get('ReadOnly', False))}"
        yield f"  Type:\t\t{mount.get('Type', '')}"
    for key, name in (("Configs", "ConfigName"), ("Secrets", "SecretName")):
        if container.get(key):
            yield f"{key}:"
        for reference in container.get(key) or []:
            yield f" Target:\t{(reference.get('File') or {}).get('Name', '')}"
            yield f"  Source:\t{reference.get(name, '')}"


def _log_driver(driver: Mapping[str, Any] | None) -> Iterator[str]:
    if driver is None:
        return
    yield "Log Driver:"
    if driver.get("Name"):
        yield f" Name:\t\t{driver['Name']}"
    options = driver.get("Options") or {}
    if options:
        yield " LogOpts:"
        for key in sorted(options):
            yield f"  {key}" + (f":       {options[key]}" if options[key] else "")
    yield ""


def _resources(resources: Mapping[str, Any] | None) -> Iterator[str]:
    if resources is None:
        return
    yield "Resources:"
    reservations, limits = resources.get("Reservations") or {}, resources.get("Limits") or {}
    for title, amounts in ((" Reservations:", reservations), (" Limits:", limits)):
        cpus, memory = amounts.get("NanoCPUs", 0), amounts.get("MemoryBytes", 0)
        if cpus > 0 or memory > 0 or amounts.get("Pids", 0) > 0:
            yield title
        if cpus > 0:
            yield f"  CPU:\t\t{show(cpus / 1e9)}"
        if memory:
            yield f"  Memory:\t{bytes_size(memory)}"
    if limits.get("Pids", 0) > 0:
        yield f"  PIDs:\t\t{limits['Pids']}"


def _ports(ports: list[Mapping[str, Any]]) -> str:
    if not ports:
        return ""
    lines = ["", "Ports:"]
    for port in ports:
        lines += [
            f" PublishedPort = {port.get('PublishedPort', 0)}",
            f"  Protocol = {port.get('Protocol', '')}",
            f"  TargetPort = {port.get('TargetPort', 0)}",
            f"  PublishMode = {port.get('PublishMode', '')}",
        ]
    return "\n".join(lines) + " "


def _healthcheck(check: Mapping[str, Any] | None) -> str:
    if check is None:
        return ""
    lines = [
        "\n Healthcheck:",
        f"  Interval = {format_duration(check.get('Interval', 0))}",
        f"  Retries = {check.get('Retries', 0)}",
        f"  StartPeriod =\t{format_duration(check.get('StartPeriod', 0))}",
        f"  Timeout =\t{format_duration(check.get('Timeout', 0))}",
    ]
    if not check.get("Test"):
        return "\n".join(lines)
    return "\n".join([*lines, "  Tests:", *(f"\t Test = {test}" for test in check["Test"])]) + " "
