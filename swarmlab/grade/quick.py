"""How the kit's own commands start fast."""

import sys


def start() -> None:
    """Keep something slow, that no command needs, from being loaded; to be called before nbformat is.

    nbformat loads jsonschema, which then builds the grammar of internationalised addresses (rfc3987-syntax): two CPU
    seconds at the start of every process.  The schema of notebooks has no such addresses.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # importing it is an ImportError then
