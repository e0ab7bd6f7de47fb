"""``/images``: what is on this host, and pulling more.  moby: ``daemon/images``, ``pkg/jsonmessage``."""

import re

from swarmlab.api import filters
from swarmlab.api.call import Answer, Call, Later, quote, reply
from swarmlab.api.convert.basics import Json, present
from swarmlab.api.convert.containerspec import healthcheck_json
from swarmlab.api.errors import JSON, refusal
from swarmlab.api.gojson import JSONFault, dumps, loads
from swarmlab.api.networkview import digest
from swarmlab.api.pruning import Pruning
from swarmlab.api.shapes import STRING, STRINGS, Struct, decode
from swarmlab.api.streams import OneWay
from swarmlab.core.agent import images
from swarmlab.core.agent.images import Image
from swarmlab.core.manager.control.names import is_image_reference, repository_with_capitals
from swarmlab.core.units import SECOND, rfc3339
from swarmlab.errors import Conflict, InvalidArgument, NotFound, NotImplementedHere, SwarmlabError
from swarmlab.wire import Response

FILTERS = ("before", "dangling", "label", "reference", "since", "until")


_HERE = "linux/amd64"
_PLATFORM = Struct(
    "v1.Platform",
    {"architecture": STRING, "os": STRING, "os.version": STRING, "os.features": STRINGS, "variant": STRING},
)


def on_host(call: Call, reference: str) -> Image:
    """Return an image of this host by name, id or the beginning of its id.

    Raises NotFound, or InvalidArgument for what can be none of these.
    """
    image = images.find(reference)
    if image is not None and image.id in call.engine.images.tags:
        return image
    bare = reference.removeprefix("sha256:")
    begun = [known for known in call.engine.images.tags if bare and known.removeprefix("sha256:").startswith(bare)]
    if len(begun) == 1 and (image := images.find(begun[0])) is not None:
        return image
    check_reference(call, reference)
    raise NotFound(f"No such image: {images.normalise(reference)}")


def check_reference(call: Call, text: str) -> None:
    """Refuse what can name no image (``github.com/distribution/reference``)."""
    if is_image_reference(text) or re.fullmatch("[0-9a-f]{64}", text):
        return
    capitals = repository_with_capitals(text)
    if not capitals:
        raise InvalidArgument("invalid reference format")
    which = f" ({capitals})" if call.is_modern else ""
    raise InvalidArgument(f"invalid reference format: repository name{which} must be lowercase")


def list_(call: Call) -> Response:
    """``GET /images/json``."""
    wanted = filters.read(call, FILTERS)
    found = []
    for image_id, tags in call.engine.images.tags.items():
        image = images.find(image_id)
        if image is None:
            continue
        if "reference" in wanted and not any(
            _refers(wanted_text, tag) for wanted_text in wanted.get("reference") for tag in tags
        ):
            continue
        if wanted.truth(call, "dangling", False) or not wanted.labels("label", {}):
            continue
        found.append((image, list(tags)))
    found.sort(key=lambda pair: (-pair[0].created, pair[0].repository))
    return reply([_listed_json(call, image, tags) for image, tags in found])


def _refers(wanted: str, tag: str) -> bool:
    return wanted in (tag, tag.rpartition(":")[0])


def _listed_json(call: Call, image: Image, tags: list[str]) -> Json:
    containers = sum(container.image_id == image.id for container in call.engine.containers.values())
    json: Json = {
        "Containers": containers if call.at_least(1, 51) else -1,
        "Created": image.created // SECOND,
        "Id": image.id,
        "Labels": None,
        "ParentId": "",
        "RepoDigests": [f"{image.repository}@{image.digest}"],
        "RepoTags": tags,
        "SharedSize": -1,
        "Size": image.size,
    }
    if not call.at_least(1, 44):
        json["VirtualSize"] = image.size
    return json


def inspect(call: Call) -> Response:
    """``GET /images/{name}/json``."""
    reference = call.args["name"]
    platform = _platform(call) if call.at_least(1, 49) else ""
    try:
        image = on_host(call, reference)
    except SwarmlabError as error:
        if call.is_modern:
            raise
        raise type(error)(f"no such image: {reference}: {error}") from None
    _check_platform(reference, platform)
    folder = f"/var/lib/docker/overlay2/{digest(f'layer/{image.id}')}"
    json: Json = {
        "Id": image.id,
        "RepoTags": list(call.engine.images.tags[image.id]),
        "RepoDigests": [f"{image.repository}@{image.digest}"],
        "Parent": "",
        "Comment": "",
        "Created": rfc3339(image.created),
        "DockerVersion": "",
        "Author": "",
        "Config": _config_json(image, legacy=not call.at_least(1, 50)),
        "Architecture": "amd64",
        "Os": "linux",
        "Size": image.size,
    }
    if not call.at_least(1, 44):
        json["VirtualSize"] = image.size
    data = {"MergedDir": f"{folder}/merged", "UpperDir": f"{folder}/diff", "WorkDir": f"{folder}/work"}
    layers = [f"sha256:{digest(f'{image.id}/{layer}')}" for layer in layers_of(image)]
    return reply(
        json
        | {
            "GraphDriver": {"Data": data, "Name": "overlay2"},
            "RootFS": {"Type": "layers", "Layers": layers},
            "Metadata": {"LastTagTime": "0001-01-01T00:00:00Z"},
        }
    )


def _platform(call: Call) -> str:
    """Return the platform that is asked for, "" for any.  Raises InvalidArgument (``httputils/form.go``)."""
    text = call.param("platform")
    if not text:
        return ""
    try:
        value = decode(_PLATFORM, loads(text.encode(), stream=False, go127=True)[0]) or {}
    except (JSONFault, InvalidArgument) as fault:
        raise InvalidArgument(f"failed to parse platform: {fault}") from None
    system, architecture = value.get("os", ""), value.get("architecture", "")
    if not system and not architecture and value:
        raise InvalidArgument("optional platform fields provided, but OS and Architecture are missing")
    if not system or not architecture:
        raise InvalidArgument("both OS and Architecture must be provided")
    return f"{system}/{architecture}"


def _check_platform(reference: str, wanted: str) -> None:
    """Refuse another platform than that of all images here (``daemon/images/image.go``)."""
    if wanted not in ("", _HERE):
        raise NotFound(
            f"image with reference {reference} was found but its platform ({_HERE}) does not match the specified"
            f" platform ({wanted})"
        )


def _config_json(image: Image, *, legacy: bool) -> Json:
    """Return what a container of the image begins with; `legacy`: with the fields that mean nothing for images."""
    ports: Json = {port: {} for port in image.exposed}
    if not legacy:
        return present(
            ExposedPorts=ports,
            Env=image.env,
            Entrypoint=image.entrypoint,
            Cmd=image.command,
            WorkingDir=image.workdir,
            StopSignal=image.stop_signal,
            Healthcheck=_healthcheck_json(image),
        )
    return {
        **{"Hostname": "", "Domainname": "", "User": ""},
        **dict.fromkeys(("AttachStdin", "AttachStdout", "AttachStderr"), False),
        **present(ExposedPorts=ports),
        **dict.fromkeys(("Tty", "OpenStdin", "StdinOnce"), False),
        "Env": image.env,
        "Cmd": image.command or None,
        **present(Healthcheck=_healthcheck_json(image)),
        "Image": "",
        "Volumes": None,
        "WorkingDir": image.workdir,
        "Entrypoint": image.entrypoint or None,
        "OnBuild": None,
        "Labels": None,
        **present(StopSignal=image.stop_signal),
    }


def _healthcheck_json(image: Image) -> Json | None:
    return healthcheck_json(image.healthcheck) if image.healthcheck is not None else None


def history(call: Call) -> Response:
    """``GET /images/{name}/history``: one line, because images here are not built."""
    platform = _platform(call) if call.at_least(1, 48) else ""
    image = on_host(call, call.args["name"])
    _check_platform(call.args["name"], platform)
    command = " ".join((*image.entrypoint, *image.command))
    return reply(
        [
            {
                "Comment": "",
                "Created": image.created // SECOND,
                "CreatedBy": f"CMD {command}",
                "Id": image.id,
                "Size": image.size,
                "Tags": list(call.engine.images.tags[image.id]),
            }
        ]
    )


def delete(call: Call) -> Response:
    """``DELETE /images/{name}``."""
    reference = call.args["name"]
    image = on_host(call, reference)
    tags = call.engine.images.tags[image.id]
    tag = images.normalise(reference)
    users = [container for container in call.engine.containers.values() if container.image_id == image.id]
    by_name = tag in tags
    if users and by_name and len(tags) == 1 and not call.flag("force"):
        raise Conflict(
            f"conflict: unable to remove repository reference {quote(reference)} (must force) - container"
            f" {users[0].short_id} is using its referenced image {image.id[7:19]}"
        )
    if users and not by_name:
        user = users[0]
        by_force = call.flag("force") and not any(container.is_running for container in users)
        if not by_force:
            how = "cannot be forced" if user.is_running else "must be forced"
            raise Conflict(
                f"conflict: unable to delete {image.id[7:19]} ({how}) - image is being used by"
                f" {'running' if user.is_running else 'stopped'} container {user.short_id}"
            )
    gone: list[Json] = []
    for name in [tag] if by_name else list(tags):
        del tags[name]
        gone.append({"Untagged": name})
        call.engine.emit("image", "untag", image.id, {"name": image.id})
    if not tags and by_name and users:  # it stays for them, without a name
        gone.append({"Untagged": f"{image.repository}@{image.digest}"})
    elif not tags:
        del call.engine.images.tags[image.id]
        gone += [{"Untagged": f"{image.repository}@{image.digest}"}, {"Deleted": image.id}]
        call.engine.emit("image", "delete", image.id, {"name": image.id})
    return reply(gone)


def prune(call: Call) -> Response:
    """``POST /images/prune``: with the filter ``dangling=false``, remove what no container uses."""
    pruning = Pruning(call, "image", ("dangling", "label", "label!", "until"))
    used = {container.image_id for container in call.engine.containers.values()}
    gone: list[Json] = []
    freed = 0
    if not pruning.wanted.truth(call, "dangling", True):
        for image_id in [image_id for image_id in call.engine.images.tags if image_id not in used]:
            image = images.find(image_id)
            if image is None or not pruning.takes({}, image.created):
                continue
            freed += image.size
            gone += [{"Untagged": tag} for tag in call.engine.images.tags.pop(image_id)]
            gone.append({"Deleted": image_id})
    pruning.tell(freed)
    return reply({"ImagesDeleted": gone or None, "SpaceReclaimed": freed})


# --- pull ---------------------------------------------------------------------------------------------


def create(call: Call) -> Answer:
    """``POST /images/create``: pull an image, telling how it gets on."""
    name, tag = call.param("fromImage"), call.param("tag")
    if call.param("fromSrc") or not name:
        raise NotImplementedHere("swarmlab pulls images but does not import them")
    reference = name
    if tag:
        reference = f"{name}@{tag}" if tag.startswith("sha256:") else f"{name}:{tag}"
    check_reference(call, reference)
    begun, image = call.now, images.find(reference)
    present = call.engine.images.has(reference)
    ends_at = begun + call.engine.images.pull(reference)
    refused = call.engine.registry.refusal(reference)
    if image is not None and refused is None:
        return Response(200, (JSON,), PullStream(call, reference, image, begun, ends_at, present=present))
    simulation = call.simulation

    def poll() -> Response | None:
        return refusal(refused) if refused is not None and simulation.now >= ends_at else None

    return Later(poll)


def layers_of(image: Image) -> list[str]:
    """Return the short names of an image's layers: one for small images, up to five."""
    return [digest(f"{image.digest}/{number}")[:12] for number in range(min(1 + image.size // (12 << 20), 5))]


class PullStream(OneWay):
    """The progress of a pull: what ``docker pull`` draws, each line when its time has come."""

    def __init__(self, call: Call, reference: str, image: Image, begun: int, ends_at: int, *, present: bool) -> None:
        self._app = call.app
        self._simulation = call.simulation
        self._engine = call.engine
        self._reference = reference
        self._ends_at = ends_at
        span = ends_at - begun
        lines = _progress(image, images.normalise(reference), present=present)
        self._lines = [(begun + int(span * share), line) for share, line in lines]

    def read(self) -> bytes | None:
        """Return the lines that are due."""
        if self._app.closed:
            return None
        now = self._simulation.now
        due = [line for at, line in self._lines if at <= now]
        self._lines = self._lines[len(due) :]
        if due and now >= self._ends_at and (refused := self._engine.images.refusal(self._reference)) is not None:
            # Too late for another status: the last lines give way to one that tells (pkg/streamformatter).
            due = [line for line in due if "id" in line]
            due.append({"errorDetail": {"message": str(refused)}, "error": str(refused)})
        if due:
            return b"".join(dumps(line)[:-1] + b"\r\n" for line in due)
        return b"" if self._lines else None


def _progress(image: Image, name: str, *, present: bool) -> list[tuple[float, Json]]:
    """Return the lines of a pull, each with the share of its time after which it comes."""
    tag = name.rpartition(":")[2]
    repository = image.repository if "/" in image.repository else f"library/{image.repository}"
    lines: list[tuple[float, Json]] = [(0.0, {"status": f"Pulling from {repository}", "id": tag})]
    layers = layers_of(image)
    size = image.size // len(layers)
    if not present:
        lines += [(0.05, _layer("Pulling fs layer", layer)) for layer in layers]
        lines += [(0.05, _layer("Waiting", layer)) for layer in layers[3:]]
        for number, layer in enumerate(layers):
            start, share = 0.1 + 0.8 * number / len(layers), 0.8 / len(layers)
            for part in (1, 2):
                done = size * part // 2
                lines.append((start + share * 0.2 * part, _layer("Downloading", layer, done, size)))
            lines.append((start + share * 0.5, _layer("Verifying Checksum", layer)))
            lines.append((start + share * 0.5, _layer("Download complete", layer)))
            lines.append((start + share * 0.8, _layer("Extracting", layer, size, size)))
            lines.append((start + share, _layer("Pull complete", layer)))
    lines.append((1.0, {"status": f"Digest: {image.digest}"}))
    verdict = "Image is up to date" if present else "Downloaded newer image"
    lines.append((1.0, {"status": f"Status: {verdict} for {name}"}))
    return sorted(lines, key=lambda line: line[0])


def _layer(status: str, layer: str, current: int = 0, total: int = 0) -> Json:
    if not total:
        return {"status": status, "progressDetail": {}, "id": layer}
    done = 50 * current // total
    bar = "=" * done + ">" + " " * (50 - done) if done < 50 else "=" * 50 + ">"
    return {
        "status": status,
        "progressDetail": {"current": current, "total": total},
        "progress": f"[{bar}]  {_size(current)}/{_size(total)}",
        "id": layer,
    }


def _size(count: int) -> str:
    """Return a size with four digits (go-units ``HumanSize``)."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.4g}{unit}"
        size /= 1000
    return f"{size:.4g}TB"
