"""What a form of the plan says, read into the values that its fields hold.

A figure may be written as either side writes it; a text may come in one language and wait for the other. What cannot be
read is refused under the name of its field, so that the form shows where.
"""

from __future__ import annotations

import datetime as dt
import math

from entente.errors import Malformed, Text
from entente.model.plan_act import HOLDS, Bilingual, Day, Field, Items, Number, Owners, Value, Words
from entente.web.door import Visit

MOST_WORDS = 2_000
MOST = 1e12


def own_services(visit: Visit) -> list[str]:
    """The services of this party, whom it may name as owners."""
    party = visit.node.store.party
    return sorted(one.id for one in visit.node.agreement.services if one.party == party)


def read_owner(visit: Visit) -> Owners:
    """The owner and who stands in for it, as typed. Raises Malformed for a service of nobody's."""
    owner, alternates = visit.form.one("owner"), visit.form.all("alternates")
    known = own_services(visit)
    if strange := {owner, *alternates} - set(known):
        raise Malformed(
            "owner",
            Text(
                fr=f"« {sorted(strange)[0]} » n’est pas un service de cette partie.",
                en=f'"{sorted(strange)[0]}" is no service of this party.',
            ),
            Text(fr="Choisissez dans la liste.", en="Choose from the list."),
        )
    return Owners(owner=owner, alternates=tuple(one for one in dict.fromkeys(alternates) if one != owner))


def read_field(visit: Visit, name: Field) -> Value | None:
    """A field as typed; None where nothing was. Raises Malformed with the field's name as its code."""
    form = visit.form
    if HOLDS[name] is Day:
        day = read_day(visit, name)
        return Day(day=day) if day else None
    if HOLDS[name] is Number:
        number = read_number(visit, name)
        return None if number is None else Number(number=number)
    if HOLDS[name] is Items:
        return Items(items=tuple(dict.fromkeys(form.all(name))))
    if HOLDS[name] is Owners:
        return read_owner(visit)
    text = read_text(visit, name)
    return Words(text=text) if text else None


def read_day(visit: Visit, name: str) -> dt.date | None:
    """A day, or None where nothing was typed."""
    written = visit.form.one(name)
    try:
        return dt.date.fromisoformat(written) if written else None
    except ValueError:
        raise Malformed(
            name,
            Text(fr=f"« {written[:20]} » n’est pas un jour.", en=f'"{written[:20]}" is no day.'),
            Text(fr="Écrivez 2031-11-30.", en="Write 2031-11-30."),
        ) from None


def read_number(visit: Visit, name: str) -> float | None:
    """A figure as either side writes it, or None where nothing was typed."""
    written = "".join(visit.form.one(name).split())
    try:
        number = float(written.replace(",", ".")) if written else None
    except ValueError:
        number = math.nan
    if number is not None and not abs(number) < MOST:
        raise Malformed(
            name,
            Text(fr=f"« {written[:20]} » n’est pas un nombre.", en=f'"{written[:20]}" is no number.'),
            Text(fr="Écrivez 12 ou 12,5.", en="Write 12 or 12.5."),
        )
    return number


def read_text(visit: Visit, name: str) -> Bilingual | None:
    """A text in both languages or in one, or None where nothing was typed."""
    fr, en = visit.form.one(f"{name}_fr"), visit.form.one(f"{name}_en")
    if max(len(fr), len(en)) > MOST_WORDS:
        raise Malformed(
            name,
            Text(
                fr=f"Le texte dépasse {MOST_WORDS} signes.", en=f"The text is over {MOST_WORDS} characters."
            ),
            Text(fr="Versez le reste comme pièce.", en="Give the rest as evidence."),
        )
    return Bilingual(fr, en) if fr or en else None


def cause_of(visit: Visit) -> str | None:
    """A form sent twice says one thing; without a key, which no form of ours lacks, each sending is its own."""
    key = visit.form.one("key")
    return f"plan/{visit.officer.name}/{key}" if key else None
