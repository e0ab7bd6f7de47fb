"""What ``docker run`` and ``docker create`` send: the body of ``/containers/create``.

moby: ``runconfig/config.go``, ``daemon/create.go``.  Simplified: what has no meaning in a simulation (devices,
capabilities, namespaces of processes) is accepted and forgotten.
"""

from swarmlab.api.convert.basics import Json
from swarmlab.api.convert.containerspec import HEALTHCHECK, MOUNT, healthcheck_of, mount_of
from swarmlab.api.convert.endpoints import ENDPOINT, endpoints_of
from swarmlab.api.shapes import (
    ANY,
    BOOL,
    EMPTY,
    INT,
    INT64,
    LABELS,
    STRING,
    STRINGS,
    UINT,
    UINT16,
    WORDS,
    ListOf,
    MapOf,
    Scalar,
    Struct,
    Type,
)
from swarmlab.core.agent.container import ContainerConfig
from swarmlab.core.objects import DNSConfig, Mount, PortConfig, Resources
from swarmlab.core.units import SECOND
from swarmlab.errors import InvalidArgument

_BINDING = Struct("nat.PortBinding", {"HostIp": STRING, "HostPort": STRING})
#: Fields that mean nothing here but are shown again by an inspect.
_SHOWN: dict[str, Type] = {
    **{mode: Scalar(f"container.{mode}", "string") for mode in (
        "IpcMode", "PidMode", "UTSMode", "UsernsMode", "CgroupnsMode", "Isolation")},
    "Cgroup": Scalar("container.CgroupSpec", "string"),
    **dict.fromkeys(("CgroupParent", "CpusetCpus", "CpusetMems", "VolumeDriver", "ContainerIDFile"), STRING),
    **dict.fromkeys(
        ("CpuPeriod", "CpuQuota", "CpuRealtimePeriod", "CpuRealtimeRuntime", "MemorySwappiness", "IOMaximumIOps",
         "IOMaximumBandwidth", "CpuCount", "CpuPercent", "KernelMemory"),
        INT64,
    ),
    "BlkioWeight": UINT16,
    **dict.fromkeys(
        ("BlkioWeightDevice", "BlkioDeviceReadBps", "BlkioDeviceWriteBps", "BlkioDeviceReadIOps",
         "BlkioDeviceWriteIOps"),
        ListOf(ANY),
    ),
    "Devices": ListOf(Scalar("container.DeviceMapping", "any")),
    "DeviceRequests": ListOf(Scalar("container.DeviceRequest", "any")),
    "Ulimits": ListOf(Scalar("*units.Ulimit", "any")),
    **dict.fromkeys(("DeviceCgroupRules", "MaskedPaths", "ReadonlyPaths"), STRINGS),
    "OomKillDisable": BOOL,
    "StorageOpt": LABELS,
    "Annotations": LABELS,
    "LogConfig": Struct("container.LogConfig", {"Type": STRING, "Config": LABELS}),
}  # fmt: skip
HOST_CONFIG = Struct(
    "container.HostConfig",
    {
        "Binds": STRINGS,
        "NetworkMode": Scalar("container.NetworkMode", "string"),
        "PortBindings": MapOf(ListOf(_BINDING), "nat.Port"),
        "RestartPolicy": Struct(
            "container.RestartPolicy",
            {"Name": Scalar("container.RestartPolicyMode", "string"), "MaximumRetryCount": INT},
        ),
        "AutoRemove": BOOL,
        "Privileged": BOOL,
        "PublishAllPorts": BOOL,
        "ReadonlyRootfs": BOOL,
        "Memory": INT64,
        "NanoCpus": INT64,
        "PidsLimit": INT64,
        "ShmSize": INT64,
        "CpuShares": INT64,
        "MemorySwap": INT64,
        "MemoryReservation": INT64,
        "OomScoreAdj": INT,
        "CapAdd": WORDS,
        "CapDrop": WORDS,
        "Dns": STRINGS,
        "DnsOptions": STRINGS,
        "DnsSearch": STRINGS,
        "ExtraHosts": STRINGS,
        "Links": STRINGS,
        "VolumesFrom": STRINGS,
        "SecurityOpt": STRINGS,
        "GroupAdd": STRINGS,
        "Tmpfs": LABELS,
        "Sysctls": LABELS,
        "Init": BOOL,
        "Mounts": ListOf(MOUNT),
        "Runtime": STRING,
        "ConsoleSize": ListOf(UINT, 2),
        **_SHOWN,
    },
)
CREATE = Struct(
    "container.CreateRequest",
    {
        "Hostname": STRING,
        "Domainname": STRING,
        "User": STRING,
        "AttachStdin": BOOL,
        "AttachStdout": BOOL,
        "AttachStderr": BOOL,
        "ExposedPorts": MapOf(EMPTY, "nat.Port"),
        "Tty": BOOL,
        "OpenStdin": BOOL,
        "StdinOnce": BOOL,
        "Env": STRINGS,
        "Cmd": WORDS,
        "Healthcheck": HEALTHCHECK,
        "Image": STRING,
        "Volumes": MapOf(EMPTY),
        "WorkingDir": STRING,
        "Entrypoint": WORDS,
        "NetworkDisabled": BOOL,
        "MacAddress": STRING,
        "Labels": LABELS,
        "StopSignal": STRING,
        "StopTimeout": INT,
        "HostConfig": HOST_CONFIG,
        "NetworkingConfig": Struct("network.NetworkingConfig", {"EndpointsConfig": MapOf(ENDPOINT)}),
    },
    nameless=True,
)


def container_config_of(json: Json, name: str) -> ContainerConfig:
    """Return what a container is to be made from.  Raises InvalidArgument for ports that are none."""
    host: Json = json.get("HostConfig", {})
    mode = host.get("NetworkMode", "") or "default"
    endpoints = endpoints_of(json, mode)
    if mode == "default" and endpoints and len(endpoints) == 1:
        mode = endpoints[0].network
    exposed = tuple(json.get("ExposedPorts", {}))
    for port in exposed:
        _port(port)
    stop_timeout = json.get("StopTimeout")
    return ContainerConfig(
        image=json.get("Image", ""),
        command=tuple(json.get("Entrypoint", ())),
        args=tuple(json.get("Cmd", ())),
        name=name,
        env=tuple(json.get("Env", ())),
        labels=json.get("Labels", {}),
        hostname=json.get("Hostname", ""),
        user=json.get("User", ""),
        dir=json.get("WorkingDir", ""),
        tty=json.get("Tty", False),
        open_stdin=json.get("OpenStdin", False),
        stdin_once=json.get("StdinOnce", False),
        attach=(json.get("AttachStdin", False), json.get("AttachStdout", False), json.get("AttachStderr", False)),
        init=host.get("Init", False),
        stop_signal=json.get("StopSignal", ""),
        stop_timeout=None if stop_timeout is None else stop_timeout * SECOND,
        auto_remove=host.get("AutoRemove", False),
        network_mode=mode,
        endpoints=endpoints,
        extra_hosts=tuple(
            (name, address) for name, _, address in (h.partition(":") for h in host.get("ExtraHosts", ()))
        ),
        dns=DNSConfig(tuple(host.get("Dns", ())), tuple(host.get("DnsSearch", ())), tuple(host.get("DnsOptions", ()))),
        ports=_published(host, exposed),
        exposed=exposed,
        mounts=_mounts(json, host),
        limits=Resources(host.get("NanoCpus", 0), host.get("Memory", 0), max(host.get("PidsLimit", 0), 0)),
        healthcheck=healthcheck_of(json.get("Healthcheck")),
        read_only=host.get("ReadonlyRootfs", False),
        host_config=host,
    )


def _published(host: Json, exposed: tuple[str, ...]) -> tuple[PortConfig, ...]:
    ports: list[PortConfig] = []
    bindings = host.get("PortBindings", {})
    for name, wanted in bindings.items():
        target, protocol = _port(name)
        for binding in wanted:
            wish = binding.get("HostPort", "")
            number, dash, last = wish.partition("-")
            numbers = (number, last) if dash else (number,)
            if wish and not all(n.isascii() and n.isdigit() and len(n) < 6 and int(n) < 65536 for n in numbers):
                raise InvalidArgument(f'invalid port specification: "{wish}"')
            if dash and int(last) < int(number):
                raise InvalidArgument(f'invalid port specification: "{wish}"')
            ports.append(PortConfig(target, int(number or 0), protocol, "host"))
    if host.get("PublishAllPorts", False):
        bound = {(port.target, port.protocol) for port in ports}
        more = [_port(name) for name in exposed]
        ports += [
            PortConfig(target, 0, protocol, "host") for target, protocol in more if (target, protocol) not in bound
        ]
    return tuple(ports)


def _port(name: str) -> tuple[int, str]:
    number, _, protocol = name.partition("/")
    if not (number.isascii() and number.isdigit() and len(number) < 6 and 0 < int(number) < 65536):
        raise InvalidArgument(f'invalid port specification: "{number}"')
    if protocol not in ("", "tcp", "udp", "sctp"):
        raise InvalidArgument(f"invalid proto: {protocol}")
    return int(number), protocol or "tcp"


def _mounts(json: Json, host: Json) -> tuple[Mount, ...]:
    mounts = [mount_of(mount) for mount in host.get("Mounts", ())]
    for bind in host.get("Binds", ()):
        source, _, rest = bind.partition(":")
        target, _, options = rest.partition(":")
        if not target:
            source, target = "", source
        kind = "bind" if source.startswith("/") else "volume"
        made: Json | None = {"CreateMountpoint": True} if kind == "bind" else None
        mounts.append(Mount(kind, source, target, read_only="ro" in options.split(","), bind_options=made))
    taken = {mount.target for mount in mounts}
    mounts += [Mount("volume", "", target) for target in json.get("Volumes", {}) if target not in taken]
    return tuple(mounts)
