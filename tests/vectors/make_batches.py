"""Rows under one signature, alone with their path or all together; and the tree that they stand in."""

from __future__ import annotations

import copy
from typing import Any

from make_parts import AT, Json, Vector, compact, header, part, sign, statement

from entente.model.merkle import Tree, leaf_hash

ROW_PARTS = [part(f"statement/s{number}", statement(number)) for number in range(1, 6)]
ROW_HEADERS = [
    compact(header([one], kind="report", id=f"0192f3a0-5c00-7000-8000-0000000001{number:02d}"))
    for number, one in enumerate(ROW_PARTS)
]
ROW_TREE = Tree(leaf_hash(one.encode()) for one in ROW_HEADERS)
BATCH_ROOT = {
    "entente": "1.0",
    "batch": "0192f3a0-5c00-7000-8000-0000000000b1",
    "node": "lille",
    "size": len(ROW_HEADERS),
    "root": ROW_TREE.root().hex(),
    "at": AT,
}
BATCH_SIGNED = sign(BATCH_ROOT)


def row(number: int, **changed: Any) -> Json:
    """One row released alone: the batch's signature, its exact header, its place and its path."""
    seal = {
        "jws": BATCH_SIGNED,
        "header": ROW_HEADERS[number],
        "place": number,
        "path": [value.hex() for value in ROW_TREE.inclusion_path(number)],
    }
    seal = {name: value for name, value in {**seal, **changed}.items() if value is not None}
    return {"entente": "1.0", "seal": seal, "parts": [ROW_PARTS[number]], "basis": "FR-UK-2031"}


def whole_batch(withheld: tuple[int, ...] = (), **changed: Any) -> Json:
    """All rows under one signature; of those withheld only the leaf hash stands."""
    rows = [
        {"header": None, "leaf": leaf_hash(text.encode()).hex()}
        if place in withheld
        else {"header": text, "parts": [ROW_PARTS[place]]}
        for place, text in enumerate(ROW_HEADERS)
    ]
    return {"batch": {"entente": "1.0", "jws": BATCH_SIGNED, "rows": rows, "basis": "FR-UK-2031", **changed}}


def _batch(name: str, about: str, payload: Json, outcome: str = "ok", **expected: Any) -> Vector:
    return {
        "name": name,
        "about": about,
        "payload": compact(payload),
        "expected": {"outcome": outcome, **expected},
    }


def batches() -> list[Vector]:
    """Payloads: one row with its path, or a whole batch."""
    path = row(1)["seal"]["path"]
    wrong_path = [f"{int(path[0][0], 16) ^ 1:x}{path[0][1:]}", *path[1:]]
    swapped = whole_batch()
    swapped["batch"]["rows"][0], swapped["batch"]["rows"][1] = (
        swapped["batch"]["rows"][1],
        swapped["batch"]["rows"][0],
    )
    shorter = whole_batch()
    del shorter["batch"]["rows"][-1]
    altered = copy.deepcopy(whole_batch())
    altered["batch"]["rows"][2]["parts"] = [ROW_PARTS[3]]
    unreadable_leaf = whole_batch((2,))
    unreadable_leaf["batch"]["rows"][2]["leaf"] = "z" * 64
    no_leaf = whole_batch((2,))
    del no_leaf["batch"]["rows"][2]["leaf"]
    others = sign({**BATCH_ROOT, "node": "dover"})
    newer = {**BATCH_ROOT, "entente": "1.4", "colour": "blue"}
    newer_rows = whole_batch(entente="1.4", weather="fog")
    for one in newer_rows["batch"]["rows"]:
        one["tide"] = "ebb"
    rows_within = copy.deepcopy(newer_rows)
    rows_within["batch"]["entente"] = "1.0"
    found = [
        _batch(
            f"row_{place}_alone", "A row with its path.", {"release": row(place)}, places=[0], records=[place]
        )
        for place in range(len(ROW_HEADERS))
    ]
    return [
        *found,
        _batch(
            "whole", "All rows, no paths.", whole_batch(), places=[0, 1, 2, 3, 4], records=[0, 1, 2, 3, 4]
        ),
        _batch(
            "two_rows_withheld",
            "Of rows 1 and 4 only the leaf hash stands; the root still holds.",
            whole_batch((1, 4)),
            places=[0, 2, 3],
            records=[0, 2, 3],
        ),
        _batch(
            "newer_minor_version_of_the_root",
            "The root is of version 1.4 and has a new field.",
            {"release": row(1, jws=sign(newer))},
            places=[0],
            records=[1],
        ),
        _batch(
            "newer_minor_version_of_the_batch",
            "Version 1.4 adds a field to the batch and one to each row: each is named once.",
            newer_rows,
            places=[0, 1, 2, 3, 4],
            records=[0, 1, 2, 3, 4],
            unknown=["$.batch.weather", "$.batch.rows[...].tide"],
        ),
        _batch("unknown_field_in_each_row", "The same within version 1.0.", rows_within, "unreadable"),
        _batch(
            "next_major_version_of_the_root",
            "Version 2.0.",
            {"release": row(1, jws=sign({**BATCH_ROOT, "entente": "2.0"}))},
            "version_unknown",
        ),
        _batch(
            "unknown_field_in_the_root",
            "Version 1.0 knows no such field.",
            {"release": row(1, jws=sign({**BATCH_ROOT, "colour": "blue"}))},
            "unreadable",
        ),
        _batch(
            "next_major_version_of_the_batch", "Version 2.0.", whole_batch(entente="2.0"), "version_unknown"
        ),
        _batch(
            "row_with_a_path_in_capitals",
            "A hash has one spelling.",
            {"release": row(1, path=[value.upper() for value in path])},
            "unreadable",
        ),
        _batch(
            "row_in_another_place",
            "Row 1 says it is row 2.",
            {"release": row(1, place=2)},
            "row_not_in_batch",
        ),
        _batch(
            "row_beyond_the_batch", "There is no row 5.", {"release": row(1, place=5)}, "row_not_in_batch"
        ),
        _batch(
            "row_with_a_wrong_path",
            "One bit is wrong.",
            {"release": row(1, path=wrong_path)},
            "row_not_in_batch",
        ),
        _batch(
            "row_with_a_cut_path", "One step short.", {"release": row(1, path=path[:-1])}, "row_not_in_batch"
        ),
        _batch(
            "row_with_anothers_header",
            "The header of row 2 with the path of row 1.",
            {"release": row(1, header=ROW_HEADERS[2])},
            "row_not_in_batch",
        ),
        _batch("row_without_its_place", "No place is named.", {"release": row(1, place=None)}, "unreadable"),
        _batch("row_with_a_path_that_is_no_hex", "“zz”.", {"release": row(1, path=["zz"])}, "unreadable"),
        _batch(
            "batch_of_another_node",
            "Lille signs a root that says it is Dover's.",
            {"release": row(1, jws=others)},
            "unreadable",
        ),
        _batch("rows_swapped", "The order of rows is signed.", swapped, "row_not_in_batch"),
        _batch("row_missing", "A row left out without its leaf.", shorter, "row_not_in_batch"),
        _batch("part_of_another_row", "Row 2 with the part of row 3.", altered, "part_not_signed"),
        _batch("leaf_that_is_no_hex", "64 letters z.", unreadable_leaf, "unreadable"),
        _batch("neither_header_nor_leaf", "A row of nothing.", no_leaf, "unreadable"),
        _batch("neither_release_nor_batch", "An empty payload.", {}, "unreadable"),
        _batch("both_release_and_batch", "Two at once.", {"release": row(0), **whole_batch()}, "unreadable"),
    ]


def trees() -> list[Vector]:
    """Leaves, roots and paths of our own batch's tree, in hex; the published ones stand in the RFC's own tests."""
    leaves = [text.encode() for text in ROW_HEADERS]
    hashes = Tree(leaf_hash(leaf) for leaf in leaves)
    size = len(leaves)
    found: list[Vector] = []
    for place in range(size):
        found.append(
            {
                "name": f"inclusion_{place}_of_{size}",
                "about": "A leaf under the root.",
                "leaf": hashes.leaf(place).hex(),
                "place": place,
                "size": size,
                "path": [value.hex() for value in hashes.inclusion_path(place)],
                "root": hashes.root().hex(),
                "expected": {"outcome": "ok"},
            }
        )
    wrong = copy.deepcopy(found[2])
    wrong |= {
        "name": "inclusion_in_another_place",
        "about": "Leaf 2 says it is leaf 3.",
        "place": 3,
        "expected": {"outcome": "not_included"},
    }
    for earlier in range(1, size + 1):
        found.append(
            {
                "name": f"consistency_{earlier}_to_{size}",
                "about": "A checkpoint that is an earlier state of another.",
                "earlier": earlier,
                "later": size,
                "earlier_root": hashes.root(earlier).hex(),
                "later_root": hashes.root().hex(),
                "path": [value.hex() for value in hashes.consistency_path(earlier)],
                "expected": {"outcome": "ok"},
            }
        )
    rewritten = copy.deepcopy(found[-3])
    rewritten |= {
        "name": "consistency_of_a_rewritten_history",
        "about": "The earlier root is of another log.",
        "earlier_root": leaf_hash(b"another history").hex(),
        "expected": {"outcome": "not_consistent"},
    }
    return [*found, wrong, rewritten]
