"""Small readings of an item that every view of the plan makes: its title, its term, its owners, its figures.

A field in conflict has several values. A reading that must show one line shows all of them: nothing here chooses.
"""

from __future__ import annotations

import datetime as dt

from entente.errors import Text
from entente.model.plan_act import Bilingual, Day, Field, Items, Number, Owners, Value, Words
from entente.plan.drawing import PARTIES
from entente.plan.plan_words import WITHOUT_TITLE
from entente.plan.values import Item, Plan


def values_of(item: Item, name: Field) -> tuple[Value, ...]:
    """What a field holds: none, one, or several in a conflict."""
    field = item.field(name)
    return tuple(held.value for held in field.current) if field else ()


def texts_of(item: Item, name: Field) -> tuple[Bilingual, ...]:
    """The texts that a field holds."""
    return tuple(value.text for value in values_of(item, name) if isinstance(value, Words))


def text_of(item: Item, name: Field) -> Text | None:
    """The text of a field in both languages, all of them in a conflict; None where nothing was said."""
    shown = [text.shown() for text in texts_of(item, name)]
    if not shown:
        return None
    return Text(fr=" / ".join(one.fr for one in shown), en=" / ".join(one.en for one in shown))


def title_of(item: Item) -> Text:
    """What an item is called: its title, else its text."""
    return text_of(item, "title") or text_of(item, "text") or WITHOUT_TITLE


def day_of(item: Item, name: Field = "due") -> dt.date | None:
    """A day; of a conflict the earliest, so that nobody is told too late."""
    days = [value.day for value in values_of(item, name) if isinstance(value, Day)]
    return min(days) if days else None


def number_of(item: Item, name: Field) -> float | None:
    """A figure, or None where none or several stand."""
    numbers = [value.number for value in values_of(item, name) if isinstance(value, Number)]
    return numbers[0] if len(numbers) == 1 else None


def items_of(item: Item, name: Field) -> tuple[str, ...]:
    """Other items that a field names, each once."""
    named = [one for value in values_of(item, name) if isinstance(value, Items) for one in value.items]
    return tuple(dict.fromkeys(named))


def owners_of(item: Item, party: str) -> tuple[Owners, ...]:
    """Who owns an item for a party: none, one, or several in a conflict."""
    name: Field = "owner_FR" if party == PARTIES[0] else "owner_UK"
    return tuple(value for value in values_of(item, name) if isinstance(value, Owners))


def owners_above(plan: Plan, item: Item, party: str) -> tuple[Owners, ...]:
    """Owners of an item, or of the nearest item above it that has any for that party."""
    above: Item | None = item
    met: set[str] = set()
    while above is not None and above.id not in met:
        met.add(above.id)
        if found := owners_of(above, party):
            return found
        above = plan.item(above.under)
    return ()


def conflicts_of(item: Item) -> tuple[str, ...]:
    """The fields of an item between whose values people have to decide."""
    return tuple(field.field for field in item.fields if field.is_conflict)


def in_place(items: tuple[Item, ...] | list[Item]) -> list[Item]:
    """Items in the order that people gave them; what has no place comes last, by its id."""

    def key(item: Item) -> tuple[bool, float, str]:
        place = number_of(item, "position")
        return (place is None, place or 0.0, item.id)

    return sorted(items, key=key)


def under(plan: Plan, parent: str, *kinds: str) -> list[Item]:
    """The items right under another, in place. kinds: only those."""
    return in_place([one for one in plan.items if one.under == parent and (not kinds or one.kind in kinds)])


def above(plan: Plan, item: Item, kind: str) -> Item | None:
    """The nearest item of a kind above this one."""
    met: set[str] = set()
    here = plan.item(item.under)
    while here is not None and here.id not in met:
        met.add(here.id)
        if here.kind == kind:
            return here
        here = plan.item(here.under)
    return None
