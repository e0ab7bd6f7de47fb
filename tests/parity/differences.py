"""Where the simulation differs from the real engines, and why.  One that is not needed any more fails a test."""

from tests.parity.compare import Known

KNOWN: tuple[Known, ...] = ()
