"""What two nodes say beside messages: receipts that Lille gives to Dover, and requests that Lille makes of Dover."""

from __future__ import annotations

from typing import Any

from make_parts import AT, DOVER, IMPOSTOR, Json, Vector, digest_of, sign

INCARNATION = "0192f3a05c0070008000f001"
ITEMS: list[list[Any]] = [
    [1, digest_of("one"), "accepted"],
    [2, digest_of("two"), "refused", "handling_missing"],
    [3, digest_of("three"), "seen"],
]


def _said(**changed: Any) -> Json:
    said = {
        "entente": "1.0",
        "node": "lille",
        "of": "dover",
        "incarnation": INCARNATION,
        "lane": "routine",
        "items": ITEMS,
        "at": AT,
    }
    return {name: value for name, value in {**said, **changed}.items() if value is not None}


def receipts() -> list[Vector]:
    """Receipts of Lille for what Dover sent it, as Dover fetches them."""

    def one(name: str, about: str, signed: str, outcome: str = "ok", **expected: Any) -> Vector:
        told = {"outcome": outcome, **expected}
        return {"name": name, "about": about, "from": "lille", "receipts": signed, "expected": told}

    whole = [[*item, None][:4] for item in ITEMS]
    longer = [[*item, "by officer"] for item in whole]
    head, payload, _ = sign(_said()).split(".")
    other = sign(_said(lane="life")).split(".")[2]
    return [
        one("good", "Three steps of three messages in one lane.", sign(_said()), items=whole),
        one("nothing_to_acknowledge", "No item.", sign(_said(items=[])), items=[]),
        one(
            "newer_minor_version",
            "Version 1.2 adds a field, and a fifth place to each item: both are left aside.",
            sign(_said(entente="1.2", weather="fog", items=longer)),
            items=whole,
        ),
        one("of_another_node", "What Brest was sent.", sign(_said(of="brest")), "receipt_not_ours"),
        one("in_anothers_name", "Lille signs and says Dover.", sign(_said(node="dover")), "receipt_not_ours"),
        one("signed_by_another", "Our own key on Lille's receipts.", sign(_said(), DOVER), "key_not_pinned"),
        one("impostor", "Another key under Lille's name.", sign(_said(), IMPOSTOR), "signature_wrong"),
        one(
            "signature_of_others",
            "The signature of other receipts.",
            f"{head}.{payload}.{other}",
            "signature_wrong",
        ),
        one("next_major_version", "Version 2.0.", sign(_said(entente="2.0")), "version_unknown"),
        one("no_version", "None at all.", sign(_said(entente=None)), "unreadable"),
        one("unknown_field", "Version 1.0 knows no such field.", sign(_said(weather="fog")), "unreadable"),
        one("item_of_five", "Version 1.0 knows four places.", sign(_said(items=longer)), "unreadable"),
        one(
            "unknown_step",
            "There is no such step on the ladder.",
            sign(_said(items=[[1, digest_of("one"), "forgotten"]])),
            "unreadable",
        ),
        one("unknown_lane", "There is no such lane.", sign(_said(lane="express")), "unreadable"),
        one(
            "time_without_zone", "Times say their zone.", sign(_said(at="2031-10-18T21:50:00")), "unreadable"
        ),
        one(
            "time_outside_the_calendar",
            "In the first hours of year 1 it was still the year before elsewhere.",
            sign(_said(at="0001-01-01T00:00:00+14:00")),
            "unreadable",
        ),
    ]


def requests() -> list[Vector]:
    """Requests of Lille as they reach Dover, each with the signature that came with it."""
    target = f"/v1/lanes/routine?after=41&incarnation={INCARNATION}"

    def one(
        name: str,
        about: str,
        outcome: str = "ok",
        *,
        signed: str | None = None,
        said: Json | None = None,
        **given: Any,
    ) -> Vector:
        expected: Json = {"outcome": outcome}
        if outcome == "ok":
            expected |= {"partner": "lille", "clock_off_s": given.pop("clock_off_s", 0)}
        came = {"method": "GET", "target": target, "body": "", "now": AT, **given}
        signature = sign(asked(**(said or {}))) if signed is None else signed
        return {"name": name, "about": about, **came, "signature": signature, "expected": expected}

    def asked(**changed: Any) -> Json:
        said = {
            "entente": "1.0",
            "issuer": "lille",
            "recipient": "dover",
            "method": "GET",
            "target": target,
            "digest": digest_of(""),
            "at": AT,
        }
        return {**said, **changed}

    wake = {"method": "POST", "target": "/v1/wake", "digest": digest_of('["life"]')}
    return [
        one("good", "What follows number 41 in a lane."),
        one(
            "with_a_body",
            "A wake; the digest is that of the body as it came.",
            said=wake,
            method="POST",
            target="/v1/wake",
            body='["life"]',
        ),
        one(
            "newer_minor_version",
            "Version 1.2 adds a field: left aside.",
            said={"entente": "1.2", "weather": "fog"},
        ),
        one(
            "clock_slow",
            "Lille's clock is ten minutes behind: said, and no ground to refuse.",
            said={"at": "2031-10-18T21:40:00Z"},
            clock_off_s=-600,
        ),
        one(
            "clock_fast_in_another_zone",
            "23:51 in Paris is one minute ahead.",
            said={"at": "2031-10-18T23:51:00+02:00"},
            clock_off_s=60,
        ),
        one(
            "another_number",
            "Signed for 41, asked for 40.",
            "request_not_signed",
            target=target.replace("41", "40"),
        ),
        one("another_method", "Signed as GET, came as POST.", "request_not_signed", method="POST"),
        one(
            "another_body",
            "The body was changed by a space.",
            "request_not_signed",
            said=wake,
            method="POST",
            target="/v1/wake",
            body='["life"] ',
        ),
        one(
            "to_another_node",
            "What Lille asked Brest, passed on to Dover.",
            "request_not_signed",
            said={"recipient": "brest"},
        ),
        one(
            "in_anothers_name", "Lille signs and says Brest.", "request_not_signed", said={"issuer": "brest"}
        ),
        one("impostor", "Another key under Lille's name.", "signature_wrong", signed=sign(asked(), IMPOSTOR)),
        one("no_signature", "Nothing in the header.", "signature_unreadable", signed=""),
        one("next_major_version", "Version 2.0.", "version_unknown", said={"entente": "2.0"}),
        one("unknown_field", "Version 1.0 knows no such field.", "unreadable", said={"weather": "fog"}),
        one("time_without_zone", "Times say their zone.", "unreadable", said={"at": "2031-10-18T21:50:00"}),
    ]
