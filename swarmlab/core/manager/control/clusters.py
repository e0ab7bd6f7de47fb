"""The swarm's own settings, its join tokens and its unlock key.  SwarmKit: ``manager/controlapi/cluster.go``."""

from typing import NamedTuple

from swarmlab.core.ids import Ids
from swarmlab.core.objects import Cluster, ClusterSpec
from swarmlab.core.store import Store
from swarmlab.core.units import HOUR
from swarmlab.errors import InvalidArgument

MIN_CERT_EXPIRY = HOUR  # ca.MinNodeCertExpiration
TOKEN_SECRET = 25  # base-36 characters


class Rotation(NamedTuple):
    """What is to be replaced by something new."""

    worker_token: bool = False
    manager_token: bool = False
    unlock_key: bool = False


def update(store: Store, ids: Ids, version: int, spec: ClusterSpec, rotation: Rotation) -> Cluster:
    """Check and store settings, and make the new tokens that were asked for."""
    if spec.node_cert_expiry < MIN_CERT_EXPIRY:
        raise InvalidArgument("minimum certificate expiry time is: 1h0m0s")
    if spec.heartbeat_period < 0:
        raise InvalidArgument("heartbeat time period cannot be a negative duration")
    if spec.name != "default":
        raise InvalidArgument("modification of cluster name is not allowed")
    cluster = store.cluster._replace(spec=spec)
    if rotation.worker_token:
        cluster = cluster._replace(worker_secret=ids.secret(TOKEN_SECRET))
    if rotation.manager_token:
        cluster = cluster._replace(manager_secret=ids.secret(TOKEN_SECRET))
    if not spec.autolock:
        cluster = cluster._replace(unlock_key="")
    elif rotation.unlock_key or not cluster.unlock_key:
        cluster = cluster._replace(unlock_key=new_unlock_key(ids))
    with store.transaction("control") as write:
        write.update(cluster, version)
    return store.cluster


def new_unlock_key(ids: Ids) -> str:
    """Return a key that looks like Docker's: ``SWMKEY-1-`` and 43 characters of base 64 (32 bytes)."""
    # The last character carries four bits only, so that the text is a proper encoding of 32 bytes.
    return f"SWMKEY-1-{ids.secret(42)}A"
