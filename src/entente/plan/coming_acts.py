"""Which acts bring what a sheet wants into the plan: only those that change something, in an order that can be done.

A field that holds what the sheet says is left alone, two values in conflict are left to people, a date stays without a
reason, and nothing is claimed done or taken back from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from entente.formats.plan_terms import plain_of
from entente.model.plan_act import (
    Bilingual,
    Edited,
    EvidenceGiven,
    Field,
    Items,
    Opened,
    PlanAct,
    StatusClaimed,
    Value,
    ValueGiven,
    Words,
)
from entente.plan.coming_values import Importing, Notes, PlanOfImport, Step, Target, is_held
from entente.plan.drawing import in_order, standing
from entente.plan.values import PlanSaid

_SAID_IN_WORDS = ("reported_done", "blocked")


class Acts:
    """Which acts it takes to give targets what rows want of them."""

    def __init__(
        self, said: Iterable[PlanSaid], targets: Sequence[Target], by: Importing, notes: Notes
    ) -> None:
        self._said = in_order(said)
        self._targets = targets
        self._by = by
        self._notes = notes
        self._steps: list[Step] = []

    # --- which acts that takes

    def worked_out(self) -> PlanOfImport:
        """The steps and what is left; once."""
        for target in self._targets:
            if target.item is None:
                origin = f"{self._by.sheet}, {target.line}"
                opened = Opened(officer=self._by.officer, kind=target.kind, under=target.under, words=origin)
                self._steps.append(Step(key=target.key, line=target.line, act=opened))
                self._edit(target, "title", *target.wants.pop("title"))
        for target in self._targets:
            for field, wanted in target.wants.items():
                self._edit(target, field, *wanted)
            for field, names in target.links.items():
                self._link(target, field, names)
            self._evidence(target)
            self._claim(target)
            self._values(target)
        return PlanOfImport(steps=tuple(self._steps), notes=self._notes.in_order())

    def _edit(self, target: Target, field: Field, value: Value, line: int, why: str) -> None:
        state = target.item.field(field) if target.item else None
        current = state.current if state else ()
        if len(current) > 1:
            self._notes.add(line, "in_conflict", *_IN_CONFLICT)
            return
        if current and is_held(value, current[0].value):
            return
        if current and field == "due" and not self._by.reason.strip():
            self._notes.add(line, "date_without_reason", *_NO_REASON)
            return
        act = Edited(
            officer=self._by.officer,
            item=target.key,
            field=field,
            value=_fuller(value, current[0].value) if current else value,
            over=tuple(held.edit for held in current),
            words=" / ".join(filter(None, (self._by.reason.strip() if current else "", why))),
        )
        self._step(line, act)

    def _link(self, target: Target, field: Field, names: Sequence[tuple[str, int]]) -> None:
        """Measures by title, beside those that already stand there: an import takes none away."""
        state = target.item.field(field) if target.item else None
        held = state.current[0].value if state and state.current else None
        items = dict.fromkeys(held.items if isinstance(held, Items) else ())
        for name, line in names:
            key = name if line == 0 else self._named(name, line)
            if key == target.key:
                self._notes.add(line, "depends_on_itself", *_ITSELF)
            elif key is not None:
                items[key] = None
        if items:
            first = min((line for _, line in names if line), default=target.line)
            self._edit(target, field, Items(items=tuple(items)), first, "")

    def _named(self, name: str, line: int) -> str | None:
        title = Bilingual(fr=name, en=name)
        found = [one.key for one in self._targets if one.kind == "measure" and one.is_called(title)]
        if len(found) != 1:
            self._notes.add(
                line,
                "measure_not_found" if not found else "title_twice",
                f"« {name} » ne désigne pas une seule mesure ; le lien n’est pas fait.",
                f'"{name}" does not name one measure; the link is not made.',
            )
            return None
        return found[0]

    def _evidence(self, target: Target) -> None:
        known = {
            plain_of(text)
            for one in self._said
            if isinstance(one.act, EvidenceGiven) and one.act.item == target.key
            for text in (one.act.text.fr, one.act.text.en)
        }
        for text, line in target.evidence.items():
            if plain_of(text) not in known:
                known.add(plain_of(text))
                act = EvidenceGiven(officer=self._by.officer, item=target.key, text=self._by.said(text))
                self._step(line, act)

    def _claim(self, target: Target) -> None:
        """Never done, and never over a done: neither one that stands nor one that waits for the other side."""
        if target.status is None:
            return
        wanted, line = target.status
        status, said = wanted.plan_status(), wanted.words()
        text = f"{said.fr} / {said.en}"
        claims = [one for one in target.item.claims if one.is_current] if target.item else []
        if len(claims) > 1:
            self._notes.add(line, "in_conflict", *_IN_CONFLICT)
            return
        for claim in claims:
            if claim.status == "done":
                if wanted.state != "reported_done":
                    self._notes.add(line, "done_stands", *_DONE_STANDS)
                return
            if claim.status == status and (wanted.state not in _SAID_IN_WORDS or claim.words == text):
                return
        over = tuple(claim.id for claim in claims)
        self._step(
            line,
            StatusClaimed(officer=self._by.officer, item=target.key, status=status, over=over, words=text),
        )

    def _values(self, target: Target) -> None:
        given = {
            one.id: one.act
            for one in self._said
            if isinstance(one.act, ValueGiven) and one.act.indicator == target.key
        }
        stands = standing({id: act.corrects for id, act in given.items()})
        for span, (figure, percent, line) in target.values.items():
            same = [
                id
                for id in given
                if id in stands and (given[id].starts, given[id].ends) == (span.first, span.last)
            ]
            if any(given[id].value == figure.number for id in same):
                continue
            if len(same) > 1:
                self._notes.add(line, "in_conflict", *_IN_CONFLICT)
                continue
            before = given[same[0]] if same else None
            self._step(
                line,
                ValueGiven(
                    officer=self._by.officer,
                    indicator=target.key,
                    value=figure.number,
                    starts=span.first,
                    ends=span.last,
                    source=Bilingual(
                        fr=f"tableau « {self._by.sheet} », ligne {line}",
                        en=f'sheet "{self._by.sheet}", line {line}',
                    ),
                    quality=Bilingual(
                        fr="reprise d’un tableau, non vérifiée", en="taken from a sheet, not verified"
                    ),
                    is_count=before.is_count if before else not percent,
                    part_of=before.part_of if before else "",
                    corrects=tuple(same),
                ),
            )

    def _step(self, line: int, act: PlanAct) -> None:
        self._steps.append(Step(key=f"step:{len(self._steps) + 1}", line=line, act=act))


def _fuller(wanted: Value, held: Value) -> Value:
    """A text with the language that a sheet leaves out, unless the sheet changes the other: then it is asked for."""
    if not isinstance(wanted, Words) or not isinstance(held, Words):
        return wanted
    new, old = wanted.text, held.text
    if (new.fr and old.fr and new.fr != old.fr) or (new.en and old.en and new.en != old.en):
        return wanted
    return Words(text=Bilingual(fr=new.fr or old.fr, en=new.en or old.en))


_IN_CONFLICT = (
    "Le plan porte ici des valeurs qui s’opposent ; des personnes doivent d’abord trancher.",
    "The plan holds conflicting values here; people have to decide first.",
)
_NO_REASON = (
    "La date diffère de celle du plan ; elle ne se déplace pas sans motif.",
    "The date is not that of the plan; it does not move without a reason.",
)
_DONE_STANDS = (
    "Le plan porte « faite » ; seule une personne peut rouvrir.",
    "The plan says done; only a person can reopen it.",
)
_ITSELF = ("Une mesure ne dépend pas d’elle-même.", "A measure does not depend on itself.")
_NOT_OF_RECOMMENDATION = (
    "Une recommandation n’a ni responsable, ni dépendance, ni observation : ces cellules n’entrent pas.",
    "A recommendation has no owner, dependency or note: these cells do not come in.",
)
