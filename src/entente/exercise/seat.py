"""A node of the exercise in a process of its own that ends with whoever started it.

It is `entente serve` and one thing more: its standard input is held open by the exercise, and when that closes (the
exercise ended, or was killed and could end nothing itself) the node is asked to stop as by Ctrl-C. Otherwise a demo
that was killed would leave two nodes behind that nobody knows of.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from pathlib import Path

from entente.serve import serve

STANDARD_INPUT = 0


def main(folder: Path) -> None:
    """Serve a folder until the standard input closes or a signal comes."""

    def watch() -> None:
        # Read past Python's own buffer, whose lock the interpreter would wait for at its end.
        while os.read(STANDARD_INPUT, 64):
            pass
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=watch, name="watch", daemon=True).start()
    # The node is closed by then; being asked to end is no error.
    with contextlib.suppress(KeyboardInterrupt):
        serve(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
