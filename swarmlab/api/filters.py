"""The query parameter `filters`: ``{"label":["a=b"]}`` or ``{"label":{"a=b":true}}``.

moby: ``api/types/filters/parse.go``; for swarm objects: ``daemon/cluster/filters.go``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from swarmlab.api.call import Call
from swarmlab.api.gojson import JSONFault, loads
from swarmlab.core.units import SECOND, duration, parse_rfc3339
from swarmlab.errors import InvalidArgument


class Filters:
    """What a list is narrowed down by.  Values of one key are alternatives, keys must all hold."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self._values = values

    def __contains__(self, key: str) -> bool:
        return bool(self._values.get(key))

    def get(self, key: str) -> Sequence[str]:
        """Return the values of a key."""
        return self._values.get(key, ())

    def exact(self, key: str, actual: str) -> bool:
        """Whether nothing is asked of this key, or `actual` is asked for."""
        return key not in self or actual in self._values[key]

    def prefix(self, key: str, actual: str) -> bool:
        """Whether nothing is asked of this key, or `actual` begins with a value."""
        return key not in self or any(actual.startswith(value) for value in self._values[key])

    def match(self, key: str, actual: str) -> bool:
        """Whether nothing is asked of this key, or a value (a regular expression) is found in `actual`."""
        if key not in self:
            return True
        return any(actual == value or _found(value, actual) for value in self._values[key])

    def fuzzy(self, key: str, actual: str) -> bool:
        """Whether nothing is asked of this key, or `actual` is or begins with a value (moby ``FuzzyMatch``)."""
        return self.prefix(key, actual)

    def labels(self, key: str, actual: Mapping[str, str]) -> bool:
        """Whether every label asked for is there: ``name``, or ``name=value``."""
        return all(_has_label(wanted, actual) for wanted in self._values.get(key, ()))

    def prunes(self, labels: Mapping[str, str], created: int = 0, now: int = 0) -> bool:
        """Whether something with these labels, made at `created`, is to be pruned (moby ``daemon/prune.go``).

        Raises InvalidArgument for an ``until`` that is no time.
        """
        spared = "label!" in self and self.labels("label!", labels)
        return self.labels("label", labels) and not spared and created <= self._until(now)

    def _until(self, now: int) -> int:
        values = self._values.get("until", ())
        if len(values) > 1:
            raise InvalidArgument("more than one until filter specified")
        if not values:
            return now
        text = values[0]
        try:
            if re.fullmatch(r"\d+(?:\.\d+)?", text):
                return round(float(text) * SECOND)
            return parse_rfc3339(text) if "T" in text else now - duration(text)
        except ValueError:
            raise InvalidArgument(f'parsing time "{text}" as "2006-01-02": cannot parse "{text}" as "2006"') from None

    def truth(self, call: Call, key: str, default: bool) -> bool:
        """Return the truth value of a key.  Raises InvalidArgument if it is none, or both."""
        values = self._values.get(key, ())
        if not values:
            return default
        yes, no = any(v in ("1", "true") for v in values), any(v in ("0", "false") for v in values)
        if yes == no:
            refuse(call, key, f"[{' '.join(values)}]")
        return yes


def refuse(call: Call, key: str, value: str, why: str = "") -> NoReturn:
    """Raise InvalidArgument: this key cannot have this value."""
    raise InvalidArgument(f"{'invalid' if call.is_modern else 'Invalid'} filter '{key}={value}'{why}")


def _found(pattern: str, actual: str) -> bool:
    try:
        return re.search(pattern, actual) is not None
    except re.error:
        return False


def _has_label(wanted: str, labels: Mapping[str, str]) -> bool:
    name, _, value = wanted.partition("=")
    return name in labels and (not value or labels[name] == value)


def read(call: Call, allowed: Iterable[str] | None = None, *, param: str = "filters") -> Filters:
    """Return the filters of a request.  Raises InvalidArgument for bad JSON and for keys that are not `allowed`.

    None allows every key.
    """
    text = call.param(param)
    if not text:
        return Filters({})
    try:
        value, _ = loads(text.encode(), stream=False)
    except JSONFault as fault:
        raise InvalidArgument("invalid filter" if call.is_modern else str(fault)) from None
    values = _values(value)
    if values is None:
        raise InvalidArgument("invalid filter" if call.is_modern else "json: cannot unmarshal filter")
    for key in values:
        if allowed is not None and key not in allowed:
            raise InvalidArgument(f"{'invalid' if call.is_modern else 'Invalid'} filter '{key}'")
    return Filters(values)


def _values(value: object) -> dict[str, list[str]] | None:
    """Return the values by key of either form, None if it has neither."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        return None
    values: dict[str, list[str]] = {}
    for key, asked in value.items():
        if isinstance(asked, dict) and all(isinstance(on, bool) for on in asked.values()):
            values[key] = list(asked)
        elif isinstance(asked, list) and all(isinstance(item, str) for item in asked):
            values[key] = list(dict.fromkeys(asked))
        elif asked is None:
            values[key] = []
        else:
            return None
    return values
