"""The images of one host: what is there, and what is on its way.

Who asks for an image that is on its way waits for the same download, and each is told of it in an event; if all who
asked have given up, the download ends without a trace (moby: ``distribution/xfer``; so seen on 20.10.24).
"""

from collections import Counter
from dataclasses import dataclass
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
    """What was on its way has come, or the registry has refused."""

    image_id: str
    at: int


@dataclass
class Pull:
    """An image on its way: when it is here, and who asked for it by which name."""

    at: int
    askers: list[tuple[str, str]]


class ImageStore:
    """The images of one engine."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self.tags: dict[str, dict[str, None]] = {}  # image id -> its tags on this host
        self.disk_full = False  # a fault: there is no room for another image
        self.coming: dict[str, Pull] = {}  # image id -> its pull

    def has(self, reference: str) -> bool:
        """Return whether the image is on this host."""
        image = images.find(reference)
        return image is not None and image.id in self.tags

    def add(self, reference: str, askers: int = 1) -> Image:
        """Put an image on this host, as the end of a pull for so many does.

        Raises NotFound in the registry's words when there is no such image, Unknown when it cannot be had now.
        """
        image, refused = images.find(reference), self.refusal(reference)
        if image is None or refused is not None:
            raise refused or NotFound(f"No such image: {images.normalise(reference)}")
        self.tags.setdefault(image.id, {})[images.normalise(reference)] = None
        asked = images.familiar(reference) if "@" in reference else images.normalise(reference)
        attributes = {"name": image.repository}
        for _ in range(askers):
            self._engine.emit("image", "pull", asked, attributes)
        return image

    def refusal(self, reference: str) -> SwarmlabError | None:
        """Return why a pull of this image fails on this host now, None if it does not."""
        refused = self._engine.registry.refusal(reference)
        if refused is None and self.disk_full and not self.has(reference):
            return Unknown(NO_SPACE)
        return refused

    def pull(self, reference: str, asker: str = "") -> int:
        """Pull an image, for a task or for somebody who types; return how long that takes.

        It takes what is left if the image is on its way, and nothing if it is here: then a task does not even ask.
        """
        image, engine = images.find(reference), self._engine
        queue = engine.queue
        is_here = image is not None and image.id in self.tags
        if is_here and asker:
            return 0
        if image is None or engine.registry.fails:
            queue.after(REFUSES, engine.address, PullEnds("", queue.now + REFUSES))  # of nothing
            return REFUSES
        if is_here:
            self.add(reference)
            return 0
        pull = self.coming.get(image.id)
        if pull is None:
            takes = engine.about(image.pull_time * engine.registry.slowness)
            pull = self.coming[image.id] = Pull(queue.now + takes, [])
            queue.at(pull.at, engine.address, PullEnds(image.id, pull.at))
        pull.askers.append((asker, reference))
        return pull.at - queue.now

    def pull_ends(self, ended: PullEnds) -> None:
        """What was pulled has come, unless it was called off or cannot be had by now."""
        pull = self.coming.get(ended.image_id)
        if pull is None or pull.at != ended.at:
            return
        del self.coming[ended.image_id]
        for reference, askers in Counter(reference for _, reference in pull.askers).items():
            if self.refusal(reference) is None:
                self.add(reference, askers)

    def give_up(self, asker: str) -> None:
        """A task does not wait any more; without anybody who waits, nothing comes."""
        for image_id, pull in list(self.coming.items()):
            pull.askers = [(other, reference) for other, reference in pull.askers if other != asker]
            if not pull.askers:
                del self.coming[image_id]

    def call_off(self) -> None:
        """The engine stops: whoever asks next begins anew."""
        self.coming.clear()
