"""A key as two people can compare it by voice.

Nothing else vouches for a partner: whoever hands an identity over may be anybody, a known voice that reads the same
thirty-two signs is not. Pure; the same identity gives the same signs on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any


def fingerprint(identity: Mapping[str, Any]) -> str:
    """Thirty-two figures and letters in groups of four; any other key gives others."""
    known = {name: identity[name] for name in ("node", "key_id", "signing", "sealing")}
    digest = sha256(json.dumps(known, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))
