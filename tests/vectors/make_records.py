"""Releases of one record: what verifies, and what is refused of each sort of wrong."""

from __future__ import annotations

import json
from typing import Any

from make_parts import (
    ALL,
    DOVER,
    IMPOSTOR,
    PARTS,
    SIGNED,
    WHOLE,
    WHOLE_TEXT,
    Json,
    Vector,
    base64url,
    compact,
    digest_of,
    header,
    part,
    release,
    sign,
    signing_secret,
    statement,
)

from entente.model.signing import SigningKey


def _record(name: str, about: str, text: Json | str, outcome: str = "ok", **expected: Any) -> Vector:
    written = text if isinstance(text, str) else compact(text)
    return {"name": name, "about": about, "release": written, "expected": {"outcome": outcome, **expected}}


def _flip_first_letter(text: str) -> str:
    place = text.index("Six")
    return text[:place] + "Dix" + text[place + 3 :]


def records() -> list[Vector]:
    """Releases of one record, each as the JSON text that arrives."""
    new_field = header([PARTS[0]], entente="1.1", urgency="high")
    newer_parts = [
        part("statement/s1", {**statement(1), "mood": "calm"}),
        part("drone/d1", {"height_m": 60}),
    ]
    twins = [PARTS[0], part("statement/s1", statement(1, certainty="possible"), "f" * 32)]
    head, payload, signature = SIGNED.split(".")
    crit = b'{"alg":"Ed25519","kid":"lille/1","crit":["b64"],"b64":true}'
    other_payload = sign(header(ALL, handling=["H0"])).split(".")[1]
    found = [
        _record(
            "all_parts",
            "Every part that may leave, and the private one left out.",
            release(PARTS, SIGNED),
            parts=["statement/s1", "statement/s2", "statement/s3"],
            withheld=1,
            digest=digest_of(WHOLE_TEXT),
        ),
        _record(
            "one_part",
            "Two statements and the private part are left out; what is left still bears the signature.",
            release([PARTS[1]], SIGNED),
            parts=["statement/s2"],
            withheld=3,
            digest=digest_of(WHOLE_TEXT),
        ),
        _record(
            "parts_in_another_order",
            "The order of parts says nothing.",
            release([PARTS[2], PARTS[0]], SIGNED),
            parts=["statement/s3", "statement/s1"],
            withheld=2,
            digest=digest_of(WHOLE_TEXT),
        ),
        _record(
            "no_part", "A header alone: what was left out is seen.", release([], SIGNED), parts=[], withheld=4
        ),
        _record(
            "newer_minor_version",
            "Version 1.1 adds a field to the header: carried, and named as unknown.",
            release([PARTS[0]], sign(new_field)),
            parts=["statement/s1"],
            withheld=0,
            unknown=["$.urgency"],
        ),
        _record(
            "newer_minor_version_parts",
            "Version 1.1 adds a field to a statement and a kind of part.",
            release(newer_parts, sign(header(newer_parts, entente="1.1"))),
            parts=["statement/s1", "drone/d1"],
            withheld=0,
            unknown=["$.mood", "drone/d1"],
        ),
        _record(
            "passed_on_unchanged",
            "Who passes a record on leaves the signature as it is; only basis and audience are its own.",
            release([PARTS[0]], SIGNED, basis="UK-NL-2031", audience=["UK-NCA"]),
            parts=["statement/s1"],
            withheld=3,
        ),
        _record(
            "part_altered",
            "One word of a statement was changed.",
            release([_flip_first_letter(PARTS[0])], SIGNED),
            "part_not_signed",
        ),
        _record(
            "part_added",
            "A statement that the originator never made.",
            release([*PARTS, part("statement/s9", statement(9))], SIGNED),
            "part_not_signed",
        ),
        _record(
            "part_twice", "The same part twice.", release([PARTS[0], PARTS[0]], SIGNED), "part_not_signed"
        ),
        _record(
            "part_rewritten_with_spaces",
            "The same meaning in other bytes is another part.",
            release([json.dumps(json.loads(PARTS[0]), ensure_ascii=False)], SIGNED),
            "part_not_signed",
        ),
        _record(
            "two_parts_of_one_name",
            "Both were signed, and nobody can say which is meant.",
            release(twins, sign(header(twins))),
            "unreadable",
        ),
        _record(
            "header_altered",
            "H1 became H0, the signature stayed.",
            release([], f"{head}.{other_payload}.{signature}"),
            "signature_wrong",
        ),
        _record(
            "no_signature", "A header without one.", release([], f"{head}.{payload}."), "signature_wrong"
        ),
        _record(
            "algorithm_none",
            "The message says that it need not be verified.",
            release([], f"{base64url(compact({'alg': 'none', 'kid': 'lille/1'}).encode())}.{payload}."),
            "signature_wrong",
        ),
        _record(
            "not_a_jws",
            "Something else where the JWS should be.",
            release([], "lille"),
            "signature_unreadable",
        ),
        _record(
            "impostor",
            "Another key under Lille's name.",
            release([], sign(WHOLE, IMPOSTOR)),
            "signature_wrong",
        ),
        _record(
            "key_not_pinned",
            "A key that nobody pinned.",
            release([], sign(WHOLE, SigningKey.from_secret("brest/1", signing_secret("brest")))),
            "key_not_pinned",
        ),
        _record(
            "originator_not_signer",
            "Dover signs a record that says it is from Lille.",
            release([], sign(WHOLE, DOVER)),
            "originator_not_signer",
        ),
        _record(
            "unknown_field_within_a_version",
            "Version 1.0 knows no such field.",
            release([], sign({**WHOLE, "urgency": "high"})),
            "unreadable",
        ),
        _record(
            "unknown_part_within_a_version",
            "Version 1.0 knows no such part.",
            release([newer_parts[1]], sign(header(newer_parts))),
            "unreadable",
        ),
        _record(
            "next_major_version",
            "Version 2.0 is refused with a code of its own, so that the operator knows what to do.",
            release([], sign({**WHOLE, "entente": "2.0"})),
            "version_unknown",
        ),
        _record(
            "version_that_is_no_number",
            "“1.²” looks like a number to some languages.",
            release([], sign({**WHOLE, "entente": "1.²"})),
            "unreadable",
        ),
        _record(
            "version_of_the_release",
            "The header is of version 1.0, what it came in of 2.0.",
            release([], SIGNED, version="2.0"),
            "version_unknown",
        ),
        _record(
            "newer_version_of_the_release",
            "What a header comes in may be of a newer minor version than the header.",
            release([PARTS[0]], SIGNED, version="1.9"),
            parts=["statement/s1"],
            withheld=3,
        ),
        _record(
            "extension_that_must_be_understood",
            "A head of a signature with “crit”: there is no extension.",
            release([], f"{base64url(crit)}.{payload}.{signature}"),
            "signature_unreadable",
        ),
        _record(
            "number_beyond_all_numbers",
            "1e999 is infinity to some readers and an error to others.",
            release([huge := '["' + "0" * 32 + '","conditions",1e999]'], sign(header([huge]))),
            "unreadable",
        ),
        _record(
            "whole_number_beyond_a_double",
            "2^53 + 1 is 2^53 to some readers.",
            release([], sign(WHOLE_TEXT.replace('"version":1', '"version":9007199254740993', 1))),
            "unreadable",
        ),
        _record(
            "key_twice_in_the_header",
            "Two purposes: two readers would read two records.",
            release([], sign(WHOLE_TEXT.replace('"matter"', '"purpose":"prosecution","matter"', 1))),
            "unreadable",
        ),
        _record(
            "key_twice_in_the_release",
            "The same, outside the signature.",
            compact(release([], SIGNED)).replace('"basis"', '"basis":"none","basis"', 1),
            "unreadable",
        ),
        _record(
            "short_salt",
            "A salt of fewer than 128 bits (22 letters) lets the content be guessed from its digest.",
            release([short := part("statement/s1", statement(1), "abc")], sign(header([short]))),
            "unreadable",
        ),
        _record(
            "not_a_number",
            "NaN is no JSON.",
            release([nan := '["' + "0" * 32 + '","conditions",NaN]'], sign(header([nan]))),
            "unreadable",
        ),
        _record(
            "nested_too_deep",
            "More than 40 levels.",
            release(
                [deep := '["' + "0" * 32 + '","conditions",' + "[" * 60 + "]" * 60 + "]"],
                sign(header([deep])),
            ),
            "unreadable",
        ),
        _record(
            "half_a_character",
            "A lone surrogate is no text and has no bytes.",
            compact(release([], SIGNED)).replace('"parts":[]', '"parts":["\\ud800"]'),
            "unreadable",
        ),
        _record(
            "time_without_zone",
            "Times are UTC and say so.",
            release([], sign({**WHOLE, "said_at": "2031-10-18T21:50:00"})),
            "unreadable",
        ),
        _record(
            "person_without_category",
            "Every person carries a category (CAT-1).",
            release(
                [bare := part("statement/s1", statement(1, entities=[{"id": "e1", "kind": "person"}]))],
                sign(header([bare])),
            ),
            "unreadable",
        ),
        _record(
            "assessment_without_author",
            "An assessment names its author and what it rests on (FACT-1).",
            release([lone := part("statement/s1", statement(1, basis="assessment"))], sign(header([lone]))),
            "unreadable",
        ),
        _record(
            "grade_of_no_scheme",
            "Z9 exists in no scheme.",
            release(
                [
                    graded := part(
                        "statement/s1",
                        statement(1, grade={"scheme": "admiralty", "source": "Z", "information": "9"}),
                    )
                ],
                sign(header([graded])),
            ),
            "unreadable",
        ),
    ]
    for field in ("purpose", "matter", "handling", "compartment", "review_by", "erase_by", "said_at"):
        lacking = {name: value for name, value in WHOLE.items() if name != field}
        found.append(
            _record(
                f"header_without_{field}",
                f"A header without {field}.",
                release([], sign(lacking)),
                "unreadable",
            )
        )
    return found
