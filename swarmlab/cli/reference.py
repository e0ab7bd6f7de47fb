"""Image names: what "httpd" means in full and how it is shown.  distribution/reference."""

import re
from typing import NamedTuple

_DOMAIN_PART = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_DOMAIN_PART}(?:\.{_DOMAIN_PART})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_PATH_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_NAME = rf"(?:{_DOMAIN}/)?{_PATH_PART}(?:/{_PATH_PART})*"
_TAG = r"[\w][\w.-]{0,127}"
_DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
_REFERENCE = re.compile(rf"({_NAME})(?::({_TAG}))?(?:@({_DIGEST}))?", re.ASCII)


class Reference(NamedTuple):
    """A name in full ("docker.io/library/httpd"), and what pins it."""

    name: str
    tag: str = ""
    digest: str = ""

    @property
    def familiar(self) -> str:
        """The name as people write it: "httpd"."""
        return (
            self.name.removeprefix("docker.io/").removeprefix("library/")
            if self.name.startswith("docker.io/")
            else self.name
        )

    def shown(self) -> str:
        """Return the familiar form with tag and digest."""
        return self.familiar + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")

    @property
    def path(self) -> str:
        """The name without its registry."""
        return self.name.partition("/")[2]


def parse_reference(text: str) -> Reference:
    """Return what `text` names; raises ValueError with the library's text."""
    if re.fullmatch(r"[a-f0-9]{64}", text):
        raise ValueError(f"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings")
    domain, slash, rest = text.partition("/")
    if not slash or not (set(domain) & set(".:") or domain == "localhost" or domain.lower() != domain):
        domain, rest = "docker.io", text
    if domain == "index.docker.io":
        domain = "docker.io"
    if domain == "docker.io" and "/" not in rest:
        rest = "library/" + rest
    head = re.split(r"[:@]", rest, maxsplit=1)[0]
    if head.lower() != head:
        raise ValueError(f"invalid reference format: repository name ({head}) must be lowercase")
    found = _REFERENCE.fullmatch(f"{domain}/{rest}")
    if found is None:
        raise ValueError("invalid reference format")
    return Reference(found[1], found[2] or "", found[3] or "")


def without_digest(image: str) -> str:
    """Return "httpd:latest@sha256:…" as "httpd:latest"; anything without a tag as it is."""
    try:
        reference = parse_reference(image)
    except ValueError:
        return image
    return reference._replace(digest="").shown() if reference.tag else image


def with_default_tag(image: str) -> str:
    """Return `image` with ":latest" if it has neither tag nor digest; as it is when it cannot be read."""
    try:
        reference = parse_reference(image)
    except ValueError:
        return image
    return reference.shown() if reference.tag or reference.digest else reference._replace(tag="latest").shown()
