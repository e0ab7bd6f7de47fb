"""Everything about one container.  moby: ``daemon/inspect.go``, ``api/types/container``."""

from swarmlab.api.convert.basics import Json, sorted_labels
from swarmlab.api.convert.containers import digest_of, exposed, mount_point_json, network_mode, networks_json
from swarmlab.api.convert.containerspec import healthcheck_json
from swarmlab.core.agent.container import Container
from swarmlab.core.agent.images import Image
from swarmlab.core.network.local import LocalNetworks
from swarmlab.core.objects import Mount
from swarmlab.core.units import SECOND, rfc3339

_MASKED = (
    "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
    "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
    "/sys/firmware",
)  # fmt: skip
_READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")


#: Fields of HostConfig that are shown as the engine understood them, not as they were sent.
_WORKED_OUT = ("NetworkMode", "PortBindings", "LogConfig", "Mounts", "RestartPolicy", "AutoRemove", "ReadonlyRootfs")
#: Values that leave the choice to the engine (moby daemon/daemon_unix.go, adaptContainerSettings), and are not shown.
_SILENT: Json = {
    "CgroupnsMode": "", "IpcMode": "", "ShmSize": 0, "Runtime": "", "PidsLimit": 0, "MemorySwappiness": -1,
    "KernelMemory": 0,
}  # fmt: skip


def inspected_json(
    container: Container, image: Image | None, execs: list[str], *, modern: bool, networks: LocalNetworks
) -> Json:
    """Return everything about a container; `execs`: the processes that run in it beside its own.

    `networks`: its engine's own.
    """
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
        "Mounts": [mount_point_json(mount) for mount in container.config.mounts],
        "Config": _config_json(container, image),
        "NetworkSettings": _network_settings_json(container, image, modern, networks),
    }


def _state_json(container: Container) -> Json:
    json: Json = {
        "Status": str(container.state),
        "Running": container.is_running,
        "Paused": container.state == "paused",
        "Restarting": False,
        "OOMKilled": container.oom_killed,
        "Dead": False,
        "Pid": container.pid,
        "ExitCode": container.exit_code,
        "Error": container.error,
        "StartedAt": rfc3339(container.started_at),
        "FinishedAt": rfc3339(container.finished_at),
    }
    health = container.health
    if health.status:
        json["Health"] = {
            "Status": health.status,
            "FailingStreak": health.streak,
            "Log": [
                {
                    "Start": rfc3339(result.began_at),
                    "End": rfc3339(result.ended_at),
                    "ExitCode": result.exit_code,
                    "Output": result.output,
                }
                for result in health.log
            ]
            or None,
        }
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
        "Labels": sorted_labels(container.labels),
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
        "LogConfig": _log_config_json(config.host_config.get("LogConfig")),
        "NetworkMode": network_mode(container, modern),
        "PortBindings": _port_bindings_json(container),
        "RestartPolicy": _restart_policy_json(config.host_config.get("RestartPolicy"), modern),
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
    sent = config.host_config.items()
    return head | {name: value for name, value in sent if name not in _WORKED_OUT and _SILENT.get(name) != value}


def _log_config_json(sent: object) -> Json:
    given = sent if isinstance(sent, dict) else {}
    return {"Type": given.get("Type") or "json-file", "Config": given.get("Config") or {}}


def _restart_policy_json(sent: object, modern: bool) -> Json:
    given = sent if isinstance(sent, dict) else {}
    name = given.get("Name") or ("no" if modern else "")
    return {"Name": name, "MaximumRetryCount": given.get("MaximumRetryCount", 0)}


def _port_bindings_json(container: Container) -> Json:
    bindings: Json = {}
    for port in container.config.ports:
        host_port = str(port.published) if port.published else ""
        bindings.setdefault(f"{port.target}/{port.protocol}", []).append({"HostIp": "", "HostPort": host_port})
    return bindings


def _graph_driver_json(container: Container, modern: bool) -> Json:
    folder = f"/var/lib/docker/overlay2/{digest_of(container.id, 'layer')}"
    lower = f"/var/lib/docker/overlay2/{digest_of(container.image_id, 'layer')}/diff"
    data: Json = {"ID": container.id} if modern else {}
    data |= {
        "LowerDir": f"{folder}-init/diff:{lower}",
        "MergedDir": f"{folder}/merged",
        "UpperDir": f"{folder}/diff",
        "WorkDir": f"{folder}/work",
    }
    return {"Data": data, "Name": "overlay2"}


def _network_settings_json(container: Container, image: Image | None, modern: bool, networks: LocalNetworks) -> Json:
    running = container.is_running
    sandbox = digest_of(container.id, f"sandbox {container.started_at}") if running else ""
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
    return first | secondary | flat | {"Networks": networks_json(container, networks, modern=modern)}


def _mount_json(mount: Mount) -> Json:
    json: Json = {"Type": mount.type}
    if mount.source:
        json["Source"] = mount.source
    json["Target"] = mount.target
    if mount.read_only:
        json["ReadOnly"] = True
    return json
