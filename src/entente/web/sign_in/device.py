"""On which device a session was opened, in words that an officer recognises and that single nobody out.

Only the family of the browser and of the system: enough to see that one of three sessions is not one's own. Versions,
builds and addresses are left out, since a list of them would follow people from place to place.
"""

from __future__ import annotations

# Order matters: each names itself after those below it.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_family(user_agent: str) -> str:
    """ "Firefox · Windows"; "" where nothing is recognised, which the page puts into words."""
    return " · ".join(
        next((name for sign, name in table if sign in user_agent), "") for table in (_BROWSERS, _SYSTEMS)
    ).strip(" ·")
