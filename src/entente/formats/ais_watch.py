"""What becomes of what AIS says: a distress, at once and not every second; or a contact, in memory and soon forgotten.

A transmitter of distress (AIS-SART 970, man overboard 972, EPIRB-AIS 974) repeats itself eight times a minute: one
report is made of it in every five minutes of the clock, the same five on both shores, so that two nodes that hear it
make echoes of one word and not two boats. A test is no distress, and says so of itself; what does not say so is one.
Ships and rescue assets are a layer on the map: the last position of each, with its age, for half an hour, and no
record: where a ship was is no business of this house once the night is over.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable
from typing import Literal

import msgspec

from entente.errors import Text
from entente.formats.ais import (
    DISTRESS_DEVICES,
    STATUS_ACTIVE,
    STATUS_TEST,
    TYPE_RESCUE,
    Device,
    Heard,
)
from entente.model.place import Position
from entente.model.sighting import Means, Sighting

State = Literal["", "active", "test"]
UPDATE_EVERY_S = 300
KEPT_FOR = dt.timedelta(minutes=30)
MOST_CONTACTS = 3000
MOST_DEVICES = 4096
# A forged flood must not fill the ledger; every raft of a ferry fits in.
MOST_SIGNALS_A_WINDOW = 500

DEVICE_WORDS: dict[Device, Text] = {
    "ship": Text("navire", "ship"),
    "aircraft": Text("aéronef de recherche et sauvetage", "search and rescue aircraft"),
    "station": Text("station à terre", "shore station"),
    "aid": Text("aide à la navigation", "aid to navigation"),
    "craft": Text("embarcation d’un navire mère", "craft of a parent ship"),
    "sart": Text("répondeur AIS-SART", "AIS-SART transmitter"),
    "man_overboard": Text("balise d’homme à la mer", "man-overboard beacon"),
    "epirb": Text("radiobalise EPIRB-AIS", "EPIRB-AIS beacon"),
}
_MEANS: dict[Device, Means] = {"sart": "sart", "man_overboard": "man_overboard", "epirb": "sart"}


class Contact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One transmitter as last heard. at: of its position. is_rescue: an aircraft or a ship engaged in rescue.

    state: of a transmitter of distress: active or test.
    """

    mmsi: str
    device: Device
    at: dt.datetime
    position: Position | None = None
    name: str = ""
    course_degrees: float | None = None
    speed_knots: float | None = None
    is_rescue: bool = False
    state: State = ""


class Signal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A distress to be reported now. cause: the same for all that says the same, on every node that hears it."""

    sighting: Sighting
    words: Text
    at: dt.datetime
    cause: str


def state_of(heard: Heard) -> State:
    """Whether a transmitter of distress is active or being tested; "" for others, and for messages that do not tell.

    A test says so by status 15 or by the word TEST; whatever else it sends of where it is, it sends in earnest.
    """
    if heard.device not in DISTRESS_DEVICES:
        return ""
    if heard.number in (12, 14):
        if not heard.text:
            return ""
        return "test" if "TEST" in heard.text.upper() else "active"
    if heard.status is None:
        # A position of another kind of message says nothing of a test: then it is none.
        return "active" if heard.position is not None else ""
    return "test" if heard.status == STATUS_TEST else "active"


class AisWatch:
    """Contacts by number, and which distress was reported in which five minutes. Bounded; holds no history."""

    def __init__(self) -> None:
        self._contacts: OrderedDict[str, Contact] = OrderedDict()
        self._reported: OrderedDict[str, None] = OrderedDict()
        self._window = 0
        self._signals_in_window = 0
        self.held_back = 0  # signals beyond the most of a window

    def hear(self, heard: Heard, at: dt.datetime) -> Signal | None:
        """Take one message. at: when it was heard. Returns a distress that is to be reported, where it is one."""
        before = self._contacts.pop(heard.mmsi, None)
        contact = _contact(heard, at, before)
        self._contacts[heard.mmsi] = contact
        while len(self._contacts) > MOST_CONTACTS:
            self._forget_one()
        state = state_of(heard)
        if state == "active":
            return self._signal(heard, at, contact)
        if heard.device not in DISTRESS_DEVICES and heard.status == STATUS_ACTIVE:
            return self._signal(heard, at, contact)
        return None

    def _forget_one(self) -> None:
        """The ship that was silent longest; a transmitter of distress only when there is nothing else."""
        ship = next((one.mmsi for one in self._contacts.values() if one.state != "active"), None)
        self._contacts.pop(ship if ship is not None else next(iter(self._contacts)))

    def _signal(self, heard: Heard, at: dt.datetime, contact: Contact) -> Signal | None:
        window = int(at.timestamp()) // UPDATE_EVERY_S
        position = heard.position
        if position is None and contact.position is not None and at - contact.at <= KEPT_FOR:
            position = contact.position
        start = dt.datetime.fromtimestamp(window * UPDATE_EVERY_S, dt.UTC)
        # A first report without a position must not keep the position back for five minutes.
        placed = "placed" if position is not None else "unplaced"
        cause = f"ais/{heard.mmsi}/{start:%Y%m%dT%H%MZ}/{placed}"
        if cause in self._reported:
            return None
        if window != self._window:
            self._window, self._signals_in_window = window, 0
        if self._signals_in_window >= MOST_SIGNALS_A_WINDOW:
            self.held_back += 1
            return None
        self._signals_in_window += 1
        self._reported[cause] = None
        if len(self._reported) > MOST_DEVICES:
            self._reported.popitem(last=False)
        return Signal(
            sighting=_sighting(heard, at, contact, position, cause),
            words=_words(heard, contact, position),
            at=at,
            cause=cause,
        )

    def contacts(self, now: dt.datetime) -> tuple[Contact, ...]:
        """All that was heard in the last half hour, by number; older ones are forgotten."""
        old = [one.mmsi for one in self._contacts.values() if now - one.at > KEPT_FOR]
        for mmsi in old:
            del self._contacts[mmsi]
        return tuple(sorted(self._contacts.values(), key=lambda one: one.mmsi))


def _contact(heard: Heard, at: dt.datetime, before: Contact | None) -> Contact:
    is_rescue = heard.device == "aircraft" or heard.ship_type == TYPE_RESCUE
    state = state_of(heard)
    if before is None:
        return Contact(
            mmsi=heard.mmsi,
            device=heard.device,
            at=at,
            position=heard.position,
            name=heard.name,
            course_degrees=heard.course_degrees,
            speed_knots=heard.speed_knots,
            is_rescue=is_rescue,
            state=state,
        )
    placed = heard.position is not None
    return msgspec.structs.replace(
        before,
        # The age is that of the position: a name that is heard again makes no position younger.
        at=at if placed or before.position is None else before.at,
        position=heard.position if placed else before.position,
        name=heard.name or before.name,
        course_degrees=heard.course_degrees if placed else before.course_degrees,
        speed_knots=heard.speed_knots if placed else before.speed_knots,
        is_rescue=before.is_rescue or is_rescue,
        state=state or before.state,
    )


def _sighting(
    heard: Heard, at: dt.datetime, contact: Contact, position: Position | None, cause: str
) -> Sighting:
    is_device = heard.device in DISTRESS_DEVICES
    return Sighting(
        # A ship that says so under a ship's number is more often set wrong than in distress: somebody looks.
        phase="distress" if is_device else "alert",
        means=_MEANS.get(heard.device, "ais"),
        position=position,
        position_at=at if heard.position is not None else contact.at if position is not None else None,
        course_degrees=heard.course_degrees,
        speed_knots=heard.speed_knots,
        marks=(f"MMSI {heard.mmsi}",),
        origin=cause,
    )


def _words(heard: Heard, contact: Contact, position: Position | None) -> Text:
    what = DEVICE_WORDS[heard.device]
    name = f" {contact.name}" if contact.name else ""
    said = f" (« {heard.text} »)" if heard.text else ""
    said_en = f' ("{heard.text}")' if heard.text else ""
    without = position is None
    where_fr = " ; position non donnée" if without else ""
    where_en = "; no position given" if without else ""
    if heard.device in DISTRESS_DEVICES:
        return Text(
            f"{what.fr} en émission, MMSI {heard.mmsi}{name}{said}{where_fr}",
            f"{what.en} active, MMSI {heard.mmsi}{name}{said_en}{where_en}",
        )
    return Text(
        f"{what.fr}, MMSI {heard.mmsi}{name}, émet l’état « AIS-SART actif » sans être une balise{where_fr}",
        f'{what.en}, MMSI {heard.mmsi}{name}, sends the status "AIS-SART active" and is no beacon{where_en}',
    )


def layer(contacts: Iterable[Contact], now: dt.datetime) -> list[dict[str, object]]:
    """Contacts as the map wants them: what has no position is left out. age_s: of the position."""
    return [
        {
            "mmsi": one.mmsi,
            "name": one.name,
            "device": one.device,
            "latitude": one.position.latitude,
            "longitude": one.position.longitude,
            "course_degrees": one.course_degrees,
            "speed_knots": one.speed_knots,
            "is_rescue": one.is_rescue,
            "state": one.state,
            "age_s": max(0, int((now - one.at).total_seconds())),
        }
        for one in contacts
        if one.position is not None
    ]
