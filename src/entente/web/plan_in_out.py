"""A service's own sheet into the plan, and the plan out of the node: always looked at before it is done.

The file that was looked at travels with the form that does it, so that nothing is kept between the two; what is done is
worked out from it anew. What leaves is registered as leaving; the public extract is a coordinator's to give.
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter

import msgspec
from starlette.responses import Response

from entente.errors import Conflict, EntenteError, Malformed, NotPermitted, Text, Unavailable
from entente.formats.plan_cells import PlanRow
from entente.formats.plan_columns import IGNORE, PLAN_FIELDS, field_words
from entente.formats.plan_written import cells_of, headings, write_table
from entente.model.plan_act import Opened
from entente.plan.going_out import PublicMeasure, public, rows, whole
from entente.plan_sheets import MOST_BYTES, Coming
from entente.policy.agreement import Role
from entente.web.door import PLANS, Door, Visit
from entente.web.plan import today_of, words_of_plan
from entente.web.site import status_of

COORDINATES: frozenset[Role] = frozenset({"coordinator"})
MOST_SHOWN = 300
PUBLIC_HEADS: tuple[str, ...] = PublicMeasure.__struct_fields__


# -- in -------------------------------------------------------------------------------------------------------------


def ask(visit: Visit) -> Response:
    """The form for a sheet."""
    visit.node.plan(visit.access())
    return _page(visit)


def _page(
    visit: Visit,
    coming: Coming | None = None,
    kept: tuple[str, bytes] = ("", b""),
    error: EntenteError | None = None,
) -> Response:
    opened: Counter[str] = Counter()
    edited = 0
    if coming is not None:
        for step in coming.steps.steps:
            if isinstance(step.act, Opened):
                opened[step.act.kind] += 1
            else:
                edited += 1
    chosen = {one.column: one.field for one in coming.sheet.mapping} if coming else {}
    reasons = {one.column: one.reason for one in coming.sheet.mapping} if coming else {}
    left = {one.column: one for one in coming.sheet.unmapped} if coming else {}
    return visit.page(
        "plan_import.html",
        status_of(error) if error else 200,
        coming=coming,
        opened=sorted(opened.items()),
        edited=edited,
        columns=[(name, chosen.get(name, IGNORE), reasons.get(name)) for name in (*chosen, *left)],
        fields=[(field, field_words(field)) for field in PLAN_FIELDS],
        ignore=IGNORE,
        faults=coming.sheet.faults[:MOST_SHOWN] if coming else (),
        notes=coming.steps.notes[:MOST_SHOWN] if coming else (),
        filename=kept[0],
        content=base64.b64encode(kept[1]).decode(),
        reason=visit.form.one("words"),
        error=error,
        most_kib=MOST_BYTES // 1024,
        **words_of_plan(),
    )


def _sent(visit: Visit) -> tuple[str, bytes]:
    """The file as sent now, or as it came back with the form. Raises Malformed where there is none, or too much."""
    name, content = visit.form.files.get("sheet", ("", b""))
    if not content and visit.form.one("content"):
        name = visit.form.one("filename")
        try:
            content = base64.b64decode(visit.form.one("content"), validate=True)
        except binascii.Error:
            content = b""
    if not content:
        raise Malformed(
            "sheet",
            Text(fr="Aucun fichier n’est joint, ou il est vide.", en="No file is attached, or it is empty."),
            Text(
                fr="Joignez le tableur (CSV ou XLSX) et recommencez.",
                en="Attach the spreadsheet (CSV or XLSX) and send it again.",
            ),
        )
    if len(content) > MOST_BYTES:
        raise Malformed(
            "sheet",
            Text(
                fr=f"Le fichier dépasse {MOST_BYTES // 1024} Kio.",
                en=f"The file is over {MOST_BYTES // 1024} KiB.",
            ),
            Text(fr="Gardez la feuille du plan seule.", en="Keep the sheet of the plan alone."),
        )
    return name[:120], content


def _by_hand(visit: Visit) -> dict[str, str]:
    names, fields = visit.form.all("column"), visit.form.all("field")
    return dict(zip(names, fields, strict=False))


def bring(visit: Visit) -> Response:
    """Look at a sheet, or do what was looked at."""
    kept: tuple[str, bytes] = ("", b"")
    access = visit.access()
    try:
        kept = _sent(visit)
        by_hand, why = _by_hand(visit) or None, visit.form.one("words")
        if visit.form.one("do") != "bring":
            return _page(
                visit, visit.node.look_at_sheet(access, kept[1], kept[0], by_hand=by_hand, reason=why), kept
            )
        done = visit.node.bring_in_sheet(access, kept[1], kept[0], by_hand=by_hand, reason=why)
    except (Malformed, NotPermitted, Conflict, Unavailable) as error:
        return _page(visit, None, kept, error)
    number = len(done.sheet.rows)
    return visit.to(
        "/plan",
        Text(f"{number} lignes reprises dans le plan.", f"{number} rows brought into the plan."),
    )


# -- out ------------------------------------------------------------------------------------------------------------


def offer(visit: Visit) -> Response:
    """What may be taken away, and what the public extract would say."""
    plan = visit.node.plan(visit.access())
    return visit.page(
        "plan_export.html", told=public(plan), may_publish=visit.role == "coordinator", **words_of_plan()
    )


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


def csv(visit: Visit) -> Response:
    """The plan as a sheet that the import reads."""
    plan = visit.node.take_plan_away(visit.access())
    lines = [(row, status) for row, status in rows(plan)]
    # A blank workshop below another means that other, so those in none go first.
    lines.sort(key=lambda one: _comes_later(one[0]))
    sheet = write_table(
        headings(visit.language),
        [cells_of(row, visit.language, status) for row, status in lines],
        visit.language,
    )
    return _file(sheet, "text/csv; charset=utf-8", f"entente-plan-{today_of(visit).isoformat()}.csv")


def _comes_later(row: PlanRow) -> bool:
    return row.measure is None or row.workshop is not None


def as_json(visit: Visit) -> Response:
    """The plan as data."""
    plan = visit.node.take_plan_away(visit.access())
    content = msgspec.json.format(msgspec.json.encode(whole(plan)))
    return _file(content, "application/json", f"entente-plan-{today_of(visit).isoformat()}.json")


def public_csv(visit: Visit) -> Response:
    """The public extract as a sheet."""
    told = public(visit.node.take_plan_away(visit.access()))
    lines = [[str(getattr(one, name) or "") for name in PUBLIC_HEADS] for one in told]
    lines = [[f"'{cell}" if cell[:1] in "=+-@" and cell else cell for cell in line] for line in lines]
    return _file(
        write_table(PUBLIC_HEADS, lines, visit.language), "text/csv; charset=utf-8", "entente-plan-public.csv"
    )


def public_json(visit: Visit) -> Response:
    """The public extract as data."""
    told = public(visit.node.take_plan_away(visit.access()))
    return _file(msgspec.json.encode({"measures": told}), "application/json", "entente-plan-public.json")


DOORS: tuple[Door, ...] = (
    Door(path="/plan/import", does=ask, who=PLANS, needs_shift=True),
    Door(path="/plan/import", method="POST", does=bring, who=PLANS, needs_shift=True),
    Door(path="/plan/export", does=offer, who=PLANS, needs_shift=True),
    Door(path="/plan/export.csv", does=csv, who=PLANS, needs_shift=True),
    Door(path="/plan/export.json", does=as_json, who=PLANS, needs_shift=True),
    Door(path="/plan/public.csv", does=public_csv, who=COORDINATES, needs_shift=True),
    Door(path="/plan/public.json", does=public_json, who=COORDINATES, needs_shift=True),
)
