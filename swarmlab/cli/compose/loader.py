"""Compose files to one configuration: read, check, fill in variables, and merge.

docker/cli: cli/compose/loader/loader.go, merge.go; cli/command/stack/loader/loader.go.
"""

import ipaddress
import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from swarmlab.cli.command import Call
from swarmlab.cli.compose import schema
from swarmlab.cli.compose.interpolate import interpolate
from swarmlab.cli.compose.shapes import Misfit
from swarmlab.cli.compose.types import DEPRECATED, FORBIDDEN, SECTIONS, UNSUPPORTED
from swarmlab.cli.environment import Environment
from swarmlab.cli.errors import CommandError
from swarmlab.cli.formatter.times import rfc3339
from swarmlab.cli.options.checks import parse_env_file
from swarmlab.cli.options.ports import parse_port_spec
from swarmlab.cli.reference import parse_reference
from swarmlab.gostrings import quote

Json = dict[str, Any]

#: A full path, on Unix or on Windows.
_ABSOLUTE = re.compile(r"/|\\\\|[a-zA-Z]:[\\/]")


class Forbidden(CommandError):
    """Keys that end everything, with what to do instead."""

    def __init__(self, properties: dict[str, str]) -> None:
        super().__init__("Configuration contains forbidden properties")
        self.properties = properties


@dataclass
class Config:
    """A whole configuration.  Each section maps names to things in the shapes of `types`."""

    version: str
    services: dict[str, Json] = field(default_factory=dict)
    networks: dict[str, Json] = field(default_factory=dict)
    volumes: dict[str, Json] = field(default_factory=dict)
    secrets: dict[str, Json] = field(default_factory=dict)
    configs: dict[str, Json] = field(default_factory=dict)
    extras: Json = field(default_factory=dict)

    def dump(self) -> str:
        """Return it as ``stack config`` writes it."""
        from swarmlab.cli.compose import yamltext  # PyYAML: only for those who have files

        text: Json = {"version": self.version}
        for section, shape in SECTIONS.items():
            things = getattr(self, section)
            if things or section == "services":
                text[section] = {name: shape.dump(things[name]) for name in sorted(things)}
        return yamltext.dumps(text | self.extras)


def load_for_deploy(call: Call) -> Config:
    """Return the configuration of the files named, and tell on standard error what of it is ignored."""
    dicts, folder = read(call)
    try:
        config = load(call.env, dicts, folder)
    except Forbidden as error:
        raise CommandError(f"Compose file contains unsupported options:\n\n{_advice(error.properties)}\n") from None
    unsupported = sorted({key for service in _services(dicts) for key in UNSUPPORTED if key in service})
    if unsupported:
        call.err(f"Ignoring unsupported options: {', '.join(unsupported)}\n")
    deprecated = _properties(dicts, DEPRECATED)
    if deprecated:
        call.err(f"Ignoring deprecated options:\n\n{_advice(deprecated)}\n")
    for name, service in config.services.items():
        _check_image(name, service.get("image", ""))
    return config


def _check_image(name: str, image: str) -> None:
    if not image:
        raise CommandError(f"invalid image reference for service {name}: no image specified")
    try:
        parse_reference(image)
    except ValueError as error:
        raise CommandError(f"invalid image reference for service {name}: {error}") from None


def read(call: Call) -> tuple[list[Json], str]:
    """Return the mappings in the files of ``--compose-file`` and the folder that their paths start from."""
    from swarmlab.cli.compose import yamltext

    names = call["compose-file"]
    if not names:
        raise CommandError("Specify a Compose file (with --compose-file)")
    here = call.env.cwd
    folder = here if names == ["-"] else posixpath.dirname(absolute(here, names[0]))
    return [yamltext.loads(_source(call, name)) for name in names], folder


def _source(call: Call, name: str) -> bytes:
    if name == "-":
        return call.env.stdin.read() if call.env.stdin else b""
    return read_file(call.env, name)


def read_file(env: Environment, name: str) -> bytes:
    """Return what is in a file; raises CommandError in the words of Go's os package."""
    try:
        return env.read_file(name)
    except IsADirectoryError:
        raise CommandError(f"read {name}: is a directory") from None
    except OSError as error:
        raise CommandError(f"open {name}: {(error.strerror or 'no such file or directory').lower()}") from None


def absolute(folder: str, name: str) -> str:
    """Return the full path of a file named in a folder."""
    return posixpath.normpath(posixpath.join(folder, name))


def load(env: Environment, dicts: list[Json], folder: str, *, fill_in: bool = True) -> Config:
    """Return what the files say together; `fill_in`: with the values of variables.  Raises CommandError."""
    version = schema.version_of(dicts[0])
    configs = []
    for given in dicts:
        own = schema.version_of(given)
        if own != version:
            raise CommandError(f"version mismatched between two composefiles : {version} and {own}")
        forbidden = _properties([given], FORBIDDEN)
        if forbidden:
            raise Forbidden(forbidden)
        if fill_in:
            given = interpolate(given, env.environ)
        schema.validate(given, version)
        configs.append(_Sections(env, folder, version).load(given))
    merged = configs[0]
    for later in configs[1:]:
        for section, shape in SECTIONS.items():
            base = getattr(merged, section)
            for name, thing in getattr(later, section).items():
                base[name] = shape.merge(base[name], thing) if name in base else thing
        merged.services = dict(sorted(merged.services.items()))
    return merged


def _services(dicts: Iterable[Json]) -> list[Json]:
    found = []
    for given in dicts:
        services = given.get("services")
        if isinstance(services, dict):
            found += [service for service in services.values() if isinstance(service, dict)]
    return found


def _properties(dicts: Iterable[Json], table: dict[str, str]) -> dict[str, str]:
    return {key: text for service in _services(dicts) for key, text in table.items() if key in service}


def _advice(properties: dict[str, str]) -> str:
    return "\n\n".join(sorted(f"{name}: {text}" for name, text in properties.items()))


class _Sections:
    """Reads the sections of one file."""

    def __init__(self, env: Environment, folder: str, version: str) -> None:
        self._env = env
        self._folder = folder
        self._version = version

    def load(self, given: Json) -> Config:
        """Return the file's own configuration."""
        config = Config(self._version)
        finish: dict[str, Callable[[str, Json], None]] = {
            "services": self._service,
            "networks": lambda name, thing: self._external("network", name, thing, (3, 5)),
            "volumes": self._volume,
            "secrets": lambda name, thing: self._file_object("secret", name, thing),
            "configs": lambda name, thing: self._file_object("config", name, thing),
        }
        for section, shape in SECTIONS.items():
            loaded: dict[str, Json] = {}
            for name, thing in (given.get(section) or {}).items():
                if section == "services":
                    self._warn_of_addresses(thing.get("ports", []))
                try:
                    loaded[name] = shape.load(thing or {})
                except Misfit as error:
                    raise CommandError(_misfit(error)) from None
                except ValueError as error:
                    raise CommandError(str(error)) from None
                finish[section](name, loaded[name])
            setattr(config, section, loaded)
        config.extras = {key: value for key, value in given.items() if key.startswith("x-")}
        return config

    def _service(self, name: str, service: Json) -> None:
        environment: dict[str, str | None] = {}
        for file in service.get("env_file", []):
            path = absolute(self._folder, file)
            try:
                lines = parse_env_file(path, read_file(self._env, path), self._env.environ)
            except ValueError as error:
                raise CommandError(str(error)) from None
            pairs = (line.partition("=") for line in lines)
            self._update(environment, {key: text if equals else None for key, equals, text in pairs})
        self._update(environment, service.get("environment", {}))
        service["environment"] = environment
        for volume in service.get("volumes", []):
            if volume.get("type") != "bind":
                continue
            if not volume.get("source"):
                raise CommandError('invalid mount config for type "bind": field Source must not be empty')
            source = volume["source"]
            if source.startswith("~") and "HOME" in self._env.environ:
                source = source.replace("~", self._env.environ["HOME"], 1)
            volume["source"] = source if _ABSOLUTE.match(source) else absolute(self._folder, source)

    def _update(self, environment: dict[str, str | None], given: dict[str, str | None]) -> None:
        """A variable without a value has the caller's, if there is one."""
        for key, text in given.items():
            environment[key] = text or self._env.environ.get(key, text)

    def _warn_of_addresses(self, ports: list[Any]) -> None:
        """Swarm publishes ports on every address that a host has."""
        for port in ports:
            for binding in parse_port_spec(str(port)) if isinstance(port, (str, int)) else ():
                if binding.ip and not ipaddress.ip_address(binding.ip).is_unspecified:
                    host = f"[{binding.ip}]" if ":" in binding.ip else binding.ip
                    where = f"{host}:{binding.host_port}:{binding.port}/{binding.protocol}"
                    self._warn(f"ignoring IP-address ({where}) service will listen on '0.0.0.0'")

    def _external(self, kind: str, name: str, thing: Json, since: tuple[int, int]) -> None:
        """Give something that is there already the name by which it is known."""
        external = thing.get("external", {})
        if not external.get("external"):
            return
        if external.get("name"):
            if thing.get("name"):
                raise CommandError(
                    f"{kind} {name}: {kind}.external.name and {kind}.name conflict; only use {kind}.name"
                )
            if tuple(int(part) for part in self._version.split(".")) >= since:
                self._warn(f"{kind} {name}: {kind}.external.name is deprecated in favor of {kind}.name")
            thing["name"] = external.pop("name")
        thing.setdefault("name", name)

    def _warn(self, text: str) -> None:
        at = rfc3339(self._env.clock.now())[:19]
        self._env.stderr.write(f'time="{at}Z" level=warning msg={quote(text)}\n')

    def _volume(self, name: str, volume: Json) -> None:
        if volume.get("external", {}).get("external"):
            for key in ("driver", "driver_opts", "labels"):
                if volume.get(key):
                    raise CommandError(f'conflicting parameters "external" and "{key}" specified for volume "{name}"')
        self._external("volume", name, volume, (3, 4))

    def _file_object(self, kind: str, name: str, thing: Json) -> None:
        if thing.get("external", {}).get("external"):
            self._external(kind, name, thing, (3, 5))
        elif thing.get("driver"):
            if thing.get("file"):
                raise CommandError(f"{kind} {name}: {kind}.driver and {kind}.file conflict; only use {kind}.driver")
        else:
            thing["file"] = absolute(self._folder, thing.get("file", ""))


def _misfit(error: Misfit) -> str:
    return f"decoding failed due to the following error(s):\n\n{error}"
