"""Handing out addresses and subnets.

Two ways, as in the engine (``libnetwork/bitmap``, ``ipams/defaultipam``):

* the swarm's allocator goes *on* from the last address it gave (serial), so a freed address is not used
  again until the pool wraps around: old connections cannot reach a stranger;
* an engine's own bridges take the *lowest* free address.
"""

import ipaddress
from functools import lru_cache

from swarmlab.errors import Unknown


@lru_cache(maxsize=1024)
def _first_three(number: int) -> str:
    """Return what the IPv4 addresses of 256 neighbours begin with."""
    return f"{number >> 16}.{number >> 8 & 255}.{number & 255}"


class AddressPool:
    """The addresses of one subnet.  `low`..`high` are handed out; addresses outside may be reserved."""

    def __init__(self, subnet: str, *, range_: str = "", serial: bool = True) -> None:
        network = ipaddress.ip_network(subnet, strict=False)
        part = ipaddress.ip_network(range_, strict=False) if range_ else network
        self.prefix = network.prefixlen
        self._first = int(network.network_address)
        self._last = int(network.broadcast_address)
        self._low = max(int(part.network_address), self._first + (0 if range_ else 1))
        self._high = min(int(part.broadcast_address), self._last - 1)
        self._used: dict[int, None] = {}
        self._cursor = self._low
        self._floor = self._low  # no address below this one is free
        self._serial = serial

    def take(self) -> str | None:
        """Return a free address (without prefix), None if there is none left."""
        start = max(self._cursor, self._floor) if self._serial else self._floor
        found = self._free(start, self._high)
        if found is None and start > self._floor:
            found = self._free(self._floor, start - 1)
        if found is None:
            self._floor = self._high + 1
            return None
        if start == self._floor:
            self._floor = found + 1
        self._used[found] = None
        if self._serial:
            self._cursor = found + 1
        return self._text(found)

    def _text(self, number: int) -> str:
        if self._last >> 32:
            return str(ipaddress.ip_address(number))
        return f"{_first_three(number >> 8)}.{number & 255}"  # the same, much faster

    def _free(self, start: int, end: int) -> int | None:
        number = start
        while number <= end:
            if number not in self._used:
                return number
            number += 1
        return None

    def take_this(self, address: str) -> str | None:
        """Return an address of the user's choice if it is in the subnet and free, else None.  `take` is not moved."""
        number = int(ipaddress.ip_address(address))
        if not self._first < number < self._last or number in self._used:
            return None
        self._used[number] = None
        return address

    def reserve(self, address: str) -> None:
        """Mark an address as used; it need not be free.  The next `take` is not moved by it."""
        self._used[int(ipaddress.ip_address(address))] = None

    def free(self, address: str) -> None:
        """Give an address back."""
        number = int(ipaddress.ip_address(address))
        self._used.pop(number, None)
        if self._low <= number < self._floor:
            self._floor = number

    def __contains__(self, address: str) -> bool:
        return self._first <= int(ipaddress.ip_address(address)) <= self._last


class SubnetPool:
    """Subnets cut from larger pools, for networks whose user named none.

    `reuse`: engines from 27 on give out the lowest free subnet, earlier ones count on.
    """

    def __init__(self, pools: tuple[tuple[str, int], ...], *, reuse: bool) -> None:
        #: (pool, prefix length of the subnets cut from it); what is no pool of IPv4 addresses gives nothing
        self._pools = tuple((pool, size) for pool, size in pools if _is_pool(pool, size))
        self._used: dict[str, None] = {}
        self._next = 0
        self._reuse = reuse

    def _candidate(self, number: int) -> ipaddress.IPv4Network | None:
        """Return the subnet with this number, counting through all pools; None past the last."""
        for pool, size in self._pools:
            whole = ipaddress.IPv4Network(pool)
            count = 2 ** (size - whole.prefixlen)
            if number < count:
                return ipaddress.IPv4Network((int(whole.network_address) + number * 2 ** (32 - size), size))
            number -= count
        return None

    def take(self) -> str:
        """Return a free subnet.  Raises Unknown when all are in use."""
        start = 0 if self._reuse else self._next
        used = [ipaddress.ip_network(subnet) for subnet in self._used]
        for number in (*range(start, start + len(used) + 1), *range(start)):
            candidate = self._candidate(number)
            if candidate is not None and not any(candidate.overlaps(other) for other in used):
                self._next = number + 1
                self._used[str(candidate)] = None
                return str(candidate)
        raise Unknown("could not find an available, non-overlapping IPv4 address pool among the defaults to assign")

    def reserve(self, subnet: str) -> bool:
        """Mark a subnet of the user's own as used.  Returns False if it overlaps one in use."""
        wanted = ipaddress.ip_network(subnet, strict=False)
        if any(wanted.overlaps(ipaddress.ip_network(used)) for used in self._used):
            return False
        self._used[str(wanted)] = None
        return True

    def free(self, subnet: str) -> None:
        """Give a subnet back."""
        self._used.pop(str(ipaddress.ip_network(subnet, strict=False)), None)


def _is_pool(pool: str, size: int) -> bool:
    try:
        return ipaddress.IPv4Network(pool).prefixlen <= size <= 32
    except ValueError:
        return False


def gateway_of(subnet: str, range_: str = "") -> str:
    """Return the gateway an engine chooses: the first address of the range, else the first host address."""
    network = ipaddress.ip_network(range_ or subnet, strict=False)
    return str(network.network_address + (0 if range_ else 1))
