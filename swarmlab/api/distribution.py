"""``/distribution``: what a registry knows of an image.  The docker command line pins images with it."""

from swarmlab.api.call import Call, reply
from swarmlab.api.images import check_reference
from swarmlab.core.agent import images
from swarmlab.errors import Forbidden, NotFound
from swarmlab.wire import Response


def inspect(call: Call) -> Response:
    """``GET /distribution/{name}/json``."""
    reference = call.args["name"]
    check_reference(call, reference)
    call.engine.registry.check(reference)
    image = images.find(reference)
    if image is None:
        repository = images.normalise(reference).rpartition(":")[0]
        if any(known.repository == repository for known in images.IMAGES):
            raise NotFound("manifest unknown: manifest unknown")
        raise Forbidden(
            "errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n"
        )
    descriptor = {
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "digest": image.digest,
        "size": 696,
    }
    return reply({"Descriptor": descriptor, "Platforms": [{"architecture": "amd64", "os": "linux"}]})
