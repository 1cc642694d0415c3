"""From a record back to the form in which its next version is written.

What comes out of the form unchanged makes the same draft again. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from entente.model.entity import Entity
from entente.model.name import Name
from entente.model.place import show
from entente.model.report import Draft, Routing, Statement
from entente.model.sighting import Sighting
from entente.model.wire import Header
from entente.web.report_draft import TRAITS
from entente.web.report_form import EntityTyped, IdentifierTyped, ReportTyped, StatementTyped


def draft_before(
    header: Header, statements: Sequence[Statement], routing: Routing | None, conditions: str | None
) -> Draft:
    """A recorded version as the draft that it was."""
    return Draft(
        kind=header.kind,
        service=header.service,
        purpose=header.purpose,
        matter=header.matter,
        compartment=header.compartment,
        regime=header.regime,
        handling=header.handling,
        conditions=conditions,
        grade=header.grade,
        statements=tuple(statements),
        recipients=routing.recipients if routing else (),
        lane=routing.lane if routing else None,
        said_at=header.said_at,
        reference=header.reference,
        under_review=header.under_review,
        replaces=header.id,
    )


def typed_of(draft: Draft, zone: ZoneInfo) -> ReportTyped:
    """The form that makes this draft again, to be corrected in."""
    return ReportTyped(
        kind=draft.kind,
        compartment=draft.compartment,
        regime=draft.regime or "",
        handling=draft.handling,
        conditions=draft.conditions or "",
        recipients=draft.recipients,
        lane=draft.lane or "",
        reference=draft.reference or "",
        said_at=f"{draft.said_at.astimezone(zone):%Y-%m-%dT%H:%M}" if draft.said_at else "",
        replaces=draft.replaces or "",
        under_review="1" if draft.under_review else "",
        statements=tuple(_statement_typed(one) for one in draft.statements) or (StatementTyped(id="s1"),),
    )


def _statement_typed(one: Statement) -> StatementTyped:
    seen = one.sighting or Sighting()
    position, persons = seen.position, seen.persons_on_board

    def said(number: float | None) -> str:
        return "" if number is None else str(round(number))

    return StatementTyped(
        id=one.id,
        text=one.wording.text,
        language=one.wording.language,
        basis=one.basis,
        author=one.author or "",
        grounds=one.grounds or "",
        source=one.grade.source,
        information=one.grade.information,
        scheme=one.grade.scheme,
        completeness=one.completeness,
        certainty=one.certainty,
        checked_on=one.checked_on.isoformat(),
        position=show(position) if position else "",
        within_m=said(position.uncertainty_m) if position else "",
        people_least=said(persons.at_least) if persons else "",
        people_most=said(persons.at_most) if persons else "",
        children=said(seen.children),
        missing=said(seen.missing),
        phase=seen.phase,
        entities=tuple(_entity_typed(entity) for entity in one.entities),
    )


def _entity_typed(one: Entity) -> EntityTyped:
    traits = {trait.kind: trait.value for trait in one.traits}
    full: Name | None = next((name for name in one.names if name.kind == "full"), None)
    return EntityTyped(
        id=one.id,
        kind=one.kind,
        name=full.written if full else "",
        others="; ".join(name.written for name in one.names if name is not full),
        category=one.category or "not_yet_assessed",
        birth=str(one.birth) if one.birth else "",
        age_band=one.age_band,
        **{kind: traits.get(kind, "") for kind in TRAITS},  # type: ignore[call-overload]
        identifiers=tuple(
            IdentifierTyped(
                kind=each.kind,
                written=each.written,
                region=each.region,
                since=str(each.held.start or "") if each.held else "",
                until=str(each.held.end or "") if each.held else "",
            )
            for each in one.identifiers
        ),
    )
