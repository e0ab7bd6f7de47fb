"""The images of one host: what is there, and what is on its way.

moby: ``daemon/images/image_pull.go``, ``distribution/xfer`` (who asks for what is on its way waits for the same
download).
"""

from typing import TYPE_CHECKING, NamedTuple

from swarmlab.core.agent import images
from swarmlab.core.agent.images import Image
from swarmlab.core.units import MILLISECOND
from swarmlab.errors import NotFound, SwarmlabError, Unknown

if TYPE_CHECKING:
    from swarmlab.core.agent.engine import Engine

#: What an engine says when the layers of an image do not fit on its disk (moby: layer/layer_store.go).
NO_SPACE = "failed to register layer: no space left on device"
#: How long a registry takes to refuse.
REFUSES = 150 * MILLISECOND


class PullEnds(NamedTuple):
    """An image that somebody asked for has come, or the registry has refused."""

    reference: str


class ImageStore:
    """The images of one engine."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self.tags: dict[str, dict[str, None]] = {}  # image id -> its tags on this host
        self.disk_full = False  # a fault: there is no room for another image
        self.comes_at: dict[str, int] = {}  # image id -> when what is or was on its way is here

    def has(self, reference: str) -> bool:
        """Return whether the image is on this host."""
        image = images.find(reference)
        return image is not None and image.id in self.tags

    def add(self, reference: str) -> Image:
        """Put an image on this host, as the end of a pull does.

        Raises NotFound in the registry's words when there is no such image, Unknown when it cannot be had now.
        """
        image, refused = images.find(reference), self.refusal(reference)
        if image is None or refused is not None:
            raise refused or NotFound(f"No such image: {images.normalise(reference)}")
        self.tags.setdefault(image.id, {})[images.normalise(reference)] = None
        asked = images.familiar(reference) if "@" in reference else images.normalise(reference)
        self._engine.emit("image", "pull", asked, {"name": image.repository})
        return image

    def refusal(self, reference: str) -> SwarmlabError | None:
        """Return why a pull of this image fails on this host now, None if it does not."""
        refused = self._engine.registry.refusal(reference)
        if refused is None and self.disk_full and not self.has(reference):
            return Unknown(NO_SPACE)
        return refused

    def pull(self, reference: str) -> int:
        """Begin to pull an image, as ``docker pull`` does; return when it will be here, or be refused."""
        queue = self._engine.queue
        ends_at = queue.now + self.pull_time(reference)
        queue.at(ends_at, self._engine.address, PullEnds(reference))
        return ends_at

    def pull_ends(self, ended: PullEnds) -> None:
        """What was pulled has come, unless it cannot be had by now."""
        if self.refusal(ended.reference) is None:
            self.add(ended.reference)

    def pull_time(self, reference: str) -> int:
        """Return how long a pull that begins now takes: what is left of one under way; nothing if the image is here."""
        image, engine = images.find(reference), self._engine
        if image is None or engine.registry.fails:
            return REFUSES
        if image.id in self.tags:
            return 0
        left = self.comes_at.get(image.id, 0) - engine.queue.now
        if left <= 0:
            left = engine.about(image.pull_time * engine.registry.slowness)
            self.comes_at[image.id] = engine.queue.now + left
        return left

    def call_off(self) -> None:
        """The engine stops: whoever asks next begins anew."""
        self.comes_at.clear()
