"""What a flag can hold: strings, numbers, durations, lists, sizes.

Each value reads one word, refuses it with Go's or docker's own sentence, and knows the word that help shows
for its type.  Structured ones (ports, mounts, secrets …) are in `options/`.
spf13/pflag; docker/cli: opts/opts.go, opts/duration.go, cli/command/service/opts.go.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from swarmlab import gostrings
from swarmlab.cli.units import bytes_size, ram_in_bytes


class Value:
    """A flag's value.  `kind` is the type word of help, `no_option` the value of a flag without one."""

    kind = "string"
    no_option = ""
    zero_defaults: tuple[str, ...] = ("", "0", "false", "<nil>")  # defaults that help does not show

    def set(self, text: str) -> None:
        """Take one word from the command line; raises ValueError with docker's text."""
        raise NotImplementedError

    def get(self) -> Any:
        """Return what the command works with."""
        raise NotImplementedError

    def text(self) -> str:
        """Return the value as help shows a default."""
        return ""


class String(Value):
    """Any text."""

    def __init__(self, default: str = "") -> None:
        self.value = default

    def set(self, text: str) -> None:
        self.value = text

    def get(self) -> str:
        return self.value

    def text(self) -> str:
        return self.value


class Bool(Value):
    """On or off."""

    kind = ""
    no_option = "true"

    def __init__(self, default: bool = False) -> None:
        self.value = default

    def set(self, text: str) -> None:
        self.value = gostrings.parse_bool(text)

    def get(self) -> bool:
        return self.value

    def text(self) -> str:
        return "true" if self.value else "false"


class Int(Value):
    """A whole number."""

    kind = "int"

    def __init__(self, default: int = 0) -> None:
        self.value = default

    def set(self, text: str) -> None:
        self.value = gostrings.parse_int(text, 0)

    def get(self) -> int:
        return self.value

    def text(self) -> str:
        return str(self.value)


class Uint(Int):
    """A whole number that is not negative, of 64 (or 32) bits."""

    kind = "uint"

    def __init__(self, default: int = 0, bits: int = 64) -> None:
        super().__init__(default)
        self.bits = bits
        if bits != 64:
            self.kind = f"uint{bits}"

    def set(self, text: str) -> None:
        self.value = gostrings.parse_uint(text, 0, self.bits)


class OptionalUint(Value):
    """A number that is None until given.  Service flags ``--replicas``, ``--max-concurrent`` …"""

    kind = "uint"

    def __init__(self, shown: str = "") -> None:
        self.value: int | None = None
        self._shown = shown

    def set(self, text: str) -> None:
        self.value = gostrings.parse_uint(text, 0)

    def get(self) -> int | None:
        return self.value

    def text(self) -> str:
        return "" if self.value is None else str(self.value)


class Float32(Value):
    """A ratio, in the 32 bits that the API gives it."""

    kind = "float"

    def __init__(self) -> None:
        self.value = 0.0

    def set(self, text: str) -> None:
        self.value = gostrings.parse_float(text)

    def get(self) -> float:
        return self.value

    def text(self) -> str:
        return gostrings.format_float(self.value, 32)


class Duration(Value):
    """A time span in nanoseconds; None until given unless there is a default."""

    kind = "duration"
    zero_defaults = ("", "0", "0s", "false", "<nil>")

    def __init__(self, default: int | None = None) -> None:
        self.value = default

    def set(self, text: str) -> None:
        self.value = gostrings.parse_duration(text)

    def get(self) -> int | None:
        return self.value

    def text(self) -> str:
        return "" if self.value is None else gostrings.format_duration(self.value)


class PositiveDuration(Duration):
    """A time span of zero or more."""

    def set(self, text: str) -> None:
        value = gostrings.parse_duration(text)
        if value < 0:
            raise ValueError("duration cannot be negative")
        self.value = value


class List(Value):
    """A flag that may be repeated; `check` returns the value to keep or raises ValueError."""

    kind = "list"

    def __init__(self, check: Callable[[str], str] | None = None) -> None:
        self.values: list[str] = []
        self._check = check

    def set(self, text: str) -> None:
        self.values.append(self._check(text) if self._check else text)

    def get(self) -> list[str]:
        return self.values


class Strings(Value):
    """A repeatable flag whose words may also be joined by commas."""

    kind = "strings"
    zero_defaults = ("[]",)

    def __init__(self) -> None:
        self.values: list[str] = []

    def set(self, text: str) -> None:
        from swarmlab.cli.options.csvline import read_csv

        self.values += read_csv(text) if text else []

    def get(self) -> list[str]:
        return self.values

    def text(self) -> str:
        return "[" + ",".join(self.values) + "]"


class Map(Value):
    """Repeatable ``key=value`` pairs; a later one wins."""

    kind = "map"

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def set(self, text: str) -> None:
        key, _, value = text.partition("=")
        self.values[key] = value

    def get(self) -> dict[str, str]:
        return self.values

    def text(self) -> str:
        return "map[" + " ".join(f"{k}:{v}" for k, v in sorted(self.values.items())) + "]"


class Filter(Value):
    """``--filter key=value``, as the API wants it: key → {value: true}."""

    kind = "filter"

    def __init__(self) -> None:
        self.values: dict[str, dict[str, bool]] = {}

    def set(self, text: str) -> None:
        if not text:
            return
        name, equals, value = text.partition("=")
        if not equals:
            raise ValueError("bad format of filter (expected name=value)")
        self.values.setdefault(name.strip().lower(), {})[value.strip()] = True

    def get(self) -> dict[str, dict[str, bool]]:
        return self.values


class NanoCpus(Value):
    """A number of CPUs, kept in 10**-9 CPUs."""

    kind = "decimal"

    def __init__(self) -> None:
        self.value = 0

    def set(self, text: str) -> None:
        try:
            nano = Fraction(text.replace("_", "x")) * 10**9
        except (ValueError, ZeroDivisionError):
            raise ValueError(f"failed to parse {text} as a rational number") from None
        if nano.denominator != 1:
            raise ValueError("value is too precise")
        self.value = nano.numerator

    def get(self) -> int:
        return self.value


class Bytes(Value):
    """A size of memory: ``64m``, 1024-based."""

    kind = "bytes"

    def __init__(self) -> None:
        self.value = 0

    def set(self, text: str) -> None:
        self.value = ram_in_bytes(text)

    def get(self) -> int:
        return self.value

    def text(self) -> str:
        return bytes_size(self.value) if self.value else "0"


class Words(Value):
    """A command line, split as a shell splits it: ``--entrypoint``, ``--args``."""

    kind = "command"

    def __init__(self) -> None:
        self.words: list[str] = []

    def set(self, text: str) -> None:
        import shlex

        try:
            self.words = shlex.split(text, comments=True)
        except ValueError as error:
            raise ValueError(
                "EOF found after escape character"
                if "escape" in str(error)
                else "EOF found when expecting closing quote"
            ) from None

    def get(self) -> list[str]:
        return self.words
