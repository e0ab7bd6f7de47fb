"""What the container runtime refuses to start, and in which words.

runc: ``libcontainer/init_linux.go``, ``libcontainer/standard_init_linux.go``; users: ``github.com/moby/sys/user``.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from swarmlab.core.agent import accounts
from swarmlab.core.agent.container import Container
from swarmlab.core.agent.images import Image
from swarmlab.errors import InvalidArgument

#: In every image.
_FOLDERS = ("bin", "dev", "etc", "home", "proc", "root", "sbin", "sys", "tmp", "usr", "usr/bin", "usr/local", "var")
_MAX_ID = 2**31 - 1
_UNABLE = "unable to start container process"


class Refusal(NamedTuple):
    """Why a process cannot start, and the exit code that stands for it."""

    exit_code: int
    text: str


def check_user(image: Image | None, user: str) -> None:
    """Refuse a user, given as ``user``, ``user:group`` or numbers, whom the image does not know."""
    if not user:
        return
    name, _, group = user.partition(":")
    _check(name, accounts.users(image), "user", "passwd")
    _check(group, accounts.groups(image), "group", "group")


def _check(name: str, known: Mapping[str, int], what: str, file: str) -> None:
    if not name or name in known:
        return
    if not re.fullmatch(r"[+-]?\d+", name, re.ASCII):
        raise InvalidArgument(f"unable to find {what} {name}: no matching entries in {file} file")
    if not 0 <= int(name[:20]) <= _MAX_ID:
        raise InvalidArgument(f"uids and gids must be in range 0-{_MAX_ID}")


def exec_refusal(
    container: Container, image: Image | None, program: str, user: str = "", folder: str = ""
) -> Refusal | None:
    """Return why a further process cannot start in a running container, None if it can."""
    try:
        check_user(image, user)
    except InvalidArgument as error:
        return Refusal(126, str(error))
    refusal = missing_folder(container, image, folder)
    known = image is None or program.rsplit("/", 1)[-1] in image.programs or program in image.files
    if refusal is None and not known and program not in container.files:
        refusal = missing_program(container, image, program)
    return refusal and refusal._replace(text=f"OCI runtime exec failed: exec failed: {refusal.text}")


def missing_program(container: Container, image: Image | None, program: str) -> Refusal:
    """Say that there is no such program."""
    if program in _folders(container, image):
        return Refusal(126, f'{_UNABLE}: exec: "{program}": is a directory: permission denied')
    if "/" in program:
        return Refusal(127, f'{_UNABLE}: exec: "{program}": stat {program}: no such file or directory')
    return Refusal(127, f'{_UNABLE}: exec: "{program}": executable file not found in $PATH')


def missing_folder(container: Container, image: Image | None, folder: str) -> Refusal | None:
    """Say why no process can start in `folder`, None if one can.  A container's own folder is made for it.

    Simplified: what is a file counts as nothing at all.
    """
    if not folder:
        return None
    if not folder.startswith("/"):
        return Refusal(128, "Cwd must be an absolute path")
    if folder in _folders(container, image):
        return None
    return Refusal(127, f'{_UNABLE}: chdir to cwd ("{folder}") set in config.json failed: no such file or directory')


def _folders(container: Container, image: Image | None) -> set[str]:
    """Return the folders that are known to be in a container."""
    config = container.config
    inside = {f"/{name}/." for name in _FOLDERS} | {f"{folder}/." for folder in (config.dir, *_mounted(container))}
    if image is not None:
        inside |= {f"{image.workdir}/.", *image.files}
    inside |= {path for path, data in container.files.items() if data is not None}
    found = {"/"}
    for path in inside:
        parts = path.split("/")[1:-1]
        found |= {"/" + "/".join(parts[: end + 1]) for end in range(len(parts))}
    return found


def _mounted(container: Container) -> list[str]:
    return [mount.target for mount in container.config.mounts]
