"""The Python API, and its page in the docs: every code block runs on the demo's output."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import kakunin_xlsx
from kakunin_xlsx.api import as_frame
from kakunin_xlsx.report.tidy import (
    ACTION_COLUMNS,
    ANSWER_COLUMNS,
    FIELD_COLUMNS,
    INDICATOR_COLUMNS,
    DType,
    TidyColumn,
    table,
)
from kakunin_xlsx.stop import Stop
from tests.example import MASTERS, ROOT, SECOND

PAGE = (ROOT / "docs" / "Pythonから使う.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def loaded(demo: Path) -> kakunin_xlsx.YearTables:
    plan = kakunin_xlsx.load_plan(MASTERS)
    return kakunin_xlsx.load_year(plan, demo / "output", "R7")


def test_the_page_runs_on_the_demo(
    demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(demo)
    names: dict[str, Any] = {}
    assert len(BLOCKS) == 5
    for block in BLOCKS:
        exec(compile(block, "Pythonから使う.md", "exec"), names)
    told = capsys.readouterr().out
    assert told.startswith("38 行の取組に、")
    assert int(names["by_goal"].to_numpy().sum()) == 34
    assert "チラシを300部作成し" in names["table"].loc["1-1-1", "取組実績"]
    assert set(names["listed"]["選択値"]) == {"C", "D"}
    assert names["figures"]["数値"].dtype == "Float64"


@pytest.mark.parametrize(
    ("title", "columns"),
    [
        ("answers", ANSWER_COLUMNS),
        ("actions", ACTION_COLUMNS),
        ("fields", FIELD_COLUMNS),
        ("indicators", INDICATOR_COLUMNS),
    ],
)
def test_the_page_lists_every_column_with_its_dtype(
    demo: Path, title: str, columns: Sequence[TidyColumn]
) -> None:
    section = PAGE.partition(f"### {title}")[2].partition("###")[0]
    listed = re.findall(r"(?m)^\| (.+?) \| (.+?) \| (.+?) \|$", section)[1:]
    assert listed == [(each.name, each.kind.value, each.meaning) for each in columns]
    frame: pd.DataFrame = getattr(loaded(demo), title)
    assert [(name, str(dtype)) for name, dtype in frame.dtypes.items()] == [
        (each.name, each.kind.value) for each in columns
    ]
    assert len(frame) or title == "indicators"


def test_answers_are_those_of_the_csv(demo: Path) -> None:
    folder = demo / "output/令和7年度/1_実績照会/4_取りまとめ"
    csv = pd.read_csv(folder / "回答一覧.csv", dtype="string", keep_default_na=False)
    counted = csv[(csv["状態"] == "反映") & (csv["行ID"] != "*")]
    answers = loaded(demo).answers
    assert set(answers["照会コード"]) == {"jisseki", "naibu", "iinkai", "taio"}
    answers = answers[answers["照会コード"] == "jisseki"]
    assert list(answers["値"]) == list(counted["値"])
    assert list(answers["行ID"]) == list(counted["行ID"])
    numbers = answers.loc[answers["型"] == "数値", "数値"]
    assert numbers.notna().all()
    assert (answers["施策No"].notna() & (answers["行の種類"] == "取組")).all()


def test_without_pandas_it_says_what_to_install(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        sys.modules, "pandas", None
    )  # what import makes of a part that is not there
    with pytest.raises(Stop, match="pip install pandas"):
        loaded(demo)


def test_texts_stay_as_typed_and_an_empty_cell_is_missing() -> None:
    columns = (TidyColumn("値", ""), TidyColumn("数値", "", DType.NUMBER))
    typed = as_frame(
        table("表", columns, iter([{"値": "NA"}, {"値": "null"}, {"値": "", "数値": 1}]))
    )
    assert list(typed["値"][:2]) == ["NA", "null"]
    assert list(typed["値"].isna()) == [False, False, True]
    assert list(typed["数値"].isna()) == [True, True, False]


def test_what_cannot_be_read_is_said_in_a_sentence(demo: Path, tmp_path: Path) -> None:
    plan = kakunin_xlsx.load_plan(MASTERS)
    with pytest.raises(Stop, match="kakunin merge --year R7"):
        kakunin_xlsx.load_year(plan, tmp_path, "R7")
    with pytest.raises(Stop, match="年度ではありません"):
        kakunin_xlsx.load_year(plan, demo / "output", "R12")
    with pytest.raises(Stop, match="読み取れません"):
        kakunin_xlsx.load_year(plan, demo / "output", "ことし")
    with pytest.raises(Stop, match="の出力先です"):
        kakunin_xlsx.load_year(kakunin_xlsx.load_plan(SECOND), demo / "output", "R7")
