"""A line of the register as a sentence: who did what, to which records, in which shift.

The register keeps references and never contents, and no more is said here. A record that was erased keeps its number;
one that is known is called by its service's own reference.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from entente.duty.rolls import Shift
from entente.errors import Text
from entente.node import Node
from entente.oversight.lines import LINE_MARK, RegisterLine
from entente.oversight.misuse import flag_words

MOST_NAMED = 6

ACT_WORDS: dict[str, Text] = {
    "collection": Text("enregistrement", "recording"),
    "alteration": Text("rectification", "correction"),
    "consultation": Text("consultation", "reading"),
    "search": Text("recherche", "search"),
    "disclosure": Text("communication", "disclosure"),
    "combination": Text("rapprochement", "matching"),
    "erasure": Text("effacement", "erasure"),
    "refusal": Text("refus", "refusal"),
    "flag": Text("signalement", "flag"),
}
OUTCOME_WORDS: dict[str, Text] = {
    "lawful": Text("licite", "lawful"),
    "to_follow": Text("à suivre", "to follow up"),
}
_LOOKED: dict[str, Text] = {
    "register": Text("a consulté le registre", "looked into the register"),
    "flags": Text("a consulté les signalements", "looked at the flags"),
    "subject": Text(
        "a cherché dans tous les fonds pour une personne concernée",
        "searched all that is kept for a data subject",
    ),
    "register/csv": Text(
        "a pris un extrait du registre (tableau)", "took an extract of the register (table)"
    ),
    "register/jsonl": Text(
        "a pris un extrait du registre (avec preuve)", "took an extract of the register (with proof)"
    ),
}


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A line as the page shows it. records: their references, the first few; more: how many others."""

    line: RegisterLine
    did: Text
    records: tuple[Text, ...]
    more: int
    shift: Shift | None

    @property
    def is_desk(self) -> bool:
        """Whether a desk of the node did it, and no person."""
        return self.line.officer.startswith("desk:")


def shown_lines(node: Node, lines: Sequence[RegisterLine]) -> tuple[Shown, ...]:
    """Lines with the references of their records and the shifts that they were written in."""
    named = {record for line in lines for record in line.records[:MOST_NAMED]}
    rows = node.store.current(sorted(named))
    references = {record: row.header.reference or "" for record, row in rows.items()}
    return tuple(
        Shown(
            line=line,
            did=did_words(line),
            records=tuple(
                _record(record, references.get(record, "")) for record in line.records[:MOST_NAMED]
            ),
            more=max(0, len(line.records) - MOST_NAMED),
            shift=node.duty.rolls.shifts.get(line.shift),
        )
        for line in lines
    )


def did_words(line: RegisterLine) -> Text:
    """What was done, in words, without who and when."""
    if not line.readable:
        return Text("ligne altérée : son contenu ne se lit plus", "damaged line: its content cannot be read")
    if line.looked_at in _LOOKED:
        return _LOOKED[line.looked_at]
    if line.act == "flag":
        if line.of is not None:
            outcome = OUTCOME_WORDS.get(line.outcome, Text(line.outcome, line.outcome))
            return Text(
                f"a conclu sur le signalement {line.of} : {outcome.fr}",
                f"concluded on flag {line.of}: {outcome.en}",
            )
        return flag_words(line.rule, line.officer.rpartition("/")[2], line.found)
    count = len(line.records)
    found = line.found if line.found is not None else count
    told: dict[str, Text] = {
        "collection": Text(f"a enregistré {_fiches(count)}", f"recorded {_records(count)}"),
        "alteration": Text(f"a rectifié {_fiches(count)}", f"corrected {_records(count)}"),
        "consultation": Text(f"a consulté {_fiches(count)}", f"looked at {_records(count)}")
        if count
        else Text("a consulté une liste", "looked at a list"),
        "search": Text(f"a cherché : {_fiches(found)}", f"searched: {_records(found)}"),
        "disclosure": Text(f"a communiqué {_fiches(count)}", f"disclosed {_records(count)}"),
        "combination": Text(
            f"a rapproché {line.compared or 0} entités : {found} liens possibles",
            f"matched {line.compared or 0} entities: {found} possible links",
        ),
        "erasure": Text(f"a effacé {_fiches(count)}", f"erased {_records(count)}"),
        "refusal": Text("s’est vu refuser un acte", "was refused an act"),
    }
    return told.get(line.act, Text(line.act, line.act))


def _fiches(count: int) -> str:
    return "aucune fiche" if not count else "une fiche" if count == 1 else f"{count} fiches"


def _records(count: int) -> str:
    return "no record" if not count else "one record" if count == 1 else f"{count} records"


def _record(record: str, reference: str) -> Text:
    if record.startswith(LINE_MARK):
        number = record[len(LINE_MARK) :]
        return Text(f"ligne {number}", f"line {number}")
    return Text(reference or record, reference or record)
