"""Values that differ from swarm to swarm, replaced by reference: the same id is the same placeholder everywhere.

Identity is kept (a task's id in an event is that of the row in ``service ps``), times are dropped, and what the
scheduler leaves to chance is left out where a probe says so.  The idea is localstack's snapshot transformers.
"""

import re
from collections.abc import Iterable
from typing import Any

from tests.parity.engines import Moment

Json = Any

_AGO = re.compile(
    r"(?:[Ll]ess than a|[Aa]bout an?|\d+) (?:second|minute|hour|day|week|month)s? ago|(?:Less than a|About an?|\d+) "
    r"(?:second|minute|hour)s?(?= |$)",
    re.MULTILINE,
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| \+0000 (?:utc|UTC)|[+-]\d\d:\d\d)?")
_WORD = re.compile(r"SWMTKN-1-[a-z0-9]{50}-[a-z0-9]{25}|SWMKEY-1-[A-Za-z0-9+/]{43}|sha256:[0-9a-f]{64}|[a-z0-9]{12,64}")
_ADDRESS = re.compile(r"(?<![\d.])(\d+\.\d+\.\d+\.\d+)(?![\d.])")
_MAC = re.compile(r"\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b")
_PACKAGE = re.compile(r"\b(\d+\.\d+\.\d+)\+\w+")  # a version, and what a distribution adds to it
_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_ROUND_TRIP = re.compile(r"\d+\.\d{3}(?:/\d+\.\d{3}/\d+\.\d{3})? ms")
_LAYER = re.compile(r"[0-9a-f]{12}: .*")
_INTERFACE = re.compile(r"^\d+(?=: eth\d)", re.MULTILINE)  # counts whatever the machine has had before
_ENDPOINT = re.compile(r'(?<=id:")[0-9a-f]{12}(?=")')
_GAPS = re.compile(r"(?<=\S)  +(?=\S)")
#: Keys whose values say when, how big or which process, and nothing else.
_DROPPED = {
    "CreatedAt", "UpdatedAt", "Timestamp", "StartedAt", "CompletedAt", "FinishedAt", "Index", "Pid", "PID", "time",
    "timeNano", "Created", "execDuration", "NanoCPUs", "MemoryBytes", "CertIssuerPublicKey",
}  # fmt: skip
_ZERO = "0001-01-01T00:00:00Z"


class References:
    """What each value of one played probe stands for."""

    def __init__(self, hosts: dict[str, str]) -> None:
        self._words: dict[str, str] = {}
        self._addresses = {address: f"<address:{name}>" for name, address in hosts.items()}
        self.hosts = list(hosts)
        self.everywhere: set[str] = set()  # services whose tasks have nodes instead of slots

    def name(self, value: str, placeholder: str) -> None:
        """Let `value`, and its first 12 characters if it is an id, stand as `placeholder`."""
        if not value:
            return
        self._words.setdefault(value, placeholder)
        if "-" not in value and ":" not in value:
            self._words.setdefault(value[:12], placeholder)

    def address(self, value: str, placeholder: str) -> None:
        """Let an address stand as `placeholder`; who has it last, has it."""
        self._addresses[value.partition("/")[0]] = placeholder

    def learn(self, history: Iterable[Moment]) -> None:
        """Number the tasks of each slot in the order in which they were made."""
        firsts = {moment.id: moment for moment in reversed(list(history))}
        lasts = {moment.id: moment for moment in history}
        attempts: dict[str, int] = {}  # by slot, or by node where there are none
        for first in sorted(firsts.values(), key=lambda moment: (moment.created, moment.id)):
            everywhere = first.service in self.everywhere
            place = f"{first.service}.{self._host(lasts[first.id].node) if everywhere else first.slot}"
            attempts[place] = attempts.get(place, 0) + 1
            label = f"{place}/{attempts[place]}"
            self.name(first.id, f"<task:{label}>")
            self.name(lasts[first.id].container, f"<container:{label}>")
            for network, address in lasts[first.id].addresses.items():
                self.address(address, f"<ip:{label}@{network}>")

    def _host(self, node: str) -> str:
        return self.of(node).removeprefix("<node:").rstrip(">")

    def of(self, word: str) -> str:
        """Return what `word` stands for, the word itself if it is not known."""
        return self._words.get(word, word)

    def text(self, text: str) -> str:
        """Return `text` with everything replaced."""
        text = _CERTIFICATE.sub("<certificate>", text)
        text = _WORD.sub(self._word, text)
        text = _PACKAGE.sub(r"\1", text)
        text = _TIME.sub(lambda found: found[0] if found[0] == _ZERO else "<time>", text)
        text = _AGO.sub("<ago>", text)
        text = _ROUND_TRIP.sub("<time>", text)
        text = _INTERFACE.sub("<index>", text)
        text = _ENDPOINT.sub("<hex>", text)
        text = _MAC.sub(self._mac, text)
        return _ADDRESS.sub(lambda found: self._address(found[1]), text)

    def table(self, text: str, *, hide_hosts: bool = False) -> list[str]:
        """Return the lines a command printed; gaps between columns are made alike, as widths follow the values."""
        if hide_hosts:
            text = re.sub(rf"\b({'|'.join(self.hosts)})\b", "<host>", text)
        lines = [line.rstrip() for line in text.splitlines() if not _LAYER.fullmatch(line.strip())]
        return [_GAPS.sub("  ", line) for line in self.text("\n".join(lines)).split("\n")]

    def json(self, value: Json) -> Json:
        """Return a JSON value with everything replaced, keys too."""
        if isinstance(value, dict):
            return {self.text(key): self._drop(key, part) for key, part in sorted(value.items())}
        if isinstance(value, list):
            return [self.json(part) for part in value]
        return self.text(value) if isinstance(value, str) else value

    def _drop(self, key: str, value: Json) -> Json:
        if key in _DROPPED and not isinstance(value, dict | list):
            return "<set>" if value and value != _ZERO else value
        if key == "Peers" and isinstance(value, list):  # hosts, under names that mean nothing
            return [{"IP": self.text(peer["IP"])} for peer in value]
        if key == "Networks" and isinstance(value, list):  # in the order of their ids, which is chance
            return sorted(map(self.json, value), key=lambda network: network["Target"])
        return self.json(value)

    def _word(self, found: "re.Match[str]") -> str:
        word = found[0]
        known = self._words.get(word) or self._words.get(word.removeprefix("sha256:"))
        if known:
            return known
        if word.startswith("sha256:"):
            return "<digest>"
        if word.startswith("SWM"):
            return "<token>" if word.startswith("SWMTKN") else "<key>"
        if len(word) == 64 and all(letter in "0123456789abcdef" for letter in word):
            return "<hex>"
        return word

    def _address(self, address: str) -> str:
        if address in self._addresses:
            return self._addresses[address]
        first, *_, last = address.split(".")
        if first in ("10", "172") and last not in ("0", "1"):
            return "<address>"
        return address

    def _mac(self, found: "re.Match[str]") -> str:
        parts = [int(part, 16) for part in found[0].split(":")]
        if parts[:2] != [2, 66]:
            return "<mac>"
        return f"<mac of {self._address('.'.join(map(str, parts[2:])))}>"
