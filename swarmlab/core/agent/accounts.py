"""The users and groups of images: what ``/etc/passwd`` and ``/etc/group`` hold there."""

from swarmlab.core.agent.images import Image

_BUSYBOX = {
    "root": 0, "daemon": 1, "bin": 2, "sys": 3, "sync": 100, "mail": 8, "www-data": 33, "operator": 37,
    "nobody": 65534,
}  # fmt: skip
_ALPINE = {
    "root": 0, "bin": 1, "daemon": 2, "lp": 4, "sync": 5, "shutdown": 6, "halt": 7, "mail": 8, "news": 9,
    "uucp": 10, "cron": 16, "ftp": 21, "sshd": 22, "games": 35, "ntp": 123, "guest": 405, "nobody": 65534,
}  # fmt: skip
_DEBIAN = {
    "root": 0, "daemon": 1, "bin": 2, "sys": 3, "sync": 4, "games": 5, "man": 6, "lp": 7, "mail": 8, "news": 9,
    "uucp": 10, "proxy": 13, "www-data": 33, "backup": 34, "list": 38, "irc": 39, "nobody": 65534,
}  # fmt: skip
_MORE_GROUPS = {"adm": 4, "tty": 5, "disk": 6, "wheel": 10, "audio": 29, "video": 44, "users": 100, "nogroup": 65533}
#: Images that add the user their server runs as.
_OWN = {"nginx": 101, "redis": 999}


def users(image: Image | None) -> dict[str, int]:
    """Return the numbers of an image's users by name."""
    if image is None or image.repository in ("nginx", "redis", "httpd"):
        own = _OWN.get(image.repository) if image is not None else None
        return _DEBIAN if own is None or image is None else {**_DEBIAN, image.repository: own}
    return _ALPINE if image.repository == "alpine" else _BUSYBOX


def groups(image: Image | None) -> dict[str, int]:
    """Return the numbers of an image's groups by name: each user has one of its own."""
    return {**_MORE_GROUPS, **users(image)}


def passwd_file(image: Image | None) -> str:
    """Return an image's ``/etc/passwd``."""
    return "".join(
        f"{name}:x:{number}:{number}:{name}:{'/root' if number == 0 else '/'}:"
        f"{'/bin/sh' if number == 0 else '/bin/false'}\n"
        for name, number in users(image).items()
    )


def group_file(image: Image | None) -> str:
    """Return an image's ``/etc/group``."""
    return "".join(f"{name}:x:{number}:\n" for name, number in groups(image).items())
