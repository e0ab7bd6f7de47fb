"""Where the simulation differs from the real engines, and why.  One that is not needed any more fails a test."""

from tests.parity.compare import Known

KNOWN: tuple[Known, ...] = (
    Known(
        "promote_demote",
        '$["15 events"].swarm["<node:node1>"]',
        "a promoted node's new certificate is asked for and issued in two writes by SwarmKit's CA, each told as an"
        " update of the node; here certificates are named, not made, and there is one",
    ),
)
