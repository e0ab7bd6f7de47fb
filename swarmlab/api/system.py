"""``/_ping``, ``/version``, ``/info``: what an engine says of itself.

moby: ``daemon/info.go``, ``daemon/server/router/system/system_routes.go``.  A simulated engine says that it is
one, in the name of its operating system.
"""

import base64
import hashlib

from swarmlab.api.call import LOCKED, Call, empty, reply
from swarmlab.api.convert.basics import Json
from swarmlab.api.convert.swarm import NO_CLUSTER, cluster_json
from swarmlab.core.agent.container import ContainerState
from swarmlab.core.objects import Cluster
from swarmlab.core.profile import Profile
from swarmlab.core.units import rfc3339
from swarmlab.errors import Unknown
from swarmlab.wire import Response

KERNEL = "6.1.0-40-amd64"
OPERATING_SYSTEM = "Debian GNU/Linux 12 (simulated by swarmlab)"
LOG_PLUGINS = ("awslogs", "fluentd", "gelf", "journald", "json-file", "local", "splunk", "syslog")
OLD_LOG_PLUGINS = ("gcplogs", "logentries")  # in 20.10 as well
NETWORK_PLUGINS = ("bridge", "host", "ipvlan", "macvlan", "null", "overlay")
TWO_MANAGERS = (
    "WARNING: Running Swarm in a two-manager configuration. This configuration provides\n"
    "         no fault tolerance, and poses a high risk to lose control over the cluster.\n"
    "         Refer to https://docs.docker.com/engine/swarm/admin_guide/ to configure the\n"
    "         Swarm for fault-tolerance."
)


def ping(call: Call) -> Response:
    """``GET /_ping``."""
    return Response(200, ping_headers(call), b"OK")


def ping_head(call: Call) -> Response:
    """``HEAD /_ping``."""
    return Response(200, (*ping_headers(call), ("Content-Length", "0")), b"")


def options(call: Call) -> Response:
    """``OPTIONS`` of any path: there is nothing to choose from."""
    return empty()


def ping_headers(call: Call) -> tuple[tuple[str, str], ...]:
    """Return what a ping tells in its headers: clients ask it before everything else."""
    headers = [
        ("Cache-Control", "no-cache, no-store, must-revalidate"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Pragma", "no-cache"),
    ]
    if call.is_modern:
        headers += [("Builder-Version", "2"), ("Swarm", _swarm_word(call))]
    return tuple(headers)


def _swarm_word(call: Call) -> str:
    state = call.swarm_state
    if state != "active":
        return state
    return "active/manager" if call.is_manager else "active/worker"


def version(call: Call) -> Response:
    """``GET /version``."""
    profile = call.simulation.profile
    components = [
        {
            "Name": "Engine",
            "Version": profile.version,
            "Details": {
                "ApiVersion": profile.api_version,
                "Arch": "amd64",
                "BuildTime": profile.build_time,
                "Experimental": "false",
                "GitCommit": profile.git_commit,
                "GoVersion": profile.go_version,
                "KernelVersion": KERNEL,
                "MinAPIVersion": profile.min_api_version,
                "Os": "linux",
            },
        },
        {"Name": "containerd", "Version": profile.containerd, "Details": {"GitCommit": _commit(profile.containerd)}},
        {"Name": "runc", "Version": profile.runc, "Details": {"GitCommit": _commit(profile.runc)}},
        {"Name": "docker-init", "Version": "0.19.0", "Details": {"GitCommit": "de40ad0"}},
    ]
    return reply(
        {
            "Platform": {"Name": ""},
            "Components": components,
            "Version": profile.version,
            "ApiVersion": profile.api_version,
            "MinAPIVersion": profile.min_api_version,
            "GitCommit": profile.git_commit,
            "GoVersion": profile.go_version,
            "Os": "linux",
            "Arch": "amd64",
            "KernelVersion": KERNEL,
            "BuildTime": profile.build_time,
        }
    )


def _commit(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def info(call: Call) -> Response:
    """``GET /info``."""
    swarm = _swarm_json(call)
    json = _counts_json(call) | _abilities_json(call) | _machine_json(call)
    json |= {"Swarm": swarm, "LiveRestoreEnabled": False, "Isolation": "", "InitBinary": "docker-init"}
    json |= _commits_json(call.simulation.profile, expected=not call.at_least(1, 49))
    json["SecurityOptions"] = [f"name=seccomp,profile={'builtin' if call.is_modern else 'default'}"]
    if call.is_modern:
        if call.at_least(1, 49):
            json["FirewallBackend"] = {"Driver": "iptables"}
        json["CDISpecDirs"] = ["/etc/cdi", "/var/run/cdi"]
        json["Containerd"] = {
            "Address": "/run/containerd/containerd.sock",
            "Namespaces": {"Containers": "moby", "Plugins": "plugins.moby"},
        }
    json["Warnings"] = swarm.get("Warnings")
    return reply(json)


def _counts_json(call: Call) -> Json:
    engine = call.engine
    states = [container.state for container in engine.containers.values()]
    running, paused = states.count(ContainerState.RUNNING), states.count(ContainerState.PAUSED)
    return {
        "ID": _engine_id(engine.id, modern=call.is_modern),
        "Containers": len(states),
        "ContainersRunning": running,
        "ContainersPaused": paused,
        "ContainersStopped": len(states) - running - paused,
        "Images": len(engine.images.tags),
        "Driver": "overlay2",
        "DriverStatus": [
            ["Backing Filesystem", "extfs"],
            ["Supports d_type", "true"],
            *([["Using metacopy", "false"]] if call.is_modern else []),
            ["Native Overlay Diff", "true"],
            ["userxattr", "false"],
        ],
        "Plugins": {
            "Volume": ["local"],
            "Network": list(NETWORK_PLUGINS),
            "Authorization": None,
            "Log": sorted(LOG_PLUGINS if call.is_modern else LOG_PLUGINS + OLD_LOG_PLUGINS),
        },
    }


def _engine_id(digits: str, *, modern: bool) -> str:
    """Return an engine's id: a UUID, in old times twelve groups of four letters and digits."""
    if modern:
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))
    letters = base64.b32encode(hashlib.sha256(digits.encode()).digest()).decode()
    return ":".join(letters[place : place + 4] for place in range(0, 48, 4))


def _abilities_json(call: Call) -> Json:
    old = not call.at_least(1, 42)
    json: Json = {"MemoryLimit": True, "SwapLimit": True}
    if old:
        json |= {"KernelMemory": True, "KernelMemoryTCP": True}
    json |= dict.fromkeys(("CpuCfsPeriod", "CpuCfsQuota", "CPUShares", "CPUSet", "PidsLimit", "IPv4Forwarding"), True)
    if not call.at_least(1, 50):
        json |= {"BridgeNfIptables": True, "BridgeNfIp6tables": True}
    return json | {
        "Debug": False,
        "NFd": 38,
        "OomKillDisable": False,
        "NGoroutines": 156,
        "SystemTime": rfc3339(call.now),
        "LoggingDriver": "json-file",
        "CgroupDriver": "systemd",
        "CgroupVersion": "2",
        "NEventsListener": 0,
    }


def _machine_json(call: Call) -> Json:
    host = call.host
    runtime: Json = {"path": "runc"}
    return {
        "KernelVersion": KERNEL,
        "OperatingSystem": OPERATING_SYSTEM,
        "OSVersion": "12",
        "OSType": "linux",
        "Architecture": "x86_64",
        "IndexServerAddress": "https://index.docker.io/v1/",
        "RegistryConfig": _registries(is_modern=call.is_modern),
        "NCPU": host.nano_cpus // 1_000_000_000,
        "MemTotal": host.memory_bytes,
        "GenericResources": None,
        "DockerRootDir": "/var/lib/docker",
        "HttpProxy": "",
        "HttpsProxy": "",
        "NoProxy": "",
        "Name": host.name,
        "Labels": [f"{name}={value}" for name, value in host.engine_labels.items()],
        "ExperimentalBuild": False,
        "ServerVersion": call.simulation.profile.version,
        "Runtimes": {"io.containerd.runc.v2": runtime, "runc": runtime},
        "DefaultRuntime": "runc",
    }


def _registries(*, is_modern: bool) -> Json:
    """Return what is known of registries; since 28 the engine sorts its keys."""
    hub: Json = {"Name": "docker.io", "Mirrors": [], "Secure": True, "Official": True}
    if is_modern:
        index = {"docker.io": dict(sorted(hub.items()))}
        return {"IndexConfigs": index, "InsecureRegistryCIDRs": ["::1/128", "127.0.0.0/8"], "Mirrors": []}
    return {
        "AllowNondistributableArtifactsCIDRs": [],
        "AllowNondistributableArtifactsHostnames": [],
        "InsecureRegistryCIDRs": ["127.0.0.0/8"],
        "IndexConfigs": {"docker.io": hub},
        "Mirrors": [],
    }


def _commits_json(profile: Profile, *, expected: bool) -> Json:
    json: Json = {}
    for name, text in (("Containerd", profile.containerd), ("Runc", profile.runc), ("Init", "de40ad0")):
        commit = text if name == "Init" else _commit(text)
        json[f"{name}Commit"] = {"ID": commit, **({"Expected": commit} if expected else {})}
    return json


def _swarm_json(call: Call) -> Json:
    host, state = call.host, call.swarm_state
    locked = state == "locked"  # then its node does not even run
    remotes = [] if locked else host.remote_managers
    json: Json = {
        "NodeID": "" if locked else host.node_id,
        "NodeAddr": host.address if state != "inactive" and host.node_id else "",
        "LocalNodeState": state,
        "ControlAvailable": call.is_manager,
        "Error": LOCKED if locked else host.swarm_error,
        "RemoteManagers": [{"NodeID": node_id, "Addr": address} for node_id, address in remotes] or None,
    }
    if not call.is_manager:
        return json
    try:
        manager = call.manager
    except Unknown as error:  # there is no leader
        return json | {"Error": str(error), "Cluster": NO_CLUSTER}
    nodes = list(manager.store.nodes())
    managers = sum(manager.manager_status(node) is not None for node in nodes)
    cluster: Cluster = manager.store.cluster
    json |= {"Nodes": len(nodes), "Managers": managers, "Cluster": cluster_json(cluster, tokens=False)}
    if managers == 2:
        json["Warnings"] = [TWO_MANAGERS]
    return json
