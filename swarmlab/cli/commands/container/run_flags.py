"""The flags of ``docker run``.  docker/cli: cli/command/container/opts.go (addFlags), run.go."""

from typing import Any

from swarmlab.cli.flags import Decl, flag, switch
from swarmlab.cli.options import checks
from swarmlab.cli.options.attachments import Networks
from swarmlab.cli.options.checks import Ulimits
from swarmlab.cli.options.csvline import read_csv
from swarmlab.cli.options.mounts import Mounts
from swarmlab.cli.units import ram_in_bytes
from swarmlab.cli.values import Bool, Bytes, Duration, Int, List, Map, NanoCpus, String, Uint, Value
from swarmlab.gostrings import parse_int, parse_uint

_CGROUPNS = """Cgroup namespace to use (host|private)
'host':    Run the container in the Docker host's cgroup namespace
'private': Run the container in its own private cgroup namespace
'':        Use the cgroup namespace as configured by the
           default-cgroupns-mode option on the daemon (default)"""


def _stream(text: str) -> str:
    """Check the stream of ``--attach``."""
    stream = text.lower()
    if stream not in ("stdin", "stdout", "stderr"):
        raise ValueError("valid streams are STDIN, STDOUT and STDERR")
    return stream


class Rates(Value):
    """``--device-read-bps /dev/sda:1mb`` and the like: a number per device."""

    kind = "list"

    def __init__(self, unit: str = "Rate") -> None:
        self.rates: list[dict[str, Any]] = []
        self._unit = unit

    def set(self, text: str) -> None:
        path, colon, amount = text.partition(":")
        if not colon or not path:
            raise ValueError(f"bad format: {text}")
        if not path.startswith("/dev/"):
            raise ValueError(f"bad format for device path: {text}")
        try:
            number = ram_in_bytes(amount) if self._unit == "Rate" else parse_uint(amount)
        except ValueError:
            raise ValueError(
                f"invalid rate for device: {text}. The correct format is <device-path>:<number>[<unit>]. "
                "Number must be a positive integer. Unit is optional and can be kb, mb, or gb"
            ) from None
        self.rates.append({"Path": path, self._unit: number})

    def get(self) -> list[dict[str, Any]]:
        return self.rates

    def text(self) -> str:
        return "[" + " ".join(f"{rate['Path']}:{rate[self._unit]}" for rate in self.rates) + "]"


def _gpu_count(text: str) -> int:
    try:
        return -1 if text == "all" else parse_int(text)
    except ValueError as error:
        reason = str(error).rpartition(": ")[2]
        raise ValueError(f'invalid count ({text}): value must be either "all" or an integer: {reason}') from None


class Gpus(Value):
    """``--gpus all`` or ``--gpus 2`` or ``--gpus device=…``"""

    kind = "gpu-request"

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []

    def set(self, text: str) -> None:
        request: dict[str, Any] = {"Driver": "", "Count": 0, "DeviceIDs": [], "Capabilities": [["gpu"]], "Options": {}}
        for field in read_csv(text):
            key, equals, value = field.partition("=")
            if not equals:
                key, value = "count", key
            if key == "count":
                request["Count"] = _gpu_count(value)
            elif key == "device":
                request["DeviceIDs"] = value.split(",")
            elif key == "driver":
                request["Driver"] = value
            elif key == "capabilities":
                request["Capabilities"] = [[*value.split(","), "gpu"]]
            else:
                raise ValueError(f"unexpected key '{key}' in '{field}'")
        self.requests.append(request)

    def get(self) -> list[dict[str, Any]]:
        return self.requests


FLAGS: tuple[Decl, ...] = (
    flag("add-host", "Add a custom host-to-IP mapping (host:ip)", lambda: List(checks.extra_host)),
    flag("annotation", "Add an annotation to the container (passed through to the OCI runtime)", Map, version="1.43"),
    flag("attach", "Attach to STDIN, STDOUT or STDERR", lambda: List(_stream), short="a"),
    flag(
        "blkio-weight",
        "Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)",
        lambda: Uint(0, 16),
    ),
    flag("blkio-weight-device", "Block IO weight (relative device weight)", lambda: Rates("Weight")),
    flag("cap-add", "Add Linux capabilities", List),
    flag("cap-drop", "Drop Linux capabilities", List),
    flag("cgroup-parent", "Optional parent cgroup for the container"),
    flag("cgroupns", _CGROUPNS, version="1.41"),
    flag("cidfile", "Write the container ID to the file"),
    flag("cpu-count", "CPU count (Windows only)", Int, ostype="windows"),
    flag("cpu-percent", "CPU percent (Windows only)", Int, ostype="windows"),
    flag("cpu-period", "Limit CPU CFS (Completely Fair Scheduler) period", Int),
    flag("cpu-quota", "Limit CPU CFS (Completely Fair Scheduler) quota", Int),
    flag("cpu-rt-period", "Limit CPU real-time period in microseconds", Int),
    flag("cpu-rt-runtime", "Limit CPU real-time runtime in microseconds", Int),
    flag("cpu-shares", "CPU shares (relative weight)", Int, short="c"),
    flag("cpus", "Number of CPUs", NanoCpus),
    flag("cpuset-cpus", "CPUs in which to allow execution (0-3, 0,1)"),
    flag("cpuset-mems", "MEMs in which to allow execution (0-3, 0,1)"),
    switch("detach", "Run container in background and print container ID", short="d"),
    flag("detach-keys", "Override the key sequence for detaching a container"),
    flag("device", "Add a host device to the container", List),
    flag("device-cgroup-rule", "Add a rule to the cgroup allowed devices list", List),
    flag("device-read-bps", "Limit read rate (bytes per second) from a device", Rates),
    flag("device-read-iops", "Limit read rate (IO per second) from a device", Rates),
    flag("device-write-bps", "Limit write rate (bytes per second) to a device", Rates),
    flag("device-write-iops", "Limit write rate (IO per second) to a device", Rates),
    flag("disable-content-trust", "Skip image verification", lambda: Bool(True)),
    flag("dns", "Set custom DNS servers", lambda: List(checks.ip_address)),
    flag("dns-option", "Set DNS options", List),
    flag("dns-search", "Set custom DNS search domains", lambda: List(checks.dns_search)),
    flag("domainname", "Container NIS domain name"),
    flag("entrypoint", "Overwrite the default ENTRYPOINT of the image"),
    flag("env", "Set environment variables", lambda: List(checks.environment), short="e"),
    flag("env-file", "Read in a file of environment variables", List),
    flag("expose", "Expose a port or a range of ports", List),
    flag("gpus", "GPU devices to add to the container ('all' to pass all GPUs)", Gpus),
    flag("group-add", "Add additional groups to join", List),
    flag("health-cmd", "Command to run to check health"),
    flag("health-interval", "Time between running the check (ms|s|m|h) (default 0s)", lambda: Duration(0)),
    flag("health-retries", "Consecutive failures needed to report unhealthy", Int),
    flag(
        "health-start-interval",
        "Time between running the check during the start period (ms|s|m|h) (default 0s)",
        lambda: Duration(0),
        version="1.44",
    ),
    flag(
        "health-start-period",
        "Start period for the container to initialize before starting health-retries countdown (ms|s|m|h) (default 0s)",
        lambda: Duration(0),
        version="1.29",
    ),
    flag("health-timeout", "Maximum time to allow one check to run (ms|s|m|h) (default 0s)", lambda: Duration(0)),
    flag("hostname", "Container host name", short="h"),
    switch("init", "Run an init inside the container that forwards signals and reaps processes", version="1.25"),
    switch("interactive", "Keep STDIN open even if not attached", short="i"),
    flag("io-maxbandwidth", "Maximum IO bandwidth limit for the system drive (Windows only)", Bytes, ostype="windows"),
    flag("io-maxiops", "Maximum IOps limit for the system drive (Windows only)", Uint, ostype="windows"),
    flag("ip", "IPv4 address (e.g., 172.30.100.104)"),
    flag("ip6", "IPv6 address (e.g., 2001:db8::33)"),
    flag("ipc", "IPC mode to use"),
    flag("isolation", "Container isolation technology"),
    flag("kernel-memory", "Kernel memory limit", Bytes),
    flag("label", "Set meta data on a container", lambda: List(checks.label), short="l"),
    flag("label-file", "Read in a line delimited file of labels", List),
    flag("link", "Add link to another container", List),
    flag("link-local-ip", "Container IPv4/IPv6 link-local addresses", List),
    flag("log-driver", "Logging driver for the container"),
    flag("log-opt", "Log driver options", List),
    flag("mac-address", "Container MAC address (e.g., 92:d0:c6:0a:29:33)"),
    flag("memory", "Memory limit", Bytes, short="m"),
    flag("memory-reservation", "Memory soft limit", Bytes),
    flag("memory-swap", "Swap limit equal to memory plus swap: '-1' to enable unlimited swap", Bytes),
    flag("memory-swappiness", "Tune container memory swappiness (0 to 100)", lambda: Int(-1)),
    flag("mount", "Attach a filesystem mount to the container", Mounts),
    flag("name", "Assign a name to the container"),
    flag("network", "Connect a container to a network", Networks),
    flag("network-alias", "Add network-scoped alias for the container", List),
    switch("no-healthcheck", "Disable any container-specified HEALTHCHECK"),
    switch("oom-kill-disable", "Disable OOM Killer"),
    flag("oom-score-adj", "Tune host's OOM preferences (-1000 to 1000)", Int),
    flag("pid", "PID namespace to use"),
    flag("pids-limit", "Tune container pids limit (set -1 for unlimited)", Int),
    flag("platform", "Set platform if server is multi-platform capable"),
    switch("privileged", "Give extended privileges to this container"),
    flag("publish", "Publish a container's port(s) to the host", List, short="p"),
    switch("publish-all", "Publish all exposed ports to random ports", short="P"),
    flag("pull", 'Pull image before running ("always", "missing", "never")', lambda: String("missing")),
    switch("quiet", "Suppress the pull output", short="q"),
    switch("read-only", "Mount the container's root filesystem as read only"),
    flag("restart", "Restart policy to apply when a container exits", lambda: String("no")),
    switch("rm", "Automatically remove the container and its associated anonymous volumes when it exits"),
    flag("runtime", "Runtime to use for this container"),
    flag("security-opt", "Security Options", List),
    flag("shm-size", "Size of /dev/shm", Bytes),
    flag("sig-proxy", "Proxy received signals to the process", lambda: Bool(True)),
    flag("stop-signal", "Signal to stop the container"),
    flag("stop-timeout", "Timeout (in seconds) to stop a container", Int, version="1.25"),
    flag("storage-opt", "Storage driver options for the container", List),
    flag("sysctl", "Sysctl options", Map),
    flag("tmpfs", "Mount a tmpfs directory", List),
    switch("tty", "Allocate a pseudo-TTY", short="t"),
    flag("ulimit", "Ulimit options", Ulimits),
    switch("use-api-socket", "Bind mount Docker API socket and required auth"),
    flag("user", "Username or UID (format: <name|uid>[:<group|gid>])", short="u"),
    flag("userns", "User namespace to use"),
    flag("uts", "UTS namespace to use"),
    flag("volume", "Bind mount a volume", List, short="v"),
    flag("volume-driver", "Optional volume driver for the container"),
    flag("volumes-from", "Mount volumes from the specified container(s)", List),
    flag("workdir", "Working directory inside the container", short="w"),
    flag("help", "Print usage", Bool),
    flag("net", "Connect a container to a network", Networks, hidden=True),
    flag("net-alias", "Add network-scoped alias for the container", List, hidden=True),
    flag("dns-opt", "Set DNS options", List, hidden=True),
)
