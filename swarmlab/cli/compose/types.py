"""What a Compose file of version 3 holds, as tables of shapes in the order in which docker writes them.

docker/cli: cli/compose/types/types.go; short forms: cli/compose/loader/loader.go, volume.go.
"""

import re
from typing import Any

from swarmlab.cli.compose.shapes import (
    Command,
    Hosts,
    Items,
    Named,
    Pairs,
    Pointer,
    Replaced,
    Shape,
    Size,
    Span,
    Struct,
    Texts,
    Unsigned,
)
from swarmlab.cli.options.ports import parse_port_spec, parse_range

#: Keys of a service that swarm has no use for; docker says so and goes on.
UNSUPPORTED = (
    "build", "cgroupns_mode", "cgroup_parent", "devices", "domainname", "external_links", "ipc", "links",
    "mac_address", "network_mode", "pid", "privileged", "restart", "security_opt", "shm_size", "userns_mode",
)  # fmt: skip
DEPRECATED = {
    "container_name": "Setting the container name is not supported.",
    "expose": "Exposing ports is unnecessary - services on the same network can access each other's containers on any"
    " port.",
}
_DEPLOY_RESOURCES = "Set resource limits using deploy.resources"
#: Keys that end everything.
FORBIDDEN = {
    "extends": "Support for `extends` is not implemented yet.",
    "volume_driver": "Instead of setting the volume driver on the service, define a volume using the top-level"
    " `volumes` option and specify the driver there.",
    "volumes_from": "To share a volume between services, define it using the top-level `volumes` option and reference"
    " it from each service that shares it using the service-level `volumes` option.",
    "cpu_quota": _DEPLOY_RESOURCES,
    "cpu_shares": _DEPLOY_RESOURCES,
    "cpuset": _DEPLOY_RESOURCES,
    "mem_limit": _DEPLOY_RESOURCES,
    "memswap_limit": _DEPLOY_RESOURCES,
}
#: Sources that are paths, on Unix or on Windows, and not names of volumes.
_PATH = re.compile(r"[./~]|\\\\|[^\W\d_]:")
_PROPAGATIONS = ("private", "rprivate", "shared", "rshared", "slave", "rslave")

_TEXT = _NUMBER = _FLAG = Shape()
_COUNT = Pointer(Unsigned(), final=True)
_WORDS = Texts()
_WORD_OR_WORDS = Texts(lambda text: [text])


def _ports(value: Any) -> list[dict[str, Any]]:
    """Return the ports of a short form, ``8080-8081:80-81/tcp``.  Raises ValueError."""
    bindings = sorted(parse_port_spec(str(value)), key=lambda binding: f"{binding.port}/{binding.protocol}")
    found = []
    for binding in bindings:
        low, high = parse_range(binding.host_port) if binding.host_port else (0, 0)
        for published in range(low, high + 1):
            found.append(
                {"mode": "ingress", "target": binding.port, "published": published, "protocol": binding.protocol}
            )
    return found


def _volume(spec: str) -> dict[str, Any]:
    """Return the volume of a short form, ``source:/target:ro``.  Raises ValueError."""
    if not spec:
        raise ValueError("invalid empty volume spec")
    volume: dict[str, Any] = {}
    if len(spec) <= 2:
        return {"type": "volume", "target": spec}
    parts = _sections(spec)
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if not part:
            raise ValueError(f"invalid spec: {spec}: empty section between colons")
        if "source" not in volume:
            volume["target" if last else "source"] = part
        elif "target" not in volume:
            volume["target"] = part
        elif not last:
            raise ValueError(f"invalid spec: {spec}: too many colons")
        else:
            volume |= _options(part)
    return {"type": "bind" if _PATH.match(volume.get("source", "")) else "volume", **volume}


def _sections(spec: str) -> list[str]:
    """Return what stands between the colons, but for those behind a single letter: a Windows drive's."""
    sections = [""]
    for char in spec:
        if char == ":" and not (len(sections[-1]) == 1 and sections[-1].isalpha()):
            sections.append("")
        else:
            sections[-1] += char
    return sections


def _options(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for option in text.split(","):
        if option in ("ro", "rw"):
            found["read_only"] = option == "ro"
        elif option == "nocopy":
            found["volume"] = {"nocopy": True}
        elif option in _PROPAGATIONS:
            found["bind"] = {"propagation": option}
    return found


_FILE = Struct(
    {"source": _TEXT, "target": _TEXT, "uid": _TEXT, "gid": _TEXT, "mode": _COUNT}, lambda name: {"source": name}
)
_VOLUME = Struct(
    {
        "type": _TEXT,
        "source": _TEXT,
        "target": _TEXT,
        "read_only": _FLAG,
        "consistency": _TEXT,
        "bind": Pointer(Struct({"propagation": _TEXT})),
        "volume": Pointer(Struct({"nocopy": _FLAG, "subpath": _TEXT})),
        "image": Pointer(Struct({"subpath": _TEXT})),
        "tmpfs": Pointer(Struct({"size": _NUMBER})),
        "cluster": Pointer(Struct({})),
    },
    _volume,
)
_PORT = Struct({"mode": _TEXT, "target": Unsigned(), "published": Unsigned(), "protocol": _TEXT})
_ULIMIT = Replaced({"single": _NUMBER, "soft": _NUMBER, "hard": _NUMBER}, lambda number: {"single": number})


class _Ulimits(Named):
    """Limits, of which one number alone is soft and hard at once."""

    def dump(self, value: Any) -> Any:
        return {name: item.get("single") or item for name, item in sorted(value.items())}


class _Network(Struct):
    """A service's place on a network; a later file's names replace the earlier ones."""

    def merge(self, base: Any, override: Any) -> Any:
        given = {key: text for key, text in override.items() if key != "driver_opts" and text}
        kept = {key: item for key, item in base.items() if key != "aliases"}
        return {**kept, **given}


class _Logging(Struct):
    """A log driver; options of another driver are not kept."""

    def merge(self, base: Any, override: Any) -> Any:
        drivers = {base.get("driver", ""), override.get("driver", "")} - {""}
        return override if len(drivers) > 1 else super().merge(base, override)


class _External(Struct):
    """Whether something is there already: true, or (of old) its name."""

    def load(self, value: Any) -> Any:
        return {"external": True, **value} if isinstance(value, dict) else {"external": value}

    def dump(self, value: Any) -> Any:
        return {"name": value["name"]} if value.get("name") else value.get("external", False)


_EXTERNAL = _External({"name": _TEXT, "external": _FLAG})
_UPDATE = Pointer(
    Struct(
        {
            "parallelism": _COUNT,
            "delay": Span(),
            "failure_action": _TEXT,
            "monitor": Span(),
            "max_failure_ratio": _NUMBER,
            "order": _TEXT,
        }
    )
)
_DEPLOY = Struct(
    {
        "mode": _TEXT,
        "replicas": _COUNT,
        "labels": Pairs(),
        "update_config": _UPDATE,
        "rollback_config": _UPDATE,
        "resources": Struct(
            {
                "limits": Pointer(Struct({"cpus": _TEXT, "memory": Size(), "pids": _NUMBER})),
                "reservations": Pointer(
                    Struct(
                        {
                            "cpus": _TEXT,
                            "memory": Size(),
                            "generic_resources": Items(
                                Struct({"discrete_resource_spec": Pointer(Struct({"kind": _TEXT, "value": _NUMBER}))}),
                                "",
                            ),
                        }
                    )
                ),
            }
        ),
        "restart_policy": Pointer(
            Struct(
                {
                    "condition": _TEXT,
                    "delay": Pointer(Span()),
                    "max_attempts": _COUNT,
                    "window": Pointer(Span()),
                }
            )
        ),
        "placement": Struct(
            {
                "constraints": _WORDS,
                "preferences": Items(Struct({"spread": _TEXT}), ""),
                "max_replicas_per_node": Unsigned(),
            }
        ),
        "endpoint_mode": _TEXT,
    }
)
_HEALTHCHECK = Struct(
    {
        "test": Texts(lambda text: ["CMD-SHELL", text]),
        "timeout": Pointer(Span()),
        "interval": Pointer(Span()),
        "retries": _COUNT,
        "start_period": Pointer(Span()),
        "start_interval": Pointer(Span()),
        "disable": _FLAG,
    }
)
_BUILD = Struct(
    {
        "context": _TEXT,
        "dockerfile": _TEXT,
        "args": Pairs(nil=True),
        "labels": Pairs(),
        "cache_from": _WORD_OR_WORDS,
        "extra_hosts": Hosts(),
        "network": _TEXT,
        "target": _TEXT,
    },
    lambda context: {"context": context},
)

SERVICE = Struct(
    {
        "build": _BUILD,
        "cap_add": _WORDS,
        "cap_drop": _WORDS,
        "cgroupns_mode": _TEXT,
        "cgroup_parent": _TEXT,
        "command": Command(),
        "configs": Items(_FILE, "source"),
        "container_name": _TEXT,
        "credential_spec": Struct({"config": _TEXT, "file": _TEXT, "registry": _TEXT}),
        "depends_on": _WORDS,
        "deploy": _DEPLOY,
        "devices": _WORDS,
        "dns": _WORD_OR_WORDS,
        "dns_search": _WORD_OR_WORDS,
        "domainname": _TEXT,
        "entrypoint": Command(),
        "environment": Pairs(nil=True),
        "env_file": _WORD_OR_WORDS,
        "expose": _WORDS,
        "external_links": _WORDS,
        "extra_hosts": Hosts(),
        "hostname": _TEXT,
        "healthcheck": Pointer(_HEALTHCHECK),
        "image": _TEXT,
        "init": Pointer(_FLAG),
        "ipc": _TEXT,
        "isolation": _TEXT,
        "labels": Pairs(),
        "links": _WORDS,
        "logging": Pointer(_Logging({"driver": _TEXT, "options": Pairs()})),
        "mac_address": _TEXT,
        "network_mode": _TEXT,
        "networks": Named(
            Pointer(_Network({"aliases": _WORDS, "driver_opts": Pairs(), "ipv4_address": _TEXT, "ipv6_address": _TEXT}))
        ),
        "pid": _TEXT,
        "ports": Items(_PORT, "published", _ports),
        "privileged": _FLAG,
        "read_only": _FLAG,
        "restart": _TEXT,
        "secrets": Items(_FILE, "source"),
        "security_opt": _WORDS,
        "shm_size": _TEXT,
        "stdin_open": _FLAG,
        "stop_grace_period": Pointer(Span()),
        "stop_signal": _TEXT,
        "sysctls": Pairs(),
        "tmpfs": _WORD_OR_WORDS,
        "tty": _FLAG,
        "ulimits": _Ulimits(_ULIMIT),
        "user": _TEXT,
        "userns_mode": _TEXT,
        "volumes": Items(_VOLUME, "target"),
        "working_dir": _TEXT,
    }
)
NETWORK = Replaced(
    {
        "name": _TEXT,
        "driver": _TEXT,
        "driver_opts": Pairs(),
        "ipam": Struct({"driver": _TEXT, "config": Items(Struct({"subnet": _TEXT}), "")}),
        "external": _EXTERNAL,
        "internal": _FLAG,
        "attachable": _FLAG,
        "labels": Pairs(),
    }
)
VOLUME = Replaced(
    {
        "name": _TEXT,
        "driver": _TEXT,
        "driver_opts": Pairs(),
        "external": _EXTERNAL,
        "labels": Pairs(),
    }
)
FILE_OBJECT = Replaced(
    {
        "name": _TEXT,
        "file": _TEXT,
        "external": _EXTERNAL,
        "labels": Pairs(),
        "driver": _TEXT,
        "driver_opts": Pairs(),
        "template_driver": _TEXT,
    }
)
#: Sections of a file, in the order in which they are read and written.
SECTIONS: dict[str, Shape] = {
    "services": SERVICE,
    "networks": NETWORK,
    "volumes": VOLUME,
    "secrets": FILE_OBJECT,
    "configs": FILE_OBJECT,
}
