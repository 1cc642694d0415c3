"""The register as a supervisor takes it away: a table to read, or lines that prove themselves.

The table (CSV) is for eyes. The proof (JSON Lines) holds the node's signed checkpoint, then each line chosen with its
exact bytes and its leaf hash, and for every gap between two of them the roots of the subtrees that lie in it: a reader
with no access to the node puts the tree together again (RFC 6962) and holds its root against the signed one. So an
extract of ten lines out of ten million proves that these ten stand where they say, changed by nobody, and says nothing
of what the others hold. `check_extract` is that reader; it needs nothing but hashes and the node's public key.
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import msgspec

from entente.errors import Malformed, Text
from entente.model.merkle import EMPTY_ROOT, leaf_hash, node_hash
from entente.oversight.lines import RegisterLine

COLUMNS: tuple[tuple[str, Text], ...] = (
    ("number", Text("ligne", "line")),
    ("at", Text("heure (UTC)", "time (UTC)")),
    ("act", Text("acte", "act")),
    ("officer", Text("agent", "officer")),
    ("service", Text("service", "service")),
    ("role", Text("rôle", "role")),
    ("purpose", Text("finalité", "purpose")),
    ("matter", Text("affaire", "matter")),
    ("reason", Text("motif", "reason")),
    ("records", Text("fiches", "records")),
    ("to", Text("destinataires", "recipients")),
    ("compared", Text("comparées", "compared")),
    ("found", Text("trouvées", "found")),
    ("rule", Text("règle du signalement", "rule of the flag")),
    ("leaf", Text("empreinte", "leaf hash")),
)
BYTE_ORDER_MARK = "\ufeff"
# A cell that begins with one of these is a formula to a spreadsheet, and a reason is free text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_PIECE = 1 << 14

Leaves = Callable[[int, int], Iterable[bytes]]


class Chosen(msgspec.Struct, frozen=True):
    """One line of an extract: its number, its exact content, its leaf hash as the register keeps it."""

    number: int
    content: str
    leaf: bytes


def as_table(chosen: Iterable[tuple[RegisterLine, bytes]]) -> Iterator[bytes]:
    """CSV in UTF-8 with its byte order mark; two header rows, French then English; times in UTC.

    chosen: lines as they are read, with their leaf hashes.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    written.write(BYTE_ORDER_MARK)
    writer.writerow([words.fr for _, words in COLUMNS])
    writer.writerow([words.en for _, words in COLUMNS])
    for line, leaf in chosen:
        writer.writerow([_cell(line, leaf, name) for name, _ in COLUMNS])
        if written.tell() > _PIECE:
            yield written.getvalue().encode()
            written.seek(0)
            written.truncate()
    yield written.getvalue().encode()


def _cell(line: RegisterLine, leaf: bytes, name: str) -> str:
    if name == "leaf":
        return leaf.hex()
    if name == "at":
        return line.at.isoformat()
    value = getattr(line, name)
    if isinstance(value, tuple):
        value = " ".join(value)
    cell = "" if value is None else str(value)
    return f"'{cell}" if len(cell) > 1 and cell.startswith(_FORMULA) else cell


class _Forest:
    """Subtrees side by side from the left, each a power of two; two of one size become the next larger."""

    def __init__(self) -> None:
        self._trees: list[tuple[int, bytes]] = []
        self.size = 0

    def take(self, size: int, root: bytes) -> None:
        """Put the next subtree to the right of what is there."""
        if size < 1 or size & (size - 1) or self.size % size:
            raise ValueError("a subtree stands at a multiple of its size, which is a power of two")
        self.size += size
        while self._trees and self._trees[-1][0] == size:
            root = node_hash(self._trees.pop()[1], root)
            size *= 2
        self._trees.append((size, root))

    def root(self) -> bytes:
        """The root over all (RFC 6962, 2.1)."""
        if not self._trees:
            return EMPTY_ROOT
        root = self._trees[-1][1]
        for _, left in reversed(self._trees[:-1]):
            root = node_hash(left, root)
        return root


def gap_sizes(first: int, end: int) -> list[int]:
    """The largest subtrees that fill the places from `first` up to `end`, without it, from the left."""
    sizes = []
    while first < end:
        aligned = first & -first or 1 << (end - first).bit_length()
        size = min(aligned, 1 << (end - first).bit_length() - 1)
        sizes.append(size)
        first += size
    return sizes


def _gap(first: int, end: int, leaves: Leaves) -> dict[str, object]:
    following = iter(leaves(first, end))
    roots = [_subtree(size, following).hex() for size in gap_sizes(first, end)]
    return {"gap": [first, end], "roots": roots}


def _subtree(size: int, following: Iterator[bytes]) -> bytes:
    """The root over the next `size` leaves, a power of two; in pieces, so that ten million need little memory."""
    forest = _Forest()
    piece = min(size, _PIECE)
    for _ in range(size // piece):
        level = list(islice(following, piece))
        if len(level) != piece:
            raise ValueError("the register has fewer leaves than its checkpoint covers")
        while len(level) > 1:
            level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
        forest.take(piece, level[0])
    return forest.root()


def as_proof(
    node: str, checkpoint: str, size: int, chosen: Iterable[Chosen], leaves: Leaves
) -> Iterator[bytes]:
    """JSON Lines: what this is, each line in order with its gap before it, and the last gap.

    checkpoint: the signed one; size: how many lines it covers, all of `chosen` among them. leaves: the leaf hashes from
    a place up to another, without it.
    """
    yield _json(
        {
            "extract": "entente register 1",
            "node": node,
            "checkpoint": checkpoint,
            "lines": size,
            "leaf": "sha256(0x00 || content)",
            "tree": "RFC 6962; roots of a gap are its largest aligned subtrees from the left",
        }
    )
    place = 0
    for one in chosen:
        if place < one.number:
            yield _json(_gap(place, one.number, leaves))
        yield _json({"line": one.number, "leaf": one.leaf.hex(), "content": one.content})
        place = one.number + 1
    if place < size:
        yield _json(_gap(place, size, leaves))


def _json(value: dict[str, object]) -> bytes:
    return msgspec.json.encode(value) + b"\n"


class ExtractChecked(msgspec.Struct, frozen=True):
    """A proof that holds. signed: the checkpoint, for the ring of whoever knows the node's key; lines: those shown."""

    node: str
    signed: str
    size: int
    lines: tuple[int, ...]


def check_extract(proof: Iterable[bytes]) -> ExtractChecked:
    """Check an extract without the node. The signature itself is for `KeyRing.verify(checked.signed, node=…)`.

    Raises Malformed, with the line at fault, where content and leaf or tree and signed root do not fit.
    """
    rows = (msgspec.json.decode(row) for row in proof)
    lines: list[int] = []
    try:
        head = next(rows)
        checkpoint = _signed_content(head["checkpoint"])
        forest = _Forest()
        for row in rows:
            if "gap" in row:
                for size, root in zip(gap_sizes(*row["gap"]), row["roots"], strict=True):
                    forest.take(size, bytes.fromhex(root))
                continue
            leaf = leaf_hash(row["content"].encode())
            if row["line"] != forest.size or leaf.hex() != row["leaf"]:
                raise _broken(f"la ligne {row['line']}", f"line {row['line']}")
            forest.take(1, leaf)
            lines.append(row["line"])
    except (KeyError, ValueError, TypeError, StopIteration, msgspec.MsgspecError) as error:
        raise _broken("sa forme", "its form") from error
    if (forest.size, forest.root().hex()) != (checkpoint["lines"], checkpoint["register_root"]):
        raise _broken("la racine signée", "the signed root")
    return ExtractChecked(head["node"], head["checkpoint"], forest.size, tuple(lines))


def _signed_content(jws: str) -> dict[str, object]:
    payload = jws.split(".")[1]
    read: dict[str, object] = msgspec.json.decode(
        base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    )
    return read


def _broken(fr: str, en: str) -> Malformed:
    return Malformed(
        "extract_broken",
        Text(fr=f"Cet extrait ne tient pas : {fr}.", en=f"This extract does not hold: {en}."),
        Text(fr="Demandez-en un autre au nœud.", en="Ask the node for another."),
    )
