"""What a browser keeps of a page that must work without a network: the page of nobody, its files, and its helper.

A page that is kept names no officer, no shift and no record, so that whoever opens the machine later reads nothing on
it. The helper is one text, because helpers that import others do not run everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from starlette.responses import Response

from entente.web.door import Visit
from entente.web.site import Site

_IMPORTED = re.compile(r"from '\./([\w.-]+)'")


def nobody(visit: Visit) -> Visit:
    """The same visit of nobody: their language, and nothing else of them."""
    return Visit(
        visit.site,
        path=visit.path,
        parts={},
        query=visit.query,
        form=visit.form,
        token="",
        session=None,
        language=visit.language,
        address="",
        device="",
        origin=visit.origin,
        is_fragment=False,
    )


def helper_script(
    visit: Visit, *, queue: str, script: str, pages: Iterable[Response], scope: str
) -> Response:
    """A browser's helper: its queue, its own text, and which files the pages need where there is no network."""
    site = visit.site
    assert isinstance(site, Site)
    files = msgspec.json.encode(
        [site.address_of(name) for name in _files_of(site, [bytes(page.body).decode() for page in pages])]
    ).decode()
    text = "\n".join(
        (
            f"const MARK = '{site.mark}';",
            f"const FILES = {files};",
            site.files[queue][0].decode().replace("export ", ""),
            site.files[script][0].decode(),
        )
    )
    return Response(
        text,
        media_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": scope},
    )


def _files_of(site: Site, pages: list[str]) -> list[str]:
    """All that pages name, and what their scripts import."""
    wanted: list[str] = []
    for page in pages:
        for name in sorted(set(re.findall(rf"/static/{site.mark}/([^\"'&#]+)", page))):
            if name not in wanted:
                wanted.append(name)
    for name in wanted:
        if name.endswith(".js") and not name.startswith("vendor/"):
            for one in _IMPORTED.findall(site.files[name][0].decode()):
                if f"js/{one}" not in wanted:
                    wanted.append(f"js/{one}")
    return wanted
