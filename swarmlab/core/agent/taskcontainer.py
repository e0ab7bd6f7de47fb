"""From a task to its container: what it is made from, where it is plugged in, and what other hosts hear of it.

moby: ``daemon/cluster/executor/container/container.go``.
"""

import posixpath
from collections.abc import Iterable

from swarmlab.core.agent.container import Attachment, Container, ContainerConfig, MountedFile
from swarmlab.core.network.gossip import Record
from swarmlab.core.network.local import mtu_of
from swarmlab.core.objects import ContainerSpec, DNSConfig, Network, NodeDescription, PortConfig, Resources, Task
from swarmlab.core.templates import Dependencies, payload
from swarmlab.errors import InvalidArgument, SwarmlabError

OVERLAY_MTU = 1450  # an Ethernet frame without the 50 bytes of VXLAN (moby: drivers/overlay)
#: Where a file target that is no full path is put (moby ``container/container_unix.go``).
_FOLDERS = {"secret": "/run/secrets", "config": "/"}


def config(task: Task, spec: ContainerSpec, networks: dict[str, Network]) -> ContainerConfig:
    """Return what the container of `task` is made from: its spec as expanded.  Its name and labels come on top."""
    limits = task.spec.resources.limits if task.spec.resources else None
    endpoint = task.endpoint.spec if task.endpoint else None
    return ContainerConfig(
        image=spec.image,
        command=spec.command,
        args=spec.args,
        env=(*spec.env, *_generic(task)),
        labels=spec.labels,
        hostname=spec.hostname,
        user=spec.user,
        dir=spec.dir,
        tty=spec.tty,
        open_stdin=spec.open_stdin,
        init=bool(spec.init),
        network_mode=network_mode(task, networks),
        extra_hosts=tuple((name, words[0]) for words in map(str.split, spec.hosts) for name in words[1:]),
        dns=spec.dns_config or DNSConfig(),
        stop_signal=spec.stop_signal,
        stop_timeout=spec.stop_grace_period,
        ports=_host_ports(endpoint.ports if endpoint else ()),
        mounts=spec.mounts,
        limits=limits or Resources(),
        healthcheck=spec.healthcheck,
        read_only=spec.read_only,
        host_config=_log_config(task),
    )


def _host_ports(ports: Iterable[PortConfig]) -> tuple[PortConfig, ...]:
    """Return the ports of the host: of several for one port of the container only the last (moby, `portBindings`)."""
    return tuple({(port.target, port.protocol): port for port in ports if port.mode == "host"}.values())


def _log_config(task: Task) -> dict[str, object]:
    driver = task.log_driver
    return {"LogConfig": {"Type": driver.name, "Config": driver.options or {}}} if driver is not None else {}


def files(task: Task, node: NodeDescription, known: Dependencies) -> dict[str, MountedFile]:
    """Return the secrets and configs that `task` names, as the files that its container gets, by path.

    Raises SwarmlabError in moby's words (``daemon/container_operations_unix.go``) for one that is not to be had.
    """
    spec = task.spec.container or ContainerSpec()
    found: dict[str, MountedFile] = {}
    for kind, references in (("secret", spec.secrets), ("config", spec.configs)):
        for reference in references:
            if reference.target == "runtime":
                continue
            try:
                data = payload(kind, reference, task, node, known)
            except SwarmlabError as error:
                raise InvalidArgument(f"unable to get {kind} from {kind} store: {error}") from None
            path = posixpath.normpath(posixpath.join(_FOLDERS[kind], reference.file))
            owner = _number(reference.uid), _number(reference.gid)
            found[path] = MountedFile(data, *owner, reference.mode)
    return found


def _number(text: str) -> int:
    if not text.isascii() or not text.removeprefix("-").isdigit():
        raise InvalidArgument(f'strconv.Atoi: parsing "{text}": invalid syntax')
    return int(text)


def _generic(task: Task) -> list[str]:
    """Return the invented resources of `task` as variables: ``DOCKER_RESOURCE_GPU=a,b``.

    SwarmKit: ``api/genericresource/helpers.go``, ``EnvFormat``.
    """
    kinds: dict[str, list[str]] = {}
    for held in task.generic_resources:
        kinds.setdefault(held.kind, []).append(held.name or str(held.value))
    return [f"DOCKER_RESOURCE_{kind.upper()}={','.join(values)}" for kind, values in kinds.items()]


def attachments(task: Task, networks: dict[str, Network]) -> list[Attachment]:
    """Return the places on swarm networks that the allocator has chosen for `task`."""
    places = []
    for attachment in task.networks:
        network = networks.get(attachment.network_id)
        if network is not None and attachment.address:
            places.append(
                Attachment(
                    network.id,
                    network.spec.name,
                    attachment.address,
                    attachment.aliases,
                    mtu_of(network.driver_state.options if network.driver_state else None, OVERLAY_MTU),
                    network.spec.internal,
                )
            )
    return places


def network_mode(task: Task, networks: dict[str, Network]) -> str:
    """Return the node's own network that the first network of `task` stands for, "default" for any other.

    moby: ``executor/container/container.go``, hostConfig.
    """
    network = networks.get(task.networks[0].network_id) if task.networks else None
    return network.spec.name if network is not None and network.is_predefined else "default"


def records(task: Task, networks: dict[str, Network], container: Container, host: str, now: int) -> list[Record]:
    """What the other hosts have to know of a running task: its names and addresses on each network."""
    if not task.networks:
        return []
    vips = {vip.network_id: vip.address for vip in task.endpoint.virtual_ips} if task.endpoint else {}
    published: tuple[PortConfig, ...] = task.endpoint.ports if task.endpoint else ()
    records = []
    for attachment in task.networks:
        network = networks.get(attachment.network_id)
        if network is None or not attachment.address:
            continue
        records.append(
            Record(
                network_id=network.id,
                network=network.spec.name,
                host=host,
                address=attachment.address.partition("/")[0],
                container_id=container.id,
                container_name=container.name,
                hostname=container.hostname,
                service_id=task.service_id,
                service=task.service_name,
                vip=vips.get(network.id, "").partition("/")[0],
                aliases=attachment.aliases,
                ports=tuple((p.published, p.target, p.protocol) for p in published if p.mode == "ingress")
                if network.spec.ingress
                else (),
                at=now,
            )
        )
    return records
