"""The peer writes what we write: same parts, but for what our own classes change."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from bench import recorded
from bench.peers import xlsxwriter_replay
from kakunin_xlsx.layout import layout
from kakunin_xlsx.sheets.workbooks import form_workbook
from tests.example import R7, report_workbook, shipped
from tests.report.records import record, varied


def parts(data: bytes) -> dict[str, str]:
    """Name and text of each part, without heights that stay, language and Japanese fonts."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        texts = {name: packed.read(name).decode() for name in packed.namelist()}
    ours = r' customHeight="1"|<dc:language>[^<]*</dc:language>|<a:ea [^>]*/>'
    return {
        name: re.sub(ours, "", text).replace('"ja-JP"', '"en-US"') for name, text in texts.items()
    }


def test_forms_and_reports_are_written_again_the_same(tmp_path: Path) -> None:
    plan, log = shipped(), tmp_path / "log"
    forms = [layout(plan, R7, "jisseki", who) for who in plan.respondents_of(plan.round["jisseki"])]
    with recorded.recording(log):
        written = [form_workbook([one], plan.style.font) for one in forms[:2]]
        written.append(report_workbook(plan, R7, record(plan, R7, varied)))
    xlsxwriter_replay.play(log, tmp_path / "again")
    for number, ours in enumerate(written, start=1):
        again = (tmp_path / "again" / f"{number}.xlsx").read_bytes()
        assert parts(again) == parts(ours)
        assert len(parts(ours)) > 10


def test_recording_changes_nothing_that_is_written(tmp_path: Path) -> None:
    plan = shipped()
    who = plan.respondents_of(plan.round["jisseki"])[0]
    plain = form_workbook([layout(plan, R7, "jisseki", who)], plan.style.font)
    with recorded.recording(tmp_path / "log"):
        noted = form_workbook([layout(plan, R7, "jisseki", who)], plan.style.font)
    assert noted == plain
    assert form_workbook([layout(plan, R7, "jisseki", who)], plan.style.font) == plain


def test_a_command_is_recorded_and_played_by_a_program_of_its_own(tmp_path: Path) -> None:
    log, root = tmp_path / "log", Path(recorded.__file__).parents[1]
    recorded.main(str(log), "build", "--year", "R7", "--output", str(tmp_path / "output"))
    player = root / "bench" / "peers" / "xlsxwriter_replay.py"
    subprocess.run([sys.executable, player, log, tmp_path / "again"], check=True)
    issued = list((tmp_path / "output").rglob("1_配布/*.xlsx"))
    assert len(list((tmp_path / "again").iterdir())) == len(issued) == 5
