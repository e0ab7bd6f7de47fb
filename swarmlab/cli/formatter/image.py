"""Images as lists show them.  docker/cli: cli/command/formatter/image.go."""

from collections.abc import Iterator
from typing import Any

from swarmlab.cli.formatter.container import local_time
from swarmlab.cli.formatter.context import QUIET, Row
from swarmlab.cli.formatter.text import short_id
from swarmlab.cli.reference import parse_reference
from swarmlab.cli.units import human_duration, human_size

_NONE = "<none>"
_TABLE = "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}"
_DIGEST_TABLE = (
    "table {{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}"
    "\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}"
)


def list_format(source: str, quiet: bool, digests: bool) -> str:
    """Return the final format of ``images``."""
    if source == "table":
        return QUIET if quiet else _DIGEST_TABLE if digests else _TABLE
    if source == "raw":
        if quiet:
            return "image_id: {{.ID}}"
        digest = "digest: {{.Digest}}\n" if digests else ""
        return (
            f"repository: {{{{ .Repository }}}}\ntag: {{{{.Tag}}}}\n{digest}image_id: {{{{.ID}}}}\n"
            "created_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n"
        )
    if source.startswith("table") and digests and "{{.Digest}}" not in source:
        return source + "\t{{.Digest}}"
    return source


class ImageRow(Row):
    """One name of an image at time `now` (ns since 1970)."""

    go_type = "*formatter.imageContext"
    headers = {
        "ID": "IMAGE ID", "Repository": "REPOSITORY", "Tag": "TAG", "Digest": "DIGEST", "CreatedSince": "CREATED",
        "CreatedAt": "CREATED AT", "Size": "SIZE", "Containers": "CONTAINERS", "VirtualSize": "SIZE",
        "SharedSize": "SHARED SIZE", "UniqueSize": "UNIQUE SIZE",
    }  # fmt: skip

    def __init__(self, image: dict[str, Any], name: tuple[str, str, str], now: int, cut: bool) -> None:
        self._image, self._name, self._now, self._cut = image, name, now, cut

    def ID(self) -> str:  # noqa: N802
        return short_id(self._image["Id"]) if self._cut else str(self._image["Id"])

    def Repository(self) -> str:  # noqa: N802
        return self._name[0]

    def Tag(self) -> str:  # noqa: N802
        return self._name[1]

    def Digest(self) -> str:  # noqa: N802
        return self._name[2]

    def CreatedSince(self) -> str:  # noqa: N802
        return human_duration(self._now - self._image.get("Created", 0) * 10**9) + " ago"

    def CreatedAt(self) -> str:  # noqa: N802
        return local_time(self._image.get("Created", 0))

    def Size(self) -> str:  # noqa: N802
        return human_size(self._image.get("Size", 0), 3)

    def Containers(self) -> str:  # noqa: N802
        count = self._image.get("Containers", -1)
        return "N/A" if count == -1 else str(count)

    def VirtualSize(self) -> str:  # noqa: N802
        return human_size(self._image.get("Size", 0))

    def SharedSize(self) -> str:  # noqa: N802
        shared = self._image.get("SharedSize", -1)
        return "N/A" if shared == -1 else human_size(shared)

    def UniqueSize(self) -> str:  # noqa: N802
        size, shared = self._image.get("Size", -1), self._image.get("SharedSize", -1)
        return "N/A" if -1 in (size, shared) else human_size(size - shared)


def names(image: dict[str, Any], digests: bool, form: str) -> Iterator[tuple[str, str, str]]:
    """Yield (repository, tag, digest) for each row that `image` takes."""
    tags, by_digest = image.get("RepoTags") or [], image.get("RepoDigests") or []
    if (not tags and not by_digest) or (tags == ["<none>:<none>"] and by_digest == ["<none>@<none>"]):
        yield _NONE, _NONE, _NONE
        return
    found_tags: dict[str, list[str]] = {}
    found_digests: dict[str, list[str]] = {}
    for words, found, part in ((tags, found_tags, "tag"), (by_digest, found_digests, "digest")):
        for word in words:
            try:
                reference = parse_reference(word)
            except ValueError:
                continue
            if value := getattr(reference, part):
                found.setdefault(reference.familiar, []).append(value)
    wanted = digests or "{{.Digest}}" in form
    for repository, own_tags in found_tags.items():
        own_digests = found_digests.pop(repository, []) if wanted else (found_digests.pop(repository, None), [])[1]
        for tag in own_tags:
            for digest in own_digests or [_NONE]:
                yield repository, tag, digest
    for repository, own_digests in found_digests.items():
        for digest in own_digests if digests else [""]:
            yield repository, _NONE, digest
