"""Where a record came from and how far it has come: whose signature holds, on which basis it crossed, who has it.

Nothing is taken on trust because it lies on our own disk: the signature is checked whenever a record is shown.
"""

from __future__ import annotations

import hashlib
from typing import Any

from entente.errors import EntenteError, Text
from entente.exchange.protocol import LADDER, STEP_WORDS
from entente.model.strict import convert, strict_json
from entente.model.wire import Seal, open_seal, read_batch_root
from entente.policy.release import SAME_PARTY, VITAL_INTEREST
from entente.store.store import Reading, RecordRow
from entente.web.door import Visit
from entente.web.record_view import Step, ladder

_SIGNATURE = {
    "own": Text("Signée par la clé de ce nœud", "Signed by this node’s key"),
    "received": Text("Signature de l’émetteur vérifiée", "The originator’s signature holds"),
    "batch": Text("Ligne d’un lot signé, vérifiée à l’arrivée", "Row of a signed batch, verified on arrival"),
    "broken": Text(
        "La signature ne correspond pas à ce qui est affiché : ne vous y fiez pas, prévenez l’administrateur.",
        "The signature does not fit what is shown: do not rely on it, tell the administrator.",
    ),
}


def holders(visit: Visit, row: RecordRow) -> list[tuple[str, tuple[str, ...], tuple[Step, ...]]]:
    """Where this version is and at which step: (node, services, steps). Of a received record, ourselves."""
    node = visit.node
    if row.is_own:
        since = {
            partner: at for partner, _, at in node.exchange.steps([row.header.id]).get(row.header.id, ())
        }
        newest: dict[str, dict[str, Any]] = {}
        for one in node.exchange.holders(row.header.id):
            if one["version"] == row.header.version:
                held = newest.setdefault(one["partner"], {**one, "services": []})
                held["services"] = list(dict.fromkeys([*held["services"], *one["services"]]))
        return [
            (
                partner,
                tuple(one["services"]),
                ladder(one["step"], STEP_WORDS, LADDER, since.get(partner), one["code"] or ""),
            )
            for partner, one in sorted(newest.items())
        ]
    acted = [one for one in node.duty.rolls.answers.get(row.header.id, ()) if one.step == "acted_on"]
    step = "acted_on" if acted else "seen"
    at = acted[0].at if acted else None
    return [(node.store.node, row.audience or (), ladder(step, STEP_WORDS, LADDER, at))]


def signature(visit: Visit, reading: Reading) -> tuple[bool, str, Text]:
    """Whether the originator's signature holds over what is shown, by whose key, in words. Checked now, not remembered.

    A row of a holding shares one signature with thousands; that its batch is signed is checked, the path to it was when
    it came in (and `verify` checks all of it again).
    """
    node, row = visit.node, reading.row
    try:
        entry = node.store.follow(row.seq, 1)[0]
        if row.is_own:
            signer, signed = node.ring.verify(entry.signed, node=node.store.node)
            good = read_batch_root(signed).batch == row.batch if row.batch else signed == row.header_bytes
        elif row.batch:
            signer, _ = node.ring.verify(entry.signed, node=node.store.node)
            good, signer = True, row.header.node
        else:
            signer, signed = open_seal(convert(strict_json(entry.carried), Seal), node.ring)
            good = signed == row.header_bytes and signer == row.header.node
    except (EntenteError, ValueError, IndexError):
        return False, row.header.node, _SIGNATURE["broken"]
    promised = set(row.header.parts)
    good = good and all(
        hashlib.sha256(stored.part.content).hexdigest() in promised for stored in reading.parts
    )
    if not good:
        return False, signer, _SIGNATURE["broken"]
    return True, signer, _SIGNATURE["own" if row.is_own else "batch" if row.batch else "received"]


def basis(visit: Visit, row: RecordRow) -> Text | None:
    """On which legal basis it was transferred here, in words; its id where the agreement no longer has it."""
    if not row.basis:
        return None
    named = {one.id: one.name for one in visit.node.agreement.transfers}
    named[VITAL_INTEREST] = Text("intérêt vital", "vital interest")
    named[SAME_PARTY] = Text("au sein d’une même partie", "within one party")
    return named.get(row.basis, Text(row.basis, row.basis))
