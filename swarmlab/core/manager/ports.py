"""Published ports of the routing mesh: each belongs to one service, on every node.

SwarmKit: ``manager/allocator/portallocator.go``.  Host-mode ports are not allocated here.
"""

from swarmlab.core.objects import PortConfig

FIRST_DYNAMIC, LAST_DYNAMIC = 30_000, 32_767


class PortAllocator:
    """Which service has which (protocol, published port)."""

    def __init__(self) -> None:
        self._owner: dict[tuple[str, int], str] = {}
        self._next: dict[str, int] = {}  # per protocol: dynamic ports are given out serially

    def allocate(
        self, service_id: str, wanted: tuple[PortConfig, ...], present: tuple[PortConfig, ...]
    ) -> tuple[PortConfig, ...] | None:
        """Return `wanted` with all published ports filled in, or None when one is taken by another service.

        A dynamic port is kept while the number of ports stays the same and its entry is unchanged.
        """
        keep = present if len(present) == len(wanted) else ()
        for port in wanted:
            owner = self._owner.get((port.protocol, port.published))
            if port.mode == "ingress" and port.published and owner not in (None, service_id):
                return None
        self.release(service_id)
        allocated: list[PortConfig] = []
        for port in wanted:
            if port.mode == "ingress" and port.published:
                self._owner[port.protocol, port.published] = service_id
        for port in wanted:
            if port.mode != "ingress" or port.published:
                allocated.append(port)
                continue
            old = next((p for p in keep if p._replace(published=0) == port), None)
            number = old.published if old else self._take(port.protocol)
            if number is None:
                return None
            self._owner[port.protocol, number] = service_id
            allocated.append(port._replace(published=number))
        return tuple(allocated)

    def _take(self, protocol: str) -> int | None:
        start = self._next.get(protocol, FIRST_DYNAMIC)
        span = LAST_DYNAMIC - FIRST_DYNAMIC + 1
        for offset in range(span):
            number = FIRST_DYNAMIC + (start - FIRST_DYNAMIC + offset) % span
            if (protocol, number) not in self._owner:
                self._next[protocol] = FIRST_DYNAMIC + (number - FIRST_DYNAMIC + 1) % span
                return number
        return None

    def reserve(self, service_id: str, ports: tuple[PortConfig, ...]) -> None:
        """Take note of ports allocated earlier (a new leader reads them from the store)."""
        for port in ports:
            if port.mode == "ingress" and port.published:
                self._owner[port.protocol, port.published] = service_id

    def release(self, service_id: str) -> None:
        """Free all ports of a service."""
        for key in [key for key, owner in self._owner.items() if owner == service_id]:
            del self._owner[key]
