"""What can go wrong, whose fault it is, and what to do next.

One small family. The class says whose fault it is; the message says in both languages what happened and why it
matters, the remedy what to do. Our own officer hears all of it; a partner hears only the code. The edges (cli, api)
turn each class into an exit code or an HTTP answer in one table; nothing else translates errors.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Language = Literal["fr", "en"]


class Text(msgspec.Struct, frozen=True):
    """Something a person reads, in both languages. It cannot be made with one of them missing."""

    fr: str
    en: str

    def __post_init__(self) -> None:
        if not self.fr or not self.en:
            raise ValueError("a text that a person reads exists in French and in English")

    def say(self, language: Language) -> str:
        """The words in one language."""
        return self.fr if language == "fr" else self.en


class EntenteError(Exception):
    """Base of the family. code: a stable short word for programs; text: what happened; remedy: the way out."""

    def __init__(self, code: str, text: Text, remedy: Text | None = None) -> None:
        super().__init__(f"{code}: {text.en}")
        self.code = code
        self.text = text
        self.remedy = remedy

    def say(self, language: Language) -> str:
        """What happened and what to do, in one language."""
        return self.text.say(language) + (f" {self.remedy.say(language)}" if self.remedy else "")


class Malformed(EntenteError):
    """What was given cannot be read or is not complete. The giver mends it."""


class NotPermitted(EntenteError):
    """A rule forbids it. `code` names the rule that spoke."""


class Conflict(EntenteError):
    """It contradicts what is already recorded: a version passed by, a number taken, a second writer."""


class NotFound(EntenteError):
    """Nothing of that name that the asker may know of. Absent and not-for-you are the same words."""


class PeerFault(EntenteError):
    """A partner's node is away, slow, or said something that its own key does not vouch for."""


class Unavailable(EntenteError):
    """This node cannot do it now (disk full, closing). Nothing was acknowledged; try again when mended."""
