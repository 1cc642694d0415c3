"""Which reports are of one boat: hypotheses, and what is held of each two of them.

The machine merges only on very strong evidence: who is aboard or which transmitter spoke, and a second kind of ground,
and a motion that fits, and nothing against it anywhere in either group; and never across a rescue. What is likely and
no more is linked and counted apart: a false split costs a sortie, a false merge costs lives. An officer's word binds,
and the newest word on a pair stands. A pure function of the set of reports and acts: groups join best first, by bits
and then by ids, never in the order of arrival.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

import msgspec

from entente.evidence.weigh import in_quarters
from entente.maritime.binding import Bindings, Word, bindings_of, pair_of
from entente.maritime.motion import NO_WAY_LOG2
from entente.maritime.sea_evidence import IDENTITY, SUPPORT_ONLY, Found, Group, compare, group_of
from entente.maritime.sea_table import NO_WAY_SLACK, Cache, Table
from entente.maritime.sea_weights import SeaWeights, pinned_weights
from entente.maritime.sea_words import explain, judged_ground, through_ground
from entente.maritime.values import ActSaid, Hypothesis, Link, SeaReport

__all__ = ["Association", "Cache", "associate", "association_of"]

MOTION_MOST, MOTION_LEAST = 8.0, -10.0
ECHO_STRAYS_M = 5000.0
ASKED_WHO = frozenset(("phone_digits", "names", "sees_asset"))
KIND_ASKED = {
    "launched_from": "launch",
    "colour": "colour",
    "children": "children",
    "persons": "count",
    "names": "name",
    "phone_digits": "phone",
    "engine": "engine",
    "water": "water",
}


class Association(msgspec.Struct, frozen=True, kw_only=True):
    """Hypotheses, links between them, and each merge with its grounds: a link of verdict "same" between two reports."""

    hypotheses: tuple[Hypothesis, ...]
    links: tuple[Link, ...]
    merges: tuple[Link, ...]


class Weighed(msgspec.Struct, frozen=True):
    """All that two groups have for and against them, and their sum."""

    bits: float
    found: tuple[Found, ...]
    no_way: bool

    def best(self, kinds: frozenset[str]) -> Found | None:
        """The strongest ground of some kinds."""
        return max((one for one in self.found if one.kind in kinds), key=lambda one: one.bits, default=None)


def associate(
    reports: Sequence[SeaReport], acts: Sequence[ActSaid], cache: Cache | None = None
) -> tuple[tuple[Hypothesis, ...], tuple[Link, ...]]:
    """Part the reports into boats and say what is held of each two.

    Returns hypotheses in the order of the sea, and links sorted by their ids: `probably_same`, `unresolved`, and
    `different` where somebody might have thought otherwise. Two hypotheses without a link have nothing in common.
    """
    whole = association_of(reports, acts, cache)
    return whole.hypotheses, whole.links


def association_of(
    reports: Sequence[SeaReport],
    acts: Sequence[ActSaid],
    cache: Cache | None = None,
    weights: SeaWeights | None = None,
) -> Association:
    """Everything that `associate` says, with the grounds of each merge."""
    kept = Cache() if cache is None else cache
    bound = bindings_of(acts)
    return _Work(Table(reports, weights or pinned_weights(), kept, bound.told), bound, kept).whole()


class _Work:
    """One association in progress. Nothing of it outlives the call."""

    def __init__(self, table: Table, bound: Bindings, cache: Cache) -> None:
        self.table = table
        self.bound = bound
        self.cache = cache
        self.weights: SeaWeights = table.weights
        self.merges: list[Link] = []
        self._chains: dict[tuple[int, ...], float] = {}
        self._weighed: dict[tuple[tuple[int, ...], tuple[int, ...]], Weighed] = {}
        self._barred_merge = self._barred(("different", "unresolved", "probably_same"))
        self._barred_link = self._barred(("different", "unresolved"))
        self._answers: dict[int, list[tuple[int, Found]]] = {}
        for (one, other), said in bound.answered.items():
            left, right = table.place_of.get(one), table.place_of.get(other)
            if left is None or right is None:
                continue
            for answer in said:
                outcome = f"{answer.asked}.{'yes' if answer.agrees else 'no'}"
                # That a beach or a colour is the same says nothing of who is aboard.
                kind = "answer" if answer.asked in ASKED_WHO else "looks"
                ground = Found(
                    kind, outcome, self.weights.bits[f"answer.{outcome}"], answer.asked, answer.answer
                )
                self._answers.setdefault(left, []).append((right, ground))
                self._answers.setdefault(right, []).append((left, ground))
        self._ashore_of: dict[str, list[int]] = {}
        for number, act in enumerate(bound.ashore):
            for mark in act.numbers:
                self._ashore_of.setdefault(mark, []).append(number)
        self._rescued = {
            table.place_of[report]: at_s
            for report, at_s in bound.taken_off_s.items()
            if report in table.place_of
        }

    def _barred(self, verdicts: tuple[str, ...]) -> dict[int, list[int]]:
        barred: dict[int, list[int]] = {}
        for (one, other), word in self.bound.judged.items():
            left, right = self.table.place_of.get(one), self.table.place_of.get(other)
            if left is not None and right is not None and word.verdict in verdicts:
                barred.setdefault(left, []).append(right)
                barred.setdefault(right, []).append(left)
        return barred

    def whole(self) -> Association:
        """Officers' merges first, then the machine's, then links."""
        groups = self._as_officers_said()
        groups = self._join(groups, self._merges, self._sharing(groups), self._note_merge)
        hypotheses = [self._hypothesis(group) for group in groups]
        near = self._near(groups)
        first_words = {pair: self.weigh(groups[pair[0]], groups[pair[1]]) for pair in sorted(near)}
        boats = self._join(groups, self._links, near, None)
        links = self._link(groups, boats, first_words)
        return Association(
            hypotheses=tuple(hypotheses),
            links=links,
            merges=tuple(sorted(self.merges, key=lambda link: (link.one, link.other))),
        )

    def _hypothesis(self, group: Group) -> Hypothesis:
        ids = tuple(self.table.traits[member].id for member in group.members)
        return Hypothesis(id=ids[0], reports=ids)

    def _group(self, members: Sequence[int]) -> Group:
        return group_of(members, self.table.traits, self.table.roots)

    # What officers said.

    def _as_officers_said(self) -> list[Group]:
        """Groups after every "same" that stands, newest first, but none that would join what stands as "different"."""
        home = {place: [place] for place in range(len(self.table.traits))}
        different = self._barred(("different",))
        words = [
            (pair, word)
            for pair, word in self.bound.judged.items()
            if word.verdict == "same" and pair[0] in self.table.place_of and pair[1] in self.table.place_of
        ]
        for (one, other), word in sorted(words, key=lambda each: (-each[1].at_s, each[1].act)):
            left, right = home[self.table.place_of[one]], home[self.table.place_of[other]]
            if left is right or _meets(left, right, different):
                continue
            self.merges.append(
                Link(
                    one=one,
                    other=other,
                    verdict="same",
                    bits=0.0,
                    grounds=(judged_ground(word),),
                    by=word.officer,
                )
            )
            joined = sorted(left + right)
            for member in joined:
                home[member] = joined
        return [self._group(members) for place, members in sorted(home.items()) if members[0] == place]

    # Weighing.

    def weigh(self, left: Group, right: Group) -> Weighed:
        """All grounds between two groups: what their reports say, what callers answered, and motion among others."""
        if right.members[0] < left.members[0]:
            left, right = right, left
        key = (left.members, right.members)
        known = self._weighed.get(key)
        if known is None:
            known = self._weigh(left, right)
            self._weighed[key] = known
        return known

    def _weigh(self, left: Group, right: Group) -> Weighed:
        grounds = self._answered(left, right)
        no_way = False
        echoed = left.roots & right.roots
        if echoed:
            grounds.append(Found("origin", "echo", self.weights.bits["origin.echo"]))
            no_way = any(self._strays(root, left, right) for root in sorted(echoed))
            # What was said once is weighed once: the echo steps back, whichever group it is in.
            whole = frozenset(self._group((*left.members, *right.members)).voices)
            parts = [[voice for voice in group.voices if voice in whole] for group in (left, right)]
            if not parts[0] or not parts[1]:
                return Weighed(sum(one.bits for one in grounds), tuple(grounds), no_way)
            left, right = self._group(parts[0]), self._group(parts[1])
        # What a caller was asked is weighed by the answer alone; and when people had been taken off before some were
        # counted, counts compare no more.
        spoken = {KIND_ASKED.get(one.one, "") for one in grounds}
        if self._across_rescue(left, right):
            spoken.add("count")
        for one in self._compared(left, right):
            if one.kind not in spoken:
                grounds.append(self._without_hubs(one, left, right))
        if not any(one.kind == "phone" and one.bits > 1 for one in grounds):
            grounds += self._read_back(left, right)
        motion, leaps = self._motion(left, right)
        grounds.append(motion)
        return Weighed(sum(one.bits for one in grounds), tuple(grounds), no_way or leaps)

    def _strays(self, root: str, left: Group, right: Group) -> bool:
        """Whether an echo tells of a place where the boat of its original cannot have been."""
        first, second = (
            next(voice for voice in group.voices if self.table.roots[voice] == root)
            for group in (left, right)
        )
        one, other = self.table.traits[first], self.table.traits[second]
        return self.table.conflict(first, second) and math.hypot(one.x_m - other.x_m, one.y_m - other.y_m) > (
            ECHO_STRAYS_M + 3 * (one.sigma_m + other.sigma_m)
        )

    def _compared(self, left: Group, right: Group) -> tuple[Found, ...]:
        traits, roots = self.table.traits, self.table.roots
        key = tuple(
            tuple(text for member in group.members for text in (traits[member].key, roots[member]))
            for group in (left, right)
        )
        found = self.cache.found.get(key)
        if found is None:
            found = self.cache.found[key] = compare(left, right, traits, roots, self.weights)
        return found

    def _without_hubs(self, ground: Found, left: Group, right: Group) -> Found:
        """A number that calls for several boats says little; another that both have may say more."""
        if ground.kind != "phone" or ground.one not in self.table.hubs:
            return ground
        hub = Found("phone", "hub", self.weights.bits["phone.hub"], ground.one)
        others = (left.numbers & right.numbers) - self.table.hubs
        if not others:
            return hub
        best = min(others)
        spoke = (best in left.direct) + (best in right.direct)
        outcome = ("relayed_twice", "relayed_once", "same")[spoke]
        return Found("phone", outcome, self.weights.bits[f"phone.{outcome}"], best)

    def _across_rescue(self, left: Group, right: Group) -> bool:
        for one, other in ((left, right), (right, left)):
            off = min(
                (self._rescued[member] for member in one.members if member in self._rescued), default=None
            )
            if off is not None and any(self.table.said_s(member) > off for member in other.members):
                return True
        return False

    def _answered(self, left: Group, right: Group) -> list[Found]:
        best: dict[str, Found] = {}
        if not self._answers:
            return []
        inside = frozenset(right.members)
        for member in left.members:
            for other, ground in self._answers.get(member, ()):
                if other in inside:
                    known = best.get(ground.one)
                    if known is None or (ground.bits, ground.other) < (known.bits, known.other):
                        best[ground.one] = ground
        return [best[asked] for asked in sorted(best)]

    def _ashore(self, group: Group) -> dict[int, set[str]]:
        """Of which people ashore a group bears a number, and which."""
        found: dict[int, set[str]] = {}
        if self._ashore_of:
            for number in group.numbers:
                for act in self._ashore_of.get(number, ()):
                    found.setdefault(act, set()).add(number)
        return found

    def _read_back(self, left: Group, right: Group) -> list[Found]:
        """Numbers of both that people of one boat read back; or a form that names one and bears one of the other."""
        ashore = self._ashore(left), self._ashore(right)
        if not ashore[0] and not ashore[1]:
            return []
        for act in sorted(ashore[0].keys() & ashore[1].keys()):
            # A number that both bear is weighed as such; here stand two numbers of one boat.
            if ashore[0][act] - ashore[1][act] and ashore[1][act] - ashore[0][act]:
                return [self._say("ashore", "together", self.bound.ashore[act].act)]
        for mine, group in ((ashore[0], right), (ashore[1], left)):
            ids = {self.table.traits[member].id for member in group.members}
            for act in sorted(mine):
                if self.bound.ashore[act].boat in ids:
                    return [self._say("named", "ashore", self.bound.ashore[act].act)]
        return []

    def _say(self, kind: str, outcome: str, one: str = "", other: str = "") -> Found:
        return Found(kind, outcome, self.weights.bits[f"{kind}.{outcome}"], one, other)

    def _chain(self, placed: tuple[int, ...]) -> float:
        known = self._chains.get(placed)
        if known is None:
            motion = self.table.motion
            known = sum(motion[one][other] for one, other in pairwise(placed))
            self._chains[placed] = known
        return known

    def _motion(self, left: Group, right: Group) -> tuple[Found, bool]:
        """How much likelier one way through all places is than two ways among the other boats about."""
        if not left.placed or not right.placed:
            boats = self.table.boats_about(max(left.members[0], right.members[0]))
            return Found("motion", "no_place", in_quarters(-math.log2(boats)), f"{boats:.0f}"), False
        motion = self.table.motion
        both = sorted((*left.placed, *right.placed))
        of_left = frozenset(left.placed)
        chain, worst, nearest = 0.0, 0.0, (both[0], both[1])
        for one, other in pairwise(both):
            step = motion[one][other]
            chain += step
            if (one in of_left) != (other in of_left):
                if step < worst:
                    worst = step
                if motion[nearest[0]][nearest[1]] < step or (nearest[0] in of_left) == (
                    nearest[1] in of_left
                ):
                    nearest = (one, other)
        later = max(left.placed[0], right.placed[0])
        others = self.table.others_per_km2(later, (*left.members, *right.members))
        bits = chain - self._chain(left.placed) - self._chain(right.placed) - math.log2(others)
        no_way = worst <= NO_WAY_LOG2 + NO_WAY_SLACK
        bits = in_quarters(min(max(bits, MOTION_LEAST), MOTION_MOST))
        traits = self.table.traits
        before, after = traits[nearest[0]], traits[nearest[1]]
        distance_km = math.hypot(before.x_m - after.x_m, before.y_m - after.y_m) / 1000
        outcome = "no_way" if no_way else "fits" if bits >= 0 else "strains"
        return (
            Found("motion", outcome, bits, f"{distance_km:.1f}", f"{(after.at_s - before.at_s) / 60:.0f}"),
            no_way,
        )

    # Joining.

    def _join(
        self,
        groups: list[Group],
        worth: Callable[[Group, Group], float | None],
        candidates: set[tuple[int, int]],
        note: Callable[[Group, Group], None] | None,
    ) -> list[Group]:
        """Join the best two groups, again and again, while some are worth it. Ties go to the earlier reports."""
        alive: dict[int, Group] = dict(enumerate(groups))
        beside: dict[int, set[int]] = {number: set() for number in alive}
        heap: list[tuple[float, int, int, int, int]] = []

        def propose(one: int, other: int) -> None:
            bits = worth(alive[one], alive[other])
            if bits is not None:
                first, second = sorted((alive[one].members[0], alive[other].members[0]))
                heapq.heappush(heap, (-bits, first, second, one, other))

        for one, other in sorted(candidates):
            beside[one].add(other)
            beside[other].add(one)
            propose(one, other)
        following = len(groups)
        while heap:
            _, _, _, one, other = heapq.heappop(heap)
            if one not in alive or other not in alive:
                continue
            left, right = alive.pop(one), alive.pop(other)
            if note:
                note(left, right)
            alive[following] = self._group((*left.members, *right.members))
            near = (beside.pop(one) | beside.pop(other)) - {one, other}
            beside[following] = {each for each in near if each in alive}
            for each in sorted(beside[following]):
                beside[each].add(following)
                propose(each, following)
            following += 1
        return sorted(alive.values(), key=lambda group: group.members[0])

    def _merges(self, left: Group, right: Group) -> float | None:
        """Bits if the machine may merge two groups, else None."""
        if _meets(left.members, right.members, self._barred_merge) or self._across_rescue(left, right):
            return None
        weighed, weights = self.weigh(left, right), self.weights
        identity = weighed.best(IDENTITY)
        if identity is None or identity.bits < weights.merge_identity_from_bits or weighed.no_way:
            return None
        if any(one.bits <= weights.merge_worst_ground_bits for one in weighed.found if one.kind != "motion"):
            return None
        if identity.kind == "origin":
            return weighed.bits if weighed.bits >= weights.merge_from_bits - 4 else None
        motion = weighed.best(frozenset(("motion",)))
        if motion is None or motion.bits < weights.merge_motion_from_bits:
            return None
        # Where nothing is known of the way, who is aboard must be known twice over.
        twice = motion.outcome == "no_place"
        second = any(
            one.bits >= (weights.merge_twice_from_bits if twice else weights.merge_second_from_bits)
            for one in weighed.found
            if one is not identity and one.kind not in SUPPORT_ONLY and (one.kind in IDENTITY or not twice)
        )
        return weighed.bits if second and weighed.bits >= weights.merge_from_bits else None

    def _links(self, left: Group, right: Group) -> float | None:
        """Bits if two groups are probably of one boat, else None."""
        if _meets(left.members, right.members, self._barred_link):
            return None
        weighed = self.weigh(left, right)
        # One report without a home has one somewhere; two boats that many tell of are more likely two.
        smaller = min(len(left.voices), len(right.voices))
        floor = self.weights.link_from_bits + self.weights.link_a_doubling_bits * math.log2(max(smaller, 1))
        return weighed.bits if weighed.bits >= floor else None

    def _note_merge(self, left: Group, right: Group) -> None:
        weighed = self.weigh(left, right)
        one, other = sorted((self.table.traits[left.members[0]].id, self.table.traits[right.members[0]].id))
        self.merges.append(
            Link(one=one, other=other, verdict="same", bits=weighed.bits, grounds=explain(weighed.found))
        )

    def _sharing(self, groups: list[Group]) -> set[tuple[int, int]]:
        """Pairs of groups that have a number, an origin, a name, a transmitter or an answer in common."""
        holders: dict[tuple[str, str], list[int]] = {}
        at: dict[int, int] = {}
        for number, group in enumerate(groups):
            marks = {("origin", root) for root in group.roots}
            marks |= {("end", phone[-4:]) for phone in group.numbers}
            marks |= {("name", word[:2]) for name in group.names for word in name}
            marks |= {("track", mark) for mark in group.tracks}
            marks |= {("ashore", self.bound.ashore[act].act) for act in self._ashore(group)}
            marks |= {
                ("ashore", act.act)
                for act in self.bound.ashore
                if act.boat in self.table.place_of and self.table.place_of[act.boat] in group.members
            }
            for mark in marks:
                holders.setdefault(mark, []).append(number)
            for member in group.members:
                at[member] = number
        found = {pair for sharing in holders.values() for pair in combinations(sorted(sharing), 2)}
        for member, said in self._answers.items():
            for other, _ in said:
                if at[member] != at[other]:
                    found.add((min(at[member], at[other]), max(at[member], at[other])))
        return found

    def _near(self, groups: list[Group]) -> set[tuple[int, int]]:
        """Pairs that share something, that were judged, or of which some report could have become some other."""
        found = self._sharing(groups)
        at = {member: number for number, group in enumerate(groups) for member in group.members}
        for pair in self.bound.judged:
            left, right = self.table.place_of.get(pair[0]), self.table.place_of.get(pair[1])
            if left is not None and right is not None and at[left] != at[right]:
                found.add((min(at[left], at[right]), max(at[left], at[right])))
        floor = self.weights.unresolved_from_bits
        log_density = [
            math.log2(self.table.others_per_km2(place, ())) for place in range(len(self.table.traits))
        ]
        for number, group in enumerate(groups):
            for voice in group.placed:
                row = self.table.motion[voice]
                for other in range(voice):
                    if (
                        row[other] - log_density[voice] > floor
                        and at[other] != number
                        and self.table.traits[other].has_place
                    ):
                        found.add((min(number, at[other]), max(number, at[other])))
        return found

    # Links.

    def _link(
        self, groups: list[Group], boats: list[Group], first_words: dict[tuple[int, int], Weighed]
    ) -> tuple[Link, ...]:
        boat_of = {member: number for number, boat in enumerate(boats) for member in boat.members}
        pairs = set(first_words)
        by_boat: dict[int, list[int]] = {}
        for number, group in enumerate(groups):
            by_boat.setdefault(boat_of[group.members[0]], []).append(number)
        for inside in by_boat.values():
            pairs |= set(combinations(sorted(inside), 2))
        words = self._words_between(groups)
        links = []
        for one, other in pairs:
            left, right = groups[one], groups[other]
            weighed = first_words.get((one, other)) or self.weigh(left, right)
            together = boat_of[left.members[0]] == boat_of[right.members[0]]
            link = self._verdict(left, right, weighed, together, words.get((one, other)))
            if link is not None:
                links.append(link)
        return tuple(sorted(links, key=lambda link: (link.one, link.other)))

    def _words_between(self, groups: list[Group]) -> dict[tuple[int, int], Word]:
        """The newest word of an officer on each two groups; "different" before any other."""
        at = {member: number for number, group in enumerate(groups) for member in group.members}
        found: dict[tuple[int, int], Word] = {}
        for (one, other), word in sorted(
            self.bound.judged.items(), key=lambda each: (each[1].at_s, each[1].act)
        ):
            left, right = self.table.place_of.get(one), self.table.place_of.get(other)
            if left is None or right is None or at[left] == at[right]:
                continue
            pair = (min(at[left], at[right]), max(at[left], at[right]))
            if pair not in found or found[pair].verdict != "different" or word.verdict == "different":
                found[pair] = word
        return found

    def _verdict(
        self, left: Group, right: Group, weighed: Weighed, together: bool, word: Word | None
    ) -> Link | None:
        one, other = sorted((self.table.traits[left.members[0]].id, self.table.traits[right.members[0]].id))
        grounds = explain(weighed.found)
        bits, by = weighed.bits, ""
        if word is not None:
            # A "same" that could not be carried out stands against a "different": that is for officers to settle.
            verdict = "unresolved" if word.verdict == "same" else word.verdict
            grounds, by = (judged_ground(word), *grounds), word.officer
        elif together:
            verdict = "probably_same"
            if bits < self.weights.link_from_bits:
                grounds = (*grounds, through_ground())
        elif bits >= self.weights.unresolved_from_bits:
            verdict = "unresolved"
        elif any(ground.kind in IDENTITY and ground.bits > 0 for ground in weighed.found) or any(
            ground.kind in ("answer", "looks") for ground in weighed.found
        ):
            verdict = "different"
        else:
            return None
        return Link(one=one, other=other, verdict=verdict, bits=bits, grounds=grounds, by=by)


def _meets(left: Sequence[int], right: Sequence[int], barred: dict[int, list[int]]) -> bool:
    if not barred:
        return False
    inside = frozenset(right)
    return any(other in inside for member in left for other in barred.get(member, ()))


def judged_pairs(acts: Sequence[ActSaid]) -> frozenset[tuple[str, str]]:
    """Pairs of reports on which an officer has spoken."""
    return frozenset(pair_of(*pair) for pair in bindings_of(acts).judged)
