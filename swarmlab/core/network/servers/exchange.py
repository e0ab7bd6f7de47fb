"""One HTTP request as a server inside a container sees it, and what it may do for an answer: ask others in turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from swarmlab.core.network.trace import Connection, HttpResult
from swarmlab.core.network.world import ContainerLike, ImageLike, Place
from swarmlab.core.units import MILLISECOND

if TYPE_CHECKING:
    from swarmlab.core.network.dataplane import DataPlane

Headers = Sequence[tuple[str, str]]
#: How long a server thinks before it answers.
ANSWERS_AFTER = MILLISECOND


@dataclass(frozen=True)
class Exchange:
    """One request over an open connection, and the server's place in the world."""

    plane: "DataPlane"
    connection: Connection
    place: Place  # the server's
    container: ContainerLike
    image: ImageLike | None
    now: int
    method: str
    path: str  # with its query
    headers: Headers
    script: str = ""  # what a FastCGI server is asked to run: the path of a file

    @property
    def release(self) -> str:
        """The version of the server, as its image is called."""
        return (self.image.release if self.image is not None else "").partition("-")[0]

    @property
    def addresses(self) -> list[str]:
        """The container's own addresses."""
        return [link.address for link in self.plane.interfaces(self.place) if link.kind != "loopback"]

    def header(self, name: str) -> str:
        """Return a header of the request, "" if it has none of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def file(self, path: str) -> bytes | None:
        """Return a file of the container, None if there is none."""
        return read_file(self.container, self.image, path)

    def answer(self, status: int, reason: str, headers: Headers, body: bytes, after: int = 0) -> HttpResult:
        """Return an answer; `after`: nanoseconds that asking others took."""
        sent = b"" if self.method == "HEAD" else body
        return HttpResult("ok", ANSWERS_AFTER + after, status, reason, tuple(headers), sent)

    def log(self, stream: int, text: str) -> None:
        """Write to the container's log."""
        self.plane.write_log(self.place, stream, text)


def read_file(container: ContainerLike, image: ImageLike | None, path: str) -> bytes | None:
    """Return a file of a container: what was written there, else the image's; None if there is none."""
    if path in container.files:
        return container.files[path]
    return image.files.get(path) if image is not None else None
