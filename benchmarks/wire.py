"""A bad wire between two programs on one machine: what passes is late, and now and then a piece is lost and resent.

A relay on loopback that behaves as TCP does over such a wire, seen from above: order is kept, nothing is lost for good,
every piece arrives half a round trip later, and a lost piece arrives later still by a retransmission time-out, with
all that was sent after it waiting behind. The time-out is Linux's for a settled connection (round trip plus 200 ms at
least), doubled each time the piece is lost again. Kernel-level emulation (`tc netem`) would need rights that a
benchmark should not ask for.
"""

from __future__ import annotations

import asyncio
import random
import threading

PIECE_BYTES = 1_400
LEAST_TIMEOUT_S = 0.2


class BadWire:
    """Relays connections to one port, both ways, late and with losses. Close it when done."""

    def __init__(self, to_port: int, round_trip_s: float, loss: float, seed: int = 0) -> None:
        self._to_port, self._one_way_s, self._loss = to_port, round_trip_s / 2, loss
        self._timeout_s = round_trip_s + LEAST_TIMEOUT_S
        self._chance = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self.port = 0
        self.pieces = self.lost = 0
        self._thread = threading.Thread(target=self._run, name="bad wire", daemon=True)
        self._thread.start()
        self._started.wait(10)

    def close(self) -> None:
        """Cut every connection."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._relay, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A connection costs a round trip before it carries anything.
        await asyncio.sleep(2 * self._one_way_s)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._to_port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def hand_over() -> None:
            while True:
                due, piece = await waiting.get()
                if (left := due - self._loop.time()) > 0:
                    await asyncio.sleep(left)
                if not piece:
                    writer.close()
                    return
                writer.write(piece)
                await writer.drain()

        handing = asyncio.ensure_future(hand_over())
        latest = 0.0
        try:
            while True:
                piece = await reader.read(PIECE_BYTES)
                due = self._loop.time() + self._one_way_s
                again_s = self._timeout_s
                self.pieces += 1
                while piece and self._chance.random() < self._loss:
                    self.lost += 1
                    due += again_s
                    again_s *= 2
                # What was sent after a lost piece waits for it.
                latest = max(latest, due)
                waiting.put_nowait((latest, piece))
                if not piece:
                    break
            await handing
        except (OSError, asyncio.CancelledError):
            handing.cancel()
            writer.close()
