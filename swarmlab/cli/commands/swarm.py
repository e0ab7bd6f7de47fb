"""``docker swarm``.  docker/cli: cli/command/swarm."""

from typing import Any

from swarmlab.cli.command import Call, Command, exact_args, no_args
from swarmlab.cli.errors import CommandError, EngineError
from swarmlab.cli.flags import Decl, FlagSet, flag, switch
from swarmlab.cli.help import usage
from swarmlab.cli.options.swarm import AddressPools, CertificateFile, ExternalAuthorities, NodeAddress
from swarmlab.cli.values import Duration, Int, String, Uint
from swarmlab.gostrings import quote

_HOUR = 3600 * 10**9


def _merge_spec(flags: FlagSet, spec: dict[str, Any], ca_cert: str = "") -> dict[str, Any]:
    """Change a cluster's spec as the flags say."""
    places = {
        "task-history-limit": ("Orchestration", "TaskHistoryRetentionLimit"),
        "dispatcher-heartbeat": ("Dispatcher", "HeartbeatPeriod"),
        "max-snapshots": ("Raft", "KeepOldSnapshots"),
        "snapshot-interval": ("Raft", "SnapshotInterval"),
        "autolock": ("EncryptionConfig", "AutoLockManagers"),
        "cert-expiry": ("CAConfig", "NodeCertExpiry"),
        "external-ca": ("CAConfig", "ExternalCAs"),
    }
    for name, (section, key) in places.items():
        if flags.changed(name):
            spec.setdefault(section, {})[key] = flags[name]
    for authority in spec.get("CAConfig", {}).get("ExternalCAs") or []:
        if ca_cert:
            authority.setdefault("CACert", ca_cert)
    return spec


def _availability(call: Call) -> dict[str, str]:
    if not call.flags.changed("availability"):
        return {}
    value = call["availability"].lower()
    if value not in ("active", "pause", "drain"):
        raise CommandError(
            f"invalid availability {quote(call['availability'])}, only active, pause and drain are supported"
        )
    return {"Availability": value}


def _init(call: Call) -> None:
    empty: dict[str, Any] = {
        "Labels": None,
        "Orchestration": {},
        "Raft": {"ElectionTick": 0, "HeartbeatTick": 0},
        "Dispatcher": {},
        "CAConfig": {},
        "TaskDefaults": {},
        "EncryptionConfig": {"AutoLockManagers": False},
    }
    request = {
        "ListenAddr": call["listen-addr"],
        "AdvertiseAddr": call["advertise-addr"],
        "DataPathAddr": call["data-path-addr"],
        "DataPathPort": call["data-path-port"],
        "ForceNewCluster": call["force-new-cluster"],
        "Spec": _merge_spec(call.flags, empty),
        "AutoLockManagers": call["autolock"],
        "Availability": "",
        "DefaultAddrPool": call["default-addr-pool"],
        "SubnetSize": call["default-addr-pool-mask-length"],
        **_availability(call),
    }
    try:
        node_id = call.engine.post("/swarm/init", request)
    except EngineError as error:
        if (
            "could not choose an IP address to advertise" in error.text
            or "could not find the system's IP" in error.text
        ):
            raise CommandError(f"{error.text} - specify one with --advertise-addr") from None
        raise
    call.out(f"Swarm initialized: current node ({node_id}) is now a manager.\n")
    _print_join_command(call, node_id, "worker")
    call.out("To add a manager to this swarm, run 'docker swarm join-token manager' and follow the instructions.")
    if call["autolock"]:
        _print_unlock_key(call, _unlock_key(call))


def _join(call: Call) -> None:
    request = {
        "ListenAddr": call["listen-addr"],
        "AdvertiseAddr": call["advertise-addr"],
        "DataPathAddr": call["data-path-addr"],
        "RemoteAddrs": [call.args[0]],
        "JoinToken": call["token"],
        "Availability": "",
        **_availability(call),
    }
    call.engine.post("/swarm/join", request)
    is_manager = (call.engine.get("/info").get("Swarm") or {}).get("ControlAvailable")
    call.out(f"This node joined a swarm as a {'manager' if is_manager else 'worker'}.")


def _join_token(call: Call) -> None:
    role = call.args[0]
    if role not in ("worker", "manager"):
        raise CommandError(f"unknown role {role}")
    if call["rotate"]:
        _update_cluster(call, call.engine.get("/swarm"), **{f"rotate{role.capitalize()}Token": "true"})
        if not call["quiet"]:
            call.out(f"Successfully rotated {role} join token.\n")
    cluster = call.engine.get("/swarm")
    if call["quiet"]:
        call.out(cluster["JoinTokens"][role.capitalize()])
        return
    _print_join_command(call, (call.engine.get("/info").get("Swarm") or {}).get("NodeID", ""), role)


def _print_join_command(call: Call, node_id: str, role: str) -> None:
    node = call.engine.get(f"/nodes/{node_id}")
    cluster = call.engine.get("/swarm")
    if node.get("ManagerStatus"):
        token, address = cluster["JoinTokens"][role.capitalize()], node["ManagerStatus"].get("Addr", "")
        call.out(
            f"To add a {role} to this swarm, run the following command:\n\n"
            f"    docker swarm join --token {token} {address}\n"
        )


def _update_cluster(call: Call, cluster: dict[str, Any], **rotate: str) -> None:
    params: dict[str, Any] = {
        "rotateManagerToken": "false",
        "rotateManagerUnlockKey": "false",
        "rotateWorkerToken": "false",
        **rotate,
    }
    call.engine.post("/swarm/update", cluster["Spec"], version=cluster["Version"].get("Index", 0), **params)


def _ca(call: Call) -> None:
    cluster = call.engine.get("/swarm")
    if not call["rotate"]:
        for name in ("ca-cert", "ca-key", "cert-expiry", "external-ca"):
            if call.flags.changed(name):
                raise CommandError(f"`--{name}` flag requires the `--rotate` flag to update the CA")
        certificate = (cluster.get("TLSInfo") or {}).get("TrustRoot", "").strip()
        if not certificate:
            raise CommandError("No CA information available")
        call.out(certificate)
        return
    if call.flags.changed("ca-cert") or call.flags.changed("ca-key") or not call["detach"]:
        raise CommandError("this docker command rotates to new certificates only, and without waiting: use --detach")
    spec = _merge_spec(call.flags, cluster["Spec"])
    authority = spec.setdefault("CAConfig", {})
    authority["ForceRotate"] = authority.get("ForceRotate", 0) + 1
    _update_cluster(call, cluster)


def _leave(call: Call) -> None:
    call.engine.post("/swarm/leave", force=call["force"])
    call.out("Node left the swarm.")


def _update(call: Call) -> None:
    if not any(found.changed for found in call.flags):
        call.env.stdout.write(usage(call.command, call.env.columns, call.engine.version, call.engine.ping))
        return
    cluster = call.engine.get("/swarm")
    before = (cluster["Spec"].get("EncryptionConfig") or {}).get("AutoLockManagers")
    _merge_spec(call.flags, cluster["Spec"], (cluster.get("TLSInfo") or {}).get("TrustRoot", ""))
    _update_cluster(call, cluster)
    call.out("Swarm updated.")
    if (cluster["Spec"].get("EncryptionConfig") or {}).get("AutoLockManagers") and not before:
        _print_unlock_key(call, _unlock_key(call))


def _unlock_key(call: Call) -> str:
    try:
        return str(call.engine.get("/swarm/unlockkey").get("UnlockKey", ""))
    except CommandError as error:
        raise CommandError(f"could not fetch unlock key: {error.text}") from None


def _print_unlock_key(call: Call, key: str) -> None:
    if key:
        call.out(
            "To unlock a swarm manager after it restarts, run the `docker swarm unlock`\n"
            f"command and provide the following key:\n\n    {key}\n\n"
            "Remember to store this key in a password manager, since without it you\n"
            "will not be able to restart the manager."
        )


def _show_unlock_key(call: Call) -> None:
    if call["rotate"]:
        cluster = call.engine.get("/swarm")
        if not (cluster["Spec"].get("EncryptionConfig") or {}).get("AutoLockManagers"):
            raise CommandError("cannot rotate because autolock is not turned on")
        _update_cluster(call, cluster, rotateManagerUnlockKey="true")
        if not call["quiet"]:
            call.out("Successfully rotated manager unlock key.\n")
    key = _unlock_key(call)
    if not key:
        raise CommandError("no unlock key is set")
    if call["quiet"]:
        call.out(key)
    else:
        _print_unlock_key(call, key)


def _unlock(call: Call) -> None:
    state = (call.engine.get("/info").get("Swarm") or {}).get("LocalNodeState")
    if state == "inactive":
        raise CommandError("Error: This node is not part of a swarm")
    if state != "locked":
        raise CommandError("Error: swarm is not locked")
    line = call.env.stdin.readline() if call.env.stdin else b""
    call.engine.post("/swarm/unlock", {"UnlockKey": line.decode("utf-8", "replace").strip()})


_LISTEN = flag("listen-addr", 'Listen address (format: "<ip|interface>[:port]")', NodeAddress)
_ADVERTISE = flag("advertise-addr", 'Advertised address (format: "<ip|interface>[:port]")')
_DATA_PATH = flag(
    "data-path-addr", 'Address or interface to use for data path traffic (format: "<ip|interface>")', version="1.31"
)
_AVAILABILITY = flag("availability", 'Availability of the node ("active", "pause", "drain")', lambda: String("active"))
_CLUSTER: tuple[Decl, ...] = (
    flag("task-history-limit", "Task history retention limit", lambda: Int(5)),
    flag("dispatcher-heartbeat", "Dispatcher heartbeat period (ns|us|ms|s|m|h)", lambda: Duration(5 * 10**9)),
    flag("max-snapshots", "Number of additional Raft snapshots to retain", Uint, version="1.25"),
    flag("snapshot-interval", "Number of log entries between Raft snapshots", lambda: Uint(10000), version="1.25"),
    flag("cert-expiry", "Validity period for node certificates (ns|us|ms|s|m|h)", lambda: Duration(2160 * _HOUR)),
    flag("external-ca", "Specifications of one or more certificate signing endpoints", ExternalAuthorities),
)
_INIT = (
    _LISTEN,
    _ADVERTISE,
    _DATA_PATH,
    flag(
        "data-path-port",
        "Port number to use for data path traffic (1024 - 49151). If no value is set or is set to 0, "
        "the default port (4789) is used.",
        lambda: Uint(0, 32),
        version="1.40",
    ),
    switch("force-new-cluster", "Force create a new cluster from current state"),
    switch("autolock", "Enable manager autolocking (requiring an unlock key to start a stopped manager)"),
    _AVAILABILITY,
    flag("default-addr-pool", "default address pool in CIDR format", AddressPools, version="1.39"),
    flag(
        "default-addr-pool-mask-length", "default address pool subnet mask length", lambda: Uint(24, 32), version="1.39"
    ),
    *_CLUSTER,
)


def command() -> Command:
    """Return the group with its commands."""
    return Command("swarm", "Manage Swarm", None, no_args, swarm="").add(
        Command(
            "ca [OPTIONS]",
            "Display and rotate the root CA",
            _ca,
            no_args,
            (
                switch(
                    "rotate", "Rotate the swarm CA - if no certificate or key are provided, new ones will be generated"
                ),
                flag(
                    "ca-cert",
                    "Path to the PEM-formatted root CA certificate to use for the new cluster",
                    CertificateFile,
                ),
                flag("ca-key", "Path to the PEM-formatted root CA key to use for the new cluster", CertificateFile),
                *(decl for decl in _CLUSTER if decl.name in ("cert-expiry", "external-ca")),
                switch(
                    "detach",
                    "Exit immediately instead of waiting for the root rotation to converge",
                    short="d",
                ),
                switch("quiet", "Suppress progress output", short="q"),
            ),
            swarm="manager",
        ),
        Command("init [OPTIONS]", "Initialize a swarm", _init, no_args, _INIT, swarm=""),
        Command(
            "join [OPTIONS] HOST:PORT",
            "Join a swarm as a node and/or manager",
            _join,
            exact_args(1),
            (
                _LISTEN,
                _ADVERTISE,
                _DATA_PATH,
                flag("token", "Token for entry into the swarm"),
                _AVAILABILITY,
            ),
            swarm="",
        ),
        Command(
            "join-token [OPTIONS] (worker|manager)",
            "Manage join tokens",
            _join_token,
            exact_args(1),
            (
                switch("rotate", "Rotate join token"),
                switch("quiet", "Only display token", short="q"),
            ),
            swarm="manager",
        ),
        Command(
            "leave [OPTIONS]",
            "Leave the swarm",
            _leave,
            no_args,
            (switch("force", "Force this node to leave the swarm, ignoring warnings", short="f"),),
            swarm="active",
        ),
        Command("unlock", "Unlock swarm", _unlock, no_args, swarm="manager"),
        Command(
            "unlock-key [OPTIONS]",
            "Manage the unlock key",
            _show_unlock_key,
            no_args,
            (
                switch("rotate", "Rotate unlock key"),
                switch("quiet", "Only display token", short="q"),
            ),
            swarm="manager",
        ),
        Command(
            "update [OPTIONS]",
            "Update the swarm",
            _update,
            no_args,
            (
                switch("autolock", "Change manager autolocking setting (true|false)"),
                *_CLUSTER,
            ),
            swarm="manager",
        ),
    )
