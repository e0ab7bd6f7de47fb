"""``docker info`` for people.  docker/cli: cli/command/system/info.go."""

from collections.abc import Iterator
from typing import Any

from swarmlab.cli import version as client
from swarmlab.cli.units import bytes_size, human_duration

Info = dict[str, Any]


def client_info() -> Info:
    """Return what ``{{.ClientInfo}}`` is."""
    return {
        "Debug": False,
        "Version": client.VERSION,
        "DefaultAPIVersion": client.API_VERSION,
        "GitCommit": client.GIT_COMMIT,
        "GoVersion": client.GO_VERSION,
        "Os": client.OS_ARCH[0],
        "Arch": client.OS_ARCH[1],
        "BuildTime": client.BUILD_TIME,
        "Context": "default",
        "Plugins": [],
        "Warnings": None,
    }


def pretty_info(info: Info | None) -> str:
    """Return the report; without a server (None) only the client's part."""
    lines = ["Client:", f" Version:    {client.VERSION}", " Context:    default", " Debug Mode: false", "", "Server:"]
    if info is not None:
        lines += [*_server(info), ""]
    return "\n".join(lines) + "\n"


def _flag(value: Any) -> str:
    return "true" if value else "false"


def _given(info: Info, *rows: tuple[str, str]) -> Iterator[str]:
    """Yield the rows whose value is not empty."""
    for title, key in rows:
        if info.get(key):
            yield f" {title}: {info[key]}"


def _server(info: Info) -> Iterator[str]:
    yield f" Containers: {info.get('Containers', 0)}"
    for title in ("Running", "Paused", "Stopped"):
        yield f"  {title}: {info.get('Containers' + title, 0)}"
    yield f" Images: {info.get('Images', 0)}"
    yield from _given(info, ("Server Version", "ServerVersion"), ("Storage Driver", "Driver"))
    for key, value in info.get("DriverStatus") or []:
        yield f"  {key}: {value}"
    yield from _given(
        info,
        ("Logging Driver", "LoggingDriver"),
        ("Cgroup Driver", "CgroupDriver"),
        ("Cgroup Version", "CgroupVersion"),
    )
    plugins = info.get("Plugins") or {}
    yield " Plugins:"
    for title in ("Volume", "Network", "Authorization", "Log"):
        if plugins.get(title) or title != "Authorization":
            yield f"  {title}: {' '.join(plugins.get(title) or [])}"
    if info.get("CDISpecDirs"):
        yield " CDI spec directories:"
        yield from (f"  {directory}" for directory in info["CDISpecDirs"])
    yield from _swarm(info.get("Swarm") or {})
    if info.get("Runtimes"):
        yield f" Runtimes: {' '.join(info['Runtimes'])}"
        yield f" Default Runtime: {info.get('DefaultRuntime', '')}"
    if info.get("OSType") == "linux":
        yield from _linux(info)
    yield from _given(
        info,
        ("Kernel Version", "KernelVersion"),
        ("Operating System", "OperatingSystem"),
        ("OSType", "OSType"),
        ("Architecture", "Architecture"),
    )
    yield f" CPUs: {info.get('NCPU', 0)}"
    yield f" Total Memory: {bytes_size(info.get('MemTotal', 0))}"
    yield from _given(info, ("Name", "Name"), ("ID", "ID"))
    yield f" Docker Root Dir: {info.get('DockerRootDir', '')}"
    yield f" Debug Mode: {_flag(info.get('Debug'))}"
    yield from _given(info, ("HTTP Proxy", "HttpProxy"), ("HTTPS Proxy", "HttpsProxy"), ("No Proxy", "NoProxy"))
    if info.get("Labels"):
        yield " Labels:"
        yield from (f"  {label}" for label in info["Labels"])
    yield f" Experimental: {_flag(info.get('ExperimentalBuild'))}"
    yield from _registries(info.get("RegistryConfig") or {})
    yield f" Live Restore Enabled: {_flag(info.get('LiveRestoreEnabled'))}"
    yield from _given(info, ("Product License", "ProductLicense"))
    if info.get("DefaultAddressPools"):
        yield " Default Address Pools:"
        yield from (f"   Base: {pool['Base']}, Size: {pool['Size']}" for pool in info["DefaultAddressPools"])


def _linux(info: Info) -> Iterator[str]:
    yield f" Init Binary: {info.get('InitBinary', '')}"
    for title, key in (("containerd", "ContainerdCommit"), ("runc", "RuncCommit"), ("init", "InitCommit")):
        yield f" {title} version: {(info.get(key) or {}).get('ID', '')}"
    if info.get("SecurityOptions"):
        yield " Security Options:"
    for option in info.get("SecurityOptions") or []:
        pairs = [pair.partition("=") for pair in option.split(",")]
        yield "  " + next((value for key, _, value in pairs if key == "name"), option)
        yield from (f"   Profile: {value}" for key, _, value in pairs if key == "profile")


def _registries(config: Info) -> Iterator[str]:
    indexes = (config.get("IndexConfigs") or {}).values()
    ranges = config.get("InsecureRegistryCIDRs") or []
    if ranges or indexes:
        yield " Insecure Registries:"
        yield from (f"  {index['Name']}" for index in indexes if not index.get("Secure"))
        yield from (f"  {text}" for text in ranges)
    if config.get("Mirrors"):
        yield " Registry Mirrors:"
        yield from (f"  {mirror}" for mirror in config["Mirrors"])


def _swarm(swarm: Info) -> Iterator[str]:
    state = swarm.get("LocalNodeState", "")
    yield f" Swarm: {state}"
    if state in ("inactive", "locked", ""):
        return
    yield f"  NodeID: {swarm.get('NodeID', '')}"
    if swarm.get("Error"):
        yield f"  Error: {swarm['Error']}"
    yield f"  Is Manager: {_flag(swarm.get('ControlAvailable'))}"
    if swarm.get("Cluster") and swarm.get("ControlAvailable") and not swarm.get("Error") and state != "error":
        yield from _cluster(swarm)
    yield f"  Node Address: {swarm.get('NodeAddr', '')}"
    managers = sorted(manager.get("Addr", "") for manager in swarm.get("RemoteManagers") or [])
    if managers:
        yield "  Manager Addresses:"
        yield from (f"   {address}" for address in managers)


def _cluster(swarm: Info) -> Iterator[str]:
    cluster = swarm["Cluster"]
    spec = cluster.get("Spec") or {}
    raft, authority = spec.get("Raft") or {}, spec.get("CAConfig") or {}
    yield f"  ClusterID: {cluster.get('ID', '')}"
    yield f"  Managers: {swarm.get('Managers', 0)}"
    yield f"  Nodes: {swarm.get('Nodes', 0)}"
    if cluster.get("DefaultAddrPool") is not None:
        yield "  Default Address Pool: " + "".join(f"{pool}  " for pool in cluster["DefaultAddrPool"])
        yield f"  SubnetSize: {cluster.get('SubnetSize', 0)}"
    if cluster.get("DataPathPort", 0) > 0:
        yield f"  Data Path Port: {cluster['DataPathPort']}"
    yield "  Orchestration:"
    yield f"   Task History Retention Limit: {(spec.get('Orchestration') or {}).get('TaskHistoryRetentionLimit', 0)}"
    yield "  Raft:"
    yield f"   Snapshot Interval: {raft.get('SnapshotInterval', 0)}"
    if raft.get("KeepOldSnapshots") is not None:
        yield f"   Number of Old Snapshots to Retain: {raft['KeepOldSnapshots']}"
    yield f"   Heartbeat Tick: {raft.get('HeartbeatTick', 0)}"
    yield f"   Election Tick: {raft.get('ElectionTick', 0)}"
    yield "  Dispatcher:"
    yield f"   Heartbeat Period: {human_duration((spec.get('Dispatcher') or {}).get('HeartbeatPeriod', 0))}"
    yield "  CA Configuration:"
    yield f"   Expiry Duration: {human_duration(authority.get('NodeCertExpiry', 0))}"
    yield f"   Force Rotate: {authority.get('ForceRotate', 0)}"
    if authority.get("ExternalCAs"):
        yield "   External CAs:"
        yield from (f"     {entry['Protocol']}: {entry['URL']}" for entry in authority["ExternalCAs"])
    yield f"  Autolock Managers: {_flag((spec.get('EncryptionConfig') or {}).get('AutoLockManagers'))}"
    yield f"  Root Rotation In Progress: {_flag(cluster.get('RootRotationInProgress'))}"
