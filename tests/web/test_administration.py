"""Administration: each deed an act in the ledger, what opens something shown once, and no contents anywhere."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entente.api.shapes import PROGRAM_DEEDS
from entente.errors import Conflict, NotPermitted, PeerFault, Text
from entente.keeping import fingerprint_of
from entente.model.office_act import act_words
from entente.node import Node
from entente.policy.agreement import Agreement, ServiceName, TransferBasis
from entente.settings import pin_partner, read_settings
from entente.store.secrets import make_secrets
from entente.web.administration import SCOPES
from entente.web.agreement_words import differences

OFFICERS = "/administration/officers"
PARTNERS = "/administration/partners"
AGREEMENT = "/administration/agreement"


def acts(zone: Any) -> list[str]:
    """The acts of administration so far, in words, oldest first."""
    zone.node.duty.catch_up()
    return [act_words(noted.act).en for noted in zone.node.duty.rolls.administration]


def path_of(browser: Any, name: str) -> str:
    """Where an officer's page is."""
    (found,) = re.findall(rf'href="({OFFICERS}/\w+)"><bdi>{name}<', browser.get(OFFICERS).text)
    return str(found)


def next_version(zone: Any, **changes: Any) -> str:
    """The next version of the agreement in force, as JSON."""
    now = zone.node.agreement
    values = {"version": now.version + 1, "links_of_one_partner": True, **changes}
    return msgspec.json.encode(msgspec.structs.replace(now, **values)).decode()


# -- officers -------------------------------------------------------------------------------------------------------


def test_an_officer_is_entered_changed_given_a_link_and_let_go_each_as_an_act(zone: Any) -> None:
    admin = zone.administrator()
    entered = admin.post(
        OFFICERS, name="Nadia", service="FR-PAF", roles=["investigator"], telephone="06 39 98 00 01"
    )
    assert entered.status_code == 303
    assert "Nadia" not in entered.headers["location"]
    page = path_of(admin, "Nadia")
    assert "06 39 98 00 01" in admin.get(page).text
    assert zone.node.officer("Nadia").roles == ("investigator",)
    shown = admin.post(f"{page}/link").text
    (link,) = re.findall(r'id="link">([^<]+)<', shown)
    assert link.startswith(f"{zone.home}/enrol/")
    assert zone.site.accounts.enrolment(link.rpartition("/")[2]).officer == "Nadia"
    assert link not in admin.get(page).text
    changed = admin.post(page, service="FR-PAF", roles=["investigator", "data_protection_officer"])
    assert changed.status_code == 303
    assert admin.post(f"{page}/let-go", reason="x").status_code == 422
    assert admin.post(f"{page}/let-go", reason="fin de mission").status_code == 303
    with pytest.raises(NotPermitted):
        zone.node.officer("Nadia")
    assert acts(zone) == [
        "officer entered",
        "link for a first sign-in handed out",
        "officer entered",
        "officer left",
    ]


def test_what_was_typed_stays_when_an_officer_cannot_be_entered(zone: Any) -> None:
    admin = zone.administrator()
    wrong = admin.post(
        OFFICERS, name="Nadia", service="FR-PAF", roles=["watch_keeper"], email="n@example.org"
    )
    assert wrong.status_code == 422
    assert 'value="Nadia"' in wrong.text
    assert "n@example.org" in wrong.text
    taken = admin.post(OFFICERS, name="marie", service="FR-PAF", roles=["investigator"])
    assert taken.status_code == 409
    assert acts(zone) == []


def test_the_last_administrator_can_neither_go_nor_stop_being_one(zone: Any) -> None:
    admin = zone.administrator()
    page = path_of(admin, "FR-ZONE/Administration")
    assert admin.post(page, service="FR-ZONE", roles=["coordinator"]).status_code == 409
    assert admin.post(f"{page}/let-go", reason="fin de mission").status_code == 409
    assert "administrator" in zone.node.officer("FR-ZONE/Administration").roles


def test_only_an_administrator_comes_in_here_and_never_reads_contents(
    zone: Any, report: Any, at_work: Any
) -> None:
    row = zone.node.record(report(reference="FR-1"), at_work(zone.node, "Marie"))
    for officer in ("Marie", "DPO", "FR-ZONE/Coordination"):
        browser = zone.browser().come_in(officer)
        for path in (OFFICERS, PARTNERS, "/administration/keys", "/administration/programs"):
            assert browser.get(path).status_code == 403, (officer, path)
        assert browser.post(OFFICERS, name="N", service="FR-PAF", roles=["investigator"]).status_code == 403
    admin = zone.administrator()
    for path in ("", "/officers", "/services", "/partners", "/agreement", "/keys", "/programs", "/acts"):
        page = admin.get(f"/administration{path}").text
        assert "ligne relevée sur la plage" not in page
        assert "Haji" not in page
    assert admin.get(f"/reports/{row.header.id}").status_code in (403, 404)


# -- programs -------------------------------------------------------------------------------------------------------


def test_a_programs_token_is_shown_once_opens_what_it_says_and_is_withdrawn(zone: Any) -> None:
    admin = zone.administrator()
    where = "/administration/programs"
    page = admin.post(
        where, name="feed", label="import de nuit", scopes=["record", "nonsense"], days="30"
    ).text
    (token,) = re.findall(r'id="token">([^<]+)<', page)
    kept = zone.site.accounts.program_token(token)
    assert (kept.officer, kept.scopes) == ("feed", ("record",))
    assert token not in admin.get(where).text
    nothing = admin.post(where, name="feed", label="import de nuit", days="30")
    assert nothing.status_code == 422
    gone = admin.post(f"{where}/withdraw", token=kept.id, reason="le programme est arrêté")
    assert gone.status_code == 303
    with pytest.raises(NotPermitted):
        zone.site.accounts.program_token(token)
    assert acts(zone) == ["program’s token handed out", "program’s token withdrawn"]


def test_what_a_token_may_allow_is_what_the_door_for_programs_knows() -> None:
    assert set(SCOPES) == set(PROGRAM_DEEDS)


# -- partners -------------------------------------------------------------------------------------------------------


def test_a_comparison_by_voice_is_noted_with_whom_and_whether_it_agreed(zone: Any) -> None:
    admin = zone.administrator()
    (dover,) = zone.node.settings.partners
    assert fingerprint_of(dover) in admin.get(PARTNERS).text
    nobody = admin.post(f"{PARTNERS}/compare", partner="dover", compared_with="", agrees="yes")
    assert nobody.status_code == 422
    done = admin.post(f"{PARTNERS}/compare", partner="dover", compared_with="Jane, UK-NCA", agrees="no")
    assert done.status_code == 303
    page = admin.get(PARTNERS).text
    assert "Jane, UK-NCA" in page
    assert "different" in page
    assert acts(zone) == ["fingerprint compared"]


def test_a_withdrawn_partner_is_exchanged_with_no_more_and_what_came_from_it_stays_proved(
    shores: Any, report: Any, at_work: Any, zone_of: Any
) -> None:
    shores.dover.record(report(service="UK-NCA", reference="UK-1"), at_work(shores.dover, "Jane"))
    shores.carry()
    shores.lille.close()
    zone = zone_of(shores.root / "lille", shores.clock)
    admin = zone.administrator()
    target = "/v1/lanes/routine?after=0&incarnation="
    asked = shores.dover._sign_request("lille", "GET", target, b"")
    assert zone.node.asked_by(asked, "GET", target, b"") == "dover"
    assert admin.post(f"{PARTNERS}/withdraw", partner="dover", reason="clé volée").status_code == 303
    assert not zone.node.exchange.partners
    with pytest.raises(PeerFault):
        zone.node.asked_by(shores.dover._sign_request("lille", "GET", target, b""), "GET", target, b"")
    zone.node.verify()
    zone.close()
    again = Node(shores.root / "lille", shores.clock)
    assert again.settings.partners == ()
    assert [one.node for one in again.settings.partners_left] == ["dover"]
    again.verify()
    again.close()
    shores.lille = Node(shores.root / "lille", shores.clock)


def test_a_partner_is_pinned_by_its_fingerprint_compared_and_is_there_without_a_restart(
    zone: Any, tmp_path: Path
) -> None:
    admin = zone.administrator()
    (dover,) = zone.node.settings.partners
    identity = {name: getattr(dover, name) for name in ("node", "key_id", "signing", "sealing")}
    written = msgspec.json.encode(identity).decode()
    admin.post(f"{PARTNERS}/withdraw", partner="dover", reason="essai de retrait")
    first = admin.post(PARTNERS, content=written, address=dover.address)
    assert fingerprint_of(dover) in first.text
    assert not zone.node.exchange.partners
    unread = admin.post(
        PARTNERS,
        content=written,
        address=dover.address,
        compared="yes",
        fingerprint="0000",
        compared_with="Jane",
    )
    assert unread.status_code == 422
    values = {"compared": "yes", "fingerprint": fingerprint_of(dover)}
    unnamed = admin.post(PARTNERS, content=written, address=dover.address, compared_with="", **values)
    assert unnamed.status_code == 422
    assert not zone.node.exchange.partners
    done = admin.post(
        PARTNERS, content=written, address=dover.address, compared_with="Jane, UK-NCA", **values
    )
    assert done.status_code == 303
    assert set(zone.node.exchange.partners) == {"dover"}
    assert [one.node for one in read_settings(zone.folder).partners] == ["dover"]
    assert acts(zone) == ["partner withdrawn", "partner pinned"]
    # Another key under the name of the one that proves what came before would unprove it.
    other = make_secrets(tmp_path / "other", "dover").identity()
    admin.post(f"{PARTNERS}/withdraw", partner="dover", reason="essai de retrait")
    refused = admin.post(PARTNERS, content=msgspec.json.encode(other).decode(), address=dover.address)
    assert refused.status_code == 409
    assert "still proves its records" in refused.text


@pytest.mark.parametrize(
    "written", ["", "{}", "[]", "not json", '{"node":"dover","key_id":"dover/1","signing":{},"sealing":"zz"}']
)
def test_what_is_no_identity_is_refused_and_stays_in_the_form(zone: Any, written: str) -> None:
    admin = zone.administrator()
    answer = admin.post(PARTNERS, content=written, address="https://dover.example")
    assert answer.status_code in (409, 422)
    assert "https://dover.example" in answer.text
    assert acts(zone) == []


# -- the agreement --------------------------------------------------------------------------------------------------


def test_a_version_takes_two_people_and_is_in_force_without_a_restart(zone: Any) -> None:
    admin = zone.administrator()
    written = next_version(zone)
    read = admin.post(AGREEMENT, content=written)
    assert "Version 2 replaces version 1." in read.text
    assert acts(zone) == []
    (digest,) = re.findall(r'name="digest" value="(\w+)"', read.text)
    assert (
        admin.post(AGREEMENT, content=written, digest=digest, reason="liens entre fiches").status_code == 303
    )
    (proposal,) = zone.node.duty.rolls.agreements
    decided = {"proposal": proposal, "outcome": "approved", "reason": "lu et convenu"}
    assert admin.post(f"{AGREEMENT}/decide", **decided).status_code == 403
    assert zone.node.agreement.version == 1
    second = zone.browser().come_in("FR-ZONE/Coordination")
    assert "liens entre fiches" in second.get(AGREEMENT).text
    assert second.post(f"{AGREEMENT}/decide", **decided).status_code == 303
    assert (zone.node.agreement.version, zone.node.store.agreement.version) == (2, 2)
    assert zone.node.store.agreement.links_of_one_partner
    assert read_settings(zone.folder).agreement == zone.node.agreement
    assert acts(zone) == ["version of the agreement proposed", "agreement adopted"]
    assert second.post(f"{AGREEMENT}/decide", **decided).status_code == 409


def test_a_refused_version_changes_nothing_and_another_may_be_proposed(zone: Any) -> None:
    admin = zone.administrator()
    for reason in ("une première fois", "une seconde fois"):
        written = next_version(zone)
        (digest,) = re.findall(r'name="digest" value="(\w+)"', admin.post(AGREEMENT, content=written).text)
        assert admin.post(AGREEMENT, content=written, digest=digest, reason=reason).status_code == 303
        (proposal,) = zone.node.duty.rolls.agreements
        admin.get(AGREEMENT)
        admin.post(f"{AGREEMENT}/decide", proposal=proposal, outcome="refused", reason="à revoir ensemble")
        assert zone.node.duty.rolls.agreements == {}
    assert zone.node.agreement.version == 1


def test_a_version_that_does_not_follow_is_refused_before_it_is_proposed(zone: Any) -> None:
    admin = zone.administrator()
    now = zone.node.agreement
    without_paf = tuple(one for one in now.services if one.id != "FR-PAF")
    without_dover = tuple(one for one in now.services if one.node != "dover")
    for wrong in (
        next_version(zone, version=1),
        next_version(zone, id="another"),
        next_version(zone, exercise=False),
        next_version(zone, services=without_paf),
        next_version(zone, services=without_dover),
    ):
        assert admin.post(AGREEMENT, content=wrong).status_code == 409
    for unreadable in ("", "nonsense", "{", "version = [", '{"id": 1}'):
        assert admin.post(AGREEMENT, content=unreadable).status_code == 422
    assert acts(zone) == []


def _changed(now: Agreement) -> list[Agreement]:
    """The agreement with one thing changed, each thing that it holds once."""
    first, *rest = now.services
    renamed = ServiceName(fr="Nouveau nom", en="New name", since=dt.date(2031, 1, 1))
    until = msgspec.structs.replace(now.transfers[0], expires_on=dt.date(2032, 1, 1))
    basis = TransferBasis(id="new", from_party="UK", to_party="FR", name=Text("nouvelle", "new"))

    def service(**values: Any) -> Agreement:
        return msgspec.structs.replace(now, services=(msgspec.structs.replace(first, **values), *rest))

    def whole(**values: Any) -> Agreement:
        return msgspec.structs.replace(now, **values)

    return [
        whole(id="another"),
        whole(version=9),
        whole(exercise=not now.exercise),
        whole(services=tuple(rest)),
        whole(services=(*now.services, msgspec.structs.replace(first, id="FR-NEW"))),
        service(party="UK"),
        service(node="dover"),
        service(names=(renamed,)),
        service(names=(*first.names, renamed)),
        service(names=(msgspec.structs.replace(first.names[0], until=dt.date(2030, 1, 1)),)),
        service(opens={**first.opens, "victim_keeper": ("victims",)}),
        service(opens={**first.opens, "investigator": ("intelligence", "life_saving")}),
        service(opens={role: opens for role, opens in first.opens.items() if role != "investigator"}),
        whole(transfers=(until, *now.transfers[1:])),
        whole(transfers=now.transfers[1:]),
        whole(transfers=(*now.transfers, basis)),
        whole(ceilings={**now.ceilings, "FR": "NON PROTÉGÉ"}),
        whole(suspended=("UK",)),
        whole(links_of_one_partner=not now.links_of_one_partner),
    ]


def test_whatever_changes_in_an_agreement_is_said_in_both_languages(zone: Any) -> None:
    now = zone.node.agreement
    assert differences(now, now) == ()
    for changed in _changed(now):
        said = differences(now, changed)
        back = differences(changed, now)
        assert said, changed
        assert back, changed
        assert all(one.fr and one.en and one.fr != one.en for one in (*said, *back))


def test_pinning_by_file_and_by_page_keep_to_the_same_rules(zone: Any, tmp_path: Path) -> None:
    from entente.settings import check_partner

    (dover,) = zone.node.settings.partners
    other = make_secrets(tmp_path / "other", "dover").identity()
    with pytest.raises(Conflict):
        check_partner(other, dover.address, "lille", zone.node.agreement, zone.node.settings.partners)
    own = zone.node.store.secrets.identity()
    with pytest.raises(Conflict):
        check_partner(own, dover.address, "lille", zone.node.agreement, ())
    assert pin_partner(tmp_path, other, "https://dover.example").address == "https://dover.example"
