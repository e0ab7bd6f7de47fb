"""Which names the swarm accepts: of services and networks, of secrets and configs, of images.

SwarmKit: ``manager/controlapi/common.go``; images: ``github.com/distribution/reference``.
"""

import re

from swarmlab.errors import InvalidArgument

_DNS_NAME = re.compile(r"[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*")
_FILE_NAME = re.compile(r"[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?")

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOMAIN = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_REFERENCE = re.compile(
    rf"(?P<name>(?:(?:{_DOMAIN}(?:\.{_DOMAIN})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?/)?{_COMPONENT}(?:/{_COMPONENT})*)"
    r"(?::\w[\w.-]{0,127})?"
    r"(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?",
    re.ASCII,
)
_IDENTIFIER = re.compile(r"[a-f0-9]{64}")


def check_name(name: str) -> None:
    """Refuse a name that services and networks cannot have (it becomes a DNS name)."""
    if not name:
        raise InvalidArgument("meta: name must be provided")
    if not _DNS_NAME.fullmatch(name):
        raise InvalidArgument("name must be valid as a DNS name component")
    if len(name) > 63:
        raise InvalidArgument("name must be 63 characters or fewer")


def check_file_name(name: str) -> None:
    """Refuse a name that secrets and configs cannot have (it becomes a file name)."""
    if not name:
        raise InvalidArgument("name must be provided")
    if len(name) > 64 or not _FILE_NAME.fullmatch(name):
        raise InvalidArgument(
            "invalid name, only 64 [a-zA-Z0-9-_.] characters allowed,"
            " and the start and end character must be [a-zA-Z0-9]"
        )


def is_image_reference(text: str) -> bool:
    """Return whether `text` can name an image: ``[host[:port]/]path[:tag][@digest]``."""
    if _IDENTIFIER.fullmatch(text) or repository_with_capitals(text):
        return False  # the former could be taken for an image id
    match = _REFERENCE.fullmatch(text)
    return match is not None and len(match["name"]) <= 255


def repository_with_capitals(text: str) -> str:
    """Return the repository that an image reference names if it has capital letters, else ""."""
    host, slash, rest = text.partition("/")
    # Without a dot, a port or a capital letter the first part is no host: "library/httpd" is on Docker Hub.
    is_host = slash and (any(c in host for c in ".:") or host == "localhost" or host != host.lower())
    path = (rest if is_host else text).partition(":")[0]
    if path == path.lower():
        return ""
    return f"library/{path}" if "/" not in path and (not is_host or host == "docker.io") else path
