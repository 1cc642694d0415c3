"""Set a sheet: values in, PDF out (or pictures of its pages, for whoever looks at them in a test).

The same values give the same bytes: the moment on the sheet is the moment that is handed in. Nothing is fetched: the
letters come with the library, with those of the machine behind them for scripts that it has not.
"""

from __future__ import annotations

import datetime as dt
from importlib.resources import as_file, files
from typing import Any, Literal

import msgspec

from entente.errors import Text, Unavailable

Sheet = Literal["meeting", "status"]


def pdf(sheet: Sheet, values: dict[str, Any], at: dt.datetime) -> bytes:
    """A sheet as PDF, tagged for readers of screens. Raises Unavailable where the extra `paper` is not installed."""
    (made,) = _compiled(sheet, values, at, "pdf")
    return made


def pages(sheet: Sheet, values: dict[str, Any], at: dt.datetime) -> list[bytes]:
    """The pages of a sheet as PNG pictures."""
    return _compiled(sheet, values, at, "png")


def _compiled(
    sheet: Sheet, values: dict[str, Any], at: dt.datetime, form: Literal["pdf", "png"]
) -> list[bytes]:
    try:
        import typst
    except ImportError:
        raise Unavailable(
            "no_paper",
            Text(fr="Ce nœud ne sait pas composer de papier.", en="This node cannot set paper."),
            Text(
                fr="Demandez à l’exploitant d’installer l’option « paper » ; le plan s’emporte aussi en CSV.",
                en='Ask the operator to install the extra "paper"; the plan can also be taken away as CSV.',
            ),
        ) from None
    with as_file(files("entente.paper")) as folder:
        made = typst.compile(
            str(folder / f"{sheet}.typ"),
            root=str(folder),
            format=form,
            sys_inputs={"data": msgspec.json.encode(values).decode()},
            timestamp=int(at.timestamp()),
            ppi=110.0 if form == "png" else None,
        )
    # Of several pages a list comes, whatever the library's own types say.
    return [bytes(one) for one in made] if isinstance(made, list) else [made]
