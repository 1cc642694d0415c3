"""Messages from Lille as Dover fetches them: signed outside, sealed inside, refused at the door where they must be.

HPKE draws its chance anew each time, so a sealed part that still opens to the same content is kept as it stands.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from make_batches import whole_batch
from make_parts import (
    AT,
    DOVER,
    IMPOSTOR,
    LILLE,
    PARTS,
    SIGNED,
    Json,
    Vector,
    compact,
    digest_of,
    header,
    part,
    release,
    sealing_public,
    sealing_secret,
    sign,
    statement,
)

from entente.errors import EntenteError
from entente.exchange.envelope import SealingKey
from entente.model.signing import SigningKey


def outer(payload: str, **changed: Any) -> Json:
    """The outer part of a message from Lille to Dover."""
    said = {
        "entente": "1.0",
        "incarnation": "0192f3a0-5c00-7000-8000-00000000f001",
        "lane": "routine",
        "number": 1,
        "issuer": "lille",
        "recipient": "dover",
        "message": "0192f3a0-5c00-7000-8000-00000000e001",
        "digest": digest_of(payload),
        "size": len(payload.encode()),
        "at": AT,
    }
    return {**said, **changed}


def _sealed(payload: str, bound: str, to: str, kept: str) -> str:
    """Ciphertext for a node: the one in the file where it still opens to this payload, a new one otherwise."""
    own = SealingKey(private=sealing_secret(to))
    try:
        stands = bool(kept) and own.open(base64.b64decode(kept), bound.encode()) == payload.encode()
    except EntenteError:
        stands = False
    if stands:
        return kept
    return base64.b64encode(
        SealingKey(public=sealing_public(to)).seal(payload.encode(), bound.encode())
    ).decode()


def envelopes(kept: dict[str, str]) -> list[Vector]:
    """Messages from Lille as Dover fetches them. kept: sealed parts that stand in the file, by name of vector."""
    good = compact({"release": release(PARTS, SIGNED)})
    found: list[Vector] = []

    def add(
        name: str,
        about: str,
        *,
        payload: str = good,
        says: Json | None = None,
        key: SigningKey = LILLE,
        to: str = "dover",
        bound: str | None = None,
        mend: Callable[[str], str] = lambda sealed: sealed,
        outcome: str = "ok",
        **expected: Any,
    ) -> None:
        signed = sign(says or outer(payload), key)
        raw = _sealed(payload, bound or signed, to, kept.get(name, ""))
        envelope = {"outer": signed, "sealed": mend(raw)}
        vector = {"name": name, "about": about, "from": "lille", "envelope": compact(envelope)}
        # What was sealed, before anything was done to it: lets the next run keep it, and a reader see what is meant.
        found.append({**vector, "as_sealed": raw, "expected": {"outcome": outcome, **expected}})

    def sealed_release(text: str) -> str:
        return compact({"release": json.loads(text)})

    add("good", "One release, sealed to Dover.", records=1, payload_digest=digest_of(good))
    add("good_batch", "A whole batch.", payload=compact(whole_batch()), records=5)
    add("good_life", "The life lane.", says=outer(good, lane="life"), records=1)
    add(
        "newer_minor_version",
        "Version 1.3 adds a field to the outer part: set aside and named.",
        says=outer(good, entente="1.3", priority=9),
        records=1,
        unknown=["$.priority"],
    )
    newer = json.loads(good)
    newer["release"] |= {"entente": "1.3", "weather": "fog"}
    add(
        "newer_minor_version_inside",
        "The outer part is of version 1.0, the release in it of 1.3.",
        payload=compact(newer),
        records=1,
        unknown=["$.release.weather"],
    )
    add(
        "time_without_zone",
        "Times say their zone.",
        says=outer(good, at="2031-10-18T21:50:00"),
        outcome="unreadable",
    )
    add(
        "unknown_field",
        "Version 1.0 knows no such field.",
        says=outer(good, priority=9),
        outcome="unreadable",
    )
    add("next_major_version", "Version 2.0.", says=outer(good, entente="2.0"), outcome="version_unknown")
    add("impostor", "Signed by another key under Lille's name.", key=IMPOSTOR, outcome="signature_wrong")
    add("signed_by_another_partner", "Dover's key on Lille's page.", key=DOVER, outcome="key_not_pinned")
    add(
        "issuer_wrong",
        "Lille signs and says Dover.",
        says=outer(good, issuer="dover"),
        outcome="issuer_wrong",
    )
    add("sealed_to_another", "Sealed to Lille itself.", to="lille", outcome="seal_wrong")
    add(
        "put_in_another_envelope",
        "A sealed part bound to another outer part.",
        bound=sign(outer(good, number=7)),
        outcome="seal_wrong",
    )

    def flipped(sealed: str) -> str:
        raw = bytearray(base64.b64decode(sealed))
        raw[40] ^= 1
        return base64.b64encode(bytes(raw)).decode()

    add("ciphertext_altered", "One bit.", mend=flipped, outcome="seal_wrong")
    add("ciphertext_cut", "Shorter than a key.", mend=lambda sealed: sealed[:20], outcome="seal_wrong")
    add("nothing_sealed", "An empty sealed part, and no void.", mend=lambda _: "", outcome="seal_wrong")
    add("sealed_is_no_base64", "Stars.", mend=lambda _: "***", outcome="unreadable")
    add("sealed_is_no_ascii", "é.", mend=lambda _: "éééé", outcome="unreadable")
    add(
        "digest_wrong",
        "Another digest than that of the payload.",
        says=outer("{}", size=len(good.encode())),
        outcome="digest_wrong",
    )
    add(
        "size_wrong",
        "One byte too few.",
        says=outer(good, size=len(good.encode()) - 1),
        outcome="digest_wrong",
    )
    add(
        "too_large",
        "Announces more than 48 MiB.",
        says=outer(good, size=48 * 1024 * 1024 + 1),
        outcome="too_large",
    )
    add("payload_is_no_json", "Rubbish, well sealed.", payload="rubbish", outcome="unreadable")
    add(
        "payload_with_a_key_twice",
        "Two releases under one name.",
        payload='{"release":null,"release":null}',
        outcome="unreadable",
    )

    def door(
        name: str, about: str, outcome: str, said: Json, *, parts: list[str] | None = None, **of: Any
    ) -> None:
        signed = sign(header(parts or [], **said))
        payload = sealed_release(compact(release(parts or [], signed, **of)))
        add(name, about, payload=payload, outcome=outcome)

    door("no_handling_code", "A record without any.", "handling_missing", {"handling": []})
    door("no_matter", "A record of no matter.", "matter_missing", {"matter": " "})
    door("no_basis", "A transfer without a legal basis (TRF-1).", "transfer_missing", {}, basis=" ")
    door("above_the_ceiling", "SECRET.", "classification_above_ceiling", {"handling": ["H0", "SECRET"]})
    door(
        "audience_of_another_node", "A service of Lille's own.", "audience_elsewhere", {}, audience=["FR-PAF"]
    )
    door("audience_unknown", "A service of no one.", "service_unknown", {}, audience=["UK-NOBODY"])
    person = {"id": "e1", "kind": "person", "category": "suspect"}
    door(
        "suspect_by_statement",
        "Only a designation by named officers makes a suspect (CAT-3).",
        "category_not_designated",
        {},
        parts=[part("statement/s1", statement(1, entities=[person]))],
    )
    void = sign(outer("", void=True, digest=digest_of(""), size=0))
    found.append(
        {
            "name": "void",
            "about": "A slot that was withdrawn: signed, numbered, empty.",
            "from": "lille",
            "envelope": compact({"outer": void}),
            "expected": {"outcome": "ok", "void": True},
        }
    )
    return found
