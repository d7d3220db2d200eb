"""A server on loopback that tests take down and up again."""

import asyncio
import threading


class Loopback:
    """Listens on a port of its own, in a thread of its own, so that a test that blocks is served all the same.

    `down()` closes the port and every connection, `up()` opens the same port again.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.port = 0
        self._loop = loop
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.up()

    def up(self) -> None:
        """Open the port."""
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    def down(self) -> None:
        """Close the port and every connection, as an outage does."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)

    def stop(self) -> None:
        """Close for good."""
        self.down()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _open(self) -> None:
        raise NotImplementedError

    async def _close(self) -> None:
        raise NotImplementedError
