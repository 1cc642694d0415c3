"""A value of an indicator as a form gives it: a figure with its days, its source and a word on its quality.

A figure without a source and a word on how good it is tells nobody anything, so both are asked for. A count of people
or files is marked as one, since small counts are not shown.
"""

from __future__ import annotations

from entente.errors import Malformed, Text
from entente.model.plan_act import PlanAct, ValueGiven
from entente.plan.values import Item
from entente.web.door import Visit
from entente.web.plan_typed import read_day, read_number, read_text


def give_value(visit: Visit, item: Item) -> PlanAct:
    """The value as typed. Raises Malformed under the name of the field that is wrong or missing."""
    form = visit.form
    value, starts, ends = read_number(visit, "value"), read_day(visit, "starts"), read_day(visit, "ends")
    source, quality = read_text(visit, "source"), read_text(visit, "quality")
    if value is None or starts is None or ends is None or ends < starts:
        raise Malformed(
            "value" if value is None else "starts",
            Text(
                fr="Il faut le chiffre, et la période du premier au dernier jour.",
                en="The figure is needed, and the period from its first day to its last.",
            ),
            Text(fr="Le dernier jour ne précède pas le premier.", en="The last day is not before the first."),
        )
    if source is None or quality is None:
        raise Malformed(
            "source" if source is None else "quality",
            Text(
                fr="Un chiffre se lit avec sa source et ce qu’il vaut.",
                en="A figure is read with its source and how good it is.",
            ),
            Text(
                fr="Écrivez une phrase pour chacune, dans une langue.",
                en="Write a sentence for each, in one language.",
            ),
        )
    return ValueGiven(
        officer=visit.officer.name,
        indicator=item.id,
        value=value,
        starts=starts,
        ends=ends,
        source=source,
        quality=quality,
        is_count=form.one("is_count") == "yes",
        corrects=form.all("corrects"),
    )
