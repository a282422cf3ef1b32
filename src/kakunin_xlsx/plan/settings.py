"""計画の設定: the values of plan.toml as a list, read from its text and set in it.

Only what is set changes; comments and everything else in the file stay as they are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
        "style.first_page", "最初の頁の番号", "確認表の頁を1から数えないときに書きます。", True
    ),
    Setting("archive.retention_years", "保存年限（年）", "年度の一式を何年保存するかです。", True),
)
SETTING: Mapping[str, Setting] = {setting.label: setting for setting in SETTINGS}


def settings_of(text: str) -> dict[str, str]:
    """The values by label, '' where the file does not say. Raises TOMLDecodeError."""
    values = tomllib.loads(text)
    return {setting.label: _found(values, setting.key) for setting in SETTINGS}


def _found(values: object, key: str) -> str:
    for part in key.split("."):
        values = values.get(part) if isinstance(values, dict) else None
    return "" if values is None else str(values).strip()


def with_setting(text: str, setting: Setting, value: str) -> str:
    """The text of plan.toml with one value set; '' leaves a number out."""
    import tomlkit

    if settings_of(text)[setting.label] == value:
        return text
    document = tomlkit.parse(text)
    section, _, name = setting.key.rpartition(".")
    inside: Any = document
    if section:
        if not isinstance(document.get(section), dict):
            document[section] = tomlkit.table()
        inside = document[section]
    if setting.is_number and not value:
        inside.pop(name, None)
    else:
        inside[name] = int(value) if setting.is_number and value.isdecimal() else value
    return tomlkit.dumps(document)
