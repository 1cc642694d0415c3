"""Keeping the house: with whom it exchanges, under which agreement, and who or what is given a way in.

Each deed is an act in the ledger first and only then takes effect: a crash between leaves an act that says what was
meant, and the deed can be done again. A partner is a key that two people compared by voice; a version of the agreement
takes two people. Nothing here opens a record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Literal

import msgspec

from entente.duty.rolls import Noted
from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.exchange.envelope import SealingKey
from entente.model.fingerprint import fingerprint
from entente.model.office_act import (
    AgreementAdopted,
    AgreementProposed,
    AgreementRefused,
    EnrolmentMade,
    KeyCompared,
    PartnerEntered,
    PartnerLeft,
    ProgramTokenMade,
    ProgramTokenWithdrawn,
)
from entente.model.signing import KeyRing
from entente.model.strict import convert, strict_json
from entente.node import Node
from entente.policy.access import Access
from entente.policy.agreement import Agreement
from entente.settings import (
    PartnerPinned,
    check_partner,
    move_partner_aside,
    pin_partner,
    write_agreement,
)
from entente.store.account_values import ProgramToken
from entente.store.accounts import Accounts

LEAST_REASON = 4


# -- partners -------------------------------------------------------------------------------------------------------


def fingerprint_of(partner: PartnerPinned) -> str:
    """A pinned key as two people compare it by voice."""
    return fingerprint(msgspec.structs.asdict(partner))


def read_identity(node: Node, identity: Any, address: str) -> PartnerPinned:
    """A partner's identity as it may be pinned here. Raises Malformed or Conflict."""
    known = identity if isinstance(identity, dict) else {}
    partner = check_partner(known, address, node.store.node, node.agreement, node.settings.partners)
    for left in node.settings.partners_left:
        if left.key_id == partner.key_id and left.signing != partner.signing:
            raise Conflict(
                "key_id_used",
                Text(
                    fr=f"Le nom de clé « {left.key_id} » est celui d’une clé retirée, qui prouve encore ses fiches.",
                    en=f'The key name "{left.key_id}" is that of a withdrawn key, which still proves its records.',
                ),
                Text(
                    fr="Demandez au partenaire une clé d’un autre nom.",
                    en="Ask the partner for a key of another name.",
                ),
            )
    try:
        SealingKey(public=bytes.fromhex(partner.sealing))
        KeyRing().pin(partner.key_id, partner.signing)
    except EntenteError:
        raise
    except Exception as error:  # whatever a decoder says of bytes that are no key
        raise _unreadable_identity() from error
    if partner.key_id.partition("/")[0] != partner.node:
        raise _unreadable_identity()
    return partner


def _unreadable_identity() -> Malformed:
    return Malformed(
        "identity_unreadable",
        Text(fr="Cette identité n’a pas de clé lisible.", en="This identity has no readable key."),
        Text(
            fr="Demandez au partenaire « entente partner show » de nouveau.",
            en='Ask the partner for "entente partner show" again.',
        ),
    )


def enter_partner(
    node: Node, access: Access, identity: Any, address: str, compared_with: str
) -> PartnerPinned:
    """Pin a partner whose fingerprint was compared by voice, and exchange with it from now on."""
    partner = read_identity(node, identity, address)
    _named(compared_with)
    node.act(
        access,
        PartnerEntered(
            officer=access.officer,
            node=partner.node,
            key_id=partner.key_id,
            fingerprint=fingerprint_of(partner),
            address=partner.address,
            compared_with=compared_with.strip(),
        ),
    )
    pin_partner(node.folder, identity, address)
    node.seat_partner(partner)
    return partner


def pinned_partner(node: Node, name: str) -> PartnerPinned:
    """A partner that is pinned now. Raises NotFound."""
    for one in node.settings.partners:
        if one.node == name:
            return one
    raise NotFound(
        "partner_not_found",
        Text(fr="Aucun partenaire de ce nom n’est épinglé.", en="No partner of that name is pinned."),
    )


def withdraw_partner(node: Node, access: Access, name: str, reason: str) -> None:
    """Exchange with a partner no more. What it sent stays here and stays proved."""
    partner = pinned_partner(node, name)
    said(reason)
    node.act(access, PartnerLeft(officer=access.officer, node=name, reason=reason.strip()))
    move_partner_aside(node.folder, partner)
    node.unseat_partner(name)


def compare_key(node: Node, access: Access, name: str, compared_with: str, *, agrees: bool) -> None:
    """Note that two people read a fingerprint to each other, and whether both had the same."""
    partner = pinned_partner(node, name)
    _named(compared_with)
    node.act(
        access,
        KeyCompared(
            officer=access.officer,
            node=name,
            fingerprint=fingerprint_of(partner),
            compared_with=compared_with.strip(),
            agrees=agrees,
        ),
    )


def _named(compared_with: str) -> None:
    if len(compared_with.strip()) < LEAST_REASON:
        raise Malformed(
            "compared_with_missing",
            Text(
                fr="Il manque avec qui l’empreinte a été comparée.",
                en="With whom the fingerprint was compared is missing.",
            ),
            Text(
                fr="Donnez le nom et le service de la personne au bout du fil.",
                en="Give name and service of the person on the line.",
            ),
        )


# -- the agreement --------------------------------------------------------------------------------------------------


def digest_of(agreement: Agreement) -> str:
    """SHA-256 of an agreement's JSON, in hex."""
    return sha256(msgspec.json.encode(agreement)).hexdigest()


def check_next(node: Node, agreement: Agreement) -> None:
    """Whether a version may follow the one in force. Raises Conflict, with what stands against it."""
    now = node.agreement
    faults: list[Text] = []
    if agreement.id != now.id or agreement.version <= now.version:
        faults.append(
            Text(
                f"La version doit suivre la version {now.version} de « {now.id} ».",
                f'The version has to follow version {now.version} of "{now.id}".',
            )
        )
    if agreement.exercise != now.exercise:
        faults.append(
            Text(
                "Un exercice ne devient pas un service réel, ni l’inverse : on prépare un autre nœud.",
                "An exercise does not become the real thing, nor the reverse: another node is set up.",
            )
        )
    seats = {service.id: service for service in agreement.services_of(node.store.node)}
    if any(service.party != node.store.party for service in seats.values()):
        faults.append(Text("Ce nœud changerait de partie.", "This node would change its party."))
    gone = sorted({officer.service for officer in node.officers()} - set(seats))
    if gone:
        faults.append(
            Text(
                f"Des agents travaillent encore ici pour {', '.join(gone)}.",
                f"Officers still work here for {', '.join(gone)}.",
            )
        )
    nodes = {service.node for service in agreement.services}
    lost = [one.node for one in node.settings.partners if one.node not in nodes]
    if lost:
        faults.append(
            Text(
                f"Le partenaire {', '.join(lost)} est épinglé et n’y est plus.",
                f"The partner {', '.join(lost)} is pinned and no longer in it.",
            )
        )
    if faults:
        raise Conflict(
            "agreement_unfit",
            Text(" ".join(one.fr for one in faults), " ".join(one.en for one in faults)),
            Text("Rien n’a changé.", "Nothing was changed."),
        )


def propose_agreement(node: Node, access: Access, agreement: Agreement, reason: str) -> str:
    """Propose a next version; nothing changes until a second person adopts it."""
    check_next(node, agreement)
    said(reason)
    if waiting_agreement(node) is not None:
        raise Conflict(
            "already_proposed",
            Text(fr="Une version attend déjà.", en="A version waits already."),
            Text(fr="Adoptez-la ou écartez-la d’abord.", en="Adopt it or refuse it first."),
        )
    return node.act(
        access,
        AgreementProposed(
            officer=access.officer,
            agreement=agreement.id,
            version=agreement.version,
            digest=digest_of(agreement),
            content=msgspec.json.encode(agreement).decode(),
            reason=reason.strip(),
        ),
    )


def waiting_agreement(node: Node) -> tuple[Noted, AgreementProposed, Agreement] | None:
    """The version that waits for a second person; also one that was adopted and whose file could not be written."""
    node.duty.catch_up()
    for noted in reversed(node.duty.rolls.agreements.values()):
        act = noted.act
        if isinstance(act, AgreementProposed) and act.version > node.agreement.version:
            return noted, act, convert(strict_json(act.content.encode()), Agreement)
    return None


def decide_agreement(
    node: Node, access: Access, proposal: str, outcome: Literal["approved", "refused"], reason: str
) -> Agreement:
    """Adopt what another proposed, or refuse it; one's own proposal one may only take back."""
    said(reason)
    waiting = waiting_agreement(node)
    if waiting is None or waiting[0].id != proposal:
        raise Conflict("already_decided", Text(fr="C’est déjà décidé.", en="It is decided already."))
    _, act, agreement = waiting
    if outcome == "refused":
        node.act(
            access,
            AgreementRefused(
                officer=access.officer, proposal=proposal, version=act.version, reason=reason.strip()
            ),
        )
        return node.agreement
    if act.officer == access.officer:
        raise NotPermitted(
            "second_approver_missing",
            Text(
                fr="Une version de l’accord demande une seconde personne, autre que qui la propose.",
                en="A version of the agreement takes a second person, other than who proposes it.",
            ),
            Text(
                fr="Un autre administrateur ou le coordonnateur la lit et l’adopte en son nom.",
                en="Another administrator or the coordinator reads and adopts it in their own name.",
            ),
        )
    check_next(node, agreement)
    node.act(
        access,
        AgreementAdopted(
            officer=access.officer,
            agreement=act.agreement,
            version=act.version,
            digest=act.digest,
            proposal=proposal,
            proposed_by=act.officer,
            reason=reason.strip(),
        ),
    )
    write_agreement(node.folder, agreement)
    node.adopt(agreement)
    return agreement


# -- ways in --------------------------------------------------------------------------------------------------------


def let_go(node: Node, accounts: Accounts, access: Access, name: str, reason: str) -> None:
    """An officer no longer works here, and is out at once: sessions, passkeys, password, tokens."""
    node.let_go(access, name, reason)
    accounts.forget(name)


def make_enrolment(node: Node, accounts: Accounts, access: Access, name: str) -> str:
    """A one-time link's token for an officer of this node; shown once."""
    officer = node.officer(name)
    if officer.roles == ("service_account",):
        raise NotPermitted(
            "machine_signs_in",
            Text(fr="Un compte de service n’ouvre pas de session.", en="A service account does not sign in."),
            Text(fr="Donnez un jeton à son programme.", en="Give its program a token."),
        )
    node.act(access, EnrolmentMade(officer=access.officer, name=officer.name))
    return accounts.make_enrolment(officer.name, access.officer)


def make_token(
    node: Node,
    accounts: Accounts,
    access: Access,
    *,
    name: str,
    label: str,
    scopes: Sequence[str],
    lasts: dt.timedelta,
) -> tuple[str, ProgramToken]:
    """A program's token, shown once, and what is kept of it."""
    officer = node.officer(name)
    if not label.strip() or not scopes:
        raise Malformed(
            "token_unfit",
            Text(
                fr="Un jeton dit quel programme il sert et ce qu’il permet.",
                en="A token says which program it serves and what it allows.",
            ),
        )
    token, kept = accounts.make_program_token(
        officer.name, label=label, scopes=scopes, lasts=lasts, made_by=access.officer
    )
    try:
        node.act(
            access,
            ProgramTokenMade(
                officer=access.officer,
                token=kept.id,
                name=kept.officer,
                label=kept.label,
                scopes=kept.scopes,
                ends=kept.ends_at,
            ),
        )
    except EntenteError:
        # What the ledger does not hold must not open anything.
        accounts.withdraw_program_token(kept.id)
        raise
    return token, kept


def withdraw_token(node: Node, accounts: Accounts, access: Access, token: str, reason: str) -> None:
    """A program's token opens nothing any more. Raises NotFound."""
    said(reason)
    kept = next((one for one in accounts.program_tokens() if one.id == token), None)
    # Closed first: whoever withdraws is in a hurry, and an act too few does less harm than a door too many.
    accounts.withdraw_program_token(token)
    if kept is not None:
        node.act(
            access,
            ProgramTokenWithdrawn(
                officer=access.officer, token=token, label=kept.label, reason=reason.strip()
            ),
        )


def said(reason: str) -> None:
    """Raises Malformed where an act gives no reason."""
    if len(reason.strip()) < LEAST_REASON:
        raise Malformed(
            "reason_missing",
            Text(fr="L’acte est sans motif.", en="The act gives no reason."),
            Text(fr="Dites pourquoi en une phrase.", en="Say why in a sentence."),
        )
