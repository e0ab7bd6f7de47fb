"""From a Compose configuration to what the Engine API wants: services, networks, secrets and configs of a stack.

docker/cli: cli/compose/convert/compose.go, service.go.
"""

import base64

from swarmlab.cli.api import Engine
from swarmlab.cli.commands.service.create import capabilities
from swarmlab.cli.commands.service.spec import Spec, drop_empty, resolve_files
from swarmlab.cli.compose.loader import Config, Json, read_file
from swarmlab.cli.compose.mounts import NAMESPACE, mounts
from swarmlab.cli.environment import Environment
from swarmlab.cli.errors import CommandError
from swarmlab.cli.values import NanoCpus
from swarmlab.gostrings import quote

#: Keeps the image's name as it was written.
IMAGE = "com.docker.stack.image"
_LOCAL = ("", "default", "bridge", "host", "none")
_REPLICATED = "replicas can only be used with replicated or replicated-job mode"


class Stack:
    """One stack's name, and the configuration to make it from."""

    def __init__(self, name: str, config: Config) -> None:
        self.name = name
        self.config = config

    def scope(self, name: str) -> str:
        """Return the full name of something of this stack."""
        return f"{self.name}_{name}"

    def labels(self, labels: dict[str, str] | None) -> dict[str, str]:
        """Return `labels` and the one that all things of the stack have."""
        return {**(labels or {}), NAMESPACE: self.name}

    def _named(self, name: str, thing: Json) -> str:
        return str(thing.get("name") or self.scope(name))

    # --- networks -------------------------------------------------------------------------------------

    def networks(self) -> tuple[dict[str, Spec], list[str]]:
        """Return what to create, by name, and the names of those that must be there already."""
        wanted: dict[str, None] = {}
        for service in self.config.services.values():
            wanted |= dict.fromkeys(service.get("networks") or ["default"])
        made: dict[str, Spec] = {}
        external = []
        for key in wanted:
            network = self.config.networks.get(key, {})
            if network.get("external", {}).get("external"):
                external.append(str(network["name"]))
            else:
                made[self._named(key, network)] = self._network(network)
        return made, external

    def _network(self, network: Json) -> Spec:
        ipam = network.get("ipam", {})
        pools = [{"Subnet": pool.get("subnet", "")} for pool in ipam.get("config", [])]
        given = bool(ipam.get("driver") or pools)
        return {
            "Driver": network.get("driver") or "overlay",
            "Scope": "",
            "IPAM": {"Driver": ipam.get("driver", ""), "Options": None, "Config": pools or None} if given else None,
            "Internal": network.get("internal", False),
            "Attachable": network.get("attachable", False),
            "Ingress": False,
            "ConfigOnly": False,
            "ConfigFrom": None,
            "Options": network.get("driver_opts"),
            "Labels": self.labels(network.get("labels")),
        }

    # --- secrets and configs --------------------------------------------------------------------------

    def files(self, env: Environment, kind: str) -> list[Spec]:
        """Return the specs of the secrets or configs (`kind`) to create; raises CommandError for a missing file."""
        specs = []
        for key, thing in getattr(self.config, f"{kind}s").items():
            if thing.get("external", {}).get("external"):
                continue
            driver = thing.get("driver") if kind == "secret" else ""
            data = b"" if driver else read_file(env, thing["file"])
            spec: Spec = {"Name": self._named(key, thing), "Labels": self.labels(thing.get("labels"))}
            if data:
                spec["Data"] = base64.b64encode(data).decode()
            if driver:
                spec["Driver"] = drop_empty({"Name": driver, "Options": thing.get("driver_opts")})
            if thing.get("template_driver"):
                spec["Templating"] = {"Name": thing["template_driver"]}
            specs.append(spec)
        return specs

    def _references(self, engine: Engine, service: Json, kind: str) -> list[Spec]:
        key = kind.capitalize()
        known = getattr(self.config, f"{kind}s")
        references: list[Spec] = []
        for wanted in service.get(f"{kind}s", []):
            source = wanted["source"]
            file = {
                "Name": wanted.get("target") or source,
                "UID": wanted.get("uid") or "0",
                "GID": wanted.get("gid") or "0",
                "Mode": wanted.get("mode", 0o444),
            }
            references.append({"File": file, f"{key}ID": "", f"{key}Name": self._file_name(known, kind, source)})
        credentials = service.get("credential_spec", {}).get("config", "")
        if kind == "config" and credentials:
            name = self._file_name(known, kind, credentials)
            references.append({"Runtime": {}, "ConfigID": "", "ConfigName": name})
        return sorted(resolve_files(engine, kind, references), key=lambda found: str(found[f"{key}Name"]))

    def _file_name(self, known: dict[str, Json], kind: str, source: str) -> str:
        if source not in known:
            raise CommandError(f"undefined {kind} {quote(source)}")
        return self._named(source, known[source])

    # --- services -------------------------------------------------------------------------------------

    def services(self, engine: Engine) -> dict[str, Spec]:
        """Return the specs of all services by their names in the file; raises CommandError."""
        specs = {}
        for name, service in self.config.services.items():
            try:
                secrets = self._references(engine, service, "secret")
                configs = self._references(engine, service, "config")
                specs[name] = self._service(name, service, secrets, configs)
            except (CommandError, ValueError) as error:
                raise CommandError(f"service {name}: {error}") from None
        return specs

    def _service(self, name: str, service: Json, secrets: list[Spec], configs: list[Spec]) -> Spec:
        deploy = service.get("deploy", {})
        endpoint = _endpoint(deploy.get("endpoint_mode", ""), service.get("ports", []))
        mode = _mode(deploy)
        container = self._container(service, secrets, configs)
        task: Spec = {
            "ContainerSpec": container,
            "Resources": _resources(deploy.get("resources", {})),
            "Placement": _placement(deploy.get("placement", {})),
            "ForceUpdate": 0,
        }
        container["Mounts"] = mounts(self.name, service.get("volumes", []), self.config.volumes)
        restart = _restart(service.get("restart", ""), deploy.get("restart_policy"))
        if restart is not None:
            task["RestartPolicy"] = restart
        health = _health(service.get("healthcheck"))
        if health is not None:
            container["Healthcheck"] = health
        task["Networks"] = self._attachments(name, service.get("networks"))
        credentials = self._credentials(service.get("credential_spec", {}), configs)
        container["Privileges"] = {"CredentialSpec": credentials, "SELinuxContext": None, "NoNewPrivileges": False}
        if service.get("logging") is not None:
            logging = service["logging"]
            task["LogDriver"] = drop_empty({"Name": logging.get("driver", ""), "Options": logging.get("options")})
        spec: Spec = {
            "Name": self.scope(name),
            "Labels": {**self.labels(deploy.get("labels")), IMAGE: service.get("image", "")},
            "TaskTemplate": task,
            "Mode": mode,
        }
        for key, given in (("UpdateConfig", "update_config"), ("RollbackConfig", "rollback_config")):
            if deploy.get(given) is not None:
                spec[key] = _update(deploy[given])
        return {**spec, "EndpointSpec": endpoint}

    def _container(self, service: Json, secrets: list[Spec], configs: list[Spec]) -> Spec:
        cap_add, cap_drop = capabilities(service.get("cap_add", []), service.get("cap_drop", []))
        hosts = [f"{ip} {host}" for host, _, ip in (word.partition(":") for word in service.get("extra_hosts", []))]
        container: Spec = drop_empty({
            "Image": service.get("image", ""),
            "Labels": self.labels(service.get("labels")),
            "Command": service.get("entrypoint"),
            "Args": service.get("command"),
            "Hostname": service.get("hostname"),
            "Env": sorted(
                name if value is None else f"{name}={value}" for name, value in service["environment"].items()
            ),
            "Dir": service.get("working_dir"),
            "User": service.get("user"),
            "StopSignal": service.get("stop_signal"),
            "TTY": service.get("tty"),
            "OpenStdin": service.get("stdin_open"),
            "ReadOnly": service.get("read_only"),
            "Hosts": hosts,
            "Secrets": secrets,
            "Configs": configs,
            "Isolation": service.get("isolation"),
            "Sysctls": service.get("sysctls"),
            "CapabilityAdd": cap_add,
            "CapabilityDrop": cap_drop,
            "Ulimits": _ulimits(service.get("ulimits", {})),
        })  # fmt: skip
        if service.get("init") is not None:
            container["Init"] = service["init"]
        if service.get("stop_grace_period") is not None:
            container["StopGracePeriod"] = service["stop_grace_period"]
        if "dns" in service or "dns_search" in service:
            container["DNSConfig"] = drop_empty(
                {"Nameservers": service.get("dns"), "Search": service.get("dns_search")}
            )
        return container

    def _attachments(self, service: str, wanted: dict[str, Json | None] | None) -> list[Spec]:
        found = []
        for key, given in (wanted or {"default": None}).items():
            if key not in self.config.networks and key != "default":
                raise CommandError(f"undefined network {quote(key)}")
            target = self._named(key, self.config.networks.get(key, {}))
            network = given or {}
            aliases = [*network.get("aliases", []), *([service] if target not in _LOCAL else [])]
            found.append(drop_empty({"Target": target, "Aliases": aliases, "DriverOpts": network.get("driver_opts")}))
        return sorted(found, key=lambda attachment: str(attachment["Target"]))

    def _credentials(self, given: Json, configs: list[Spec]) -> Spec | None:
        words = [quote(key.capitalize()) for key in ("config", "file", "registry") if given.get(key)]
        if not words:
            return None
        if len(words) > 1:
            *first, last = words
            both = f"{', '.join(first)}{',' if len(first) > 1 else ''} and {last}"
            raise CommandError(f"invalid credential spec: cannot specify both {both}")
        spec = {key.capitalize(): given.get(key, "") for key in ("config", "file", "registry")}
        if spec["Config"]:
            ids = {str(config["ConfigName"]): str(config["ConfigID"]) for config in configs}
            found = ids.get(spec["Config"]) or ids.get(self.scope(spec["Config"]))
            if found is None:
                raise CommandError(
                    f"invalid credential spec: spec specifies config {spec['Config']}, but no such config can be found"
                )
            spec["Config"] = found
        return spec


def _endpoint(mode: str, ports: list[Json]) -> Spec:
    converted = [
        drop_empty({
            "Protocol": port.get("protocol"),
            "TargetPort": port.get("target"),
            "PublishedPort": port.get("published"),
            "PublishMode": port.get("mode"),
        })
        for port in ports
    ]  # fmt: skip
    converted.sort(key=lambda port: int(port.get("PublishedPort", 0)))
    return dict(drop_empty({"Mode": mode.lower(), "Ports": converted}))


def _mode(deploy: Json) -> Spec:
    mode, replicas = deploy.get("mode", ""), deploy.get("replicas")
    if mode in ("global", "global-job"):
        if replicas is not None:
            raise CommandError(_REPLICATED)
        return {"Global": {}} if mode == "global" else {"GlobalJob": {}}
    if mode == "replicated-job":
        return {"ReplicatedJob": {} if replicas is None else {"MaxConcurrent": replicas, "TotalCompletions": replicas}}
    if mode in ("replicated", ""):
        return {"Replicated": {} if replicas is None else {"Replicas": replicas}}
    raise CommandError(f"Unknown mode: {mode}")


def _resources(given: Json) -> Spec:
    resources: Spec = {}
    limits, reserved = given.get("limits"), given.get("reservations")
    if limits is not None:
        resources["Limits"] = drop_empty(
            {"NanoCPUs": _cpus(limits), "MemoryBytes": limits.get("memory"), "Pids": limits.get("pids")}
        )
    if reserved is not None:
        generic = [
            {"DiscreteResourceSpec": {"Kind": spec.get("kind", ""), "Value": spec.get("value", 0)}} if spec else {}
            for spec in (item.get("discrete_resource_spec") for item in reserved.get("generic_resources", []))
        ]
        resources["Reservations"] = drop_empty(
            {"NanoCPUs": _cpus(reserved), "MemoryBytes": reserved.get("memory"), "GenericResources": generic}
        )
    return resources


def _cpus(given: Json) -> int:
    cpus = NanoCpus()
    if given.get("cpus"):
        cpus.set(given["cpus"])
    return cpus.get()


def _placement(given: Json) -> Spec:
    preferences = [{"Spread": {"SpreadDescriptor": item.get("spread", "")}} for item in given.get("preferences", [])]
    return dict(
        drop_empty(
            {
                "Constraints": given.get("constraints"),
                "Preferences": preferences,
                "MaxReplicas": given.get("max_replicas_per_node"),
            }
        )
    )


def _restart(old: str, policy: Json | None) -> Spec | None:
    if policy is not None:
        spec = {
            "Condition": policy.get("condition", ""),
            "Delay": policy.get("delay"),
            "MaxAttempts": policy.get("max_attempts"),
            "Window": policy.get("window"),
        }
        return {key: value for key, value in spec.items() if value is not None and value != ""}
    name, colon, count = old.partition(":")
    if colon and not name:
        raise CommandError("invalid restart policy format: no policy provided before colon")
    if count and not count.lstrip("+-").isdigit():
        raise CommandError("invalid restart policy format: maximum retry count must be an integer")
    if name in ("", "no"):
        return None
    if name in ("always", "unless-stopped"):
        return {"Condition": "any"}
    if name == "on-failure":
        return {"Condition": "on-failure", "MaxAttempts": int(count or 0)}
    raise CommandError(f"unknown restart policy: {old}")


def _health(given: Json | None) -> Spec | None:
    if given is None:
        return None
    if given.get("disable"):
        if given.get("test"):
            raise CommandError("test and disable can't be set at the same time")
        return {"Test": ["NONE"]}
    return dict(
        drop_empty(
            {
                "Test": given.get("test"),
                "Interval": given.get("interval"),
                "Timeout": given.get("timeout"),
                "StartPeriod": given.get("start_period"),
                "StartInterval": given.get("start_interval"),
                "Retries": given.get("retries"),
            }
        )
    )


def _update(given: Json) -> Spec:
    spec = {
        "Parallelism": 1 if given.get("parallelism") is None else given["parallelism"],
        "Delay": given.get("delay", 0),
        "FailureAction": given.get("failure_action", ""),
        "Monitor": given.get("monitor", 0),
        "MaxFailureRatio": given.get("max_failure_ratio", 0),
        "Order": given.get("order", ""),
    }
    always = ("Parallelism", "MaxFailureRatio", "Order")
    return {key: value for key, value in spec.items() if value or key in always}


def _ulimits(given: dict[str, Json]) -> list[Spec]:
    return [
        {
            "Name": name,
            "Hard": limit.get("single") or limit.get("hard", 0),
            "Soft": limit.get("single") or limit.get("soft", 0),
        }
        for name, limit in sorted(given.items())
    ]
