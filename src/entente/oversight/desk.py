"""The oversight desk: the data protection officer looks into the register, is shown what looks like misuse, and answers
the people whose data are held.

Nobody else is let in, and whoever tries leaves a line. Three hands share one seat: looking, flagging, people; only
these touch the store, and misuse, extract, subject, answers, redact and letter are pure.
"""

from __future__ import annotations

from collections.abc import Callable

from entente.oversight.flagging import Flagging, FlagShown, Looked
from entente.oversight.looking import Asked, Form, Looking, RegisterPage
from entente.oversight.misuse import RULES, Flag, MisuseRules, OnShift, Rule
from entente.oversight.people import People
from entente.oversight.seat import Seat
from entente.store.store import Store

__all__ = ["Asked", "FlagShown", "Form", "Looked", "OversightDesk", "RegisterPage"]


class OversightDesk(Seat):
    """The seat with its three hands, as the node and the pages use them.

    `register`, `lines`, `extract` look; `step`, `pass_over`, `flags`, `look_at`, `flag_self_search` are about misuse;
    `search_subject`, `answer_request` and `prepare_disclosure` about people who ask.
    """

    def __init__(
        self,
        store: Store,
        rules: MisuseRules | None = None,
        on_shift: OnShift = lambda officer, at: False,
        on_flag: Callable[[Flag], None] = lambda flag: None,
        kinds: tuple[Rule, ...] = RULES,
    ) -> None:
        """rules None: the defaults, on this party's wall clock. on_flag: hears of each flag after it is durable."""
        super().__init__(store)
        zone = "Europe/London" if store.party == "UK" else "Europe/Paris"
        self.rules = rules or MisuseRules(zone=zone)
        looking, people = Looking(self), People(self)
        flagging = Flagging(self, self.rules, on_shift, on_flag, kinds)
        self.register, self.lines, self.extract = looking.register, looking.lines, looking.extract
        self.step, self.pass_over = flagging.step, flagging.pass_over
        self.flags, self.look_at = flagging.flags, flagging.look_at
        self.flag_self_search = flagging.flag_self_search
        self.search_subject, self.answer_request = people.search_subject, people.answer_request
        self.prepare_disclosure = people.prepare_disclosure
