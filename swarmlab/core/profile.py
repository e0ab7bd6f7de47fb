"""What differs between engine versions, in one table.

Swarm itself has not changed between 20.10 and 28: the same objects, states, messages and tables.  What
changed is the network layer around it and a few texts.  Each field below was seen on real engines.
"""

from typing import NamedTuple


class Profile(NamedTuple):
    """One engine version to be faithful to."""

    name: str
    version: str
    api_version: str
    min_api_version: str
    reuses_subnets: bool  # a freed subnet is the next one given out, instead of counting on
    gwbridge_second: bool  # docker_gwbridge is always eth1, instead of the last interface
    reuses_interface_names: bool  # a container's next interface has the lowest free number, instead of the next one
    networking: str  # how an error of a container's networks begins
    makes_bridged_inside: bool  # interfaces on bridges are made in the container: ip counts them from 2
    random_bridge_macs: bool  # MAC addresses on bridges are random, instead of made from the address
    die_comes_last: bool  # the event of a container's end follows those of its networks and its stop
    die_tells_duration: bool  # the event of a container's end says how many seconds it ran
    comments_resolv_conf: bool  # a container's resolv.conf says who wrote it; its hosts file has shorter prefixes
    start_interval: bool  # health checks are quicker while a container is in its start period
    removes_job_tasks: bool  # a removed job takes its tasks with it, instead of leaving them in the list for good
    deadline_code: str  # the gRPC code of a call that a manager gives up: grpc-go came to tell deadlines apart
    git_commit: str
    go_version: str
    build_time: str
    containerd: str
    runc: str


PROFILES: dict[str, Profile] = {
    "20.10": Profile(
        name="20.10",
        version="20.10.24",
        api_version="1.41",
        min_api_version="1.12",
        reuses_subnets=False,
        gwbridge_second=False,
        reuses_interface_names=False,
        networking="",
        makes_bridged_inside=False,
        random_bridge_macs=False,
        die_comes_last=False,
        die_tells_duration=False,
        comments_resolv_conf=False,
        start_interval=False,
        removes_job_tasks=False,
        deadline_code="Unknown",
        git_commit="5d6db84",
        go_version="go1.19.8",
        build_time="2023-05-18T08:37:57.000000000+00:00",
        containerd="1.6.20",
        runc="1.1.5",
    ),
    "28": Profile(
        name="28",
        version="28.5.2",
        api_version="1.51",
        min_api_version="1.24",
        reuses_subnets=True,
        gwbridge_second=True,
        reuses_interface_names=True,
        networking="failed to set up container networking: ",
        makes_bridged_inside=True,
        random_bridge_macs=True,
        die_comes_last=True,
        die_tells_duration=True,
        comments_resolv_conf=True,
        start_interval=True,
        removes_job_tasks=True,
        deadline_code="DeadlineExceeded",
        git_commit="89c5e8f",
        go_version="go1.24.9",
        build_time="2025-11-05T14:43:18.000000000+00:00",
        containerd="2.1.9",
        runc="1.3.6",
    ),
}
DEFAULT_PROFILE = "28"
