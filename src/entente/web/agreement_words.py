"""An agreement in words, and what changes from one version to the next, for the people who answer for it.

Nobody adopts what they could not read: every field that differs gives a sentence here, and a test changes each field in
turn to see that it does. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from entente.errors import Text
from entente.formats.moments import day_words
from entente.model.report import COMPARTMENT_WORDS
from entente.policy.agreement import Agreement, Role, Service, TransferBasis
from entente.web.words import ROLE_WORDS

NOTHING = Text("aucun contenu", "no contents")


def opens_words(compartments: Iterable[str]) -> Text:
    """What a role opens, in words."""
    words = [COMPARTMENT_WORDS[one] for one in compartments]  # type: ignore[index]
    if not words:
        return NOTHING
    return Text(", ".join(one.fr for one in words), ", ".join(one.en for one in words))


def _until(day: dt.date | None) -> Text:
    if day is None:
        return Text("sans terme", "without an end")
    words = day_words(day)
    return Text(f"jusqu’au {words.fr}", f"until {words.en}")


def differences(old: Agreement, new: Agreement) -> tuple[Text, ...]:
    """Every difference between two versions, a sentence each, in the order of the agreement itself."""
    found: list[Text] = []
    if old.id != new.id:
        found.append(
            Text(
                f"L’accord s’appelle « {new.id} » et non « {old.id} ».",
                f'It is called "{new.id}", not "{old.id}".',
            )
        )
    if old.version != new.version:
        found.append(
            Text(
                f"La version {new.version} remplace la version {old.version}.",
                f"Version {new.version} replaces version {old.version}.",
            )
        )
    if old.exercise != new.exercise:
        found.append(
            Text("Ce serait un exercice.", "It would be an exercise.")
            if new.exercise
            else Text("Ce ne serait plus un exercice.", "It would no longer be an exercise.")
        )
    found += _services(old, new)
    found += _transfers(old, new)
    for party in sorted({*old.ceilings, *new.ceilings}):
        was, will = old.ceilings.get(party), new.ceilings.get(party)
        if was != will:
            found.append(
                Text(
                    f"Mention la plus haute, pour {party} : {will or 'aucune'} au lieu de {was or 'aucune'}.",
                    f"The highest label for {party}: {will or 'none'} instead of {was or 'none'}.",
                )
            )
    for party in sorted({*old.suspended} ^ {*new.suspended}):
        found.append(
            Text(
                f"Tout est suspendu avec {party}, sauf la sauvegarde de la vie.",
                f"All is suspended with {party}, but for life saving.",
            )
            if party in new.suspended
            else Text(f"L’échange avec {party} reprend.", f"Exchange with {party} is taken up again.")
        )
    if old.links_of_one_partner != new.links_of_one_partner:
        found.append(
            Text(
                "Un nœud peut désormais lier deux fiches d’un même partenaire.",
                "A node may now link two records of one and the same partner.",
            )
            if new.links_of_one_partner
            else Text(
                "Un nœud ne lie plus deux fiches d’un même partenaire.",
                "A node no longer links two records of one and the same partner.",
            )
        )
    return tuple(found)


def _services(old: Agreement, new: Agreement) -> list[Text]:
    before = {one.id: one for one in old.services}
    after = {one.id: one for one in new.services}
    found = [
        Text(f"{one} ne fait plus partie de l’accord.", f"{one} is no longer part of the agreement.")
        for one in before
        if one not in after
    ]
    for name, service in after.items():
        if name not in before:
            found.append(
                Text(
                    f"{name} entre dans l’accord, au nœud {service.node}, partie {service.party}.",
                    f"{name} joins the agreement, at the node {service.node}, party {service.party}.",
                )
            )
            found += _roles(name, {}, service.opens)
            continue
        found += _service(before[name], service)
    return found


def _service(old: Service, new: Service) -> list[Text]:
    found = []
    if (old.party, old.node) != (new.party, new.node):
        found.append(
            Text(
                f"{new.id} passe au nœud {new.node}, partie {new.party}.",
                f"{new.id} moves to the node {new.node}, party {new.party}.",
            )
        )
    for name in new.names:
        if name not in old.names:
            since, until = day_words(name.since), _until(name.until)
            found.append(
                Text(
                    f"{new.id} s’appelle « {name.fr} » depuis le {since.fr}, {until.fr}.",
                    f'{new.id} is called "{name.en}" since {since.en}, {until.en}.',
                )
            )
    for name in old.names:
        if name not in new.names:
            found.append(
                Text(
                    f"{new.id} n’a plus le nom « {name.fr} » tel qu’il était daté.",
                    f'{new.id} no longer has the name "{name.en}" as it was dated.',
                )
            )
    return found + _roles(new.id, old.opens, new.opens)


def _roles(service: str, old: Mapping[Role, Any], new: Mapping[Role, Any]) -> list[Text]:
    found = []
    for role in (*new, *(one for one in old if one not in new)):
        was, will = old.get(role), new.get(role)
        words = ROLE_WORDS[role]
        if was == will:
            continue
        if will is None:
            found.append(
                Text(f"{service} perd le rôle « {words.fr} ».", f'{service} loses the role "{words.en}".')
            )
        elif was is None:
            found.append(
                Text(
                    f"{service} reçoit le rôle « {words.fr} », qui ouvre : {opens_words(will).fr}.",
                    f'{service} gains the role "{words.en}", which opens: {opens_words(will).en}.',
                )
            )
        else:
            found.append(
                Text(
                    f"À {service}, « {words.fr} » ouvre {opens_words(will).fr}, au lieu de {opens_words(was).fr}.",
                    f'At {service}, "{words.en}" opens {opens_words(will).en}, instead of {opens_words(was).en}.',
                )
            )
    return found


def transfer_words(transfer: TransferBasis) -> Text:
    """A basis of transfers, in words."""
    until = _until(transfer.expires_on)
    return Text(
        f"{transfer.from_party} → {transfer.to_party} : {transfer.name.fr}, {until.fr}",
        f"{transfer.from_party} → {transfer.to_party}: {transfer.name.en}, {until.en}",
    )


def _transfers(old: Agreement, new: Agreement) -> list[Text]:
    before, after = {one.id: one for one in old.transfers}, {one.id: one for one in new.transfers}
    found = []
    for name in (*after, *(one for one in before if one not in after)):
        was, will = before.get(name), after.get(name)
        if was == will:
            continue
        if will is None and was is not None:
            words = transfer_words(was)
            found.append(Text(f"Cette base tombe : {words.fr}.", f"This basis falls: {words.en}."))
        elif will is not None:
            words = transfer_words(will)
            found.append(
                Text(f"Base de transfert nouvelle : {words.fr}.", f"New basis of transfers: {words.en}.")
                if was is None
                else Text(f"Cette base devient : {words.fr}.", f"This basis becomes: {words.en}.")
            )
    return found
