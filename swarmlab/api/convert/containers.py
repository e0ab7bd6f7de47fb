"""Containers: lists, inspects, and what ``docker run`` sends.

moby: ``daemon/list.go``, ``daemon/inspect.go``, ``api/types/container``.
"""

import hashlib

from swarmlab.api.convert.basics import Json, sorted_labels
from swarmlab.api.convert.containerspec import healthcheck_json
from swarmlab.core.agent.container import Container, Interface
from swarmlab.core.agent.images import Image
from swarmlab.core.objects import Mount
from swarmlab.core.units import HOUR, MINUTE, SECOND, rfc3339

_EMPTY_ADDRESS: Json = {"IPv6Gateway": "", "GlobalIPv6Address": "", "GlobalIPv6PrefixLen": 0}
_MASKED = (
    "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
    "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
    "/sys/firmware",
)  # fmt: skip
_READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")


def duration_words(ns: int) -> str:
    """Return a duration as people say it: ``4 minutes``, ``About an hour`` (go-units ``HumanDuration``)."""
    seconds, minutes, hours = ns // SECOND, ns // MINUTE, (ns + HOUR // 2) // HOUR
    if seconds < 1:
        return "Less than a second"
    if seconds < 60:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    if minutes < 60:
        return "About a minute" if minutes == 1 else f"{minutes} minutes"
    if hours < 48:
        return "About an hour" if hours == 1 else f"{hours} hours"
    for unit, size, most in (("days", 24, 24 * 14), ("weeks", 24 * 7, 24 * 60), ("months", 24 * 30, 24 * 365 * 2)):
        if hours < most:
            return f"{hours // size} {unit}"
    return f"{ns // HOUR // 24 // 365} years"


def status_words(container: Container, now: int) -> str:
    """Return the STATUS of ``docker ps``: ``Up 4 minutes (healthy)``."""
    if container.is_running:
        up = f"Up {duration_words(now - container.started_at)}"
        if container.state == "paused":
            return f"{up} (Paused)"
        health = f"health: {container.health}" if container.health == "starting" else container.health
        return f"{up} ({health})" if health else up
    if not container.started_at:
        return "Created"
    return f"Exited ({container.exit_code}) {duration_words(now - container.finished_at)} ago"


def command_words(container: Container) -> str:
    """Return the COMMAND of ``docker ps``; arguments with a blank are quoted."""
    first, *rest = container.argv or ("",)
    return " ".join([first, *(f"'{word}'" if " " in word else word for word in rest)])


def exposed(container: Container, image: Image | None) -> list[str]:
    """Return the ports that the container says it listens on, as ``80/tcp``."""
    ports = dict.fromkeys((*(image.exposed if image else ()), *container.config.exposed))
    ports |= dict.fromkeys(f"{port.target}/{port.protocol}" for port in container.config.ports)
    return sorted(ports)


def ports_json(container: Container, image: Image | None) -> list[Json]:
    """Return the ports as a list of containers shows them: bound ones for IPv4 and IPv6."""
    bound = {f"{port.target}/{port.protocol}" for port in container.ports}
    ports: list[Json] = []
    if container.is_running:
        for name in exposed(container, image):
            number, _, protocol = name.partition("/")
            if name not in bound:
                ports.append({"PrivatePort": int(number), "Type": protocol})
    for port in container.ports:
        ports += [
            {"IP": ip, "PrivatePort": port.target, "PublicPort": port.published, "Type": port.protocol}
            for ip in ("0.0.0.0", "::")
        ]
    return ports


def listed_json(container: Container, image: Image | None, now: int, *, modern: bool) -> Json:
    """Return a container as a list shows it."""
    return {
        "Id": container.id,
        "Names": [f"/{container.name}"],
        "Image": container.config.image,
        "ImageID": container.image_id,
        "Command": command_words(container),
        "Created": container.created_at // SECOND,
        "Ports": ports_json(container, image),
        "Labels": sorted_labels(container.config.labels),
        "State": str(container.state),
        "Status": status_words(container, now),
        "HostConfig": {"NetworkMode": _network_mode(container, modern)},
        "NetworkSettings": {"Networks": networks_json(container, modern=modern, listed=True)},
        "Mounts": [_mount_point_json(mount) for mount in container.config.mounts],
    }


def _network_mode(container: Container, modern: bool) -> str:
    mode = container.config.network_mode
    return "bridge" if modern and mode in ("default", "") else mode or "default"


# --- networks -----------------------------------------------------------------------------------------


def networks_json(container: Container, *, modern: bool, listed: bool = False) -> Json:
    """Return the networks that a container is on, by name; docker_gwbridge is nobody's wish and not shown."""
    shown = [i for i in container.interfaces if i.network != "docker_gwbridge"]
    return {i.network: _endpoint_json(container, i, modern, listed) for i in sorted(shown, key=lambda i: i.network)}


def _endpoint_json(container: Container, interface: Interface, modern: bool, listed: bool) -> Json:
    overlay = interface.driver == "overlay"
    config = {"IPv4Address": interface.address} if overlay else None
    where: Json = {
        "NetworkID": interface.network_id,
        "EndpointID": interface.endpoint_id,
        "Gateway": interface.gateway,
        "IPAddress": interface.address,
        "IPPrefixLen": interface.prefix if interface.address else 0,
        **_EMPTY_ADDRESS,
    }
    named = interface.network not in ("bridge", "host", "none")
    aliases: list[str] | None = list(interface.aliases) or None
    if modern:
        names = [container.name, *interface.aliases, container.short_id] if named and not listed else None
        return {
            "IPAMConfig": config,
            "Links": None,
            "Aliases": None if listed else aliases,
            "MacAddress": interface.mac,
            "DriverOpts": None,
            "GwPriority": 0,
            **where,
            "DNSNames": list(dict.fromkeys(names)) if names else None,
        }
    if named and not listed:
        aliases = [*interface.aliases, container.short_id]
    return {
        "IPAMConfig": config,
        "Links": None,
        "Aliases": None if listed else aliases,
        **where,
        "MacAddress": interface.mac,
        "DriverOpts": None,
    }


# --- inspect ------------------------------------------------------------------------------------------


def inspected_json(container: Container, image: Image | None, execs: list[str], *, modern: bool) -> Json:
    """Return everything about a container; `execs`: the processes that run in it beside its own."""
    folder = f"/var/lib/docker/containers/{container.id}"
    path, *args = container.argv or ("",)
    return {
        "Id": container.id,
        "Created": rfc3339(container.created_at),
        "Path": path,
        "Args": args,
        "State": _state_json(container),
        "Image": container.image_id,
        "ResolvConfPath": f"{folder}/resolv.conf" if container.started_at else "",
        "HostnamePath": f"{folder}/hostname" if container.started_at else "",
        "HostsPath": f"{folder}/hosts" if container.started_at else "",
        "LogPath": f"{folder}/{container.id}-json.log" if container.started_at else "",
        "Name": f"/{container.name}",
        "RestartCount": container.restarts,
        "Driver": "overlay2",
        "Platform": "linux",
        "MountLabel": "",
        "ProcessLabel": "",
        "AppArmorProfile": "docker-default" if container.started_at and modern else "",
        "ExecIDs": execs or None,
        "HostConfig": _host_config_json(container, modern),
        "GraphDriver": _graph_driver_json(container, modern),
        "Mounts": [_mount_point_json(mount) for mount in container.config.mounts],
        "Config": _config_json(container, image),
        "NetworkSettings": _network_settings_json(container, image, modern),
    }


def _state_json(container: Container) -> Json:
    json: Json = {
        "Status": str(container.state),
        "Running": container.is_running,
        "Paused": container.state == "paused",
        "Restarting": False,
        "OOMKilled": False,
        "Dead": False,
        "Pid": container.pid,
        "ExitCode": container.exit_code,
        "Error": container.error,
        "StartedAt": rfc3339(container.started_at),
        "FinishedAt": rfc3339(container.finished_at),
    }
    if container.health:
        json["Health"] = {"Status": container.health, "FailingStreak": 0, "Log": []}
    return json


def _config_json(container: Container, image: Image | None) -> Json:
    config = container.config
    json: Json = {
        "Hostname": container.hostname,
        "Domainname": "",
        "User": config.user,
        **dict(zip(("AttachStdin", "AttachStdout", "AttachStderr"), config.attach, strict=True)),
    }
    ports = exposed(container, image)
    if ports:
        json["ExposedPorts"] = {port: {} for port in ports}
    command = list(config.args or (() if config.command else image.command if image else ()))
    entrypoint = list(config.command or (image.entrypoint if image else ()))
    own = {item.partition("=")[0] for item in config.env}
    inherited = [item for item in (image.env if image else ()) if item.partition("=")[0] not in own]
    json |= {
        "Tty": config.tty,
        "OpenStdin": config.open_stdin,
        "StdinOnce": config.stdin_once,
        "Env": [*config.env, *inherited],
        "Cmd": command or None,
    }
    if config.healthcheck is not None:
        json["Healthcheck"] = healthcheck_json(config.healthcheck)
    json |= {
        "Image": config.image,
        "Volumes": None,
        "WorkingDir": config.dir or (image.workdir if image else ""),
        "Entrypoint": entrypoint or None,
        "OnBuild": None,
        "Labels": sorted_labels(config.labels),
    }
    signal = config.stop_signal or (image.stop_signal if image else "")
    if signal:
        json["StopSignal"] = signal
    if config.stop_timeout is not None:
        json["StopTimeout"] = config.stop_timeout // SECOND
    return json


def _host_config_json(container: Container, modern: bool) -> Json:
    config, limits = container.config, container.config.limits
    head: Json = {
        "Binds": None,
        "ContainerIDFile": "",
        "LogConfig": {"Type": "json-file", "Config": {}},
        "NetworkMode": _network_mode(container, modern),
        "PortBindings": _port_bindings_json(container),
        "RestartPolicy": {"Name": "no" if modern else "", "MaximumRetryCount": 0},
        "AutoRemove": config.auto_remove,
        "VolumeDriver": "",
        "VolumesFrom": None,
    }
    if modern:
        head["ConsoleSize"] = [0, 0]
    head |= {
        "CapAdd": None,
        "CapDrop": None,
        "CgroupnsMode": "private",
        "Dns": None,
        "DnsOptions": None,
        "DnsSearch": None,
        "ExtraHosts": None,
        "GroupAdd": None,
        "IpcMode": "private",
        "Cgroup": "",
        "Links": None,
        "OomScoreAdj": 0,
        "PidMode": "",
        "Privileged": False,
        "PublishAllPorts": False,
        "ReadonlyRootfs": config.read_only,
        "SecurityOpt": None,
        "UTSMode": "",
        "UsernsMode": "",
        "ShmSize": 67108864,
        "Runtime": "runc",
    }
    if not modern:
        head["ConsoleSize"] = [0, 0]
    head |= {
        "Isolation": "default" if container.task_id else "",
        "CpuShares": 0,
        "Memory": limits.memory_bytes,
        "NanoCpus": limits.nano_cpus,
        "CgroupParent": "",
        "BlkioWeight": 0,
        **dict.fromkeys(
            ("BlkioWeightDevice", "BlkioDeviceReadBps", "BlkioDeviceWriteBps", "BlkioDeviceReadIOps",
             "BlkioDeviceWriteIOps")
        ),
        "CpuPeriod": 0,
        "CpuQuota": 0,
        "CpuRealtimePeriod": 0,
        "CpuRealtimeRuntime": 0,
        "CpusetCpus": "",
        "CpusetMems": "",
        "Devices": None,
        "DeviceCgroupRules": None,
        "DeviceRequests": None,
    }  # fmt: skip
    if not modern:
        head |= {"KernelMemory": 0, "KernelMemoryTCP": 0}
    head |= {
        "MemoryReservation": 0,
        "MemorySwap": limits.memory_bytes * 2 if limits.memory_bytes and not container.task_id else 0,
        "MemorySwappiness": None,
        "OomKillDisable": None if modern else False,
        "PidsLimit": limits.pids or None,
        "Ulimits": [],
        "CpuCount": 0,
        "CpuPercent": 0,
        "IOMaximumIOps": 0,
        "IOMaximumBandwidth": 0,
    }
    if config.mounts:
        head["Mounts"] = [_mount_json(mount) for mount in config.mounts]
    head |= {"MaskedPaths": list(_MASKED), "ReadonlyPaths": list(_READ_ONLY)}
    if config.init or container.task_id:
        head["Init"] = config.init
    return head


def _port_bindings_json(container: Container) -> Json:
    bindings: Json = {}
    for port in container.config.ports:
        host_port = str(port.published) if port.published else ""
        bindings.setdefault(f"{port.target}/{port.protocol}", []).append({"HostIp": "", "HostPort": host_port})
    return bindings


def _graph_driver_json(container: Container, modern: bool) -> Json:
    folder = f"/var/lib/docker/overlay2/{_digest(container.id, 'layer')}"
    lower = f"/var/lib/docker/overlay2/{_digest(container.image_id, 'layer')}/diff"
    data: Json = {"ID": container.id} if modern else {}
    data |= {
        "LowerDir": f"{folder}-init/diff:{lower}",
        "MergedDir": f"{folder}/merged",
        "UpperDir": f"{folder}/diff",
        "WorkDir": f"{folder}/work",
    }
    return {"Data": data, "Name": "overlay2"}


def _network_settings_json(container: Container, image: Image | None, modern: bool) -> Json:
    running = container.is_running
    sandbox = _digest(container.id, f"sandbox {container.started_at}") if running else ""
    key = f"/var/run/docker/netns/{sandbox[:12]}" if running else ""
    bound: dict[str, list[Json]] = {}
    for port in container.ports:
        addresses = [{"HostIp": ip, "HostPort": str(port.published)} for ip in ("0.0.0.0", "::")]
        bound.setdefault(f"{port.target}/{port.protocol}", []).extend(addresses)
    ports: Json = {name: bound.get(name) for name in exposed(container, image)} if running else {}
    default = next((i for i in container.interfaces if i.network == "bridge"), None)
    flat: Json = {
        "EndpointID": default.endpoint_id if default else "",
        "Gateway": default.gateway if default else "",
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "IPAddress": default.address if default else "",
        "IPPrefixLen": default.prefix if default else 0,
        "IPv6Gateway": "",
        "MacAddress": default.mac if default else "",
    }
    link_local: Json = {"HairpinMode": False, "LinkLocalIPv6Address": "", "LinkLocalIPv6PrefixLen": 0}
    secondary: Json = {"SecondaryIPAddresses": None, "SecondaryIPv6Addresses": None}
    first: Json = {"Bridge": "", "SandboxID": sandbox}
    if modern:
        first |= {"SandboxKey": key, "Ports": ports} | link_local
    else:
        first |= link_local | {"Ports": ports, "SandboxKey": key}
    return first | secondary | flat | {"Networks": networks_json(container, modern=modern)}


# --- mounts -------------------------------------------------------------------------------------------


def _mount_json(mount: Mount) -> Json:
    json: Json = {"Type": mount.type}
    if mount.source:
        json["Source"] = mount.source
    json["Target"] = mount.target
    if mount.read_only:
        json["ReadOnly"] = True
    return json


def _mount_point_json(mount: Mount) -> Json:
    if mount.type == "volume":
        name = mount.source or _digest(mount.target, "volume")
        return {
            "Type": "volume",
            "Name": name,
            "Source": f"/var/lib/docker/volumes/{name}/_data",
            "Destination": mount.target,
            "Driver": "local",
            "Mode": "z",
            "RW": not mount.read_only,
            "Propagation": "",
        }
    return {
        "Type": mount.type,
        "Source": mount.source,
        "Destination": mount.target,
        "Mode": "",
        "RW": not mount.read_only,
        "Propagation": "rprivate" if mount.type == "bind" else "",
    }


def _digest(text: str, purpose: str) -> str:
    return hashlib.sha256(f"{purpose}/{text}".encode()).hexdigest()
