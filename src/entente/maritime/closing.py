"""When a closing stands: everybody accounted for, nobody missing, known by who they are, and nothing said since.

A closing is a claim with a name and an hour. It is weighed anew against the whole set of evidence each time a picture
is drawn, and never believed for having been believed before. Silence, time, a mark on a hull, or that "a boat was found
there" are no grounds here; there is no clock in this file. What stands against closing is said in words, also before
anybody tries, so that an officer knows what is still to be done.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from entente.errors import Text
from entente.maritime.identity import WhoGave, is_person, keys_of
from entente.maritime.ledger_of_people import People, count_words, is_done, missing_words, people_words
from entente.maritime.tellings import fold_asset
from entente.maritime.values import ActSaid, BoatState, SeaReport
from entente.model.sea_act import (
    Closed,
    ClosingAcknowledged,
    Identified,
    Judged,
    QuayForm,
    Reopened,
    TakenOff,
)


class Hinder(msgspec.Struct, frozen=True):
    """What stands against closing. since: when the newest of it was said; None where it is only something missing."""

    text: Text
    since: dt.datetime | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a boat stands: its state, the record that closed it, what stands against, and what opened it again."""

    state: BoatState
    closing: str = ""
    hinders: tuple[Text, ...] = ()
    reopened_by: tuple[Text, ...] = ()


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One boat as closing looks at it. components: its reports as the machine alone would part them.

    parted: names of boats that an officer parted from this one, with when; everything else as in a picture.
    """

    boat: str
    reports: tuple[SeaReport, ...]
    acts: tuple[ActSaid, ...]
    people: People
    components: tuple[frozenset[str], ...] = ()
    parted: tuple[tuple[str, dt.datetime], ...] = ()


def standing_of(held: Held, gave: WhoGave, names: Mapping[str, str], all_acts: Sequence[ActSaid]) -> Standing:
    """Whether any closing of this boat stands. all_acts: those of every boat, for judgements."""
    hinders = people_hinders(held)
    claims = [said for said in held.acts if isinstance(said.act, Closed)]
    reopened = [said for said in held.acts if isinstance(said.act, Reopened)]
    standing: list[ActSaid] = []
    against: dict[str, list[Hinder]] = {}
    for claim in claims:
        found = [*hinders, *_claim_hinders(claim, held, gave, names, all_acts)]
        # At the same instant, whoever opens is heard.
        later = [said for said in reopened if said.at >= claim.at]
        found += [Hinder(_reopened_words(said), said.at) for said in later]
        against[claim.id] = found
        if not found:
            standing.append(claim)
    for claim in sorted(standing, key=lambda said: (not _acknowledged(said, held.acts), said.at, said.id)):
        state: BoatState = "closed" if _acknowledged(claim, held.acts) else "closed_not_acknowledged"
        return Standing(state=state, closing=claim.id)
    untried = hinders + _identity_hinders((), None, held, gave, names, all_acts)
    reasons = list(dict.fromkeys(hinder.text for hinder in untried))
    if not hinders and claims:
        newest = claims[-1]
        reasons = list(dict.fromkeys(hinder.text for hinder in against[newest.id]))
        reasons = [text for text in reasons if text not in {_reopened_words(said) for said in reopened}]
    return Standing(
        state=_open_state(held),
        hinders=tuple(reasons),
        reopened_by=_opened_again(held, claims, against),
    )


def people_hinders(held: Held) -> list[Hinder]:
    """What stands against closing whoever claims it: people of whom it is not known where they are."""
    people, ledger, found = held.people, held.people.ledger, []
    debits = people.debits
    for report in people.still_there[:3] if debits.last_at else ():
        named = report.reference or report.id
        found.append(
            Hinder(
                Text(
                    f"le signalement {named}, vu après la dernière personne sortie, dit qu’il reste du monde",
                    f"report {named}, seen after the last person was taken off, says that people are still there",
                ),
                report.at,
            )
        )
    if ledger.missing:
        missing = missing_words(ledger.missing)
        named = f" ({', '.join(ledger.missing_names)})" if ledger.missing_names else ""
        found.append(
            Hinder(
                Text(f"{missing.fr}{named}", f"{missing.en}{named}"),
                people.unsettled_since,
            )
        )
    if not debits.accounted:
        found.append(
            Hinder(
                Text("nul n’est encore compté hors de l’embarcation", "nobody is counted off the boat yet")
            )
        )
    elif not people.is_reconciled:
        found.append(Hinder(_count_words(people), people.unsettled_since))
    found += [Hinder(text, people.unsettled_since) for text in people.resolving]
    if debits.accounted and not debits.is_asked and not people.resolving:
        found.append(
            Hinder(
                Text(
                    "aux gens débarqués de chaque moyen nul n’a demandé qui manque (fiche de débarquement)",
                    "people landed from each ship have not been asked who is missing (quay form)",
                )
            )
        )
    return found


def _count_words(people: People) -> Text:
    said, accounted = people.ledger.said, people.debits.accounted
    if said.at_most is None:
        return Text(
            f"on ignore combien ils étaient ; {accounted} sont comptés : nombre à arrêter",
            f"nobody knows how many there were; {accounted} are counted: resolve the count",
        )
    if accounted < said.at_least:
        fewest = people_words(said.at_least - accounted)
        where = "elle est" if said.at_least - accounted == 1 else "elles sont"
        return Text(
            f"au moins {fewest.fr} dont on ne sait pas où {where}",
            f"at least {said.at_least - accounted} of whom nobody knows where they are",
        )
    many = count_words(said)
    return Text(
        f"{many.fr} étaient dits à bord, {accounted} sont comptés : nombre à arrêter",
        f"{many.en} were said to be aboard, {accounted} are counted: resolve the count",
    )


def _claim_hinders(
    claim: ActSaid, held: Held, gave: WhoGave, names: Mapping[str, str], all_acts: Sequence[ActSaid]
) -> list[Hinder]:
    act = claim.act
    assert isinstance(act, Closed)
    found = []
    if not is_person(act.officer, claim.by):
        found.append(
            Hinder(
                Text("la clôture ne porte pas le nom d’un officier", "the closing bears no officer’s name")
            )
        )
    if not act.words.strip():
        found.append(Hinder(Text("la clôture ne dit pas pourquoi", "the closing does not say why")))
    last_at = held.people.debits.last_at
    if last_at is not None and claim.at < last_at:
        found.append(
            Hinder(
                Text(
                    "clôturé avant que la dernière personne soit comptée",
                    "closed before the last person was counted",
                ),
                last_at,
            )
        )
    return found + _identity_hinders((act.identified,), claim.at, held, gave, names, all_acts)


def _identity_hinders(
    claimed: Sequence[Identified],
    claimed_at: dt.datetime | None,
    held: Held,
    gave: WhoGave,
    names: Mapping[str, str],
    all_acts: Sequence[ActSaid],
) -> list[Hinder]:
    """Whether the people found are known to be this boat's, and to be those of every boat that was joined to it."""
    debits = held.people.debits
    ashore = [
        said.act.identified
        for said in held.acts
        if isinstance(said.act, TakenOff | QuayForm) and said.id not in debits.foreign
    ]
    told = [*claimed, *ashore]
    matches = [gave.match(held.boat, one) for one in told]
    own = frozenset(key for match in matches for key in match.own)
    # Who was joined by hand is known by those who met people, not by whoever wishes to close.
    met = frozenset(key for match in matches[len(claimed) :] for key in match.own)
    photograph = any(one.photograph.strip() for one in told)
    if not own and not photograph and not (claimed and _by_form_alone(claimed[0], held, gave)):
        shared = frozenset(key for match in matches for key in match.shared)
        if shared:
            return [
                Hinder(
                    Text(
                        "le numéro ou le nom relu est aussi celui qu’une autre embarcation a donné",
                        "the number or name read back was given by another boat too",
                    )
                )
            ]
        return [
            Hinder(
                Text(
                    "personne n’est identifié : relire un numéro, un nom ou une photographie donnés par "
                    "l’embarcation (une marque ne suffit jamais)",
                    "nobody is identified: read back a number, a name or a photograph that the boat gave "
                    "(a mark never suffices)",
                )
            )
        ]
    return _joined_unknown(held, met or own, claimed_at, all_acts)


def _by_form_alone(claimed: Identified, held: Held, gave: WhoGave) -> bool:
    """For a boat that gave no number and no name: whether people on the quay did, and the closing reads them back."""
    if gave.given_by(held.boat):
        return False
    told: set[str] = set()
    for said in held.people.debits.forms:
        if isinstance(said.act, QuayForm) and fold_asset(said.act.asset):
            told |= keys_of(said.act.identified.phones, said.act.identified.names)
    return bool(told & keys_of(claimed.phones, claimed.names))


def _joined_unknown(
    held: Held, own: frozenset[str], claimed_at: dt.datetime | None, all_acts: Sequence[ActSaid]
) -> list[Hinder]:
    """Reports that only one officer's hand joined to the boat, and of whose people nobody is identified.

    A live boat that was taken for a rescued one would be such. It takes somebody of it, or the word of both shores.
    """
    if len(held.components) < 2:
        return []
    by_id = {report.id: report for report in held.reports}
    number_of = {report: number for number, part in enumerate(held.components) for report in part}
    # A number that stands in several parts tells of one of them, where it stands most: numbers are misheard.
    bears = [
        Counter(
            key for each in part for key in own & keys_of(by_id[each].seen.callers, by_id[each].seen.names)
        )
        for part in held.components
    ]
    known = set()
    for key in sorted(own):
        most = max(each[key] for each in bears)
        where = [number for number, each in enumerate(bears) if most and each[key] == most]
        if len(where) == 1:
            known.add(where[0])
    if not known:
        # By photograph or by the quay alone: the part that holds the report that founded the boat.
        known = {number_of[held.boat]} if held.boat in number_of else {0}
    shores: dict[tuple[int, int], set[str]] = {}
    for said in _newest_words(all_acts):
        act = said.act
        assert isinstance(act, Judged)
        if act.one not in number_of or act.other not in number_of or act.verdict != "same":
            continue
        if claimed_at is not None and said.at > claimed_at:
            continue
        one, other = sorted((number_of[act.one], number_of[act.other]))
        shores.setdefault((one, other), set()).add(said.node or said.by)
    grew = True
    while grew:
        grew = False
        for (one, other), said_by in shores.items():
            if len(said_by) > 1 and (one in known) != (other in known):
                known |= {one, other}
                grew = True
    sources = {report.id: report.seen.origin for report in held.reports}
    found = []
    for number, part in enumerate(held.components):
        speaking = [
            by_id[each]
            for each in sorted(part)
            # Somebody who saw a boat and counted nobody saw people: only a word that it is over needs none of them.
            if not is_done(by_id[each])
            and not (sources[each] in number_of and number_of[sources[each]] in known)
        ]
        if number in known or not speaking:
            continue
        named = speaking[0].reference or speaking[0].id
        found.append(
            Hinder(
                Text(
                    f"le signalement {named} a été joint à la main, et nul de ses gens n’est identifié : un numéro ou "
                    "un nom qu’il a donné, ou l’avis des deux rives",
                    f"report {named} was joined by hand and nobody of it is identified: a number or name that it "
                    "gave, or the judgement of both shores",
                ),
                max(report.at for report in speaking),
            )
        )
    return found


def _newest_words(acts: Sequence[ActSaid]) -> list[ActSaid]:
    """The newest judgement of each shore on each pair; a shore that took its word back has none."""
    newest: dict[tuple[str, str, str], ActSaid] = {}
    for said in sorted(acts, key=lambda one: (one.at, one.id)):
        if isinstance(said.act, Judged):
            one, other = sorted((said.act.one, said.act.other))
            newest[one, other, said.node or said.by] = said
    return list(newest.values())


def _acknowledged(claim: ActSaid, acts: Sequence[ActSaid]) -> bool:
    """Whether a service of another shore has seen this closing and agrees."""
    return any(
        isinstance(said.act, ClosingAcknowledged)
        and said.act.closing == claim.id
        and is_person(said.act.officer, said.by)
        and (said.node != claim.node if said.node and claim.node else said.by != claim.by)
        for said in acts
    )


def _open_state(held: Held) -> BoatState:
    """Open; or rescued with only the count in dispute, where nothing says that anybody is still there."""
    people = held.people
    ledger = people.ledger
    if not ledger.accounted or people.is_reconciled or ledger.missing or people.still_there:
        return "open"
    enough = ledger.accounted >= ledger.said.at_least
    return "count_disputed" if enough or people.debits.is_asked or people.is_seen_empty else "open"


def _opened_again(
    held: Held, claims: Sequence[ActSaid], against: Mapping[str, Sequence[Hinder]]
) -> tuple[Text, ...]:
    """What was said after a closing and contradicts it."""
    if claims:
        newest = claims[-1]
        found = [
            hinder.text
            for hinder in against[newest.id]
            if hinder.since is not None and hinder.since > newest.at
        ]
        parted = [at for _, at in held.parted if at > newest.at]
    else:
        found, parted = [], [at for _, at in held.parted]
    if parted:
        named = ", ".join(sorted({name for name, _ in held.parted}))
        found.append(
            Text(
                f"séparée de {named} après une clôture : ses gens ne sont plus ceux de l’autre",
                f"parted from {named} after a closing: its people are no longer the other’s",
            )
        )
    return tuple(dict.fromkeys(found))


def _reopened_words(said: ActSaid) -> Text:
    officer = getattr(said.act, "officer", "") or said.by
    why = getattr(said.act, "words", "").strip()
    return Text(
        f"rouverte par {officer}" + (f" : {why}" if why else ""),
        f"reopened by {officer}" + (f": {why}" if why else ""),
    )
