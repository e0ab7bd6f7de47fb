"""A ``time.Time`` in a template: prints as Go prints it, and has the methods that ``docker inspect -f`` is asked for.

Go: time.Time, time/format.go.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from swarmlab.gostrings import format_duration
from swarmlab.gotemplate.values import Number, Stringer

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_RFC3339 = re.compile(r"(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)(?:\.(\d+))?(Z|[+-]\d+:\d+)")
#: The parts of a layout, longest first where one begins like another.
_LAYOUT = re.compile(
    r"2006|January|Jan|Monday|Mon|MST|Z07:00|-07:00|Z0700|-0700|15|01|02|03|04|05|06|_2|PM|pm|[.,]0+|[.,]9+|1|2|3|4|5"
)


class Time(Stringer):
    """A moment; `ns` nanoseconds after 1970 in UTC, as the clock of its zone shows it in `wall`."""

    has_methods = True
    ns: int
    wall: datetime
    _offset: str

    def go_field(self, name: str) -> Any:
        """Return what a method without arguments gives; raises KeyError when there is none."""
        found = _METHODS[name]
        return found(self)

    @property
    def go_methods(self) -> dict[str, Any]:
        """The methods that take an argument."""
        return {
            "Format": self._format,
            "Before": lambda other: self.ns < other.ns,
            "After": lambda other: self.ns > other.ns,
            "Equal": lambda other: self.ns == other.ns,
            "Compare": lambda other: (self.ns > other.ns) - (self.ns < other.ns),
            "Sub": lambda other: Number(self.ns - other.ns, "time.Duration", format_duration(self.ns - other.ns)),
        }

    def _format(self, layout: str) -> str:
        return _LAYOUT.sub(lambda found: self._part(found[0]), layout)

    def _part(self, part: str) -> str:
        wall = self.wall
        if part[0] in ".," and part[1] in "09":
            digits = f"{self.ns % 10**9:09d}"[: len(part) - 1]
            shown = digits if part[1] == "0" else digits.rstrip("0")
            return part[0] + shown if shown else ""
        zone = self._offset
        table: dict[str, str] = {
            "2006": f"{wall.year:04d}", "06": f"{wall.year % 100:02d}", "01": f"{wall.month:02d}", "1": str(wall.month),
            "January": _MONTHS[wall.month - 1], "Jan": _MONTHS[wall.month - 1][:3],
            "Monday": _DAYS[wall.isoweekday() % 7], "Mon": _DAYS[wall.isoweekday() % 7][:3],
            "02": f"{wall.day:02d}", "_2": f"{wall.day:2d}", "2": str(wall.day), "15": f"{wall.hour:02d}",
            "03": f"{(wall.hour + 11) % 12 + 1:02d}", "3": str((wall.hour + 11) % 12 + 1), "04": f"{wall.minute:02d}",
            "4": str(wall.minute), "05": f"{wall.second:02d}", "5": str(wall.second),
            "PM": "PM" if wall.hour > 11 else "AM", "pm": "pm" if wall.hour > 11 else "am",
            "MST": "UTC" if zone == "Z" else zone.replace(":", ""), "Z07:00": zone, "Z0700": zone.replace(":", ""),
            "-07:00": "+00:00" if zone == "Z" else zone, "-0700": "+0000" if zone == "Z" else zone.replace(":", ""),
        }  # fmt: skip
        return table[part]


_METHODS: dict[str, Any] = {
    "Year": lambda time: time.wall.year,
    "Month": lambda time: Number(time.wall.month, "time.Month", _MONTHS[time.wall.month - 1]),
    "Day": lambda time: time.wall.day,
    "YearDay": lambda time: time.wall.timetuple().tm_yday,
    "Weekday": lambda time: Number(time.wall.isoweekday() % 7, "time.Weekday", _DAYS[time.wall.isoweekday() % 7]),
    "Hour": lambda time: time.wall.hour,
    "Minute": lambda time: time.wall.minute,
    "Second": lambda time: time.wall.second,
    "Nanosecond": lambda time: time.ns % 10**9,
    "Unix": lambda time: Number(time.ns // 10**9, "int64"),
    "UnixMilli": lambda time: Number(time.ns // 10**6, "int64"),
    "UnixMicro": lambda time: Number(time.ns // 10**3, "int64"),
    "UnixNano": lambda time: Number(time.ns, "int64"),
    "IsZero": lambda time: time.wall.year == 1 and time.wall == datetime(1, 1, 1),
    "UTC": lambda time: go_time(time._format("2006-01-02T15:04:05.999999999Z07:00")) if time._offset == "Z"
    else go_time(_text(datetime(1970, 1, 1) + timedelta(seconds=time.ns // 10**9), time.ns % 10**9)),
    "String": lambda time: str(time),
}  # fmt: skip


def _text(wall: datetime, fraction: int) -> str:
    return wall.strftime("%Y-%m-%dT%H:%M:%S") + f".{fraction:09d}Z"


def go_time(text: str | None) -> Stringer:
    """Return an RFC 3339 time that prints as `time.Time` does: "2026-11-23 03:22:11.07 +0000 UTC"."""
    text = text or "0001-01-01T00:00:00Z"
    found = _RFC3339.fullmatch(text)
    if found is None:
        return Stringer(text, "time.Time", text)
    *numbers, fraction, zone = found.groups()
    nanoseconds = int(f"{fraction or '':0<9.9}")
    wall = datetime(*map(int, numbers))  # type: ignore[arg-type]
    shown = "+0000 UTC" if zone == "Z" else f"{zone.replace(':', '')} {zone.replace(':', '')}"
    tail = (f".{fraction}").rstrip("0").rstrip(".") if fraction else ""
    time = Time(f"{text[:10]} {text[11:19]}{tail} {shown}", "time.Time", text)
    since = wall.replace(tzinfo=UTC if zone == "Z" else _zone(zone)) - datetime(1970, 1, 1, tzinfo=UTC)
    time.ns = (since.days * 86400 + since.seconds) * 10**9 + nanoseconds
    time.wall, time._offset = wall, zone
    return time


def _zone(text: str) -> timezone:
    hours, minutes = text[1:].split(":")
    away = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-away if text[0] == "-" else away)
