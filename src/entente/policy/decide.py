"""Yes, no, or ask the originator first: one answer, the rule that gave it, and its words.

The floor speaks first and its "no" is final. Then Cedar decides by `rules.cedar`, default deny; what it
forbids or does not permit stays forbidden even where the floor would only have asked. Only what both leave
standing is a yes. A policy that fails while it is evaluated refuses: Cedar itself would skip it, and a
prohibition that is skipped is a leak. Pure: the same question has the same answer, so answers may be kept.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import cedarpy
import msgspec

from entente.errors import Malformed, Text
from entente.policy.access import Access, Act, Decision, Destination, Held
from entente.policy.agreement import Agreement
from entente.policy.protect import FLOOR, FloorRule, ask_floor
from entente.policy.question import Question, ask_about

NOT_PERMITTED = Decision(
    answer="no",
    rule="not_permitted",
    text=Text("Aucune règle ne permet cet acte.", "No rule permits this act."),
)
OTHER_PURPOSE = Decision(
    answer="no",
    rule="other_purpose",
    text=Text(
        "Une autre finalité que celle déclarée demande une décision motivée et sa base légale.",
        "Another purpose than the declared one takes a reasoned decision and its legal basis.",
    ),
)
RULES_FAILED = Decision(
    answer="no",
    rule="rules_failed",
    text=Text(
        "Une règle n’a pas pu être évaluée ; dans le doute, c’est non. Prévenez l’administrateur.",
        "A rule could not be evaluated; in doubt the answer is no. Tell the administrator.",
    ),
)

Answer = Literal["yes", "ask", "no"]
# What a prohibition may answer, by its @answer.
FORBIDDEN_ANSWERS: dict[str, Answer] = {"ask": "ask", "no": "no"}


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """One policy of the file: what it answers when it speaks, and its words."""

    id: str
    effect: Literal["permit", "forbid"]
    answer: Answer
    text: Text


class Circumstances(NamedTuple):
    """What Cedar is told, and nothing else: no person, no record, no content."""

    role: str
    act: Act
    compartment: str
    purpose: str
    issuer: bool
    own: bool
    accepted: bool
    obligations: tuple[str, ...]
    allows: tuple[str, ...]
    consents: tuple[str, ...]


class Rules:
    """Policies parsed once, and the answers that they gave so far. Safe to call from many threads."""

    def __init__(self, policies: tuple[Policy, ...], static: dict[str, Any]) -> None:
        self.policies = {policy.id: policy for policy in policies}
        self._order = {policy.id: place for place, policy in enumerate(policies)}
        self._static = static
        self._set = cedarpy.PolicySet.from_json_str(
            json.dumps({"staticPolicies": static, "templates": {}, "templateLinks": []})
        )
        self._nobody = cedarpy.Entities.from_json_str("[]")
        self.answer = lru_cache(maxsize=16_384)(self.evaluate)

    def without(self, policy_id: str) -> Rules:
        """The same rules less one, to show what it holds back. Raises KeyError when there is no such id."""
        static = dict(self._static)
        del static[policy_id]
        return Rules(tuple(policy for policy in self.policies.values() if policy.id != policy_id), static)

    def evaluate(self, told: Circumstances) -> Decision:
        """What the policies say, asked afresh. `answer` is the same and remembers."""
        request = {
            "principal": {"type": "Role", "id": told.role},
            "action": {"type": "Action", "id": told.act},
            "resource": {"type": "Compartment", "id": told.compartment},
            "context": {
                "obligations": told.obligations,
                "purpose": told.purpose,
                "issuer": told.issuer,
                "own": told.own,
                "accepted": told.accepted,
                "allows": told.allows,
                "consents": told.consents,
            },
        }
        result = cedarpy.is_authorized(request, self._set, self._nobody)
        if result.diagnostics.errors:
            return RULES_FAILED
        spoke = [self.policies[policy_id] for policy_id in result.diagnostics.reasons]
        if not spoke:
            return OTHER_PURPOSE if told.act == "other_purpose" else NOT_PERMITTED
        # Of several prohibitions, one that says no outweighs those that say ask; then the order of the file.
        first = min(spoke, key=lambda policy: (policy.answer != "no", self._order[policy.id]))
        return Decision(answer=first.answer, rule=first.id, text=first.text)


def read_rules(text: str) -> Rules:
    """Parse policies written in Cedar. Each has @id, @fr, @en; a prohibition @answer ("ask" or "no").

    Raises Malformed when the text is no Cedar, or a policy lacks its name or its words.
    """
    try:
        parsed = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
    except ValueError as error:
        raise _unreadable("?", str(error)) from error
    policies, static = [], {}
    # Cedar numbers policies as they stand in the file ("policy10" after "policy9").
    for number in sorted(parsed, key=lambda name: int(name.removeprefix("policy"))):
        policy, notes = parsed[number], parsed[number].get("annotations", {})
        name, effect = notes.get("id", ""), policy["effect"]
        answer = "yes" if effect == "permit" else FORBIDDEN_ANSWERS.get(notes.get("answer", ""))
        if not name or name in static or not (notes.get("fr") and notes.get("en")):
            raise _unreadable(name or number, "@id, @fr, @en")
        if answer is None:
            raise _unreadable(name, '@answer("ask"), @answer("no")')
        policies.append(Policy(id=name, effect=effect, answer=answer, text=Text(notes["fr"], notes["en"])))
        static[name] = policy
    return Rules(tuple(policies), static)


def _unreadable(name: str, what: str) -> Malformed:
    return Malformed(
        "rules_unreadable",
        Text(
            fr=f"La règle « {name} » n’est pas lisible ou pas complète : {what}",
            en=f'The rule "{name}" cannot be read or is not complete: {what}',
        ),
    )


@lru_cache(maxsize=1)
def load_rules() -> Rules:
    """The rules that come with this house, parsed at the first question and never again."""
    return read_rules(files("entente.policy").joinpath("rules.cedar").read_text(encoding="utf-8"))


def decide(
    access: Access,
    act: Act,
    held: Held,
    agreement: Agreement,
    now: dt.datetime,
    *,
    destination: Destination | None = None,
    floor: tuple[FloorRule, ...] = FLOOR,
    rules: Rules | None = None,
) -> Decision:
    """Whether this person may do this with that record, now (an aware time).

    destination: where it would go, for acts that give; without it the rules on transfers wait for
    `plan_release`.
    floor, rules: for tests, which take one rule away to see that it was needed.
    """
    question = ask_about(access, act, held, agreement, now.astimezone(dt.UTC).date(), destination)
    spoke = ask_floor(question, floor)
    if spoke is not None and spoke.answer == "no":
        return decision_of(spoke)
    decided = (rules or load_rules()).answer(_told(question, access))
    if spoke is not None and decided.answer != "no":
        return decision_of(spoke)
    return decided


def _told(question: Question, access: Access) -> Circumstances:
    held = question.held
    return Circumstances(
        role=access.role,
        act=question.act,
        compartment=held.compartment,
        purpose=held.purpose,
        issuer=question.issuer,
        own=question.own,
        accepted=question.accepted,
        obligations=tuple(sorted(question.obligations.words)),
        allows=tuple(sorted(held.conditions_allow)),
        consents=tuple(sorted(held.permissions)),
    )


@lru_cache(maxsize=256)
def _said(answer: Answer, rule: str, text: Text) -> Decision:
    return Decision(answer=answer, rule=rule, text=text)


def decision_of(rule: FloorRule) -> Decision:
    """A floor rule that spoke, as the decision that the asker is given."""
    return _said(rule.answer, rule.name, rule.text)
