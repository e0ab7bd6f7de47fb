"""``service update``: the lists of a spec, with what to add and what to remove.

docker/cli: cli/command/service/update.go.
"""

from collections.abc import Iterable
from typing import Any

from swarmlab.cli.command import Call
from swarmlab.cli.commands.service.spec import Spec, generic_resources, resolve_files, swarm_network_id
from swarmlab.cli.errors import CommandError
from swarmlab.cli.options import checks


def put(holder: Spec, key: str, value: Any) -> None:
    """Store `value`, or nothing where it is empty."""
    if value:
        holder[key] = value
    else:
        holder.pop(key, None)


def labels(call: Call, holder: Spec, kind: str) -> None:
    """Remove, then add labels; `kind` is "label" or "container-label"."""
    found = dict(holder.get("Labels") or {})
    for key in call[f"{kind}-rm"]:
        found.pop(key, None)
    found.update(checks.pairs(call[f"{kind}-add"]))
    if kind == "label":
        holder["Labels"] = found
    else:
        put(holder, "Labels", found)


def environment(call: Call, container: Spec) -> None:
    """Remove, then add variables.  The original rebuilds the list in random order; here old ones come first."""
    removed = set(call["env-rm"])
    kept = [word for word in container.get("Env") or [] if word.partition("=")[0] not in removed]
    if call.flags.changed("env-add"):
        by_name = {word.partition("=")[0]: word for word in kept}
        for word in checks.with_values(call["env-add"], call.env.environ):
            by_name[word.partition("=")[0]] = word
        kept = list(by_name.values())
    put(container, "Env", kept)


def strings(call: Call, holder: Spec, key: str, kind: str, *, unique: bool = False) -> None:
    """Add, then remove words, sorted; `kind` names the flags ("constraint", "dns" …)."""
    if not call.flags.changed(f"{kind}-add", f"{kind}-rm") and not unique:
        return
    removed = set(call[f"{kind}-rm"])
    words: Iterable[str] = [*(holder.get(key) or []), *call[f"{kind}-add"]]
    if unique:
        words = dict.fromkeys(words)
    put(holder, key, sorted(word for word in words if word not in removed))


def dns(call: Call, container: Spec) -> None:
    """Change name servers, search domains and options."""
    if not call.flags.changed(
        "dns-add", "dns-rm", "dns-option-add", "dns-option-rm", "dns-search-add", "dns-search-rm"
    ):
        return
    config = container["DNSConfig"] = dict(container.get("DNSConfig") or {})
    for key, kind in (("Nameservers", "dns"), ("Search", "dns-search"), ("Options", "dns-option")):
        strings(call, config, key, kind, unique=True)


def mounts(call: Call, container: Spec) -> None:
    """Add mounts (replacing those with the same target), remove others by target."""
    by_target: dict[str, Spec] = {}
    for mount in call["mount-add"]:
        if mount["Target"] in by_target:
            raise CommandError("duplicate mount target")
        by_target[mount["Target"]] = mount
    for mount in container.get("Mounts") or []:
        by_target.setdefault(mount.get("Target", ""), mount)
    removed = set(call["mount-rm"])
    kept = [mount for target, mount in by_target.items() if target not in removed]
    put(container, "Mounts", sorted(kept, key=lambda m: (m.get("Source", ""), m.get("Target", ""))))


def sysctls(call: Call, container: Spec) -> None:
    """Remove, then add kernel parameters."""
    found = dict(container.get("Sysctls") or {})
    for key in checks.pairs(call["sysctl-rm"]):
        found.pop(key, None)
    put(container, "Sysctls", {**found, **checks.pairs(call["sysctl-add"])})


def ulimits(call: Call, container: Spec) -> None:
    """Remove, then add ulimits, sorted by name."""
    found = {limit["Name"]: limit for limit in container.get("Ulimits") or []}
    for key in checks.pairs(call["ulimit-rm"]):
        found.pop(key, None)
    found.update({limit["Name"]: limit for limit in call["ulimit-add"]})
    put(container, "Ulimits", [found[name] for name in sorted(found)])


def preferences(call: Call, task: Spec) -> None:
    """Remove, then add placement preferences."""
    if not call.flags.changed("placement-pref-add", "placement-pref-rm"):
        return
    placement = task["Placement"] = dict(task.get("Placement") or {})
    removed = [preference["Spread"] for preference in call["placement-pref-rm"]]
    kept = [p for p in placement.get("Preferences") or [] if p.get("Spread") not in removed]
    put(placement, "Preferences", kept + call["placement-pref-add"])


def generic(call: Call, task: Spec) -> None:
    """Add, then remove generic resources."""
    if not call.flags.changed("generic-resource-add", "generic-resource-rm"):
        return
    resources = task.setdefault("Resources", {})
    reservations = resources.setdefault("Reservations", {})
    found: dict[str, Spec] = {}
    for resource in reservations.get("GenericResources") or []:
        found[resource["DiscreteResourceSpec"]["Kind"]] = resource
    for resource in generic_resources(call["generic-resource-add"]):
        found[resource["DiscreteResourceSpec"]["Kind"]] = resource
    for kind in call["generic-resource-rm"]:
        if kind not in found:
            raise CommandError(f"could not find generic-resource `{kind}` to remove it")
        del found[kind]
    put(reservations, "GenericResources", list(found.values()))


def networks(call: Call, spec: Spec) -> None:
    """Detach from and attach to networks, sorted by ID."""
    if not call.flags.changed("network-add", "network-rm"):
        return
    task = spec["TaskTemplate"]
    attached = task.get("Networks") or spec.get("Networks") or []
    spec.pop("Networks", None)
    removed = {swarm_network_id(call.engine, name) for name in dict.fromkeys(call["network-rm"])}
    kept = [net for net in attached if net["Target"] not in removed]
    for net in call["network-add"]:
        network_id = swarm_network_id(call.engine, net["Target"])
        if any(other["Target"] == network_id for other in kept):
            raise CommandError(f"service is already attached to network {net['Target']}")
        kept.append(
            {k: v for k, v in {**net, "Target": network_id}.items() if k in ("Target", "Aliases", "DriverOpts")}
        )
    put(task, "Networks", sorted(kept, key=lambda net: net["Target"]))


def _port_key(port: Spec) -> str:
    return (
        f"{port.get('PublishedPort', 0)}:{port.get('TargetPort', 0)}"
        f"/{port.get('Protocol', '')}/{port.get('PublishMode', '')}"
    )


def ports(call: Call, spec: Spec) -> None:
    """Unpublish by target port, then publish; a port that is there already is not added again."""
    if not call.flags.changed("publish-add", "publish-rm"):
        return
    endpoint = spec["EndpointSpec"] = dict(spec.get("EndpointSpec") or {})
    current = {_port_key(port): port for port in reversed(endpoint.get("Ports") or [])}

    def target(port: Spec) -> tuple[int, str, str]:
        return (port.get("TargetPort", 0), port.get("Protocol") or "tcp", port.get("PublishMode") or "ingress")

    removed = {target(port) for port in call["publish-rm"]}
    kept = [port for port in current.values() if target(port) not in removed]
    kept += [port for port in call["publish-add"] if _port_key(port) not in current]
    put(endpoint, "Ports", sorted(kept, key=_port_key))


def hosts(call: Call, container: Spec) -> None:
    """Remove ``host`` or ``host:ip``, then add; lines are "ip host alias…"."""
    if not call.flags.changed("host-add", "host-rm"):
        return
    removals = [(host, ip) for host, _, ip in (entry.partition(":") for entry in call["host-rm"])]
    lines = []
    for entry in container.get("Hosts") or []:
        ip, *names = entry.split() or [""]
        names = [name for name in names if not any(name == host and only in ("", ip) for host, only in removals)]
        if names:
            lines.append(" ".join([ip, *names]))
    lines += [f"{ip} {host}" for host, _, ip in (entry.partition(":") for entry in call["host-add"])]
    put(container, "Hosts", list(dict.fromkeys(lines)))


def capabilities(call: Call, container: Spec) -> None:
    """Add and drop capabilities; adding one that was dropped only takes the drop back, and the other way round."""
    if not call.flags.changed("cap-add", "cap-drop"):
        return
    added = {checks.capability(word) for word in container.get("CapabilityAdd") or []}
    dropped = {checks.capability(word) for word in container.get("CapabilityDrop") or []}
    to_add = {checks.capability(word) for word in call["cap-add"]}
    to_drop = {checks.capability(word) for word in call["cap-drop"]}
    if "RESET" in to_add:
        added, to_add = set(), to_add - {"RESET"}
    if "RESET" in to_drop:
        dropped, to_drop = set(), to_drop - {"RESET"}
    for name in to_drop - to_add:
        (added.discard if name in added else dropped.add)(name)
    for name in to_add:
        (dropped.discard if name in dropped else added.add)(name)
    put(container, "CapabilityDrop", ["ALL"] if "ALL" in dropped else sorted(dropped))
    put(container, "CapabilityAdd", ["ALL"] if "ALL" in added else sorted(added))


def files(call: Call, container: Spec, noun: str) -> None:
    """Remove secrets or configs by name, then add."""
    key = noun.capitalize()
    removed = set(call[f"{noun}-rm"])
    credentials = (container.get("Privileges") or {}).get("CredentialSpec") or {}
    new_credentials = call["credential-spec"] or {}
    kept, wanted = [], list(call[f"{noun}-add"])
    for reference in container.get(f"{key}s") or []:
        if reference.get("Runtime") is not None:
            if reference["ConfigName"] == new_credentials.get("Config") or (
                not call.flags.changed("credential-spec") and reference["ConfigID"] == credentials.get("Config")
            ):
                kept.append(reference)
        elif reference[f"{key}Name"] not in removed:
            kept.append(reference)
    if noun == "config" and new_credentials.get("Config"):
        wanted.append({"Runtime": {}, "ConfigID": "", "ConfigName": new_credentials["Config"]})
    put(container, f"{key}s", kept + resolve_files(call.engine, noun, wanted))
