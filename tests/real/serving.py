"""Simulated engines on sockets, in this process, with time on the wall clock."""

import asyncio
import threading
import time
from functools import partial
from pathlib import Path

from swarmlab import Lab
from swarmlab.runtime.driver import Driver
from swarmlab.runtime.server import Server


class Engines:
    """The engines of a simulated lab, for clients outside it."""

    def __init__(self, folder: Path | None) -> None:
        """Serve on sockets in `folder`; without one, on ports of loopback."""
        self.lab = Lab(now=time.time_ns() - 60 * 10**9)
        self.lab.session.advance_to(time.time_ns())
        self._driver = Driver(self.lab.session, 1.0)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        handlers = {host: self._driver.gate(partial(self.lab.request, host)) for host in self.lab.hosts}

        async def listen() -> dict[str, str]:
            self._server = Server(handlers)
            if folder is None:
                return await self._server.listen_tcp("127.0.0.1", 0)
            return await self._server.listen_unix(folder / "s")

        self.hosts = asyncio.run_coroutine_threadsafe(listen(), self._loop).result(20)
        self._driver.start()

    def stop(self) -> None:
        """Close the sockets and stop the clock."""
        self._driver.stop()
        asyncio.run_coroutine_threadsafe(self._server.close(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()
