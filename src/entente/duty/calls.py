"""Between the duty desk and the calls: who is on duty for an alarm, where they are reached, and who has answered.

A warning is for the services that it names; one of ours that names none of this node's services is the other shore's to
answer. Whoever answered is not called again; the others are. What was not yet called when the node stopped is called
when it starts: twice called is better than never.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from entente.calling import CallingSettings, Calls, Person, Send
from entente.duty.desk import Alarm, DutyDesk
from entente.duty.rolls import Noted
from entente.errors import Text
from entente.model.office_act import RosterEntered

# What is older when the node starts is found on the page by who signs in.
TAKEN_UP_WITHIN = dt.timedelta(hours=2)


class Switchboard:
    """Has whoever is on duty called about what the desk hands on."""

    def __init__(
        self,
        desk: DutyDesk,
        settings: CallingSettings,
        address: str,
        alarm: Callable[[Text], None],
        now: Callable[[], dt.datetime],
        send: Send | None = None,
    ) -> None:
        self._desk, self._alarm, self._now = desk, alarm, now
        self._alarms: dict[str, Alarm] = {}
        self.calls = Calls(settings, address, self, send)

    def take(self, alarm: Alarm, names: list[str]) -> None:
        """What the desk hands on. Returns at once."""
        if is_for_this_node(alarm):
            self._alarms[alarm.record] = alarm
            self.calls.call(alarm.record, is_life=alarm.kind == "distress")

    def start(self, said_at: Callable[[list[str]], dict[str, dt.datetime]]) -> None:
        """Begin to call, and take up what nobody was reached about. said_at: when records were said."""
        self.calls.start()
        if not self.calls.ways:
            return
        waiting = [alarm for alarm in self._desk.alarms if is_for_this_node(alarm)]
        said = said_at([alarm.record for alarm in waiting])
        for alarm in waiting:
            at = said.get(alarm.record)
            if at is not None and self._now() - at <= TAKEN_UP_WITHIN:
                self.take(alarm, [])

    def stop(self) -> None:
        """Call nobody any more."""
        self.calls.stop()

    def reached_at(self, name: str) -> Person:
        """Where an officer is reached, as the administrators have entered it."""
        entered = self._desk.rolls.officers.get(name)
        return Person(
            name=name,
            email=entered.email if entered else "",
            telephone=_dialled(entered.telephone) if entered else "",
        )

    # -- what the calls ask ---------------------------------------------------------------------------------------

    def people(self, record: str) -> tuple[Person, ...]:
        """Who is on duty for this now, of the services that have not answered; first names before backups."""
        alarm = self._alarms[record]
        answered = {answer.service for answer in self._desk.rolls.answers.get(record, ())}
        found: dict[str, Person] = {}
        for noted, act in self._on_duty():
            is_asked = act.role == alarm.role and (not alarm.services or noted.service in alarm.services)
            if is_asked and noted.service not in answered and act.on_duty not in found:
                at = self.reached_at(act.on_duty)
                found[act.on_duty] = Person(
                    name=at.name, email=at.email, telephone=at.telephone, backup=act.backup
                )
        return tuple(found.values())

    def _on_duty(self) -> list[tuple[Noted, RosterEntered]]:
        return [
            (noted, noted.act)
            for noted in self._desk.rolls.on_duty(self._now())
            if isinstance(noted.act, RosterEntered)
        ]

    def is_answered(self, record: str) -> bool:
        """Whether somebody answered, and nobody else who is asked is on duty."""
        return bool(self._desk.rolls.answers.get(record)) and not self.people(record)

    def called(self, record: str, name: str, ways: tuple[str, ...], *, taken: bool) -> None:
        """Keep a call in the ledger."""
        self._desk.called(record, name, ways, taken=taken)

    def alarm(self, text: Text) -> None:
        """Say something to whoever looks after the node."""
        self._alarm(text)


def is_for_this_node(alarm: Alarm) -> bool:
    """Whether somebody here is to answer: every watch a distress, the services named a warning."""
    return alarm.kind == "distress" or bool(alarm.services)


def _dialled(written: str) -> str:
    """A telephone number as gateways take it: digits, with the plus of a country before them."""
    digits = "".join(sign for sign in written if sign.isascii() and sign.isdigit())
    return f"+{digits}" if written.lstrip().startswith("+") and digits else digits
