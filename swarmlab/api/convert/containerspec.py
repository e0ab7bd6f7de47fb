"""The ContainerSpec of a service or task.  moby: ``daemon/cluster/convert/container.go``."""

from typing import Any

from swarmlab.api.convert.basics import Json, present, sorted_labels
from swarmlab.api.shapes import (
    BOOL,
    DURATION,
    FILE_MODE,
    INT,
    INT64,
    LABELS,
    STRING,
    STRINGS,
    ListOf,
    Scalar,
    Struct,
)
from swarmlab.core.objects import ContainerSpec, DNSConfig, FileReference, Healthcheck, Mount, Ulimit
from swarmlab.errors import InvalidArgument

HEALTHCHECK = Struct(
    "container.HealthConfig",
    {
        "Test": STRINGS,
        "Interval": DURATION,
        "Timeout": DURATION,
        "StartPeriod": DURATION,
        "StartInterval": DURATION,
        "Retries": INT,
    },
)
_VOLUME_OPTIONS = Struct(
    "mount.VolumeOptions",
    {
        "NoCopy": BOOL,
        "Labels": LABELS,
        "Subpath": STRING,
        "DriverConfig": Struct("mount.Driver", {"Name": STRING, "Options": LABELS}),
    },
)
MOUNT = Struct(
    "mount.Mount",
    {
        "Type": Scalar("mount.Type", "string"),
        "Source": STRING,
        "Target": STRING,
        "ReadOnly": BOOL,
        "Consistency": Scalar("mount.Consistency", "string"),
        "BindOptions": Struct(
            "mount.BindOptions",
            {
                "Propagation": Scalar("mount.Propagation", "string"),
                "NonRecursive": BOOL,
                "CreateMountpoint": BOOL,
                "ReadOnlyNonRecursive": BOOL,
                "ReadOnlyForceRecursive": BOOL,
            },
        ),
        "VolumeOptions": _VOLUME_OPTIONS,
        "ImageOptions": Struct("mount.ImageOptions", {"Subpath": STRING}),
        "TmpfsOptions": Struct(
            "mount.TmpfsOptions", {"SizeBytes": INT64, "Mode": FILE_MODE, "Options": ListOf(STRINGS)}
        ),
        "ClusterOptions": Struct("mount.ClusterOptions", {}),
    },
)
_FILE = {"Name": STRING, "UID": STRING, "GID": STRING, "Mode": FILE_MODE}
DNS_CONFIG = Struct("swarm.DNSConfig", {"Nameservers": STRINGS, "Search": STRINGS, "Options": STRINGS})
ULIMIT = Struct("units.Ulimit", {"Name": STRING, "Hard": INT64, "Soft": INT64})
CONTAINER_SPEC = Struct(
    "swarm.ContainerSpec",
    {
        "Image": STRING,
        "Labels": LABELS,
        "Command": STRINGS,
        "Args": STRINGS,
        "Hostname": STRING,
        "Env": STRINGS,
        "Dir": STRING,
        "User": STRING,
        "Groups": STRINGS,
        "Privileges": Struct(
            "swarm.Privileges",
            {
                "CredentialSpec": Struct(
                    "swarm.CredentialSpec", {"Config": STRING, "File": STRING, "Registry": STRING}
                ),
                "SELinuxContext": Struct(
                    "swarm.SELinuxContext",
                    {"Disable": BOOL, "User": STRING, "Role": STRING, "Type": STRING, "Level": STRING},
                ),
                "Seccomp": Struct("swarm.SeccompOpts", {"Mode": STRING, "Profile": STRING}),
                "AppArmor": Struct("swarm.AppArmorOpts", {"Mode": STRING}),
                "NoNewPrivileges": BOOL,
            },
        ),
        "Init": BOOL,
        "StopSignal": STRING,
        "TTY": BOOL,
        "OpenStdin": BOOL,
        "ReadOnly": BOOL,
        "Mounts": ListOf(MOUNT),
        "StopGracePeriod": DURATION,
        "Healthcheck": HEALTHCHECK,
        "Hosts": STRINGS,
        "DNSConfig": DNS_CONFIG,
        "Secrets": ListOf(
            Struct(
                "swarm.SecretReference",
                {
                    "File": Struct("swarm.SecretReferenceFileTarget", _FILE),
                    "SecretID": STRING,
                    "SecretName": STRING,
                },
            )
        ),
        "Configs": ListOf(
            Struct(
                "swarm.ConfigReference",
                {
                    "File": Struct("swarm.ConfigReferenceFileTarget", _FILE),
                    "Runtime": Struct("swarm.ConfigReferenceRuntimeTarget", {}),
                    "ConfigID": STRING,
                    "ConfigName": STRING,
                },
            )
        ),
        "Isolation": Scalar("container.Isolation", "string"),
        "Sysctls": LABELS,
        "CapabilityAdd": STRINGS,
        "CapabilityDrop": STRINGS,
        "Ulimits": ListOf(ULIMIT),
        "OomScoreAdj": INT64,
    },
)
_MOUNT_TYPES = ("bind", "volume", "tmpfs", "npipe", "cluster", "image")


def container_spec_of(json: Json) -> ContainerSpec:
    """Return the ContainerSpec that JSON says.  Raises InvalidArgument for words that mean nothing."""
    return ContainerSpec(
        image=json.get("Image", ""),
        labels=json.get("Labels", {}),
        command=tuple(json.get("Command", ())),
        args=tuple(json.get("Args", ())),
        hostname=json.get("Hostname", ""),
        env=tuple(json.get("Env", ())),
        dir=json.get("Dir", ""),
        user=json.get("User", ""),
        groups=tuple(json.get("Groups", ())),
        privileges=_privileges(json.get("Privileges")),
        init=json.get("Init"),
        stop_signal=json.get("StopSignal", ""),
        tty=json.get("TTY", False),
        open_stdin=json.get("OpenStdin", False),
        read_only=json.get("ReadOnly", False),
        mounts=tuple(mount_of(mount) for mount in json.get("Mounts", ())),
        stop_grace_period=json.get("StopGracePeriod"),
        healthcheck=healthcheck_of(json.get("Healthcheck")),
        hosts=tuple(json.get("Hosts", ())),
        dns_config=_dns_config_of(json.get("DNSConfig")),
        secrets=tuple(_reference_of(item, "Secret") for item in json.get("Secrets", ())),
        configs=tuple(_reference_of(item, "Config") for item in json.get("Configs", ())),
        isolation=json.get("Isolation", "") if json.get("Isolation") in ("process", "hyperv") else "default",
        sysctls=json.get("Sysctls", {}),
        capability_add=tuple(json.get("CapabilityAdd", ())),
        capability_drop=tuple(json.get("CapabilityDrop", ())),
        ulimits=tuple(
            Ulimit(item.get("Name", ""), item.get("Hard", 0), item.get("Soft", 0)) for item in json.get("Ulimits", ())
        ),
        oom_score_adj=json.get("OomScoreAdj", 0),
    )


def _privileges(json: Json | None) -> Json | None:
    """Return what a container may, with the two settings that are shown even when they are not given."""
    return None if json is None else {"CredentialSpec": None, "SELinuxContext": None, **json}


def container_spec_json(spec: ContainerSpec) -> Json:
    """Return a ContainerSpec as JSON: what was not given is not there."""
    json: Json = {}
    if spec.image:
        json["Image"] = spec.image
    if spec.labels:
        json["Labels"] = sorted_labels(spec.labels)
    if spec.command:
        json["Command"] = spec.command
    if spec.args:
        json["Args"] = spec.args
    if spec.hostname:
        json["Hostname"] = spec.hostname
    if spec.env:
        json["Env"] = spec.env
    if spec.dir:
        json["Dir"] = spec.dir
    if spec.user:
        json["User"] = spec.user
    if spec.groups:
        json["Groups"] = spec.groups
    if spec.privileges is not None:
        json["Privileges"] = spec.privileges
    if spec.init is not None:
        json["Init"] = spec.init
    if spec.stop_signal:
        json["StopSignal"] = spec.stop_signal
    if spec.tty:
        json["TTY"] = True
    if spec.open_stdin:
        json["OpenStdin"] = True
    if spec.read_only:
        json["ReadOnly"] = True
    if spec.mounts:
        json["Mounts"] = [mount_json(mount) for mount in spec.mounts]
    if spec.stop_grace_period is not None:
        json["StopGracePeriod"] = spec.stop_grace_period
    if spec.healthcheck is not None:
        json["Healthcheck"] = healthcheck_json(spec.healthcheck)
    if spec.hosts:
        json["Hosts"] = spec.hosts
    if spec.dns_config is not None:
        dns = spec.dns_config
        json["DNSConfig"] = present(Nameservers=dns.nameservers, Search=dns.search, Options=dns.options)
    if spec.secrets:
        json["Secrets"] = [_reference_json(item, "Secret") for item in spec.secrets]
    if spec.configs:
        json["Configs"] = [_reference_json(item, "Config") for item in spec.configs]
    json["Isolation"] = spec.isolation or "default"
    if spec.sysctls:
        json["Sysctls"] = sorted_labels(spec.sysctls)
    if spec.capability_add:
        json["CapabilityAdd"] = spec.capability_add
    if spec.capability_drop:
        json["CapabilityDrop"] = spec.capability_drop
    if spec.ulimits:
        json["Ulimits"] = [{"Name": item.name, "Hard": item.hard, "Soft": item.soft} for item in spec.ulimits]
    if spec.oom_score_adj:
        json["OomScoreAdj"] = spec.oom_score_adj
    return json


def mount_of(json: Json) -> Mount:
    """Return a mount.  Raises InvalidArgument for a kind that Docker does not have."""
    kind = json.get("Type", "")
    if kind not in _MOUNT_TYPES:
        raise InvalidArgument(f'invalid MountType: "{kind}"')
    return Mount(
        type=kind,
        source=json.get("Source", ""),
        target=json.get("Target", ""),
        read_only=json.get("ReadOnly", False),
        consistency=json.get("Consistency", ""),
        bind_options=json.get("BindOptions"),
        volume_options=json.get("VolumeOptions"),
        tmpfs_options=json.get("TmpfsOptions"),
    )


def mount_json(mount: Mount) -> Json:
    """Return a mount as JSON."""
    json: Json = {"Type": mount.type}
    if mount.source:
        json["Source"] = mount.source
    if mount.target:
        json["Target"] = mount.target
    if mount.read_only:
        json["ReadOnly"] = True
    if mount.consistency:
        json["Consistency"] = mount.consistency
    for name, options in (
        ("BindOptions", mount.bind_options),
        ("VolumeOptions", mount.volume_options),
        ("TmpfsOptions", mount.tmpfs_options),
    ):
        if options is not None:
            json[name] = options
    return json


def healthcheck_of(json: Json | None) -> Healthcheck | None:
    """Return a health check, None if none is given."""
    if json is None:
        return None
    return Healthcheck(
        test=tuple(json.get("Test", ())),
        interval=json.get("Interval", 0),
        timeout=json.get("Timeout", 0),
        start_period=json.get("StartPeriod", 0),
        start_interval=json.get("StartInterval", 0),
        retries=json.get("Retries", 0),
    )


def healthcheck_json(check: Healthcheck) -> Json:
    """Return a health check as JSON."""
    return present(
        Test=check.test,
        Interval=check.interval,
        Timeout=check.timeout,
        StartPeriod=check.start_period,
        StartInterval=check.start_interval,
        Retries=check.retries,
    )


def _dns_config_of(json: Json | None) -> DNSConfig | None:
    if json is None:
        return None
    return DNSConfig(tuple(json.get("Nameservers", ())), tuple(json.get("Search", ())), tuple(json.get("Options", ())))


def _reference_of(json: Json, kind: str) -> FileReference:
    _check_target(json, kind)
    file: dict[str, Any] = json.get("File") or {}
    target = "file" if json.get("File") is not None else "runtime" if json.get("Runtime") is not None else ""
    return FileReference(
        json.get(f"{kind}ID", ""),
        json.get(f"{kind}Name", ""),
        file.get("Name", ""),
        file.get("UID", ""),
        file.get("GID", ""),
        file.get("Mode", 0),
        target,
    )


def _check_target(json: Json, kind: str) -> None:
    """Refuse a reference that does not say, or says twice, what becomes of the secret or config."""
    has_file, has_runtime = json.get("File") is not None, json.get("Runtime") is not None
    if kind == "Config":
        if has_file and has_runtime:
            raise InvalidArgument("invalid Config: cannot specify both File and Runtime")
        if not has_file and not has_runtime:
            raise InvalidArgument("invalid Config: either File or Runtime should be set")
    elif not has_file and json.get("SecretID") and json.get("SecretName"):
        raise InvalidArgument("rpc error: code = InvalidArgument desc = malformed secret reference, no target provided")


def _reference_json(reference: FileReference, kind: str) -> Json:
    file = {"Name": reference.file, "UID": reference.uid, "GID": reference.gid, "Mode": reference.mode}
    target = {"File": file} if reference.target == "file" else {"Runtime": {}}
    return {**target, f"{kind}ID": reference.id, f"{kind}Name": reference.name}
