"""Listening sockets that only this machine can reach: one per host of the lab, with Docker's names for them.

An Engine API gives whoever reaches it the whole engine, so unix sockets are for their owner alone (dockerd makes
them ``0660 root:docker``) and TCP is for loopback addresses only.
"""

import errno
import ipaddress
import os
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

from swarmlab.errors import AlreadyExists, Conflict, FailedPrecondition, Forbidden, InvalidArgument

#: Longest path of a unix socket in bytes (``sockaddr_un.sun_path`` less its final zero).
LONGEST_PATH = 103 if sys.platform in ("darwin", "ios") or "bsd" in sys.platform else 107


def listen_unix(directory: Path, hosts: Iterable[str]) -> dict[str, socket.socket]:
    """Return a listening socket ``directory/<host>.sock`` (mode 0600) for each host.

    A missing directory is made (mode 0700); sockets that a killed server left behind are replaced.

    Raises:
        FailedPrecondition: this system has no unix sockets.
        InvalidArgument: a path is too long, or cannot be written.
        AlreadyExists: another server answers there, or a file that is no socket is in the way.
    """
    if sys.platform == "win32" or not hasattr(socket, "AF_UNIX"):
        raise FailedPrecondition("This system has no unix sockets: use --tcp 127.0.0.1:2375.")
    paths = {host: directory / f"{host}.sock" for host in hosts}
    for path in paths.values():
        size = len(os.fsencode(path))
        if size > LONGEST_PATH:
            raise InvalidArgument(
                f"The socket path {path} has {size} bytes, and {LONGEST_PATH} are allowed here: choose a shorter --dir."
            )
    opened: dict[str, socket.socket] = {}
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for host, path in paths.items():
            _clear(path)
            opened[host] = _bind_unix(path)
    except OSError as error:
        close(opened.values())
        raise InvalidArgument(f"Cannot make sockets in {directory} ({error.strerror}): choose another --dir.") from None
    except BaseException:
        close(opened.values())
        raise
    return opened


def _clear(path: Path) -> None:
    """Make room at `path`, unless somebody uses it."""
    if not os.path.lexists(path):
        return
    if not path.is_socket():
        raise AlreadyExists(f"{path} is in the way and is not a socket: move it, or choose another --dir.")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.setblocking(False)  # a full queue means that somebody listens
        refused = probe.connect_ex(str(path)) == errno.ECONNREFUSED
    if not refused:
        raise AlreadyExists(f"Another server answers at {path}: stop it, or choose another --dir.")
    path.unlink(missing_ok=True)


def _bind_unix(path: Path) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    try:
        sock.bind(str(path))
        path.chmod(0o600)  # before listen: until then nobody can connect
        sock.listen(128)
    except BaseException:
        sock.close()
        raise
    return sock


def listen_tcp(address: str, port: int, hosts: Iterable[str]) -> dict[str, socket.socket]:
    """Return a listening socket for each host: `port` for the first, the next ports for the others; 0: any free ones.

    Raises:
        Forbidden: `address` is not a loopback address.
        InvalidArgument: there are not enough ports above `port`.
        Conflict: a port is taken.
    """
    hosts = list(hosts)
    address = address.strip("[]")
    if not _is_loopback(address):
        raise Forbidden(f"Only loopback addresses are served, and {address} is none: use 127.0.0.1.")
    if port and port + len(hosts) - 1 > 65535:
        raise InvalidArgument(f"{len(hosts)} hosts need {len(hosts)} ports from {port} on, and 65535 is the last one.")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened: dict[str, socket.socket] = {}
    for number, host in enumerate(hosts):
        wanted = port + number if port else 0
        sock = opened[host] = socket.socket(family)
        try:
            if os.name != "nt":  # there it would let two servers share a port
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((address, wanted))
            sock.listen(128)
        except OSError as error:
            close(opened.values())
            raise Conflict(
                f"Port {wanted} of {address} cannot be used for {host} ({error.strerror}): choose another port."
            ) from None
    return opened


def _is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def docker_host(sock: socket.socket) -> str:
    """Return what a client writes into DOCKER_HOST to reach `sock`."""
    name = sock.getsockname()
    if isinstance(name, tuple):
        return f"tcp://[{name[0]}]:{name[1]}" if ":" in name[0] else f"tcp://{name[0]}:{name[1]}"
    return "unix://" + os.path.abspath(os.fsdecode(name))


def close(opened: Iterable[socket.socket]) -> None:
    """Close listening sockets; the files of unix sockets go too."""
    for sock in opened:
        unlink(sock)
        sock.close()


def unlink(sock: socket.socket) -> None:
    """Remove the file of `sock`, if it has one, so that nobody finds it any more."""
    name = sock.getsockname()
    if not isinstance(name, tuple) and name:
        Path(os.fsdecode(name)).unlink(missing_ok=True)


def unread(sock: socket.socket) -> bool | None:
    """Whether the client has yet to read something that was sent to it; None if this system does not say.

    Linux says so for unix sockets (``SIOCOUTQ``, unix(7)); for TCP it only knows what was acknowledged.
    """
    if sys.platform != "linux" or sock.family != socket.AF_UNIX:
        return None
    import fcntl
    import struct
    import termios

    answer = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, struct.pack("i", 0))
    return bool(struct.unpack("i", answer)[0])
