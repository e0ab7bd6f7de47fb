"""The Engine API on sockets: any Docker client on this machine can talk to the simulated hosts.

One asyncio loop serves all hosts and clients.  `handle` runs in it, so the simulation is never touched by two
clients at once.  Nothing polls: a connection is looked at when its client sends, when its client has read enough
for more, and when `Server.wake` says that something may have happened.
"""

import asyncio
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from swarmlab.runtime import sockets
from swarmlab.runtime.connection import Connection, Handle

#: How much may wait for a slow reader before its stream is not read any more (plus one portion of the connection).
_HIGH_WATER = 64 << 10

#: Portions sent in one go before the other clients get their turn.
_ROUNDS = 16

#: How long a connection that is over may take to notice, in seconds: as in net/http (``rstAvoidanceDelay``).
_LINGER = 0.5

#: Between two looks at whether the client has read the headers of a hijacked connection, and how often, in seconds.
_GLANCE = 0.001
_GLANCES = 100

#: How long the headers of a hijacked connection stay alone where the system cannot tell whether they were read.
_HEAD_START = 0.02


class Server:
    """Serve hosts.  Call everything but `wake` in one running event loop."""

    def __init__(self, handlers: Mapping[str, Handle]) -> None:
        self._handlers = dict(handlers)
        self._loop = asyncio.get_running_loop()
        self._listening: dict[socket.socket, asyncio.Server] = {}
        self._peers: dict[_Peer, None] = {}
        self._woken = False

    async def listen_unix(self, directory: Path) -> dict[str, str]:
        """Accept clients at ``directory/<host>.sock`` and return each host's DOCKER_HOST; see `sockets.listen_unix`."""
        return await self._listen(sockets.listen_unix(directory, self._handlers))

    async def listen_tcp(self, address: str, port: int) -> dict[str, str]:
        """Accept clients at `port` of `address` and the ports after it; see `sockets.listen_tcp`."""
        return await self._listen(sockets.listen_tcp(address, port, self._handlers))

    async def _listen(self, opened: Mapping[str, socket.socket]) -> dict[str, str]:
        for host, sock in opened.items():
            make = self._peer_maker(self._handlers[host])
            if hasattr(socket, "AF_UNIX") and sock.family == socket.AF_UNIX:
                self._listening[sock] = await self._loop.create_unix_server(make, sock=sock)
            else:
                self._listening[sock] = await self._loop.create_server(make, sock=sock)
        return {host: sockets.docker_host(sock) for host, sock in opened.items()}

    def _peer_maker(self, handle: Handle) -> Callable[[], "_Peer"]:
        return lambda: _Peer(handle, self._peers, self.wake)

    def wake(self) -> None:
        """Time has moved, or something was changed: look at every waiting stream soon.  Any thread may call this."""
        if not self._woken and not self._loop.is_closed():
            self._woken = True
            self._loop.call_soon_threadsafe(self._look)

    def _look(self) -> None:
        self._woken = False
        for peer in list(self._peers):
            if peer.connection.waiting:
                peer.flush()

    async def close(self) -> None:
        """Stop accepting, close every stream and connection, remove the sockets."""
        for sock, server in self._listening.items():
            sockets.unlink(sock)
            server.close()
        self._listening.clear()
        for peer in list(self._peers):
            peer.drop()
        while self._peers:  # each leaves when its transport is closed
            await asyncio.sleep(0)


class _Peer(asyncio.Protocol):
    """One client: moves bytes between its socket and its `Connection`."""

    def __init__(self, handle: Handle, peers: "dict[_Peer, None]", wake: Callable[[], None]) -> None:
        self.connection = Connection(handle)
        self._loop = asyncio.get_running_loop()
        self._peers = peers
        self._wake = wake
        self._transport: asyncio.Transport
        self._may_write = True
        self._reading = True
        self._client_ended = False
        self._over = False
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=_HIGH_WATER)
        self._peers[self] = None

    def data_received(self, data: bytes) -> None:
        if not self._over:
            self.connection.receive(data)
            self.flush()
            self._wake()  # what one client does, others may be watching

    def eof_received(self) -> bool:
        self._client_ended = True
        if self._over:
            return False
        self.connection.receive(b"")
        self.flush()
        return True  # it may still read

    def pause_writing(self) -> None:
        self._may_write = False

    def resume_writing(self) -> None:
        self._may_write = True
        self.flush()

    def connection_lost(self, error: Exception | None) -> None:
        self._cancel_timer()
        self._peers.pop(self, None)
        self._over = True
        self.connection.disconnect()

    def drop(self) -> None:
        """Let the client go now."""
        self.connection.disconnect()
        self._transport.abort()

    def flush(self) -> None:
        """Send what there is, as far as the client keeps up."""
        connection = self.connection
        if self._over or self._timer is not None:
            return
        was_hijacked = connection.hijacked
        rounds = 0
        while self._may_write and (data := connection.pump()):
            self._transport.write(data)
            if connection.hijacked and not was_hijacked:
                self._leave_alone(_GLANCES)
                return
            rounds += 1
            if rounds == _ROUNDS:
                self._timer = self._loop.call_soon(self._go_on)
                return
        if connection.closed and self._may_write:
            self._end()
        elif self._reading == connection.full:
            self._reading = not connection.full
            (self._transport.resume_reading if self._reading else self._transport.pause_reading)()

    def _leave_alone(self, glances: int) -> None:
        """Wait until the client has read the headers: docker-py loses what comes with them (see Connection.pump)."""
        unread = sockets.unread(self._transport.get_extra_info("socket"))
        if unread is None and glances == _GLANCES:
            self._timer = self._loop.call_later(_HEAD_START, self._go_on)
        elif unread and glances:
            self._timer = self._loop.call_later(_GLANCE, self._leave_alone, glances - 1)
        else:
            self._timer = self._loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        self._timer = None
        self.flush()

    def _end(self) -> None:
        """Close, but not on top of what the client is still sending: a reset could destroy our last answer."""
        self._over = True
        if self._client_ended:
            self._transport.close()
            return
        if not self._reading:
            self._transport.resume_reading()
        with suppress(OSError):  # it has gone already
            self._transport.write_eof()
        self._timer = self._loop.call_later(_LINGER, self._transport.close)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
