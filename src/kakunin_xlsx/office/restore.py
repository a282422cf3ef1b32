"""復元: an archived year laid out again, so that every command works on it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kakunin_xlsx.archive.ledger import Ledger, Registered
from kakunin_xlsx.archive.names import original_name
from kakunin_xlsx.folders import OutputFolder, in_words
from kakunin_xlsx.folders.files import LONGEST_PATH
from kakunin_xlsx.office.archived import Archive, load_ledger, registered
from kakunin_xlsx.plan import FiscalYear
from kakunin_xlsx.stop import Stop, WrongUsage


@dataclass(frozen=True)
class Restored:
    """Which zip was laid out where, and the year in it."""

    archive: Path
    folder: Path
    year: FiscalYear
    files: int


def restore(output: OutputFolder, word: str, folder: Path) -> Restored:
    """Lay out a year's last archive, or the zip of that name, as `folder`: whole or not at all.

    Raises WrongUsage if there is none or the folder is not empty, Stop if the zip is not as it
    was registered or cannot be laid out there.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUsage(f"{folder} は空ではありません。新しいフォルダーの名前を指定してください。")
    entry = _entry(load_ledger(output.archive), word)
    archive = registered(output, entry)
    _require_room(archive, folder)
    _lay(archive, folder)
    year = FiscalYear.parse(entry.year)
    return Restored(archive.path, folder, year, len(archive.manifest.files))


def _entry(ledger: Ledger, word: str) -> Registered:
    named = ledger.by_file()
    found = named.get(word) or named.get(f"{word}.zip") or ledger.newest(_year_code(word))
    if found:
        return found
    known = "、".join(named) or "まだ何も保存されていません"
    raise WrongUsage(f"「{word}」は保存台帳にありません。次から選んでください：{known}")


def _year_code(word: str) -> str:
    try:
        return FiscalYear.parse(word).code
    except ValueError:
        return ""


def _require_room(archive: Archive, folder: Path) -> None:
    """On Windows a path that is too long fails in the middle; everywhere Excel refuses it."""
    above = len(str(folder.absolute())) + 1
    names = [original_name(entry.name) for entry in archive.manifest.files]
    longest = max(names, key=len, default="")
    if os.name == "nt" and above + len(longest) > LONGEST_PATH:
        raise Stop(
            f"{folder}\nファイルの場所と名前を合わせた長さが{LONGEST_PATH}文字を超えます（{longest}）。"
            "C:\\復元 のような短い場所を指定してください。"
        )


def _lay(archive: Archive, folder: Path) -> None:
    """Beside its place first, then moved there in one step."""
    with in_words(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = TemporaryDirectory(prefix=".", dir=folder.parent, ignore_cleanup_errors=True)
    with beside as name:
        laid = Path(name) / "年度"
        archive.lay_out(laid)
        with in_words(folder):
            if folder.exists():
                folder.rmdir()  # it is empty
            laid.replace(folder)
