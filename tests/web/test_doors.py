"""Every door of the pages against every role: who may not come in sees nothing, changes nothing, and learns nothing.

The doors are those that stand in the table on the day of the test: a page that is added is walked without being named
here. Records of every compartment are there, each with a mark in its words; whoever may not read one must meet neither
the mark nor any difference between that record and none.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

import httpx
import pytest

from entente.exercise.shores import lay_out
from entente.model.entity import Entity
from entente.model.grading import Grade
from entente.model.identifier import Identifier
from entente.model.name import Name
from entente.model.report import LANES, Draft, Statement, Wording
from entente.node import Node
from entente.policy.agreement import Role
from entente.serve import make_app
from entente.settings import Listening, OfficerListed, read_settings, write_settings
from entente.store.account_values import SignedIn
from entente.web.door import Door
from entente.web.doors import ALL_DOORS

MARK = "Quenaudière"
ROLES: tuple[Role, ...] = tuple(role for role in get_args(Role) if role != "service_account")
PREVENTION = OfficerListed(name="FR-ZONE/Prevention", service="FR-ZONE", roles=("campaign_officer",))
WHO: dict[Role, str] = {
    "investigator": "FR-PAF/Carvenne",
    "judicial_keeper": "FR-JIRS/Montvalher",
    "victim_keeper": "FR-OLTIM/Astruvel",
    "watch_keeper": "FR-PREMAR/Kerlazan",
    "campaign_officer": PREVENTION.name,
    "coordinator": "FR-ZONE/Roquebert",
    "data_protection_officer": "FR-ZONE/Dussolier",
    "administrator": "FR-ZONE/Vignancour",
}
# What a reader might fill in; a door that is not named here is sent a form with nothing but its secret.
FORMS: dict[str, dict[str, Any]] = {
    "/search": {"written": MARK, "q": MARK, "words": MARK},
    "/hits/why": {"one": "FR-INT-1", "other": "FR-JUD-1"},
    "/language": {"language": "en", "back": "//evil.example/"},
    "/theme": {"theme": "night", "back": "https://evil.example/"},
    "/role": {"role": "investigator"},
    "/shift": {"reason": "relève de l’équipe", "matter": "OYAT", "next": "//evil.example/"},
    "/sign-in/exercise": {"officer": "FR-PAF/Carvenne"},
    "/sign-in/password": {"officer": "FR-PAF/Carvenne", "password": "pas celui-là"},
    "/hits/{hit}/judgement": {"verdict": "unsure", "reason": "un seul numéro partagé"},
    "/reports/{record}/recall": {"reason": "étrangère aux faits"},
    "/reports/{record}/erase": {"reason": "étrangère aux faits"},
    "/reports/{record}/release": {
        "recipients": "dover/UK-NCA",
        "to": "dover/UK-NCA",
        "reason": "même loueur",
    },
    "/translations/{record}/{statement}": {"language": "en", "text": "seen on the beach"},
    "/proposals": {"record": "FR-INT-1", "entity": "e1", "category": "witness", "reason": "présent"},
    "/warnings/new": {"place": "Ambleteuse", "boats": "2"},
    "/oversight/register": {"officer": "FR-PAF/Carvenne", "reason": "contrôle du mois"},
}


def _draft(service: str, reference: str, phone: str, region: str = "FR", **changes: Any) -> Draft:
    person = Entity(
        id="e1",
        kind="person",
        category="not_yet_assessed",
        names=(Name(MARK),),
        identifiers=(Identifier(kind="phone", written=phone, region=region),),
    )
    said = Statement(
        id="s1",
        basis="fact",
        wording=Wording(language="fr", text=f"vu avec {MARK} sur la plage"),
        grade=Grade("europol", "B", "2"),
        checked_on=dt.date(2031, 9, 12),
        entities=(person,),
    )
    values: dict[str, Any] = {
        "kind": "report",
        "service": service,
        "purpose": "intelligence",
        "matter": "OYAT",
        "handling": ("H1",),
        "regime": "smuggling",
        "reference": reference,
        "statements": (said,),
    }
    return Draft(**(values | changes))


class House:
    """Lille with one officer of each role on shift, and something of every kind on file."""

    def __init__(self, root: Path) -> None:
        lay_out(root, any_port=True)
        settings = read_settings(root / "lille")
        listening = Listening(node="lille", port=settings.port)
        write_settings(root / "lille", listening, settings.agreement, (*settings.officers, PREVENTION))
        self.node, self.dover = Node(root / "lille"), Node(root / "dover")
        self.records: dict[str, str] = {}
        closed = {"compartment": "judicial", "purpose": "investigation", "matter": "JIRS-7"}
        self._record("FR-INT-1", "FR-PAF/Carvenne", "investigator", "06 39 98 04 17", recipients=("dover",))
        self._record("FR-JUD-1", "FR-JIRS/Montvalher", "judicial_keeper", "06 39 98 04 17", **closed)
        self._record("FR-JUD-2", "FR-JIRS/Montvalher", "judicial_keeper", "06 39 98 04 17", **closed)
        self._record(
            "FR-VIC-1",
            *("FR-OLTIM/Astruvel", "victim_keeper", "06 39 98 04 17"),
            compartment="victims",
            purpose="investigation",
            regime="trafficking",
        )
        self._record(
            "FR-SEA-1",
            *("FR-PREMAR/Kerlazan", "watch_keeper", "06 39 98 04 17"),
            kind="distress",
            compartment="life_saving",
            purpose="life_saving",
            matter="SAR",
        )
        jane = self.dover.access("UK-NCA/Fairlocke", "team review", matter="OYAT")
        self.dover.record(_draft("UK-NCA", "UK-NCA-1", "06 39 98 04 17", recipients=("lille/FR-PAF",)), jane)
        self._carry()
        self.records["UK-NCA-1"] = self.node.store.by_reference("UK-NCA-1")[0].header.id
        self.hits = self._hits()
        self.app = make_app(self.node)
        self.accounts = self.app.state.site.accounts
        self.loop = asyncio.new_event_loop()
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app, client=("127.0.0.1", 4)),
            base_url=f"http://lille.localhost:{self.node.settings.port}",
            headers={"Accept-Language": "en"},
        )
        self.shifts = {role: self.node.open_shift(self.access(role)).id for role in ROLES}
        self.node.settle()
        # Values that stand in a path: things that are there, and under "" one that is nowhere.
        absent = self.records["FR-INT-1"][:-4] + "ZZZZ"
        things = (*self.records.values(), *self.hits, *self.shifts.values())
        self.parts = {
            "record": (absent, *self.records.values(), *self.hits[:1]),
            "hit": (absent, *self.hits, self.records["FR-JUD-1"]),
            "shift": (absent, *self.shifts.values()),
            "": (absent, *things[:2]),
        }
        self.absent = absent

    def access(self, role: Role) -> Any:
        """The officer of a role at work."""
        matter = {"watch_keeper": "SAR", "judicial_keeper": "JIRS-7"}.get(role, "OYAT")
        return self.node.access(WHO[role], "suivi de la filière", matter=matter, role=role)

    def _record(self, reference: str, officer: str, role: Role, phone: str, **changes: Any) -> None:
        draft = _draft(officer.partition("/")[0], reference, phone, **changes)
        self.records[reference] = self.node.record(draft, self.access(role)).header.id

    def _hits(self) -> list[str]:
        return [one.header.id for one in self.node.store.records_of(0, self.node.store.size, kinds={"hit"})]

    def _carry(self) -> None:
        for _ in range(3):
            for here, there in ((self.node, self.dover), (self.dover, self.node)):
                here.settle()
                for lane in LANES:
                    page = here.exchange.page(
                        there.store.node, lane, there.exchange.arrived(here.store.node, lane)[1]
                    )
                    if page.envelopes:
                        there.exchange.take(here.store.node, page)
                there.settle()

    def ask(self, door: Door, role: Role | None, path: str | None = None, **options: Any) -> Any:
        """A door through a fresh session of a role's officer; csrf None: what the session's own page would send."""
        path = path or self.paths(door)[0]
        headers = dict(options.pop("headers", {}))
        data = dict(options.pop("data", FORMS.get(door.path, {})))
        if role is not None:
            opened = self.accounts.open_session(
                SignedIn(officer=WHO[role], role=role, method="exercise", device="x", language="en")
            )
            headers["Cookie"] = f"entente={opened.token}"
            data.setdefault("csrf", opened.csrf)
        if door.method == "GET":
            data = {}
        asked = self.http.request(door.method, path, headers=headers, data=data or None, **options)
        answer = self.loop.run_until_complete(asked)
        self.http.cookies.clear()
        if role is not None:
            answer.extensions["secret"] = opened.csrf.encode()
        return answer

    def paths(self, door: Door) -> list[str]:
        """A door's addresses: first with ids that are nowhere, then with each that is there."""
        names = re.findall(r"\{(\w+)\}", door.path)
        if not names:
            return [door.path]
        found = []
        for value in self.parts.get(names[0], self.parts[""]):
            path = door.path.replace(f"{{{names[0]}}}", quote(value, safe=""))
            for name in names[1:]:
                path = path.replace(f"{{{name}}}", "s1" if name == "statement" else self.records["FR-INT-1"])
            found.append(path)
        return found

    def said(self) -> tuple[dict[str, int], int]:
        """How many records of each kind there are, and acts of the house among them."""
        return dict(self.node.store.count()), len(self.node.store.records_of(0, self.node.store.size))

    def close(self) -> None:
        self.loop.run_until_complete(self.http.aclose())
        self.loop.close()
        self.app.state.close()
        self.node.close()
        self.dover.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("doors") / "shores")
    yield made
    made.close()


def _inside(door: Door) -> list[Role]:
    return [role for role in ROLES if door.who is None or role in door.who]


def _outside(door: Door) -> list[Role]:
    return [role for role in ROLES if door.who is not None and role not in door.who]


def _bare(answer: Any, path: str, absent: str) -> str:
    """An answer without the address that was asked, and without what each session has of its own."""
    text = answer.text.replace(answer.extensions.get("secret", b"-").decode(), "SECRET")
    given = path.split("/")
    for piece in given:
        if len(piece) > 15:
            text = text.replace(piece, "ID")
    return re.sub(r"<time[^>]*>[^<]*</time>|\d\d:\d\d(:\d\d)?|datetime=\"[^\"]*\"", "TIME", text)


def test_the_house_holds_what_is_to_be_guarded(house: House) -> None:
    rows = house.node.store.current(list(house.records.values()))
    reads = {
        role: sorted(
            reference
            for reference, record in house.records.items()
            if house.node.store.may_read(house.access(role), rows[record]).is_yes
        )
        for role in ROLES
    }
    assert "FR-INT-1" in reads["investigator"]
    assert "FR-JUD-1" not in reads["investigator"]
    assert "FR-JUD-1" in reads["judicial_keeper"]
    assert "FR-VIC-1" in reads["victim_keeper"]
    assert "FR-SEA-1" in reads["watch_keeper"]
    assert reads["administrator"] == reads["coordinator"] == reads["data_protection_officer"] == []
    assert len(house.hits) >= 2
    assert len(ALL_DOORS) > 40


def test_who_is_not_signed_in_is_sent_to_sign_in_and_sees_nothing(house: House) -> None:
    before = house.said()
    for door in ALL_DOORS:
        if door.who is None:
            continue
        for path in house.paths(door):
            answer = house.ask(door, None, path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), (door.path, path)
            assert answer.content == b""
            told = house.ask(door, None, path, headers={"Accept": "application/json"})
            assert (told.status_code, told.content) == (401, b""), (door.path, path)
    assert house.said() == before


def test_a_role_that_a_door_is_not_for_is_refused_without_a_word_of_what_lies_behind(house: House) -> None:
    before = house.said()
    tried = 0
    for door in ALL_DOORS:
        for role in _outside(door):
            for path in house.paths(door)[:2]:
                answer = house.ask(door, role, path)
                assert answer.status_code == 403, (door.method, path, role)
                assert MARK not in answer.text
                assert "not open to your role" in answer.text
                tried += 1
    assert tried > 100
    assert house.said() == before


def test_a_page_that_is_looked_at_never_fails_and_records_nothing(house: House) -> None:
    before = house.said()
    for door in ALL_DOORS:
        if door.method == "GET":
            for role in _inside(door):
                for path in house.paths(door):
                    answer = house.ask(door, role, path)
                    assert answer.status_code < 500, (path, role, answer.text[:2000])
    assert house.said() == before


def test_what_is_not_for_an_officer_and_what_is_nowhere_are_the_same_answer(house: House) -> None:
    compared = 0
    for door in ALL_DOORS:
        names = re.findall(r"\{(\w+)\}", door.path)
        if not names or names[0] not in ("record", "hit"):
            continue
        for role in _inside(door):
            absent, *there = house.paths(door)
            nowhere = house.ask(door, role, absent)
            if not door.path.endswith(
                "/talk"
            ):  # a piece of a page that renews itself empties where nothing is left
                assert nowhere.status_code in (403, 404), (door.method, absent, role, nowhere.status_code)
            rows = house.node.store.current(list(house.records.values()))
            for path in there:
                thing = path.split("/")[2]
                if thing in rows and house.node.store.may_read(house.access(role), rows[thing]).is_yes:
                    continue
                if thing in house.hits and _knows(house, role, thing):
                    continue
                answer = house.ask(door, role, path)
                assert answer.status_code == nowhere.status_code, (door.method, path, role)
                assert _bare(answer, path, absent) == _bare(nowhere, absent, absent), (path, role)
                assert MARK not in answer.text
                compared += 1
    assert compared > 50


def _knows(house: House, role: Role, hit: str) -> bool:
    return any(one.id == hit for one in house.node.headlines(house.access(role)))


def test_no_role_meets_the_words_of_a_record_that_it_may_not_read(house: House) -> None:
    """Those who keep the house, the plan or the register open no contents, whatever door they take."""
    for role in ("campaign_officer", "coordinator", "administrator", "data_protection_officer"):
        for door in ALL_DOORS:
            if door.method == "GET" and role in _inside(door):
                for path in house.paths(door):
                    assert MARK not in house.ask(door, role, path).text, (role, path)


def test_a_form_that_does_not_come_from_a_page_of_ours_changes_nothing(house: House) -> None:
    before = house.said()
    sessions = {role: len(house.accounts.sessions_of(WHO[role])) for role in ROLES}
    for door in ALL_DOORS:
        if door.method != "POST":
            continue
        role = _inside(door)[0]
        forged: list[dict[str, Any]] = [
            {"headers": {"Origin": "https://evil.example"}},
            {"headers": {"Sec-Fetch-Site": "cross-site"}},
        ]
        if door.who is not None:
            form = FORMS.get(door.path, {})
            forged += [{"data": form | {"csrf": ""}}, {"data": form | {"csrf": "é" * 20}}]
        for options in forged:
            answer = house.ask(door, role, **options)
            assert answer.status_code == 403, (door.path, options)
            assert MARK not in answer.text
    assert house.said() == before
    # Only those that this test opened itself are there beside the ones before; none was ended by a forged form.
    assert all(len(house.accounts.sessions_of(WHO[role])) >= sessions[role] for role in ROLES)


def test_a_secret_of_another_session_opens_no_form(house: House) -> None:
    other = house.accounts.open_session(
        SignedIn(officer=WHO["judicial_keeper"], role="judicial_keeper", method="exercise", device="x")
    )
    door = next(one for one in ALL_DOORS if one.path == "/theme")
    assert house.ask(door, "investigator", data={"theme": "night", "csrf": other.csrf}).status_code == 403


def test_no_form_makes_a_page_fail(house: House) -> None:
    """Last of all, since it does what the forms ask."""
    for door in ALL_DOORS:
        if door.method != "POST":
            continue
        for role in _inside(door)[:2]:
            for path in house.paths(door)[:2]:
                for data in ({}, FORMS.get(door.path, {"reason": "suivi de la filière", "text": "x"})):
                    answer = house.ask(door, role, path, data=data)
                    assert answer.status_code < 500, (door.path, role, data, answer.text[:2000])
                    onward = answer.headers.get("location", "/")
                    assert onward.startswith("/"), (door.path, onward)
                    assert not onward.startswith("//"), (door.path, onward)
