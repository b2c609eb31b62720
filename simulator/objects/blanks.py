"""Each kind of object as it is before anything happened: ``blanks.json`` has the fields that never or rarely change."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from simulator.store import Object


def blank(kind: str) -> Object:
    """A fresh one, free to be changed."""
    item: Object = json.loads(_texts()[kind])
    return item


@cache
def _texts() -> dict[str, str]:
    blanks = json.loads(Path(__file__).with_name("blanks.json").read_text(encoding="utf-8"))
    return {kind: json.dumps(fields) for kind, fields in blanks.items()}
