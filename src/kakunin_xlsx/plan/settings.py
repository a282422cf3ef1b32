"""計画の設定: the values of plan.toml as a list, read from its text and set in it.

Only what is set changes; comments and everything else in the file stay as they are.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of plan.toml: its key (`words.goal`), what people call it, and its help."""

    key: str
    label: str
    about: str
    is_number: bool = False


SETTINGS = (
    Setting("id", "計画の符号", "計画を見分ける符号です。様式に入るので、一度決めたら変えません。"),
    Setting("title", "計画の名前", "例：○○市第1次○○計画"),
    Setting("booklet", "確認表の題名", "確認表の上に印刷する題名です。"),
    Setting("city", "市区町村の名前", "例：○○市"),
    Setting("office", "事務局の課", "取りまとめる課の名前です。"),
    Setting("first_year", "計画の初年度", "例：R6"),
    Setting("last_year", "計画の最終年度", "例：R8"),
    Setting("words.goal", "一番上の段の呼び方", "例：基本目標"),
    Setting("words.measure", "二番目の段の呼び方", "例：施策。二段の計画では空欄にします。"),
    Setting("words.initiative", "一番下の段の呼び方", "例：重点取組"),
    Setting("words.outline", "「事業概要」の見出し", "確認表の見出しです。例：事業概要"),
    Setting("words.department", "「担当課」の見出し", "確認表の見出しです。例：担当課"),
    Setting("words.effort", "「取組」の見出し", "確認表の見出しです。例：取組"),
    Setting("words.target", "「取組目標」の見出し", "確認表の見出しです。例：取組目標"),
    Setting("style.font", "書体", "例：BIZ UDゴシック"),
    Setting("style.paper", "用紙", "A3 か A4 です。"),
    Setting(
        "style.targets",
        "目標を示す年度",
        "すべて か 対象年度と最終年度 です。空欄なら、4年までの計画はすべてです。",
    ),
    Setting(
        "style.first_page", "最初の頁の番号", "確認表の頁を1から数えないときに書きます。", True
    ),
    Setting("archive.retention_years", "保存年限（年）", "年度の一式を何年保存するかです。", True),
)
SETTING: Mapping[str, Setting] = {setting.label: setting for setting in SETTINGS}

_SECTION = re.compile(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?")
_VALUE = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"']+)"""
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
BLANK = """\
# 計画の名前、年度、言葉、書式。表はこのフォルダーのCSVにあります。
id = ""
title = ""
booklet = ""
city = ""
office = ""
first_year = ""
last_year = ""

[words]
goal = ""
measure = ""
initiative = ""
outline = ""
department = ""
effort = ""
target = ""

[style]
font = ""
paper = ""
"""


class NotSet(ValueError):
    """A value cannot be set in this text of plan.toml."""


def settings_of(text: str) -> dict[str, str]:
    """The values by label, '' where the file does not say. Raises TOMLDecodeError."""
    values = tomllib.loads(text)
    return {setting.label: _found(values, setting.key) for setting in SETTINGS}


def _found(values: object, key: str) -> str:
    for part in key.split("."):
        values = values.get(part) if isinstance(values, dict) else None
    return "" if values is None else str(values).strip()


def with_setting(text: str, setting: Setting, value: str) -> str:
    """The text of plan.toml with one value set; '' leaves a number out. Raises NotSet."""
    section, _, name = setting.key.rpartition(".")
    lines = _LINE.findall(text)
    at, behind = _place(lines, section, name)
    written = _written(setting, value)
    if at is not None:
        lines[at : at + 1] = [_replaced(lines[at], name, written)] if written else []
    elif not (written and value):
        return text
    elif behind is not None:
        lines.insert(behind, f"{name} = {written}\n")
    else:
        lines.append(f"\n[{section}]\n{name} = {written}\n")
    made = "".join(lines)
    if not _says(made, setting, value):
        raise NotSet(setting.label)
    return made


def _says(text: str, setting: Setting, value: str) -> bool:
    try:
        return settings_of(text)[setting.label] == value
    except tomllib.TOMLDecodeError:
        return False


def _written(setting: Setting, value: str) -> str:
    is_number = setting.is_number and (value.isdecimal() or not value)
    quoted = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return value if is_number else quoted


def _place(lines: list[str], section: str, name: str) -> tuple[int | None, int | None]:
    """Where the key stands, and behind which line a new one goes; None where there is none."""
    inside, at, behind = not section, None, None if section else 0
    for number, line in enumerate(lines):
        if head := _SECTION.fullmatch(line.rstrip()):
            inside = head[1].strip() == section
        elif not re.match(r"\s*[^\s#]", line):
            continue
        if inside:
            behind = number + 1
            at = number if re.match(rf"\s*{name}\s*=", line) else at
    return at, behind


def _replaced(line: str, name: str, written: str) -> str:
    found = re.match(rf"(\s*{name}\s*=\s*){_VALUE}", line)
    if not found:
        raise NotSet(name)
    return f"{found[1]}{written}{line[found.end() :]}"
