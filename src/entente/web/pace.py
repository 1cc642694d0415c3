"""How often one session may ask for what costs the node much: a search is for a person, not for a script that tries.

Counted in memory, for each session and door, over the last minute. What goes beyond is told to wait and nothing else
happens: no lock, no alarm. Doors of life at sea are never given a pace.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW_S = 60.0
# More sessions than work here at once; the one that asked longest ago is forgotten first.
MOST_KEPT = 2_000


class Pace:
    """When each session last asked at each door."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, session: str, door: str, most: int) -> float:
        """0.0 and counted where fewer than `most` were asked in the last minute, else the seconds until then."""
        now = self._clock()
        with self._lock:
            asked = self._asked.setdefault((session, door), deque())
            self._asked.move_to_end((session, door))
            while len(self._asked) > MOST_KEPT:
                self._asked.popitem(last=False)
            while asked and asked[0] <= now - WINDOW_S:
                asked.popleft()
            if len(asked) >= most:
                return asked[0] + WINDOW_S - now
            asked.append(now)
            return 0.0
