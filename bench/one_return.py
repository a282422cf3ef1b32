"""One sound return, read again and again in one process: ours with all checks, and the peers.

Prints JSON: by who reads, and by our stages, the median milliseconds. `python -m bench.one_return MASTERS FILE`.
"""

from __future__ import annotations

import gc
import hashlib
import json
import sys
import time
import warnings
import zipfile
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from statistics import median
from xml.parsers import expat

from bench.national import YEAR
from kakunin_xlsx.merge import RoundMerge
from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.returns import Limits
from kakunin_xlsx.returns.gate import recognise
from kakunin_xlsx.returns.model import Item, Return
from kakunin_xlsx.returns.ooxml import read_book
from kakunin_xlsx.returns.opening import open_item
from kakunin_xlsx.returns.zips import Zip

ROUNDS = 60
_SHEET = "確認表"
_OURS = "kakunin（読取りと全部の確認）"
# Each does what those before it do, and its own; the last does all.
_STAGES = ("　zipを確かめる", "　部品を読む", "　様式と照らす", "　突き合わせ、確認、まとめ")


def readers(masters: Path, file: Path) -> Mapping[str, Callable[[], object]]:
    """Everybody who reads the file, by name."""
    import openpyxl
    import pandas as pd

    plan = load_plan(masters)
    merge = RoundMerge.of(plan, YEAR, plan.main_round.code, mending=False)
    item = Item(file.name, hashlib.sha256(file.read_bytes()).hexdigest(), file)

    limits = Limits()

    def gated() -> Zip:
        data = file.read_bytes()
        archive = Zip(data, limits)
        recognise(data, file.name, limits, archive)
        return archive

    def ours() -> object:
        opened = open_item(item, merge.asked, limits)
        read = Return((file.name,), item.sha256, opened.sheets, opened.findings, opened.ledger)
        return merge.of_returns([read], (), ())

    return {
        _OURS: ours,
        _STAGES[0]: gated,
        _STAGES[1]: lambda: read_book(gated(), limits.cells),
        _STAGES[2]: lambda: open_item(item, merge.asked, limits),
        "openpyxl（読むだけ）": lambda: openpyxl.load_workbook(file),
        "pandas＋openpyxl": lambda: pd.read_excel(file, sheet_name=_SHEET, engine="openpyxl"),
        "pandas＋calamine": lambda: pd.read_excel(file, sheet_name=_SHEET, engine="calamine"),
        "unzip＋expat（何も残さない）": lambda: _bare(file),
    }


def _bare(file: Path) -> None:
    with zipfile.ZipFile(file) as book:
        for name in book.namelist():
            if name.endswith((".xml", ".rels")):
                expat.ParserCreate().Parse(book.read(name), True)


def timed(readers: Mapping[str, Callable[[], object]]) -> Mapping[str, float]:
    """Median milliseconds of CPU, everybody in turn in each round."""
    gc.freeze()  # what is loaded already must not be walked through again at anybody's cost
    spent: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(ROUNDS):
        for name, read in readers.items():
            began = time.process_time()
            read()
            spent[name].append((time.process_time() - began) * 1000)
    return {name: median(own) for name, own in spent.items()}


def staged(spent: Mapping[str, float]) -> Mapping[str, float]:
    """The same, with what each stage of ours took by itself below ours."""
    whole = {**spent, _STAGES[-1]: spent[_OURS]}
    each = dict(zip(_STAGES, (whole[name] for name in _STAGES), strict=True))
    alone = [now - before for before, now in pairwise((0.0, *each.values()))]
    peers = {name: own for name, own in spent.items() if name not in (_OURS, *_STAGES)}
    return {_OURS: spent[_OURS], **dict(zip(_STAGES, alone, strict=True)), **peers}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    spent = timed(readers(Path(sys.argv[1]), Path(sys.argv[2])))
    sys.stdout.write(json.dumps(staged(spent), ensure_ascii=False))
