"""The swarm itself: settings, tokens, certificates.  moby: ``daemon/cluster/convert/swarm.go``."""

import base64
import hashlib

from swarmlab.api.convert.basics import DRIVER, Json, meta, present, sorted_labels
from swarmlab.api.shapes import (
    BOOL,
    DURATION,
    INT,
    INT64,
    LABELS,
    STRING,
    STRINGS,
    UINT32,
    UINT64,
    ListOf,
    Scalar,
    Struct,
)
from swarmlab.core.objects import Cluster, ClusterSpec

SPEC = Struct(
    "swarm.Spec",
    {
        "Name": STRING,
        "Labels": LABELS,
        "Orchestration": Struct("swarm.OrchestrationConfig", {"TaskHistoryRetentionLimit": INT64}),
        "Raft": Struct(
            "swarm.RaftConfig",
            {
                "SnapshotInterval": UINT64,
                "KeepOldSnapshots": UINT64,
                "LogEntriesForSlowFollowers": UINT64,
                "ElectionTick": INT,
                "HeartbeatTick": INT,
            },
        ),
        "Dispatcher": Struct("swarm.DispatcherConfig", {"HeartbeatPeriod": DURATION}),
        "CAConfig": Struct(
            "swarm.CAConfig",
            {
                "NodeCertExpiry": DURATION,
                "ExternalCAs": ListOf(
                    Struct(
                        "swarm.ExternalCA",
                        {"Protocol": Scalar("swarm.ExternalCAProtocol", "string"), "URL": STRING, "CACert": STRING},
                    )
                ),
                "SigningCACert": STRING,
                "SigningCAKey": STRING,
                "ForceRotate": UINT64,
            },
        ),
        "TaskDefaults": Struct("swarm.TaskDefaults", {"LogDriver": DRIVER}),
        "EncryptionConfig": Struct("swarm.EncryptionConfig", {"AutoLockManagers": BOOL}),
    },
)
INIT = Struct(
    "swarm.InitRequest",
    {
        "ListenAddr": STRING,
        "AdvertiseAddr": STRING,
        "DataPathAddr": STRING,
        "DataPathPort": UINT32,
        "ForceNewCluster": BOOL,
        "Spec": SPEC,
        "AutoLockManagers": BOOL,
        "Availability": Scalar("swarm.NodeAvailability", "string"),
        "DefaultAddrPool": STRINGS,
        "SubnetSize": UINT32,
    },
)
JOIN = Struct(
    "swarm.JoinRequest",
    {
        "ListenAddr": STRING,
        "AdvertiseAddr": STRING,
        "DataPathAddr": STRING,
        "RemoteAddrs": STRINGS,
        "JoinToken": STRING,
        "Availability": Scalar("swarm.NodeAvailability", "string"),
    },
)
UNLOCK = Struct("swarm.UnlockRequest", {"UnlockKey": STRING})


#: What an engine shows of a swarm that does not answer: Go's zero values.
NO_CLUSTER: Json = {
    "ID": "",
    "Version": {},
    "CreatedAt": "0001-01-01T00:00:00Z",
    "UpdatedAt": "0001-01-01T00:00:00Z",
    "Spec": {
        "Labels": None,
        "Orchestration": {},
        "Raft": {"ElectionTick": 0, "HeartbeatTick": 0},
        "Dispatcher": {},
        "CAConfig": {},
        "TaskDefaults": {},
        "EncryptionConfig": {"AutoLockManagers": False},
    },
    "TLSInfo": {},
    "RootRotationInProgress": False,
    "DefaultAddrPool": None,
    "SubnetSize": 0,
    "DataPathPort": 0,
}


def cluster_spec_of(json: Json, base: ClusterSpec) -> ClusterSpec:
    """Return the settings that JSON says; what it leaves out is as in `base`, except labels and truth values."""
    raft = json.get("Raft", {})
    ca = json.get("CAConfig", {})
    return ClusterSpec(
        name=json.get("Name", "") or base.name,
        labels=json.get("Labels", {}),
        task_history_limit=json.get("Orchestration", {}).get("TaskHistoryRetentionLimit", base.task_history_limit),
        snapshot_interval=raft.get("SnapshotInterval") or base.snapshot_interval,
        keep_old_snapshots=raft.get("KeepOldSnapshots", base.keep_old_snapshots),
        log_entries_for_slow_followers=raft.get("LogEntriesForSlowFollowers") or base.log_entries_for_slow_followers,
        election_tick=raft.get("ElectionTick") or base.election_tick,
        heartbeat_tick=raft.get("HeartbeatTick") or base.heartbeat_tick,
        heartbeat_period=json.get("Dispatcher", {}).get("HeartbeatPeriod") or base.heartbeat_period,
        node_cert_expiry=ca.get("NodeCertExpiry") or base.node_cert_expiry,
        force_rotate=ca.get("ForceRotate", base.force_rotate),
        autolock=json.get("EncryptionConfig", {}).get("AutoLockManagers", False),
    )


def cluster_json(cluster: Cluster, *, tokens: bool) -> Json:
    """Return the swarm; ``/info`` shows it without its `tokens`."""
    spec = cluster.spec
    json = meta(cluster)
    json["Spec"] = {
        "Name": spec.name,
        "Labels": sorted_labels(spec.labels),
        "Orchestration": {"TaskHistoryRetentionLimit": spec.task_history_limit},
        "Raft": {
            "SnapshotInterval": spec.snapshot_interval,
            "KeepOldSnapshots": spec.keep_old_snapshots,
            "LogEntriesForSlowFollowers": spec.log_entries_for_slow_followers,
            "ElectionTick": spec.election_tick,
            "HeartbeatTick": spec.heartbeat_tick,
        },
        "Dispatcher": {"HeartbeatPeriod": spec.heartbeat_period},
        "CAConfig": {"NodeCertExpiry": spec.node_cert_expiry, **present(ForceRotate=spec.force_rotate)},
        "TaskDefaults": {},  # moby forgets a LogDriver (cluster/convert/swarm.go)
        "EncryptionConfig": {"AutoLockManagers": spec.autolock},
    }
    json["TLSInfo"] = tls_json(cluster)
    json["RootRotationInProgress"] = False
    json["DefaultAddrPool"] = list(cluster.default_address_pool) or None
    json["SubnetSize"] = cluster.subnet_size
    json["DataPathPort"] = cluster.data_path_port
    if tokens:
        json["JoinTokens"] = {"Worker": cluster.worker_token, "Manager": cluster.manager_token}
    return json


def tls_json(cluster: Cluster) -> Json:
    """Return the swarm's root certificate: the right shape, made from the digest that its tokens carry.

    Simplified: nothing is signed, so it verifies nothing; no client of a lab can tell.
    """
    point = _bytes(cluster, "point", 64)
    certificate = base64.b64encode(b"\x30\x82" + _bytes(cluster, "certificate", 367)).decode()
    lines = "\n".join(certificate[at : at + 64] for at in range(0, len(certificate), 64))
    # The DER of an EC public key on the curve P-256 begins so; the subject is CN=swarm-ca.
    key = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004") + point
    return {
        "TrustRoot": f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n",
        "CertIssuerSubject": "MBMxETAPBgNVBAMTCHN3YXJtLWNh",
        "CertIssuerPublicKey": base64.b64encode(key).decode(),
    }


def _bytes(cluster: Cluster, purpose: str, count: int) -> bytes:
    return hashlib.shake_256(f"{cluster.id}/{cluster.ca_digest}/{purpose}".encode()).digest(count)
