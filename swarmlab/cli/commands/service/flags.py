"""The flags of ``service create`` and ``service update``.

docker/cli: cli/command/service/opts.go (addServiceFlags), create.go, update.go.
"""

from collections.abc import Mapping

from swarmlab.cli.flags import Decl, flag, switch
from swarmlab.cli.options import checks
from swarmlab.cli.options.attachments import FileReferences, Networks
from swarmlab.cli.options.checks import CredentialSpec, PlacementPreferences, Ulimits
from swarmlab.cli.options.mounts import Mounts
from swarmlab.cli.options.ports import Ports
from swarmlab.cli.values import (
    Bytes,
    Duration,
    Float32,
    Int,
    List,
    NanoCpus,
    OptionalUint,
    PositiveDuration,
    String,
    Uint,
    Words,
)

DETACH = switch("detach", "Exit immediately instead of waiting for the service to converge", short="d", version="1.29")
QUIET = switch("quiet", "Suppress progress output", short="q")


def _list(check: object = None) -> object:
    return lambda: List(check)  # type: ignore[arg-type]


def _secrets() -> FileReferences:
    return FileReferences("secret")


def _configs() -> FileReferences:
    return FileReferences("config")


#: What create's help adds to the texts that it shares with update: the defaults.
_DEFAULTS = {
    "stop-grace-period": "10s",
    "restart-condition": '"any"',
    "restart-delay": "5s",
    "update-delay": "0s",
    "update-monitor": "5s",
    "update-failure-action": '"pause"',
    "update-max-failure-ratio": "0",
    "update-order": '"stop-first"',
    "rollback-delay": "0s",
    "rollback-monitor": "5s",
    "rollback-failure-action": '"pause"',
    "rollback-max-failure-ratio": "0",
    "rollback-order": '"stop-first"',
}


def _common(shown: Mapping[str, str], parallelism: int, endpoint_mode: str) -> tuple[Decl, ...]:
    def add(name: str, usage: str, make: object = String, *, short: str = "", version: str = "") -> Decl:
        if name in shown:
            usage = f"{usage} (default {shown[name]})"
        return flag(name, usage, make, short=short, version=version)  # type: ignore[arg-type]

    span = "(ns|us|ms|s|m|h)"
    check_span = "(ms|s|m|h)"
    return (
        DETACH,
        QUIET,
        add("workdir", "Working directory inside the container", short="w"),
        add("user", "Username or UID (format: <name|uid>[:<group|gid>])", short="u"),
        add(
            "credential-spec",
            "Credential spec for managed service account (Windows only)",
            CredentialSpec,
            version="1.29",
        ),
        add("hostname", "Container hostname", version="1.25"),
        add("entrypoint", "Overwrite the default ENTRYPOINT of the image", Words),
        add("cap-add", "Add Linux capabilities", List, version="1.41"),
        add("cap-drop", "Drop Linux capabilities", List, version="1.41"),
        add("limit-cpu", "Limit CPUs", NanoCpus),
        add("limit-memory", "Limit Memory", Bytes),
        add("reserve-cpu", "Reserve CPUs", NanoCpus),
        add("reserve-memory", "Reserve Memory", Bytes),
        add("limit-pids", "Limit maximum number of processes (default 0 = unlimited)", Int, version="1.41"),
        add("stop-grace-period", f"Time to wait before force killing a container {span}", Duration),
        add("replicas", "Number of tasks", OptionalUint),
        add(
            "max-concurrent",
            "Number of job tasks to run concurrently (default equal to --replicas)",
            OptionalUint,
            version="1.41",
        ),
        add("replicas-max-per-node", "Maximum number of tasks per node (default 0 = unlimited)", Uint, version="1.40"),
        add("restart-condition", 'Restart when condition is met ("none", "on-failure", "any")'),
        add("restart-delay", f"Delay between restart attempts {span}", Duration),
        add("restart-max-attempts", "Maximum number of restarts before giving up", OptionalUint),
        add("restart-window", f"Window used to evaluate the restart policy {span}", Duration),
        add(
            "update-parallelism",
            "Maximum number of tasks updated simultaneously (0 to update all at once)",
            lambda: Uint(parallelism),
        ),
        add("update-delay", f"Delay between updates {span}", lambda: Duration(0)),
        add(
            "update-monitor",
            f"Duration after each task update to monitor for failure {span}",
            lambda: Duration(0),
            version="1.25",
        ),
        add("update-failure-action", 'Action on update failure ("pause", "continue", "rollback")'),
        add("update-max-failure-ratio", "Failure rate to tolerate during an update", Float32, version="1.25"),
        add("update-order", 'Update order ("start-first", "stop-first")', version="1.29"),
        add(
            "rollback-parallelism",
            "Maximum number of tasks rolled back simultaneously (0 to roll back all at once)",
            lambda: Uint(parallelism),
            version="1.28",
        ),
        add("rollback-delay", f"Delay between task rollbacks {span}", lambda: Duration(0), version="1.28"),
        add(
            "rollback-monitor",
            f"Duration after each task rollback to monitor for failure {span}",
            lambda: Duration(0),
            version="1.28",
        ),
        add("rollback-failure-action", 'Action on rollback failure ("pause", "continue")', version="1.28"),
        add("rollback-max-failure-ratio", "Failure rate to tolerate during a rollback", Float32, version="1.28"),
        add("rollback-order", 'Rollback order ("start-first", "stop-first")', version="1.29"),
        add("endpoint-mode", "Endpoint mode (vip or dnsrr)", lambda: String(endpoint_mode)),
        switch("with-registry-auth", "Send registry authentication details to swarm agents"),
        switch(
            "no-resolve-image",
            "Do not query the registry to resolve image digest and supported platforms",
            version="1.30",
        ),
        add("log-driver", "Logging driver for service"),
        add("log-opt", "Logging driver options", _list(checks.environment)),
        add("health-cmd", "Command to run to check health", version="1.25"),
        add("health-interval", f"Time between running the check {check_span}", PositiveDuration, version="1.25"),
        add("health-timeout", f"Maximum time to allow one check to run {check_span}", PositiveDuration, version="1.25"),
        add("health-retries", "Consecutive failures needed to report unhealthy", Int, version="1.25"),
        add(
            "health-start-period",
            f"Start period for the container to initialize before counting retries towards unstable {check_span}",
            PositiveDuration,
            version="1.29",
        ),
        add(
            "health-start-interval",
            f"Time between running the check during the start period {check_span}",
            PositiveDuration,
            version="1.44",
        ),
        switch("no-healthcheck", "Disable any container-specified HEALTHCHECK", version="1.25"),
        switch("tty", "Allocate a pseudo-TTY", short="t", version="1.25"),
        switch("read-only", "Mount the container's root filesystem as read only", version="1.28"),
        add("stop-signal", "Signal to stop the container", version="1.28"),
        add("isolation", "Service container isolation mode", version="1.35"),
        switch(
            "init", "Use an init inside each service container to forward signals and reap processes", version="1.37"
        ),
        add("oom-score-adj", "Tune host's OOM preferences (-1000 to 1000) ", Int, version="1.46"),
    )


CREATE: tuple[Decl, ...] = (
    flag("mode", 'Service mode ("replicated", "global", "replicated-job", "global-job")', lambda: String("replicated")),
    flag("name", "Service name"),
    *_common(_DEFAULTS, 1, "vip"),
    flag("label", "Service labels", lambda: List(checks.label), short="l"),
    flag("container-label", "Container labels", lambda: List(checks.label)),
    flag("env", "Set environment variables", lambda: List(checks.environment), short="e"),
    flag("env-file", "Read in a file of environment variables", List),
    flag("mount", "Attach a filesystem mount to the service", Mounts),
    flag("constraint", "Placement constraints", List),
    flag("placement-pref", "Add a placement preference", PlacementPreferences, version="1.28"),
    flag("network", "Network attachments", Networks),
    flag("secret", "Specify secrets to expose to the service", _secrets, version="1.25"),
    flag("config", "Specify configurations to expose to the service", _configs, version="1.30"),
    flag("publish", "Publish a port as a node port", Ports, short="p"),
    flag("group", "Set one or more supplementary user groups for the container", List, version="1.25"),
    flag("dns", "Set custom DNS servers", lambda: List(checks.ip_address), version="1.25"),
    flag("dns-option", "Set DNS options", List, version="1.25"),
    flag("dns-search", "Set custom DNS search domains", lambda: List(checks.dns_search), version="1.25"),
    flag(
        "host", "Set one or more custom host-to-IP mappings (host:ip)", lambda: List(checks.extra_host), version="1.25"
    ),
    flag("sysctl", "Sysctl options", List, version="1.40"),
    flag("ulimit", "Ulimit options", Ulimits, version="1.41"),
    flag("generic-resource", "User defined resources", lambda: List(checks.generic_resource)),
)

UPDATE: tuple[Decl, ...] = (
    flag("image", "Service image tag"),
    flag("args", "Service command args", Words),
    switch("rollback", "Rollback to previous specification", version="1.25"),
    switch("force", "Force update even if no changes require it", version="1.25"),
    *_common({}, 0, ""),
    flag("env-rm", "Remove an environment variable", List),
    flag("group-rm", "Remove a previously added supplementary user group from the container", List, version="1.25"),
    flag("label-rm", "Remove a label by its key", List),
    flag("container-label-rm", "Remove a container label by its key", List),
    flag("mount-rm", "Remove a mount by its target path", List),
    flag("publish-rm", "Remove a published port by its target port", Ports),
    flag("constraint-rm", "Remove a constraint", List),
    flag("dns-rm", "Remove a custom DNS server", List, version="1.25"),
    flag("dns-option-rm", "Remove a DNS option", List, version="1.25"),
    flag("dns-search-rm", "Remove a DNS search domain", List, version="1.25"),
    flag("host-rm", 'Remove a custom host-to-IP mapping ("host:ip")', List, version="1.25"),
    flag("label-add", "Add or update a service label", lambda: List(checks.label)),
    flag("container-label-add", "Add or update a container label", lambda: List(checks.label)),
    flag("env-add", "Add or update an environment variable", lambda: List(checks.environment)),
    flag("secret-rm", "Remove a secret", List, version="1.25"),
    flag("secret-add", "Add or update a secret on a service", _secrets, version="1.25"),
    flag("config-rm", "Remove a configuration file", List, version="1.30"),
    flag("config-add", "Add or update a config file on a service", _configs, version="1.30"),
    flag("mount-add", "Add or update a mount on a service", Mounts),
    flag("constraint-add", "Add or update a placement constraint", List),
    flag("placement-pref-add", "Add a placement preference", PlacementPreferences, version="1.28"),
    flag("placement-pref-rm", "Remove a placement preference", PlacementPreferences, version="1.28"),
    flag("network-add", "Add a network", Networks, version="1.29"),
    flag("network-rm", "Remove a network", List, version="1.29"),
    flag("publish-add", "Add or update a published port", Ports),
    flag("group-add", "Add an additional supplementary user group to the container", List, version="1.25"),
    flag("dns-add", "Add or update a custom DNS server", lambda: List(checks.ip_address), version="1.25"),
    flag("dns-option-add", "Add or update a DNS option", List, version="1.25"),
    flag("dns-search-add", "Add or update a custom DNS search domain", lambda: List(checks.dns_search), version="1.25"),
    flag("host-add", 'Add a custom host-to-IP mapping ("host:ip")', lambda: List(checks.extra_host), version="1.32"),
    flag("sysctl-add", "Add or update a Sysctl option", List, version="1.40"),
    flag("sysctl-rm", "Remove a Sysctl option", List, version="1.40"),
    flag("ulimit-add", "Add or update a ulimit option", Ulimits, version="1.41"),
    flag("ulimit-rm", "Remove a ulimit option", List, version="1.41"),
    flag("generic-resource-rm", "Remove a Generic resource", List),
    flag("generic-resource-add", "Add a Generic resource", lambda: List(checks.generic_resource)),
)
