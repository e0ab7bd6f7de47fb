"""The flags of ``docker run`` as the API wants them.  docker/cli: cli/command/container/opts.go (parse)."""

import re
from typing import Any

from swarmlab.cli.command import Call
from swarmlab.cli.commands.environment import read_environment
from swarmlab.cli.errors import CommandError
from swarmlab.cli.options import checks
from swarmlab.cli.options.ports import parse_port_spec, parse_range
from swarmlab.gostrings import quote

Json = dict[str, Any]
_BUILT_IN = ("default", "bridge", "host", "none")


def _is_user_defined(target: str) -> bool:
    return target not in _BUILT_IN and not target.startswith("container:") and target != ""


def container_config(call: Call) -> Json:
    """Return the body of ``/containers/create``; raises CommandError."""
    attached = set(call["attach"])
    attach_in = "stdin" in attached or call["interactive"]
    attach_out, attach_err = ("stdout" in attached, "stderr" in attached) if attached else (True, True)
    exposed, bindings = _ports(call)
    binds, volumes = _volumes(call)
    host = _host_config(call, binds, bindings)
    if host["AutoRemove"] and host["RestartPolicy"].get("Name") not in ("", "no"):
        raise CommandError("conflicting options: cannot specify both --restart and --rm")
    endpoints = _endpoints(call)
    config: Json = {
        "Hostname": call["hostname"],
        "Domainname": call["domainname"],
        "User": call["user"],
        "AttachStdin": attach_in,
        "AttachStdout": attach_out,
        "AttachStderr": attach_err,
        "ExposedPorts": exposed,
        "Tty": call["tty"],
        "OpenStdin": call["interactive"],
        "StdinOnce": bool(call["interactive"] and attach_in),
        "Env": read_environment(call),
        "Cmd": call.args[1:] or None,
        "Healthcheck": _healthcheck(call),
        "Image": call.args[0],
        "Volumes": volumes,
        "WorkingDir": call["workdir"],
        "Entrypoint": _entrypoint(call),
        "Labels": _labels(call),
        "StopSignal": call["stop-signal"],
    }
    if call["mac-address"]:
        config["MacAddress"] = call["mac-address"]
    if call.flags.changed("stop-timeout"):
        config["StopTimeout"] = call["stop-timeout"]
    return {**config, "HostConfig": host, "NetworkingConfig": {"EndpointsConfig": endpoints}}


def _entrypoint(call: Call) -> list[str] | None:
    if call["entrypoint"]:
        return [call["entrypoint"]]
    return [""] if call.flags.changed("entrypoint") else None


def _labels(call: Call) -> dict[str, str]:
    words: list[str] = []
    for path in call["label-file"]:
        try:
            words += checks.parse_env_file(path, call.env.read_file(path), {})
        except OSError as error:
            raise CommandError(f"open {path}: {(error.strerror or 'no such file or directory').lower()}") from None
        except ValueError as error:
            raise CommandError(str(error)) from None
    return checks.pairs(words + call["label"])


def _long_port(text: str) -> str:
    """Return "published=8080,target=80" as "8080:80/tcp"."""
    if "=" not in text:
        return text
    fields = dict.fromkeys(("ip", "published", "target", "protocol"), "")
    for field in text.split(","):
        key, equals, value = field.partition("=")
        if not equals or not key:
            raise CommandError(f"invalid publish opts format (should be name=value but got '{field}')")
        fields[key] = value
    start = f"{fields['ip']}:" if fields["ip"] else ""
    return f"{start}{fields['published']}:{fields['target']}/{fields['protocol'] or 'tcp'}"


def _ports(call: Call) -> tuple[Json, Json]:
    exposed: Json = {}
    bindings: Json = {}
    try:
        for text in call["publish"]:
            for binding in parse_port_spec(_long_port(text)):
                key = f"{binding.port}/{binding.protocol}"
                exposed[key] = {}
                bindings.setdefault(key, []).append({"HostIp": binding.ip, "HostPort": binding.host_port})
    except ValueError as error:
        raise CommandError(str(error)) from None
    for text in call["expose"]:
        if ":" in text:
            raise CommandError(f"invalid port format for --expose: {text}")
        ports, _, protocol = text.partition("/")
        try:
            low, high = parse_range(ports)
        except ValueError as error:
            raise CommandError(f"invalid range format for --expose: {text}, error: {error}") from None
        exposed.update({f"{port}/{protocol or 'tcp'}": {} for port in range(low, high + 1)})
    return exposed, bindings


def _volumes(call: Call) -> tuple[list[str], Json]:
    """Return what is bound from elsewhere, and the paths that get a volume without a name."""
    binds: list[str] = []
    volumes: Json = {}
    for text in call["volume"]:
        if ":" in text:
            binds.append(text)
        else:
            volumes[text] = {}
    return binds, volumes


def _healthcheck(call: Call) -> Json | None:
    spans = {"Interval": "health-interval", "Timeout": "health-timeout", "Retries": "health-retries",
             "StartPeriod": "health-start-period", "StartInterval": "health-start-interval"}  # fmt: skip
    given = {key: call[name] for key, name in spans.items() if call[name]}
    if call["no-healthcheck"]:
        if given or call["health-cmd"]:
            raise CommandError("--no-healthcheck conflicts with --health-* options")
        return {"Test": ["NONE"]}
    if not given and not call["health-cmd"]:
        return None
    for key, name in spans.items():
        if given.get(key, 0) < 0:
            raise CommandError(f"--{name} cannot be negative")
    return {**({"Test": ["CMD-SHELL", call["health-cmd"]]} if call["health-cmd"] else {}), **given}


def _restart_policy(text: str) -> Json:
    name, colon, count = text.partition(":")
    if colon and not name:
        raise CommandError("invalid restart policy format: no policy provided before colon")
    if count and not re.fullmatch(r"[+-]?\d+", count):
        raise CommandError("invalid restart policy format: maximum retry count must be an integer")
    return {"Name": name, "MaximumRetryCount": int(count or 0)}


def _device(text: str) -> Json:
    parts = text.split(":")
    source = parts[0]
    target, permissions = source, "rwm"
    if len(parts) == 3:
        target, permissions = parts[1], parts[2]
    elif len(parts) == 2:
        if parts[1] and set(parts[1]) <= set("rwm"):
            permissions = parts[1]
        else:
            target = parts[1]
    elif len(parts) > 3:
        raise CommandError(f"invalid device specification: {text}")
    return {"PathOnHost": source, "PathInContainer": target, "CgroupPermissions": permissions}


#: HostConfig keys that take a flag's value as it is.
_PLAIN = {
    "CgroupParent": "cgroup-parent", "Memory": "memory", "MemoryReservation": "memory-reservation",
    "MemorySwap": "memory-swap", "MemorySwappiness": "memory-swappiness", "KernelMemory": "kernel-memory",
    "OomKillDisable": "oom-kill-disable", "NanoCpus": "cpus", "CpuCount": "cpu-count", "CpuPercent": "cpu-percent",
    "CpuShares": "cpu-shares", "CpuPeriod": "cpu-period", "CpusetCpus": "cpuset-cpus", "CpusetMems": "cpuset-mems",
    "CpuQuota": "cpu-quota", "CpuRealtimePeriod": "cpu-rt-period", "CpuRealtimeRuntime": "cpu-rt-runtime",
    "PidsLimit": "pids-limit", "BlkioWeight": "blkio-weight", "BlkioWeightDevice": "blkio-weight-device",
    "BlkioDeviceReadBps": "device-read-bps", "BlkioDeviceWriteBps": "device-write-bps",
    "BlkioDeviceReadIOps": "device-read-iops", "BlkioDeviceWriteIOps": "device-write-iops",
    "IOMaximumIOps": "io-maxiops", "IOMaximumBandwidth": "io-maxbandwidth", "Ulimits": "ulimit",
    "DeviceCgroupRules": "device-cgroup-rule", "DeviceRequests": "gpus", "ContainerIDFile": "cidfile",
    "OomScoreAdj": "oom-score-adj", "AutoRemove": "rm", "Privileged": "privileged", "Links": "link",
    "PublishAllPorts": "publish-all", "Dns": "dns", "DnsSearch": "dns-search", "ExtraHosts": "add-host",
    "VolumesFrom": "volumes-from", "IpcMode": "ipc", "CgroupnsMode": "cgroupns", "CapAdd": "cap-add",
    "CapDrop": "cap-drop", "GroupAdd": "group-add", "SecurityOpt": "security-opt", "ReadonlyRootfs": "read-only",
    "VolumeDriver": "volume-driver", "Isolation": "isolation", "ShmSize": "shm-size", "Sysctls": "sysctl",
    "Runtime": "runtime", "Mounts": "mount", "Annotations": "annotation", "PidMode": "pid", "UTSMode": "uts",
    "UsernsMode": "userns",
}  # fmt: skip


def _host_config(call: Call, binds: list[str], bindings: Json) -> Json:
    if not -1 <= call["memory-swappiness"] <= 100:
        raise CommandError(f"invalid value: {call['memory-swappiness']}. Valid memory swappiness range is 0-100")
    for name, allowed in (("pid", ("", "host")), ("uts", ("", "host")), ("userns", ("", "host")),
                          ("cgroupns", ("", "private", "host"))):  # fmt: skip
        if call[name] not in allowed and not (name == "pid" and call[name].startswith("container:")):
            shown = {"pid": "PID", "uts": "UTS", "userns": "USER", "cgroupns": "CGROUP"}[name]
            raise CommandError(f"--{name}: invalid {shown} mode")
    if call["log-driver"] == "none" and call["log-opt"]:
        raise CommandError("invalid logging opts for driver none")
    networks = call["network"] + call["net"]
    host: Json = {key: call[name] for key, name in _PLAIN.items()}
    host.update({
        "Binds": binds,
        "LogConfig": {"Type": call["log-driver"],
                      "Config": checks.pairs(checks.with_values(call["log-opt"], call.env.environ))},
        "NetworkMode": networks[0]["Target"] if networks else "default",
        "PortBindings": bindings,
        "RestartPolicy": _restart_policy(call["restart"]),
        "DnsOptions": call["dns-option"] + call["dns-opt"],
        "Devices": [_device(text) for text in call["device"]],
        "StorageOpt": checks.pairs(call["storage-opt"]),
        "Tmpfs": {path: options for path, _, options in (text.partition(":") for text in call["tmpfs"])},
        "ConsoleSize": [24, call.env.columns] if call.env.tty else [0, 0],
        "MaskedPaths": None,
        "ReadonlyPaths": None,
    })  # fmt: skip
    if call.flags.changed("init"):
        host["Init"] = call["init"]
    return host


def _endpoints(call: Call) -> Json:
    networks = [dict(network) for network in call["network"] + call["net"]] or [{"Target": "default"}]
    endpoints: Json = {}
    kinds = {_is_user_defined(network["Target"]) for network in networks}
    for index, network in enumerate(networks):
        if index == 0:
            _apply_container_flags(call, network)
        target = network["Target"]
        if not target.strip():
            raise CommandError("no name set for network")
        if not _is_user_defined(target):
            if network.get("Aliases"):
                raise CommandError("network-scoped aliases are only supported for user-defined networks")
            if network.get("Links"):
                raise CommandError("links are only supported for user-defined networks")
        if target in endpoints:
            raise CommandError(f"network {quote(target)} is specified multiple times")
        if index and len(kinds) > 1:
            raise CommandError(
                "conflicting options: cannot attach both user-defined and non-user-defined network-modes"
            )
        ipam = {key: network[key] for key in ("IPv4Address", "IPv6Address", "LinkLocalIPs") if network.get(key)}
        endpoints[target] = {
            "IPAMConfig": ipam or None, "Links": network.get("Links"), "Aliases": network.get("Aliases"),
            "DriverOpts": network.get("DriverOpts"), "GwPriority": network.get("GwPriority", 0),
            "MacAddress": network.get("MacAddress", ""),
        }  # fmt: skip
    return endpoints


_CONFLICTS = (
    ("Aliases", "network-alias", "--network-alias and per-network alias"),
    ("Links", "link", "--link and per-network links"),
    ("IPv4Address", "ip", "--ip and per-network IPv4 address"),
    ("IPv6Address", "ip6", "--ip6 and per-network IPv6 address"),
    ("MacAddress", "mac-address", "--mac-address and per-network MAC address"),
    ("LinkLocalIPs", "link-local-ip", "--link-local-ip and per-network link-local IP addresses"),
)


def _apply_container_flags(call: Call, network: Json) -> None:
    """Give the first network what the flags without a network say."""
    for key, name, shown in _CONFLICTS:
        value = call[name] + (call["net-alias"] if name == "network-alias" else type(call[name])())
        if not value or (key == "Links" and not _is_user_defined(network["Target"])):
            continue
        if network.get(key):
            raise CommandError(f"conflicting options: cannot specify both {shown}")
        network[key] = value
