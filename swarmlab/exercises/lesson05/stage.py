"""What the exercises of lesson 05 speak of: `web-server`, and requests to each node."""

from dataclasses import replace

from swarmlab.checks import Claim, Scene, service
from swarmlab.checks.claims import typed

WEB = service("web-server")
ADDRESSES = ("192.168.1.11", "192.168.1.12", "192.168.1.13")


def asked(address: str, port: int, failed: bool) -> Claim:
    """A request to this address has been typed, and has failed or not."""
    pattern = rf"\b(curl|wget)\b.*{address.replace('.', '[.]')}:{port}\b"
    return typed(pattern, f"a request to {address}:{port} {'fails' if failed else 'works'}", failed=failed)


def all_answer(port: int) -> Claim:
    """A request to this port has worked on each of the three nodes."""
    first, second, third = (asked(address, port, failed=False) for address in ADDRESSES)
    text = f"you have tried port {port} of all three nodes with `curl`, and each has answered"
    return replace(first & second & third, text=text, show=f"curl 192.168.1.11:{port}")


def one_is_silent(port: int) -> Claim:
    """A request to this port has failed on one of the three nodes."""
    text = f"you have tried port {port} of all three nodes with `curl`, and one has refused"
    silent = [asked(address, port, failed=True) for address in ADDRESSES]
    open_ = [asked(address, port, failed=False) for address in ADDRESSES]

    def counts(scene: Scene) -> tuple[int, int]:
        return sum(claim.holds(scene) for claim in open_), sum(claim.holds(scene) for claim in silent)

    return Claim(
        text,
        lambda scene: counts(scene)[0] >= 2 and counts(scene)[1] >= 1,
        lambda scene: "{} answered, {} did not".format(*counts(scene)),
        f"curl 192.168.1.11:{port}",
    )
