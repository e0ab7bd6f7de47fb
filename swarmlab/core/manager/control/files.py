"""Secrets and configs: named data that tasks get as files.

SwarmKit: ``manager/controlapi/secret.go``, ``config.go``; references: ``service.go``.
"""

from swarmlab.core.manager.control.names import check_file_name
from swarmlab.core.objects import Config, ContainerSpec, FileReference, Secret, SecretSpec, ServiceSpec
from swarmlab.core.store import Store
from swarmlab.errors import AlreadyExists, InvalidArgument, NotFound

#: Exclusive limits in bytes (``api/validation/secrets.go``, ``controlapi/config.go``).
MAX_SECRET = 512_000
MAX_CONFIG = 1000 * 1024


def create_secret(store: Store, secret_id: str, spec: SecretSpec) -> Secret:
    """Check and store a secret."""
    check_file_name(spec.name)
    if spec.driver is not None:  # its data is somewhere else
        if not spec.driver.name:
            raise InvalidArgument("secret driver must have a name")
    else:
        _check_size("secret", spec.data, MAX_SECRET)
    _create(store, Secret(secret_id, spec))
    return store.table("secret")[secret_id]  # type: ignore[no-any-return]


def create_config(store: Store, config_id: str, spec: SecretSpec) -> Config:
    """Check and store a config."""
    check_file_name(spec.name)
    _check_size("config", spec.data, MAX_CONFIG)
    _create(store, Config(config_id, spec))
    return store.table("config")[config_id]  # type: ignore[no-any-return]


def _check_size(kind: str, data: bytes, limit: int) -> None:
    if not 0 < len(data) < limit:
        raise InvalidArgument(f"{kind} data must be larger than 0 and less than {limit} bytes")


def _create(store: Store, thing: Secret | Config) -> None:
    kind = "secret" if isinstance(thing, Secret) else "config"
    if store.named(kind, thing.spec.name) is not None:
        raise AlreadyExists(f"{kind} {thing.spec.name} already exists")
    with store.transaction("control") as write:
        write.create(thing)


def update_secret(store: Store, secret_id: str, version: int, spec: SecretSpec) -> Secret:
    """Give a secret the labels of `spec`."""
    _update(store, "secret", secret_id, version, spec)
    return store.table("secret")[secret_id]  # type: ignore[no-any-return]


def update_config(store: Store, config_id: str, version: int, spec: SecretSpec) -> Config:
    """Give a config the labels of `spec`."""
    _update(store, "config", config_id, version, spec)
    return store.table("config")[config_id]  # type: ignore[no-any-return]


def _update(store: Store, kind: str, object_id: str, version: int, spec: SecretSpec) -> None:
    stored = _find(store, kind, object_id)
    if stored.spec.name != spec.name or (spec.data and spec.data != stored.spec.data):
        raise InvalidArgument("only updates to Labels are allowed")
    with store.transaction("control") as write:
        write.update(stored._replace(spec=stored.spec._replace(labels=spec.labels)), version)


def remove(store: Store, kind: str, object_id: str) -> None:
    """Take a secret or config out of the store, unless the present spec of a service names it."""
    stored = _find(store, kind, object_id)
    users = sorted(s.spec.name for s in store.services() if any(r.id == object_id for r in _references(s.spec, kind)))
    if users:
        services = "service" if len(users) == 1 else "services"
        raise InvalidArgument(f"{kind} '{stored.spec.name}' is in use by the following {services}: {', '.join(users)}")
    with store.transaction("control") as write:
        write.delete(stored)


def _find(store: Store, kind: str, object_id: str) -> Secret | Config:
    stored: Secret | Config | None = store.table(kind).get(object_id)
    if stored is None:
        raise NotFound(f"could not find {kind} {object_id}")
    return stored


# --- what services ask for ----------------------------------------------------------------------------


def check_references(kind: str, references: tuple[FileReference, ...]) -> None:
    """Refuse references that name nothing, or two that want to be the same file."""
    targets: dict[str, str] = {}
    for reference in references:
        if not reference.id or not reference.name:
            raise InvalidArgument(f"malformed {kind} reference")
        if not reference.target:
            raise InvalidArgument(f"malformed {kind} reference, no target provided")
        if reference.target == "runtime":
            continue
        if not reference.file:
            raise InvalidArgument(f"malformed file {kind} reference, invalid target file name provided")
        if reference.file in targets:
            raise InvalidArgument(
                f"{kind} references '{targets[reference.file]}' and '{reference.name}' have a conflicting target:"
                f" '{reference.file}'"
            )
        targets[reference.file] = reference.name


def check_credentials(container: ContainerSpec) -> None:
    """Refuse a credential spec that is said to be in a config which the engine is not given."""
    spec = (container.privileges or {}).get("CredentialSpec")
    wanted = spec.get("Config") if isinstance(spec, dict) else ""
    if wanted and not any(config.target == "runtime" and config.id == wanted for config in container.configs):
        raise InvalidArgument(
            f"CredentialSpec references config '{wanted}', but that config isn't in config references with"
            " RuntimeTarget"
        )


def check_exist(store: Store, spec: ServiceSpec) -> None:
    """Refuse references to secrets or configs that are not there under that name."""
    for kind in ("secret", "config"):
        table = store.table(kind)
        missing = [
            reference.name
            for reference in _references(spec, kind)
            if reference.id not in table or table[reference.id].spec.name != reference.name
        ]
        if missing:
            raise InvalidArgument(f"{kind}{'s' if len(missing) > 1 else ''} not found: {', '.join(missing)}")


def _references(spec: ServiceSpec, kind: str) -> tuple[FileReference, ...]:
    container = spec.task.container
    if container is None:
        return ()
    return container.secrets if kind == "secret" else container.configs
