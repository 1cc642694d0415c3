"""How sure a source and its information are, in the four schemes that the services use.

The issuer's grade is kept word for word and signed. A grade shown in another scheme is derived, carries the native one,
and is never better than it over any chain: each derivation starts again from the native grade. Admiralty 1-6 says how
likely the content is true, Europol 1-4 and UK A-E how the source came to know it: where the axes differ in kind, the
table answers "cannot be judged" rather than guess. Source: terms.md; starred cells are proposals that practitioners
have yet to sign.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from entente.errors import Malformed, Text

Scheme = Literal["admiralty", "5x5x5", "3x5x2", "europol"]

# scheme -> (letters of the source axis, letters of the information axis), best first
SCALES: dict[Scheme, tuple[str, str]] = {
    "admiralty": ("ABCDEF", "123456"),
    "5x5x5": ("ABCDE", "12345"),
    "3x5x2": ("123", "ABCDE"),
    "europol": ("ABCX", "1234"),
}

SOURCE_ROWS = ("always_reliable", "mostly", "fairly", "rarely", "unreliable", "cannot_be_judged")
INFORMATION_ROWS = (
    "not_in_doubt",
    "known_directly",
    "indirect_corroborated",
    "indirect",
    "not_known",
    "suspected_false",
)

# One row a meaning, as in terms.md. A letter that stands for several meanings is read as the worst of them.
SOURCE: dict[Scheme, tuple[str, ...]] = {
    "admiralty": ("A", "B", "C", "D", "E", "F"),
    "5x5x5": ("A", "B", "C", "D", "D", "E"),
    "3x5x2": ("1", "1", "3", "3", "3", "2"),
    "europol": ("A", "B", "C", "C", "C", "X"),
}
INFORMATION: dict[Scheme, tuple[str, ...]] = {
    "admiralty": ("6", "6", "2", "6", "6", "5"),
    "5x5x5": ("1", "2", "3", "4", "4", "5"),
    "3x5x2": ("A", "A", "B", "C", "D", "E"),
    "europol": ("1", "2", "3", "4", "4", "4"),
}
# What each Admiralty figure says of the content, as a row of the other schemes that claims no more than it.
ADMIRALTY_ROW = {"1": 3, "2": 3, "3": 3, "4": 4, "5": 5, "6": 4}


class Grade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A grade as its issuer gave it: scheme, source evaluation, information assessment."""

    scheme: Scheme
    source: str
    information: str

    def __post_init__(self) -> None:
        sources, informations = SCALES[self.scheme]
        if len(self.source) != 1 or self.source not in sources:
            raise ValueError(
                f"{self.scheme} has no source evaluation {self.source!r}; it has {', '.join(sources)}"
            )
        if len(self.information) != 1 or self.information not in informations:
            raise ValueError(
                f"{self.scheme} has no information assessment {self.information!r}; it has {', '.join(informations)}"
            )

    def __str__(self) -> str:
        return f"{self.source}{self.information}"


class DerivedGrade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A grade shown in the reader's scheme. `native` is what was given and signed; this is only a reading of it."""

    grade: Grade
    native: Grade

    @property
    def is_derived(self) -> bool:
        """Whether the reader sees a translation and not the issuer's own letters."""
        return self.grade != self.native

    @property
    def is_flagged(self) -> bool:
        """Whether Europol's flag goes with its 4: natively the information is suspected to be false."""
        return self.grade.scheme == "europol" and information_row(self.native) == INFORMATION_ROWS.index(
            "suspected_false"
        )


def read_grade(written: str, scheme: Scheme) -> Grade:
    """Read "B2" or "b 2" in one scheme. Raises Malformed when the scheme has no such letters."""
    letters = written.replace(" ", "").replace("-", "").upper()
    try:
        if len(letters) != 2:
            raise ValueError("a grade has two letters")
        return Grade(scheme, letters[0], letters[1])
    except ValueError as error:
        raise Malformed(
            "grade_unreadable",
            Text(
                fr=f"La cotation « {written} » n’existe pas dans l’échelle {scheme}.",
                en=f'The grade "{written}" does not exist in the {scheme} scheme.',
            ),
            Text(
                fr=f"Source : {', '.join(SCALES[scheme][0])} ; information : {', '.join(SCALES[scheme][1])}.",
                en=f"Source: {', '.join(SCALES[scheme][0])}; information: {', '.join(SCALES[scheme][1])}.",
            ),
        ) from error


def source_row(grade: Grade) -> int:
    """The row of the source table that a letter stands for, the worst where it stands for several (0 is best)."""
    letters = SOURCE[grade.scheme]
    return max(row for row, letter in enumerate(letters) if letter == grade.source)


def information_row(grade: Grade) -> int:
    """The row of the information table, the worst where a letter stands for several (0 is best)."""
    if grade.scheme == "admiralty":
        return ADMIRALTY_ROW[grade.information]
    letters = INFORMATION[grade.scheme]
    if grade.scheme == "europol" and grade.information == "4":
        # Europol flags what it suspects to be false; a 4 without the flag says that it is not known.
        return INFORMATION_ROWS.index("not_known")
    return max(row for row, letter in enumerate(letters) if letter == grade.information)


def show_in(grade: Grade | DerivedGrade, scheme: Scheme) -> DerivedGrade:
    """The grade in the reader's scheme, derived anew from the native one so that no chain can improve it."""
    native = grade.native if isinstance(grade, DerivedGrade) else grade
    if scheme == native.scheme:
        return DerivedGrade(native, native)
    return DerivedGrade(
        Grade(scheme, SOURCE[scheme][source_row(native)], INFORMATION[scheme][information_row(native)]),
        native,
    )
