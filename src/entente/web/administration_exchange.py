"""Administration, with whom and under what: partners, keys, the agreement and its versions.

A key is pinned by a named person who read its fingerprint aloud with somebody there. A version of the agreement is laid
open in words before anybody adopts it, and who proposed it does not adopt it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from starlette.responses import Response

from entente.errors import EntenteError, Malformed, Text
from entente.keeping import (
    check_next,
    compare_key,
    decide_agreement,
    digest_of,
    enter_partner,
    fingerprint_of,
    propose_agreement,
    read_identity,
    waiting_agreement,
    withdraw_partner,
)
from entente.model.fingerprint import fingerprint
from entente.model.office_act import KeyCompared
from entente.model.strict import convert, strict_json
from entente.policy.agreement import Agreement, Role
from entente.settings import PartnerPinned
from entente.web.administration import OURS, access_to_administer
from entente.web.agreement_words import differences, opens_words, transfer_words
from entente.web.door import ADMINISTERS, Door, Visit
from entente.web.site import status_of

AGREES: frozenset[Role] = frozenset({"administrator", "coordinator"})


class PartnerShown(msgspec.Struct, frozen=True, kw_only=True):
    """A pinned partner on the page: its fingerprint, what waits for it, when the key was last compared."""

    pinned: PartnerPinned
    party: str
    fingerprint: str
    waiting: int
    compared: Any = None


# -- partners -------------------------------------------------------------------------------------------------------


def show_partners(visit: Visit) -> Response:
    """With whom this node exchanges."""
    return _partners_page(visit)


def _partners_page(
    visit: Visit, error: EntenteError | None = None, found: PartnerPinned | None = None
) -> Response:
    node = visit.node
    compared = {
        noted.act.node: noted
        for noted in node.duty.rolls.administration
        if isinstance(noted.act, KeyCompared)
    }
    shown = [
        PartnerShown(
            pinned=one,
            party=node.agreement.party_of(one.node),
            fingerprint=fingerprint_of(one),
            waiting=_waiting(node.exchange.pending(one.node)),
            compared=compared.get(one.node),
        )
        for one in node.settings.partners
    ]
    return visit.page(
        "administration_partners.html",
        status_of(error) if error else 200,
        partners=shown,
        own=fingerprint(node.store.secrets.identity()),
        found=found,
        found_fingerprint=fingerprint_of(found) if found else "",
        error=error,
        typed=visit.form,
        identity=_written(visit) if visit.form.names() else "",
    )


def _waiting(pending: Mapping[Any, int]) -> int:
    return sum(pending.values())


def _written(visit: Visit) -> str:
    """What was pasted, else what was uploaded."""
    pasted = visit.form.one("content")
    if pasted or "file" not in visit.form.files:
        return pasted
    return visit.form.files["file"][1].decode("utf-8", "replace").strip()


def pin(visit: Visit) -> Response:
    """Read an identity and show its fingerprint; pin it once somebody is named who read the same."""
    form = visit.form
    try:
        identity = strict_json(_written(visit).encode())
        found = read_identity(visit.node, identity, form.one("address"))
        if not form.one("compared"):
            return _partners_page(visit, found=found)
        if form.one("fingerprint") != fingerprint_of(found):
            raise Malformed(
                "fingerprint_changed",
                Text(
                    fr="Ce n’est plus l’identité dont l’empreinte était montrée.",
                    en="This is no longer the identity whose fingerprint was shown.",
                ),
                Text(
                    fr="Relisez l’empreinte avec le partenaire.",
                    en="Read the fingerprint with the partner again.",
                ),
            )
        try:
            partner = enter_partner(
                visit.node,
                access_to_administer(visit),
                identity,
                form.one("address"),
                form.one("compared_with"),
            )
        except OURS as error:
            return _partners_page(visit, error, found)
    except OURS as error:
        return _partners_page(visit, error)
    return visit.to(
        "/administration/partners",
        Text(
            f"{partner.node} est épinglé ; l’échange commence.", f"{partner.node} is pinned; exchange begins."
        ),
    )


def compare(visit: Visit) -> Response:
    """Note that two people read a fingerprint to each other."""
    agrees = visit.form.one("agrees") == "yes"
    try:
        compare_key(
            visit.node,
            access_to_administer(visit),
            visit.form.one("partner"),
            visit.form.one("compared_with"),
            agrees=agrees,
        )
    except OURS as error:
        return _partners_page(visit, error)
    return visit.to(
        "/administration/partners",
        Text("La comparaison est notée.", "The comparison is noted.")
        if agrees
        else Text(
            "Noté : les empreintes diffèrent. Retirez ce partenaire jusqu’à ce qu’on sache pourquoi.",
            "Noted: the fingerprints differ. Withdraw this partner until it is known why.",
        ),
    )


def withdraw(visit: Visit) -> Response:
    """Exchange with a partner no more."""
    name = visit.form.one("partner")
    try:
        withdraw_partner(visit.node, access_to_administer(visit), name, visit.form.one("reason"))
    except OURS as error:
        return _partners_page(visit, error)
    return visit.to(
        "/administration/partners",
        Text(f"L’échange avec {name} est arrêté.", f"Exchange with {name} is stopped."),
    )


# -- this node's own key --------------------------------------------------------------------------------------------


def show_keys(visit: Visit) -> Response:
    """This node's identity, to be handed over and read aloud, and the head of its ledger."""
    node = visit.node
    identity = node.store.secrets.identity()
    entries, root, lines, register_root = node.store.roots()
    return visit.page(
        "administration_keys.html",
        fingerprint=fingerprint(identity),
        identity=json.dumps(identity),
        entries=entries,
        root=root.hex(),
        lines=lines,
        register_root=register_root.hex(),
    )


# -- the agreement --------------------------------------------------------------------------------------------------


def show_agreement(visit: Visit) -> Response:
    """The agreement in force in words, and a version that waits for a second person."""
    return _agreement_page(visit)


def _agreement_page(
    visit: Visit, error: EntenteError | None = None, read: Agreement | None = None
) -> Response:
    node = visit.node
    waiting = waiting_agreement(node)
    new = read or (waiting[2] if waiting else None)
    return visit.page(
        "administration_agreement.html",
        status_of(error) if error else 200,
        agreement=node.agreement,
        digest=digest_of(node.agreement),
        waiting=waiting,
        read=read,
        new_digest=digest_of(new) if new else "",
        changes=differences(node.agreement, new) if new else (),
        opens_words=opens_words,
        transfer_words=transfer_words,
        error=error,
        typed=visit.form,
        content=_written(visit) if visit.form.names() else "",
    )


def propose(visit: Visit) -> Response:
    """Read a next version and show what changes; propose it once that was read."""
    form = visit.form
    try:
        agreement = _read_agreement(_written(visit))
        check_next(visit.node, agreement)
        if form.one("digest") != digest_of(agreement):
            return _agreement_page(visit, read=agreement)
        try:
            propose_agreement(visit.node, access_to_administer(visit), agreement, form.one("reason"))
        except OURS as error:
            return _agreement_page(visit, error, agreement)
    except OURS as error:
        return _agreement_page(visit, error)
    return visit.to(
        "/administration/agreement",
        Text(
            "La version est proposée ; une autre personne la lit et l’adopte.",
            "The version is proposed; another person reads and adopts it.",
        ),
    )


def _read_agreement(written: str) -> Agreement:
    try:
        value = strict_json(written.encode()) if written.startswith("{") else tomllib.loads(written)
        agreement: Agreement = convert(value, Agreement)
    except ValueError as error:
        raise Malformed(
            "agreement_unreadable",
            Text(fr=f"Ce n’est pas du TOML lisible ({error}).", en=f"This is not readable TOML ({error})."),
            Text(fr="Rien n’a changé ; corrigez le fichier.", en="Nothing was changed; mend the file."),
        ) from error
    return agreement


def decide(visit: Visit) -> Response:
    """Adopt what another proposed, or refuse it."""
    outcome: Literal["approved", "refused"] = (
        "approved" if visit.form.one("outcome") == "approved" else "refused"
    )
    try:
        agreement = decide_agreement(
            visit.node,
            access_to_administer(visit),
            visit.form.one("proposal"),
            outcome,
            visit.form.one("reason"),
        )
    except OURS as error:
        return _agreement_page(visit, error)
    return visit.to(
        "/administration/agreement",
        Text(
            f"La version {agreement.version} est en vigueur, dès maintenant et sans relance.",
            f"Version {agreement.version} is in force, from now on and without a restart.",
        )
        if outcome == "approved"
        else Text("La version est écartée.", "The version is refused."),
    )


DOORS: tuple[Door, ...] = (
    Door(path="/administration/partners", does=show_partners, who=ADMINISTERS),
    Door(path="/administration/partners", does=pin, method="POST", who=ADMINISTERS),
    Door(path="/administration/partners/compare", does=compare, method="POST", who=ADMINISTERS),
    Door(path="/administration/partners/withdraw", does=withdraw, method="POST", who=ADMINISTERS),
    Door(path="/administration/keys", does=show_keys, who=ADMINISTERS),
    Door(path="/administration/agreement", does=show_agreement, who=AGREES),
    Door(path="/administration/agreement", does=propose, method="POST", who=AGREES),
    Door(path="/administration/agreement/decide", does=decide, method="POST", who=AGREES),
)
