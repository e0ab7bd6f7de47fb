"""The kinds of values in a Compose file: how each is read, merged with another file's, and written again.

docker decodes a file into Go structs; a shape here is one Go type with what docker taught it.  Read values are plain:
dicts by the names of the file, durations in nanoseconds, sizes in bytes.  A value that is "zero" is not written and
overrides nothing.

docker/cli: cli/compose/loader/loader.go (transformers), merge.go, cli/compose/types; dario.cat/mergo.
"""

import shlex
from collections.abc import Callable, Mapping
from typing import Any

from swarmlab.cli.units import ram_in_bytes
from swarmlab.gostrings import format_duration, format_float, parse_duration


class Shape:
    """A plain value: a text, a number, true or false."""

    def load(self, value: Any) -> Any:
        """Return what is meant by `value` of a checked file; raises ValueError."""
        return value

    def is_zero(self, value: Any) -> bool:
        """Whether this is Go's zero value."""
        return value is None or value is False or value in ("", 0, [], {})

    def merge(self, base: Any, override: Any) -> Any:
        """Return `base` as changed by what a later file says."""
        return base if self.is_zero(override) else override

    def dump(self, value: Any) -> Any:
        """Return what ``stack config`` writes."""
        return value


class Unsigned(Shape):
    """A number that is not negative."""

    def load(self, value: Any) -> Any:
        if value < 0:
            raise Misfit("", f"{plain(value)} overflows uint", "cannot parse")
        return int(value)


class Pointer(Shape):
    """A value that may be absent: zero, given, counts.  `final`: also when it overrides."""

    def __init__(self, of: Shape, *, final: bool = False) -> None:
        self.of = of
        self.final = final

    def load(self, value: Any) -> Any:
        return None if value is None else self.of.load(value)

    def is_zero(self, value: Any) -> bool:
        return value is None

    def merge(self, base: Any, override: Any) -> Any:
        if base is None or override is None:
            return base if override is None else override
        return override if self.final else self.of.merge(base, override)

    def dump(self, value: Any) -> Any:
        return None if value is None else self.of.dump(value)


class Texts(Shape):
    """A list of texts; two are joined.  `single`: what one text alone stands for."""

    def __init__(self, single: Callable[[str], list[str]] | None = None) -> None:
        self._single = single

    def load(self, value: Any) -> Any:
        if isinstance(value, str) and self._single is not None:
            return self._single(value)
        return [plain(item) for item in value]

    def merge(self, base: Any, override: Any) -> Any:
        return [*(base or []), *(override or [])] or (base if base is not None else override)


class Command(Texts):
    """A command line, as a list or as one text; a later file's replaces it."""

    def __init__(self) -> None:
        super().__init__(_split)

    def merge(self, base: Any, override: Any) -> Any:
        return override or base


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text, comments=True)
    except ValueError as error:
        reason = "after escape character" if "escape" in str(error) else "when expecting closing quote"
        raise ValueError(f"EOF found {reason}") from None


class Pairs(Shape):
    """A mapping of texts, which may be written as a list of "key=value".  `nil`: a key alone has no value, not ""."""

    def __init__(self, *, nil: bool = False) -> None:
        self._nil = nil

    def load(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._value(item) for key, item in value.items()}
        split = (item.partition("=") for item in value)
        return {key: text if equals else self._value(None) for key, equals, text in split}

    def _value(self, value: Any) -> str | None:
        if value is None:
            return None if self._nil else ""
        return plain(value)

    def merge(self, base: Any, override: Any) -> Any:
        if self._nil:
            override = {key: text for key, text in (override or {}).items() if text or key not in (base or {})}
        return {**(base or {}), **(override or {})}

    def dump(self, value: Any) -> Any:
        return dict(sorted(value.items()))


class Hosts(Texts):
    """``host:ip`` words, which may be written as a mapping, and with "="."""

    def load(self, value: Any) -> Any:
        if isinstance(value, dict):
            words = sorted(f"{host}:{plain(ip)}" for host, ip in value.items() if ip is not None)
        else:
            words = [word.replace("=", ":", 1) if "=" in word else word for word in map(plain, value)]
        return [_without_brackets(word) for word in words if ":" in word]


def _without_brackets(word: str) -> str:
    host, _, ip = word.partition(":")
    return f"{host}:{ip[1:-1] if len(ip) > 2 and ip[0] == '[' and ip[-1] == ']' else ip}"


class Span(Shape):
    """A duration, in nanoseconds."""

    def load(self, value: Any) -> Any:
        return parse_duration(value)

    def dump(self, value: Any) -> Any:
        return format_duration(value)


class Size(Shape):
    """A size, in bytes."""

    def load(self, value: Any) -> Any:
        return value if isinstance(value, int) else ram_in_bytes(value)

    def dump(self, value: Any) -> Any:
        return str(value)


class Struct(Shape):
    """A mapping with known keys.  `short`: how something that is no mapping becomes one."""

    def __init__(self, fields: Mapping[str, Shape], short: Callable[[Any], dict[str, Any]] | None = None) -> None:
        self.fields = fields
        self._short = short

    def load(self, value: Any) -> Any:
        if self._short is not None and not isinstance(value, dict):
            value = self._short(value)
        loaded = {}
        for key, shape in self.fields.items():
            if value.get(key) is not None:
                loaded[key] = load(shape, value[key], key)
        extras = {key: item for key, item in value.items() if key.startswith("x-")}
        return loaded | extras

    def is_zero(self, value: Any) -> bool:
        return value is None or all(self.fields[key].is_zero(item) for key, item in value.items() if key in self.fields)

    def merge(self, base: Any, override: Any) -> Any:
        base, override = base or {}, override or {}
        merged = dict(base)
        for key, shape in self.fields.items():
            if key in base or key in override:
                merged[key] = shape.merge(base.get(key), override.get(key))
        return merged

    def dump(self, value: Any) -> Any:
        dumped = {
            key: shape.dump(value[key])
            for key, shape in self.fields.items()
            if key in value and not shape.is_zero(value[key])
        }
        return dumped | {key: item for key, item in value.items() if key.startswith("x-")}


class Replaced(Struct):
    """A struct of which a later file's replaces the whole."""

    def merge(self, base: Any, override: Any) -> Any:
        return base if self.is_zero(override) else override


class Named(Shape):
    """A mapping of names to things of one kind; it may be written as a list of names if things may be absent."""

    def __init__(self, of: Shape) -> None:
        self.of = of

    def load(self, value: Any) -> Any:
        if isinstance(value, list):
            return dict.fromkeys(value)
        return {name: load(self.of, item, name) for name, item in value.items()}

    def merge(self, base: Any, override: Any) -> Any:
        merged = dict(base or {})
        for name, item in (override or {}).items():
            merged[name] = self.of.merge(merged[name], item) if merged.get(name) is not None else item
        return merged

    def dump(self, value: Any) -> Any:
        return {name: self.of.dump(item) for name, item in sorted(value.items())}


class Items(Shape):
    """A list of structs, told apart by `key`.  `many`: how one entry that is no mapping becomes several."""

    def __init__(self, of: Struct, key: str, many: Callable[[Any], list[dict[str, Any]]] | None = None) -> None:
        self.of = of
        self._key = key
        self._many = many

    def load(self, value: Any) -> Any:
        loaded = []
        for number, item in enumerate(value):
            if self._many is not None and not isinstance(item, dict):
                loaded += self._many(item)
            else:
                loaded.append(load(self.of, item, number))
        return loaded

    def merge(self, base: Any, override: Any) -> Any:
        zero: Any = 0 if self._key == "published" else ""
        merged = {item.get(self._key, zero): item for item in [*(base or []), *(override or [])]}
        return [merged[key] for key in sorted(merged)]

    def dump(self, value: Any) -> Any:
        return [self.of.dump(item) for item in value]


#: Keys that Go knows by just this word; others by the name of a field, unless two words make them.
_TAGGED = ("cpus", "memory", "pids", "isolation")


class Misfit(ValueError):
    """A value that does not fit its type, and where it is."""

    def __init__(self, path: str, reason: str, problem: str = "error decoding") -> None:
        mark = "," if problem == "cannot parse" else ":"
        super().__init__(f"{problem} '{path}'{mark} {reason}")
        self.path, self.reason, self.problem = path, reason, problem


def load(shape: Shape, value: Any, key: str | int) -> Any:
    """Return what `shape` makes of the value at `key`; raises Misfit with the whole path in the end."""
    try:
        return shape.load(value)
    except Misfit as error:
        joint = "." if error.path and not error.path.startswith("[") else ""
        raise Misfit(_field(key) + joint + error.path, error.reason, error.problem) from None
    except ValueError as error:
        raise Misfit(_field(key), str(error)) from None


def _field(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return key if "_" in key or key in _TAGGED else key[:1].upper() + key[1:]


def plain(value: Any) -> str:
    """Return a value as Go's ``fmt.Sprint`` does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_float(value) if isinstance(value, float) else "<nil>" if value is None else str(value)
