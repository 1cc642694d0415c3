"""How far a warning has come with each service that it was sent to, and what time that left: nothing of what it says.

A service of this node answers by hand; a partner's service by its node's signed receipts, which say the step and when,
and not who or in which words. The time left is counted to the opening of the window: below zero it came too late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from entente.duty.rolls import Answer, lead_times_s
from entente.errors import Text


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One service: when it received, saw and acted on it. lead_s: until first seen; left_s: then, to the window."""

    service: str
    is_here: bool
    received: dt.datetime | None = None
    seen: dt.datetime | None = None
    acted_on: dt.datetime | None = None
    answers: tuple[Answer, ...] = ()
    lead_s: float | None = None
    left_s: float | None = None


def told_here(
    service: str, said_at: dt.datetime, starts: dt.datetime, answers: Iterable[Answer], *, with_words: bool
) -> Told:
    """A service of this node: it has the warning as soon as it is recorded. with_words: what it said, too."""
    own = [answer for answer in answers if answer.service == service]
    lead = lead_times_s(starts, said_at, own).get(service)
    seen = next((one.at for one in own), None)  # who acted on it has seen it
    return Told(
        service=service,
        is_here=True,
        received=said_at,
        seen=seen,
        acted_on=next((one.at for one in own if one.step == "acted_on"), None),
        answers=tuple(one for one in own if one.words) if with_words else (),
        lead_s=lead[0] if lead else None,
        left_s=lead[1] if lead else None,
    )


def told_there(
    service: str,
    partner: str,
    said_at: dt.datetime,
    starts: dt.datetime,
    climbed: Iterable[tuple[str, str, dt.datetime]],
) -> Told:
    """A partner's service, by what its node receipted: (partner, step, at)."""
    steps: Mapping[str, dt.datetime] = {}
    for node, step, at in climbed:
        if node == partner:
            steps = {step: at, **steps}
    seen = min((steps[step] for step in ("seen", "acted_on") if step in steps), default=None)
    answers = [Answer(service=service, step="seen", officer="", at=seen, words="")] if seen else []
    lead = lead_times_s(starts, said_at, answers).get(service)
    return Told(
        service=service,
        is_here=False,
        received=min((at for step, at in steps.items() if step != "refused"), default=None),
        seen=seen,
        acted_on=steps.get("acted_on"),
        lead_s=lead[0] if lead else None,
        left_s=lead[1] if lead else None,
    )


def lasting(seconds: float) -> Text:
    """A length of time: "8 min", "2 h 05". Less than a minute is said as such; a sign is the caller's to say."""
    minutes = int(abs(seconds) // 60)
    if minutes < 1:
        return Text("moins d’une minute", "less than a minute")
    if minutes < 60:
        return Text(f"{minutes} min", f"{minutes} min")
    hours, rest = divmod(minutes, 60)
    return Text(f"{hours} h {rest:02d}", f"{hours} h {rest:02d}")


def left_words(seconds: float) -> Text:
    """What time was left until the window when it was seen."""
    length = lasting(seconds)
    if seconds >= 0:
        return Text(f"{length.fr} avant la fenêtre", f"{length.en} before the window")
    return Text(f"{length.fr} après l’ouverture de la fenêtre", f"{length.en} after the window opened")
