"""Which records speak of a person who asks: met entity by entity, in free text, and by what points at them (ERA-5).

Wider than the cross-check on purpose: it leaves nobody out for having helped or been rescued, takes a name alone, and
reads words that nobody made into an entity. So it finds too much, and says of each find how sure it is; a person
decides. Pure: values in, references out. What it compares never leaves it: a match tells which kinds of value agree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from entente.errors import Malformed, Text
from entente.evidence.compare import compare
from entente.evidence.features import Features, prepare
from entente.evidence.keys import keys
from entente.evidence.names import tokens
from entente.evidence.weigh import Frequencies, pinned_weights, weigh
from entente.model.entity import Entity
from entente.model.identifier import canonical, guess_kind, read_identifier
from entente.model.moment import PartialDate
from entente.model.name import Name
from entente.model.office_act import (
    DataRequestAgreed,
    DataRequestDecided,
    DataRequestOpened,
    DataRequestPrepared,
)
from entente.model.report import Designation, Hit, Judgement, RecordRef, Statement
from entente.oversight.answers import HowSure

_ASKED = RecordRef("", "")
# So many figures of a number, from its end, are looked for in free text: prefixes of countries come before them.
FIGURES_IN_TEXT = 8


class Subject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who asks, as far as they said: names in any script, birth date, identifiers as they write them."""

    names: tuple[str, ...] = ()
    birth: PartialDate | None = None
    identifiers: tuple[str, ...] = ()


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """How a record speaks of the person. agrees: kinds of value, or "text", "judged_same", "points_at"."""

    record: str
    sure: HowSure
    bits: float
    agrees: tuple[str, ...]
    entities: tuple[str, ...]
    category: str


def asked_features(subject: Subject, regions: Sequence[str], today: dt.date) -> Features:
    """The person as what may be compared, identifiers read in every way they can be, at any time.

    Raises Malformed where neither a name nor an identifier is given: a birth date alone is half the world's.
    """
    names = tuple(Name(name) for name in subject.names if tokens(name))
    read = {
        (kind, canonical(identifier).value): identifier
        for written in subject.identifiers
        for region in regions
        for kind in guess_kind(written, region)
        for identifier in (read_identifier(kind, written, region=region),)
    }
    if not names and not read:
        raise Malformed(
            "subject_unknown",
            Text(fr="Il faut un nom ou un identifiant.", en="A name or an identifier is needed."),
            Text(fr="Demandez-le à la personne.", en="Ask the person for one."),
        )
    entity = Entity(
        id="asked",
        kind="person",
        category="not_yet_assessed",
        names=names,
        identifiers=tuple(read.values()),
        birth=subject.birth,
    )
    features = prepare(entity, _ASKED, today)
    held = tuple(
        msgspec.structs.replace(
            one, first_day=dt.date.min.toordinal(), last_day=dt.date.max.toordinal(), told=True
        )
        for one in features.identifiers
    )
    return msgspec.structs.replace(features, identifiers=held)


class SubjectSearch:
    """Takes every record of a node once, in any order, and then says which speak of the person."""

    def __init__(self, asked: Features) -> None:
        self._asked = asked
        self._keys = frozenset(keys(asked))
        self._names = [frozenset(name.words) for name in asked.names]
        self._figures = {
            figures[-FIGURES_IN_TEXT:]
            for held in asked.identifiers
            if len(figures := _figures(held.value)) >= FIGURES_IN_TEXT
        }
        self._frequencies = Frequencies(pinned_weights())
        self._near: list[Features] = []
        self._in_text: set[str] = set()
        self._same: list[tuple[RecordRef, RecordRef]] = []
        self._points: list[tuple[str, frozenset[RecordRef]]] = []
        self._categories: dict[RecordRef, tuple[dt.datetime, str]] = {}
        self._designated: dict[RecordRef, tuple[dt.datetime, str]] = {}

    def take(self, record: str, said_at: dt.datetime, name: str, value: Any, content: bytes) -> None:
        """One part of one version of a record: its name, its value, and its exact bytes."""
        if isinstance(value, Statement):
            for entity in value.entities:
                self._take_entity(RecordRef(record, entity.id), entity, said_at)
            texts = [value.wording.text, *(one.text for one in value.wording.translations)]
            if self._speaks_of(" ".join((*texts, value.grounds or ""))):
                self._in_text.add(record)
        elif isinstance(value, Designation):
            self._points.append((record, frozenset({value.about})))
            known = self._designated.get(value.about)
            if known is None or known[0] <= said_at:
                self._designated[value.about] = (said_at, value.category)
        elif isinstance(value, Hit | Judgement):
            self._points.append((record, frozenset({value.one, value.other})))
            if isinstance(value, Judgement) and value.verdict == "same":
                self._same.append((value.one, value.other))
        elif (
            # A person's own requests, and who wrote a record, are not what is looked for here.
            name != "routing"
            and not isinstance(
                value, DataRequestOpened | DataRequestAgreed | DataRequestPrepared | DataRequestDecided
            )
            and self._speaks_of(content.decode("utf-8", "replace"))
        ):
            self._in_text.add(record)

    def _take_entity(self, ref: RecordRef, entity: Entity, said_at: dt.datetime) -> None:
        features = prepare(entity, ref, said_at.date())
        self._frequencies.add(features)
        if entity.category is not None:
            known = self._categories.get(ref)
            if known is None or known[0] <= said_at:
                self._categories[ref] = (said_at, entity.category)
        if self._bears_a_name(features) or not self._keys.isdisjoint(keys(features)):
            self._near.append(features)

    def _bears_a_name(self, features: Features) -> bool:
        return any(
            words <= set(name.words)
            for words in self._names
            for name in (*features.names, *features.companies)
        )

    def _speaks_of(self, text: str) -> bool:
        words = set(tokens(text)) if any(len(name) > 1 for name in self._names) else set()
        if any(len(name) > 1 and name <= words for name in self._names):
            return True
        figures = _figures(text) if self._figures else ""
        return any(number in figures for number in self._figures)

    def matches(self) -> tuple[Match, ...]:
        """All that was found, the surest first; a record once."""
        best: dict[RecordRef, tuple[float, HowSure, tuple[str, ...]]] = {}
        for features in self._near:
            grounds = compare(self._asked, features, self._frequencies)
            bits = weigh(grounds)
            if bits <= 0 and not self._bears_a_name(features):
                continue
            known = best.get(features.ref)
            if known is None or bits > known[0]:
                sure: HowSure = "strong" if bits >= pinned_weights().hit_from_bits else "possible"
                agrees = tuple(sorted({ground.kind for ground in grounds if ground.bits > 0}))
                best[features.ref] = (bits, sure, agrees)
        self._follow_judgements(best)
        found = self._by_record(best)
        for record, refs in self._points:
            if record not in found and not refs.isdisjoint(best):
                surest = max(best[ref] for ref in refs if ref in best)
                found[record] = Match(
                    record=record,
                    sure=surest[1],
                    bits=surest[0],
                    agrees=("points_at",),
                    entities=(),
                    category="",
                )
        for record in self._in_text:
            if record not in found:
                found[record] = Match(
                    record=record, sure="in_words", bits=0.0, agrees=("text",), entities=(), category=""
                )
        return tuple(sorted(found.values(), key=lambda one: (-one.bits, one.record)))

    def _follow_judgements(self, best: dict[RecordRef, tuple[float, HowSure, tuple[str, ...]]]) -> None:
        """What officers judged to be the same person as one who was found is that person's too."""
        grew = True
        while grew:
            grew = False
            for one, other in self._same:
                for known, new in ((one, other), (other, one)):
                    if known in best and new not in best:
                        best[new] = (0.0, "possible", ("judged_same",))
                        grew = True

    def _by_record(self, best: dict[RecordRef, tuple[float, HowSure, tuple[str, ...]]]) -> dict[str, Match]:
        of_record: dict[str, list[RecordRef]] = {}
        for ref in sorted(best, key=lambda ref: (-best[ref][0], ref)):
            of_record.setdefault(ref.record, []).append(ref)
        found: dict[str, Match] = {}
        for record, refs in of_record.items():
            bits, sure, agrees = best[refs[0]]
            told = self._designated.get(refs[0]) or self._categories.get(refs[0])
            found[record] = Match(
                record=record,
                sure=sure,
                bits=bits,
                agrees=agrees,
                entities=tuple(sorted(ref.entity for ref in refs)),
                category=told[1] if told else "",
            )
        return found


def _figures(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())
