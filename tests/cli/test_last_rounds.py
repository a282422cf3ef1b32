"""修正あり stays open until the office decides; a council's form comes back a second time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import kakunin
from tests.cli.test_decide import Table
from tests.cli.test_rounds import build, folder, forms, hand_in, merge, replied, rows
from tests.hands import Book

CORRECTIONS = "事務局修正.xlsx"


@pytest.fixture(scope="module")
def last(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year up to 最終確認, in which 指導室 wants something changed."""
    output = tmp_path_factory.mktemp("最後")
    replied(output)
    assert build(output, "saishu").exit_code == 0
    wanted = {("*", "confirmed"): "修正あり", ("3-4-1", "correction"): "12回に直してください。"}
    quiet = {("*", "confirmed"): "修正なし"}
    others = ("fukushi-seisaku", "fukushi-sodan", "machizukuri", "gakko-kyoiku")
    hand_in(output, "saishu", {"shido": wanted, **dict.fromkeys(others, quiet)})
    return output


def codes(told: dict[str, Any]) -> list[str]:
    return [each["code"] for each in told["確認事項"]]


def test_a_wanted_change_is_open_until_the_office_has_decided(last: Path) -> None:
    told = merge(last, "saishu")
    assert told["終了"] == 1
    (finding,) = [each for each in told["確認事項"] if each["code"] == "F14"]
    assert "3-4-1" in json.dumps(finding, ensure_ascii=False)
    assert "12回に直してください。" in {row["値"] for row in rows(last, "saishu")}
    refused = kakunin(last, "archive", "--year", "R7")
    assert refused.exit_code == 3, refused.output
    assert "最終確認" in refused.output
    for words in (("status",), ("check",), ("check", "--annotate"), ("merge",)):
        shown = kakunin(last, *words, "--year", "R7", "--round", "saishu").output
        (step,) = [line for line in shown.splitlines() if line.startswith("次の操作：")]
        assert "事務局の表の直す所を済ませて" in step, words
        assert "kakunin merge --year R7 --round saishu" in step

    path = folder(last, "saishu") / "4_取りまとめ" / CORRECTIONS
    table = Table(path)
    (at,) = [
        row
        for row in range(table.head + 1, table.sheet.max_row + 1)
        if table.sheet.cell(row, table.columns["回答元"]).value == "指導室"
        and table.sheet.cell(row, table.columns["行ID"]).value == "*"
    ]
    said = {"修正後": "修正なし", "理由": "実績照会の回数を直した", "決定者": "事務 花子"}
    for title, value in {**said, "課の了解日": "2026-07-01"}.items():
        table.sheet.cell(at, table.columns[title]).value = value
    table.save()
    told = merge(last, "saishu")
    assert told["終了"] == 0, told["確認事項"]
    (decided,) = [
        row
        for row in rows(last, "saishu")
        if row["回答元"] == "指導室" and row["項目キー"] == "confirmed" and row["状態"] == "反映"
    ]
    assert (decided["理解した値"], decided["理由"]) == ("修正なし", "決定")


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("実績は12回です", True),
        ("12回", True),
        ("委員の意見を反映していない。", True),
        ("修正なし", False),
        ("変更箇所は特にありません。", False),
        ("なし", False),
        ("確認しました", False),
        ("ＯＫ", False),
    ],
)
def test_a_change_written_beside_no_change_is_asked_about(
    last: Path, typed: str, asked: bool
) -> None:
    row = next(row.id for row in forms(last, "saishu")["gakko-kyoiku"].rows if row.open)
    said = {("*", "confirmed"): "修正なし", (row, "correction"): typed}
    hand_in(last, "saishu", {"gakko-kyoiku": said})
    found = [each for each in merge(last, "saishu")["確認事項"] if each["code"] == "C59"]
    assert bool(found) is asked
    assert all("学校教育課）" in each["words"] and "修正あり" in each["ask"] for each in found)


def test_a_councils_second_return_takes_the_place_of_the_first(last: Path) -> None:
    """The secretary forgot one judgement; the 修正依頼 holds the others and comes back filled."""
    home = folder(last, "naibu")
    (first,) = (home / "2_回収").glob("*.xlsx")
    first.write_bytes(Book(first.read_bytes()).fill("1-1-1", "internal", None).data())
    told = merge(last, "naibu")
    assert (told["終了"], codes(told)) == (1, ["F01"])
    asked = kakunin(
        last, "check", "--year", "R7", "--round", "naibu", str(home / "2_回収"), "--annotate"
    )
    assert asked.exit_code == 1, asked.output
    (request,) = (home / "3_修正依頼").glob("*.xlsx")
    again = Book(request.read_bytes()).fill("1-1-1", "internal", "C 遅れている")
    (home / "2_回収" / "二回目.xlsx").write_bytes(again.data())
    told = merge(last, "naibu")
    assert told["終了"] == 0, json.dumps(told, ensure_ascii=False)[:2000]
    said = {r["行ID"]: r for r in rows(last, "naibu") if r["項目キー"] == "internal"}
    taken = [r for r in rows(last, "naibu") if r["状態"] == "反映" and r["項目キー"] == "internal"]
    assert len(taken) == len(said) == 31
    assert said["1-1-1"]["理解した値"] == "C"
