"""The agreement of the exercise: two nodes, two parties, fourteen services.

It is data like any real agreement and is read by the same strict types; what it opens to whom is decided nowhere else.
Every keeper of a closed compartment also opens intelligence, because intelligence may flow up into a file; rescue
opens what saves life and nothing else, and the coordinators and administrators open nothing.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files

import msgspec

from entente.policy.agreement import Agreement


def exercise_agreement() -> Agreement:
    """The agreement that both nodes of the exercise pin."""
    written = files("entente.exercise").joinpath("agreement.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(written), Agreement)
