"""A service's own sheet comes into the plan: looked at first, then done in one go, all of it or nothing.

What is done is worked out anew from the sheet at the moment of doing, so that what somebody said since it was looked at
is neither replaced nor said twice. The same sheet a second time does nothing.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

import msgspec

from entente.errors import Malformed, Text
from entente.formats.cells import Limits
from entente.formats.plan_sheet import PlanSheet, read_plan_sheet
from entente.plan.coming_in import plan_import
from entente.plan.coming_values import Importing, PlanOfImport, resolve
from entente.plan_together import PlanTogether
from entente.policy.access import Access

# An action plan is some hundreds of lines; what is larger is another kind of file.
MOST_BYTES = 1024 * 1024
LIMITS = Limits(
    file_bytes=MOST_BYTES, unpacked_bytes=32 * MOST_BYTES, shared_text_bytes=8 * MOST_BYTES, columns=100
)
MOST_ACTS = 5_000


class Coming(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet as it would come in: what was read, and what it takes."""

    sheet: PlanSheet
    steps: PlanOfImport


class PlanSheets(PlanTogether):
    """Sheets that come into the plan."""

    def look_at_sheet(
        self,
        access: Access,
        content: bytes,
        filename: str,
        *,
        by_hand: Mapping[str, str] | None = None,
        reason: str = "",
    ) -> Coming:
        """What a sheet would bring, without bringing it. reason: why dates move; without one none does.

        Raises Malformed where the file is no table of measures or holds more than a plan does.
        """
        so_far = self.said_of_plan(access)
        sheet = read_plan_sheet(io.BytesIO(content), filename, by_hand=by_hand, limits=LIMITS)
        names = {
            name: service.id
            for service in self.agreement.services
            for known in service.names
            for name in (known.fr, known.en)
        }
        by = Importing(
            party="FR" if access.party == "FR" else "UK",
            officer=access.officer,
            language=sheet.language,
            sheet=filename,
            reason=reason,
            services=names,
        )
        steps = plan_import(so_far, sheet.rows, by)
        if len(steps.steps) > MOST_ACTS:
            raise Malformed(
                "sheet_too_long",
                Text(
                    fr=f"La feuille demande {len(steps.steps)} actes ; {MOST_ACTS} au plus en une fois.",
                    en=f"The sheet takes {len(steps.steps)} acts; {MOST_ACTS} at most in one go.",
                ),
                Text(fr="Coupez-la en plusieurs.", en="Cut it into several."),
            )
        return Coming(sheet=sheet, steps=steps)

    def bring_in_sheet(
        self,
        access: Access,
        content: bytes,
        filename: str,
        *,
        by_hand: Mapping[str, str] | None = None,
        reason: str = "",
    ) -> Coming:
        """Bring a sheet in: all that `look_at_sheet` says now, or nothing. Raises as that and as `do_in_plan` do."""
        coming = self.look_at_sheet(access, content, filename, by_hand=by_hand, reason=reason)
        ids: dict[str, str] = {}
        acts = []
        for place, step in enumerate(coming.steps.steps):
            acts.append(resolve(step, ids))
            if step.key not in ids and getattr(step.act, "kind", None):
                ids[step.key] = f"@{place}"
        if acts:
            self.say_together(access, acts)
        return coming
