"""``--mount type=volume,source=…,target=…``.  docker/cli: opts/mount.go."""

import posixpath
from typing import Any

from swarmlab.cli.options.csvline import read_csv
from swarmlab.cli.units import ram_in_bytes
from swarmlab.cli.values import Value
from swarmlab.gostrings import parse_bool, parse_uint

_RECURSIVE = {
    "enabled": (), "disabled": ("NonRecursive",), "writable": ("ReadOnlyNonRecursive",),
    "readonly": ("ReadOnlyForceRecursive",),
}  # fmt: skip


class Mounts(Value):
    """Mounts, as the API wants them."""

    kind = "mount"

    def __init__(self) -> None:
        self.mounts: list[dict[str, Any]] = []

    def set(self, text: str) -> None:
        self.mounts.append(_mount(text))

    def get(self) -> list[dict[str, Any]]:
        return self.mounts


def _bool(key: str, value: str) -> bool:
    try:
        return parse_bool(value)
    except ValueError:
        raise ValueError(f"invalid value for {key}: {value}") from None


def _mount(text: str) -> dict[str, Any]:
    mount: dict[str, Any] = {"Type": "volume"}
    for field in read_csv(text):
        key, equals, value = field.partition("=")
        key = key.lower()
        if not equals:
            if key not in ("readonly", "ro", "volume-nocopy", "bind-nonrecursive"):
                raise ValueError(f"invalid field '{field}' must be a key=value pair")
            value = "true"
        _apply(mount, key, value, field)
    _check(mount)
    order = (
        "Type",
        "Source",
        "Target",
        "ReadOnly",
        "Consistency",
        "BindOptions",
        "VolumeOptions",
        "ImageOptions",
        "TmpfsOptions",
    )
    return {key: mount[key] for key in order if mount.get(key) not in (None, "", False)}


def _options(mount: dict[str, Any], kind: str) -> dict[str, Any]:
    key = {"bind": "BindOptions", "volume": "VolumeOptions", "image": "ImageOptions", "tmpfs": "TmpfsOptions"}[kind]
    fresh: dict[str, Any] = {"DriverConfig": {}} if kind == "volume" else {}
    options: dict[str, Any] = mount.setdefault(key, fresh)
    return options


def _apply(mount: dict[str, Any], key: str, value: str, field: str) -> None:
    match key:
        case "type":
            mount["Type"] = value.lower()
        case "source" | "src":
            mount["Source"] = posixpath.normpath(posixpath.join("/", value)) if value.startswith(".") else value
        case "target" | "dst" | "destination":
            mount["Target"] = value
        case "readonly" | "ro":
            mount["ReadOnly"] = _bool(key, value)
        case "consistency":
            mount["Consistency"] = value.lower()
        case "bind-propagation":
            _options(mount, "bind")["Propagation"] = value.lower()
        case "bind-nonrecursive":
            _options(mount, "bind")["NonRecursive"] = _bool(key, value)
        case "bind-recursive":
            if value not in _RECURSIVE:
                raise ValueError(
                    f'invalid value for {key}: {value} (must be "enabled", "disabled", "writable", or "readonly")'
                )
            for name in _RECURSIVE[value]:
                _options(mount, "bind")[name] = True
        case "volume-nocopy":
            _options(mount, "volume")["NoCopy"] = _bool(key, value)
        case "volume-subpath":
            _options(mount, "volume")["Subpath"] = value
        case "volume-label":
            _set_pair(_options(mount, "volume").setdefault("Labels", {}), value)
        case "volume-driver":
            _options(mount, "volume")["DriverConfig"]["Name"] = value
        case "volume-opt":
            _set_pair(_options(mount, "volume")["DriverConfig"].setdefault("Options", {}), value)
        case "image-subpath":
            _options(mount, "image")["Subpath"] = value
        case "tmpfs-size":
            try:
                _options(mount, "tmpfs")["SizeBytes"] = ram_in_bytes(value)
            except ValueError:
                raise ValueError(f"invalid value for {key}: {value}") from None
        case "tmpfs-mode":
            try:
                _options(mount, "tmpfs")["Mode"] = parse_uint(value, 8, 32)
            except ValueError:
                raise ValueError(f"invalid value for {key}: {value}") from None
        case _:
            raise ValueError(f"unexpected key '{key}' in '{field}'")


def _set_pair(pairs: dict[str, str], text: str) -> None:
    key, _, value = text.partition("=")
    if key:
        pairs[key] = value


def _check(mount: dict[str, Any]) -> None:
    kind = mount["Type"]
    if not kind:
        raise ValueError("type is required")
    if not mount.get("Target"):
        raise ValueError("target is required")
    for name in ("volume", "image", "bind", "tmpfs"):
        if _has(mount, name) and kind != name:
            raise ValueError(f"cannot mix '{name}-*' options with mount type '{kind}'")
    bind = mount.get("BindOptions", {})
    if bind.get("ReadOnlyNonRecursive") and not mount.get("ReadOnly"):
        raise ValueError("option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction")
    if bind.get("ReadOnlyForceRecursive"):
        if not mount.get("ReadOnly"):
            raise ValueError("option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction")
        if bind.get("Propagation") != "rprivate":
            raise ValueError(
                "option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction"
            )


def _has(mount: dict[str, Any], kind: str) -> bool:
    return {"bind": "BindOptions", "volume": "VolumeOptions", "image": "ImageOptions", "tmpfs": "TmpfsOptions"}[
        kind
    ] in mount
