"""What the rows of a sheet want of the plan: which items they speak of, and what they say of each.

A title finds its item in the plan or begins one, the same whatever the order of the rows. Where two rows say two
things of one field the upper one counts and the lower one is named; an owner of the other side is only ever proposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from entente.formats.plan_cells import IndicatorRead, PlanRow, Recommendation
from entente.formats.plan_terms import plain_of
from entente.model.plan_act import (
    Bilingual,
    Day,
    Field,
    ItemKind,
    Number,
    Value,
    Words,
)
from entente.plan.coming_values import NEW, Importing, Notes, Target, is_held, texts_held
from entente.plan.drawing import draw
from entente.plan.values import Item, PlanSaid

_KINDS: tuple[ItemKind, ...] = ("workshop", "measure", "milestone", "indicator", "recommendation")


class Wants:
    """The items that rows speak of, those of the plan and those to be opened, with what the rows want of each."""

    def __init__(self, said: Iterable[PlanSaid], by: Importing) -> None:
        self._by = by
        self.notes = Notes()
        self.targets = [
            Target(item.id, item.kind, item.under, texts_held(item, "title"), item, source=_source_of(item))
            for item in draw(said).items
            if item.kind in _KINDS
        ]

    # --- which items the rows speak of

    def open_all(self, rows: Sequence[PlanRow]) -> None:
        """Make sure that every title has its item before any row is taken.

        A row that fills a title in may let an earlier one find its item by it. So all are looked at until nothing
        moves any more; else a second import of the same sheet would find what the first did not.
        """
        before = None
        while before != (now := [(one.key, one.titles, one.source) for one in self.targets]):
            before = now
            self.notes = Notes()
            self._open_each(rows)

    def _open_each(self, rows: Sequence[PlanRow]) -> None:
        """Rows that say where they belong go first.

        A bare title would else be found alone in one import and not in the next, and the order of rows decide what it
        is.
        """
        for row in rows:
            if row.workshop is not None:
                self._open(self._under("workshop", "", row.workshop), "workshop", "", row.workshop, row.line)
        for is_bare in (False, True):
            for row in rows:
                workshop = self._workshop_of(row)
                if row.measure is not None and (row.workshop is None) == is_bare:
                    if workshop is None and not is_bare:
                        continue
                    under = workshop.key if workshop else ""
                    self._open(self._measures(row.measure, workshop), "measure", under, row.measure, row.line)
        for row in rows:
            measure = self._measure_of(row)
            if measure is not None and row.milestone is not None:
                found = self._under("milestone", measure.key, row.milestone)
                self._open(found, "milestone", measure.key, row.milestone, row.line)
            if measure is not None and row.indicator is not None:
                name = row.indicator.name
                found = self._under("indicator", measure.key, name)
                self._open(found, "indicator", measure.key, name, row.line)
        for is_bare in (False, True):
            for row in rows:
                asked = row.recommendation
                if asked is not None and (not asked.source) == is_bare:
                    title = _title_of(asked)
                    target = self._open(self._asked(asked), "recommendation", "", title, row.line)
                    if target is not None:
                        target.source = target.source or asked.source

    def _under(self, kind: ItemKind, under: str, title: Bilingual) -> list[Target]:
        return [
            one for one in self.targets if one.kind == kind and one.under == under and one.is_called(title)
        ]

    def _measures(self, title: Bilingual, workshop: Target | None) -> list[Target]:
        """Under its workshop, else in none; where the row names no workshop, in none, else anywhere."""
        called = [one for one in self.targets if one.kind == "measure" and one.is_called(title)]
        bare = [one for one in called if not one.under]
        if workshop is None:
            return bare or called
        return [one for one in called if one.under == workshop.key] or bare

    def _asked(self, read: Recommendation) -> list[Target]:
        return [
            one
            for one in self.targets
            if one.kind == "recommendation"
            and one.is_called(_title_of(read))
            and (not one.source or not read.source or plain_of(one.source) == plain_of(read.source))
        ]

    def _open(
        self, found: Sequence[Target], kind: ItemKind, under: str, title: Bilingual, line: int
    ) -> Target | None:
        """The one that was found, with its title made fuller, or a new one; None where there are several."""
        if len(found) > 1:
            return None
        if found:
            target = found[0]
        else:
            new = sum(one.item is None for one in self.targets)
            target = Target(f"{NEW}{new + 1}", kind, under, [], line=line)
            self.targets.append(target)
        self._title(target, title, line)
        return target

    def _title(self, target: Target, title: Bilingual, line: int) -> None:
        """Titles given language by language over several rows are one; the first words of each language count.

        What the plan calls an item goes before any row: a sheet fills in a language, and renames nothing.
        """
        held = texts_held(target.item, "title") if target.item else []
        if len(held) > 1:
            target.wants["title"] = Words(text=title), line, ""
            return
        before = target.wants.get("title")
        if before is not None and isinstance(before[0], Words):
            known, line_before = before[0].text, before[1]
        elif held:
            known, line_before = held[0], line
        else:
            known, line_before = title, line
        pairs = ((known.fr, title.fr), (known.en, title.en))
        if any(mine and other and plain_of(mine) != plain_of(other) for mine, other in pairs):
            self.notes.add(
                line, *(("title_differs", *_TITLE_DIFFERS) if held else ("said_twice", *_SAID_TWICE))
            )
        fuller = Bilingual(fr=known.fr or title.fr, en=known.en or title.en)
        target.wants["title"] = Words(text=fuller), line_before, ""
        target.titles = [fuller]

    def _workshop_of(self, row: PlanRow) -> Target | None:
        found = self._under("workshop", "", row.workshop) if row.workshop is not None else []
        return found[0] if len(found) == 1 else None

    def _measure_of(self, row: PlanRow) -> Target | None:
        workshop = self._workshop_of(row)
        if row.measure is None or (row.workshop is not None and workshop is None):
            return None
        found = self._measures(row.measure, workshop)
        return found[0] if len(found) == 1 else None

    def _only(self, found: Sequence[Target], title: Bilingual, line: int) -> Target | None:
        if len(found) == 1:
            return found[0]
        cut = title.fr or title.en
        self.notes.add(
            line,
            "title_twice",
            f"Le plan a plusieurs éléments « {cut} » ; la ligne n’y touche pas.",
            f'The plan has several items "{cut}"; the row touches none of them.',
        )
        return None

    # --- what the rows want

    def take(self, row: PlanRow) -> None:
        workshop = measure = None
        if row.workshop is not None:
            workshop = self._only(self._under("workshop", "", row.workshop), row.workshop, row.line)
            if workshop is None:
                return
        if row.measure is not None:
            measure = self._only(self._measures(row.measure, workshop), row.measure, row.line)
            if measure is None:
                return
        subject = measure
        if measure is not None and row.milestone is not None:
            found = self._under("milestone", measure.key, row.milestone)
            subject = self._only(found, row.milestone, row.line)
        noted = subject
        if measure is not None and row.indicator is not None:
            name = row.indicator.name
            indicator = self._only(self._under("indicator", measure.key, name), name, row.line)
            if indicator is not None:
                self._indicator(indicator, row.indicator, row.line)
                if row.milestone is None and {"measure_fr", "measure_en"} & set(row.inherited):
                    noted = indicator
        if row.recommendation is not None:
            asked = self._recommendation(row.recommendation, measure, row.line)
            subject = asked if measure is None else subject
        if measure is not None:
            self._owners(measure, row)
            for other in row.depends_on:
                measure.links.setdefault("depends_on", []).append((other, row.line))
        elif row.owner_FR or row.owner_UK or row.depends_on or row.note:
            self.notes.add(row.line, "not_of_recommendation", *_NOT_OF_RECOMMENDATION)
        if noted is not None and row.note:
            self._want(noted, "text", Words(text=self._by.said(row.note)), row.line)
        if subject is not None:
            self._of_subject(subject, row)

    def _of_subject(self, subject: Target, row: PlanRow) -> None:
        if row.due is not None:
            said = row.due.read_as()
            period = f"{said.fr} / {said.en}" if row.due.is_period else ""
            self._want(subject, "due", Day(day=row.due.last), row.line, period)
        if row.status is not None:
            if subject.status is not None and subject.status[0] != row.status:
                self.notes.add(row.line, "said_twice", *_SAID_TWICE)
            subject.status = subject.status or (row.status, row.line)
        if row.evidence:
            subject.evidence.setdefault(row.evidence, row.line)

    def _want(self, target: Target, field: Field, value: Value, line: int, why: str = "") -> None:
        before = target.wants.setdefault(field, (value, line, why))
        if before[0] != value:
            self.notes.add(line, "said_twice", *_SAID_TWICE)

    def _owners(self, measure: Target, row: PlanRow) -> None:
        for party, written in (("FR", row.owner_FR), ("UK", row.owner_UK)):
            if written is None:
                continue
            owners = self._by.owners(written)
            field: Field = "owner_FR" if party == "FR" else "owner_UK"
            if party == self._by.party:
                self._want(measure, field, owners, row.line)
                continue
            state = measure.item.field(field) if measure.item else None
            if state is None or not any(is_held(owners, held.value) for held in state.current):
                title = measure.titles[0]
                others = f" ({', '.join(owners.alternates)})" if owners.alternates else ""
                self.notes.add(
                    row.line,
                    "proposed_for_other_side",
                    f"Proposé à l’autre partie ({party}) pour « {title.fr or title.en} » : {owners.owner}{others}.",
                    f'Proposed for the other side ({party}) for "{title.en or title.fr}": {owners.owner}{others}.',
                )

    def _indicator(self, target: Target, read: IndicatorRead, line: int) -> None:
        figures = (read.baseline, read.target, read.value)
        percent = any(one is not None and one.is_percent for one in figures)
        unit = read.unit or ("%" if percent else "")
        if unit:
            both = Bilingual(fr="%", en="%") if unit == "%" else self._by.said(unit)
            self._want(target, "unit", Words(text=both), line)
        if read.baseline is not None:
            self._want(target, "baseline", Number(number=read.baseline.number), line)
        if read.target is not None:
            self._want(target, "target", Number(number=read.target.number), line)
        if read.period_words:
            self._want(target, "period", Words(text=self._by.said(read.period_words)), line)
        if read.value is None:
            return
        if read.period is None:
            self.notes.add(line, "value_without_period", *_NO_PERIOD)
            return
        before = target.values.setdefault(read.period, (read.value, percent or unit == "%", line))
        if before[0].number != read.value.number:
            self.notes.add(line, "said_twice", *_SAID_TWICE)

    def _recommendation(self, read: Recommendation, measure: Target | None, line: int) -> Target | None:
        target = self._only(self._asked(read), _title_of(read), line)
        if target is None:
            return None
        if read.text is not None:
            self._want(target, "text", Words(text=read.text), line)
        if read.source:
            self._want(target, "source", Words(text=self._by.said(read.source)), line)
        if read.answer:
            self._want(target, "definition", Words(text=self._by.said(read.answer)), line)
        links = target.links.setdefault("answered_by", [])
        if measure is not None:
            links.append((measure.key, 0))
        links += [(name, line) for name in read.maps_to]
        return target


def _title_of(read: Recommendation) -> Bilingual:
    """What a recommendation is called: its number, else its text."""
    if read.number or read.text is None:
        return Bilingual(fr=read.number, en=read.number)
    return read.text


def _source_of(item: Item) -> str:
    return next((text.fr or text.en for text in texts_held(item, "source")), "")


_SAID_TWICE = (
    "Une ligne au-dessus dit autre chose du même champ ; c’est elle qui compte.",
    "A row above says something else of the same field; that one counts.",
)
_NO_PERIOD = (
    "La valeur n’entre pas : le tableau n’en donne pas la période en jours.",
    "The value does not come in: the sheet does not give its period in days.",
)
_NOT_OF_RECOMMENDATION = (
    "Une recommandation n’a ni responsable, ni dépendance, ni observation : ces cellules n’entrent pas.",
    "A recommendation has no owner, dependency or note: these cells do not come in.",
)
_TITLE_DIFFERS = (
    "Le plan porte un autre intitulé ; c’est le sien qui reste.",
    "The plan has another title for this; the plan’s stays.",
)
