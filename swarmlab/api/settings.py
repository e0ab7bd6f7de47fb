"""Which settings of a host a container may not ask for.

moby: ``daemon/container.go`` (``validateHostConfig``, ``validateHealthCheck``), ``daemon/daemon_unix.go``
(``verifyPlatformContainerResources``), ``runconfig/hostconfig_unix.go``.  Simplified: kernel features are all there,
and capabilities, security options and devices are not looked at.
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address

from swarmlab.api.call import Call
from swarmlab.api.convert.basics import Json
from swarmlab.core.units import MILLISECOND
from swarmlab.errors import InvalidArgument

_MIB = 1 << 20
_LEAST_MEMORY = 6 * _MIB
_LOG_DRIVERS = (
    "json-file", "local", "none", "syslog", "journald", "gelf", "fluentd", "awslogs", "splunk", "gcplogs",
)  # fmt: skip
_RESTARTS = ("no", "always", "on-failure", "unless-stopped")
#: Setting → (how texts name it, its words; one that ends in a colon needs a container's name after it).
_NAMESPACES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "IpcMode": ("IPC mode", ("", "none", "private", "shareable", "host", "container:")),
    "PidMode": ("PID mode", ("", "host", "container:")),
    "UTSMode": ("UTS mode", ("", "host")),
    "CgroupnsMode": ("cgroup namespace mode", ("", "private", "host")),
}


def check_settings(call: Call, json: Json) -> None:
    """Raise InvalidArgument for the first thing that the host of `call` does not do."""
    host: Json = json.get("HostConfig", {})
    for fault in (
        *_network_faults(call, host),
        *_namespace_faults(call, host),
        *_health_faults(json.get("Healthcheck") or {}),
        *_restart_faults(call, host),
        *_name_faults(host),
        *_memory_faults(host),
        *_cpu_faults(call, host),
        *_log_faults(host),
    ):
        raise InvalidArgument(fault)


def _network_faults(call: Call, host: Json) -> Iterator[str]:
    kind, colon, owner = host.get("NetworkMode", "").partition(":")
    if kind != "container" or not colon:
        return
    if not owner:
        yield f"{'i' if call.is_modern else 'I'}nvalid network mode: invalid container format container:<name|id>"
    if host.get("Links"):
        yield (
            "conflicting options: container type network can't be used with links. This would result in undefined"
            " behavior"
        )
    if host.get("Dns"):
        yield "conflicting options: dns and the network mode"
    if host.get("ExtraHosts"):
        yield "conflicting options: custom host-to-IP mapping and the network mode"
    if host.get("PortBindings") or host.get("PublishAllPorts"):
        yield "conflicting options: port publishing and the container type network mode"


def _namespace_faults(call: Call, host: Json) -> Iterator[str]:
    for key, (name, words) in _NAMESPACES.items():
        mode = host.get(key, "")
        of_container = "container:" in words and mode.startswith("container:")
        if mode not in words and not of_container and (call.is_modern or key == "CgroupnsMode"):
            yield f"invalid {name}: {mode}"
    isolation = host.get("Isolation", "")
    if isolation.lower() not in ("", "default"):
        if call.is_modern:
            yield f"invalid isolation ({isolation}): linux only supports 'default'"
        else:
            yield f"Invalid isolation: \"{isolation}\" - linux only supports 'default'"


def _health_faults(check: Json) -> Iterator[str]:
    for key in ("Interval", "Timeout"):
        if _is_too_short(check, key):
            yield f"{key} in Healthcheck cannot be less than 1ms"
    if check.get("Retries", 0) < 0:
        yield "Retries in Healthcheck cannot be negative"
    for key in ("StartPeriod", "StartInterval"):
        if _is_too_short(check, key):
            yield f"{key} in Healthcheck cannot be less than 1ms"


def _is_too_short(check: Json, key: str) -> bool:
    duration: int = check.get(key, 0)
    return duration != 0 and duration < MILLISECOND


def _restart_faults(call: Call, host: Json) -> Iterator[str]:
    policy: Json = host.get("RestartPolicy") or {}
    name, retries = policy.get("Name", ""), policy.get("MaximumRetryCount", 0)
    if host.get("AutoRemove", False) and name not in ("", "no"):
        yield "can't create 'AutoRemove' container with restart policy"
    if not call.is_modern:
        if name in ("always", "unless-stopped", "no") and retries:
            yield f"maximum retry count cannot be used with restart policy '{name}'"
        if name not in ("", *_RESTARTS):
            yield f"invalid restart policy '{name}'"
        if retries < 0:
            yield "maximum retry count cannot be negative"
        return
    if name not in ("", *_RESTARTS):
        known = "use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
        yield f"invalid restart policy: unknown policy '{name}'; {known}"
    if name != "on-failure" and retries:
        below = " and cannot be negative" if retries < 0 else ""
        yield f"invalid restart policy: maximum retry count can only be used with 'on-failure'{below}"
    if retries < 0:
        yield "invalid restart policy: maximum retry count cannot be negative"


def _name_faults(host: Json) -> Iterator[str]:
    for entry in host.get("ExtraHosts") or ():
        name, separator, address = entry.partition("=" if "=" in entry else ":")
        if not separator or not name:
            yield f'bad format for add-host: "{entry}"'
        elif address != "host-gateway" and not _is_address(address.removeprefix("[").removesuffix("]")):
            yield f'invalid IP address in add-host: "{address}"'


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _memory_faults(host: Json) -> Iterator[str]:
    memory, reserved = host.get("Memory", 0), host.get("MemoryReservation", 0)
    swap, swappiness = host.get("MemorySwap", 0), host.get("MemorySwappiness", -1)
    if host.get("ShmSize", 0) < 0:
        yield "SHM size can not be less than 0"
    if not -1000 <= host.get("OomScoreAdj", 0) <= 1000:
        yield f"Invalid value {host['OomScoreAdj']}, range for oom score adj is [-1000, 1000]"
    if memory and memory < _LEAST_MEMORY:
        yield "Minimum memory limit allowed is 6MB"
    if memory > 0 and 0 < swap < memory:
        yield "Minimum memoryswap limit should be larger than memory limit, see usage"
    if memory == 0 and swap > 0:
        yield "You should always set the Memory limit when using Memoryswap limit, see usage"
    if not -1 <= swappiness <= 100:
        yield f"Invalid value: {swappiness}, valid memory swappiness range is 0-100"
    if 0 < reserved < _LEAST_MEMORY:
        yield "Minimum memory reservation allowed is 6MB"
    if 0 < memory < reserved:
        yield "Minimum memory limit can not be less than memory reservation limit, see usage"


def _cpu_faults(call: Call, host: Json) -> Iterator[str]:
    nano, period, quota = host.get("NanoCpus", 0), host.get("CpuPeriod", 0), host.get("CpuQuota", 0)
    shares = host.get("CpuShares", 0)
    there = call.host.nano_cpus // 10**9
    if nano and period:
        yield "Conflicting options: Nano CPUs and CPU Period cannot both be set"
    if nano and quota:
        yield "Conflicting options: Nano CPUs and CPU Quota cannot both be set"
    if not 0 <= nano <= there * 10**9:
        are = f"0.01 to {there}.00, as there are only {there} CPUs available"
        yield f"{'r' if call.is_modern else 'R'}ange of CPUs is from {are}"
    if shares < 0 and call.is_modern:
        yield f"invalid CPU shares ({shares}): value must be a positive integer"
    if period and not 1000 <= period <= 1000000:
        yield "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"
    if 0 < quota < 1000:
        yield "CPU cfs quota can not be less than 1ms (i.e. 1000)"


def _log_faults(host: Json) -> Iterator[str]:
    driver = (host.get("LogConfig") or {}).get("Type", "")
    if driver and driver not in _LOG_DRIVERS:
        # A plugin that is not there, yet a wrong setting.
        yield f'error looking up logging plugin {driver}: plugin "{driver}" not found'
