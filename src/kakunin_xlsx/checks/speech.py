"""What a text says by its words: nothing of its own, or too much about somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kakunin_xlsx.checks.model import Given
from kakunin_xlsx.findings import Finding, catalogue
from kakunin_xlsx.layout.understand import one_width, plain
from kakunin_xlsx.plan.model import Audience, FieldType

_DITTO = frozenset(
    ("同上", "同左", "同右", "同前", "同じ", "〃", "々", "仝", '"', "''")
) | frozenset(("上に同じ", "上と同じ", "上記と同じ", "上記のとおり", "上記同様", "前に同じ"))
_AGE = r"\d{1,3}[歳才](?!以上|以下|未満|から|まで|代|[~〜、・\-])"
_NAME = (
    r"(?<![一-龯々ァ-ヶーA-Z○〇●△×])(?!皆|みな|御|お|各|両|職員|利用者|患者|相談者|対象者|市民|"
    r"住民|業者|事業者|関係者|参加者|保護者|保護司|店主|雇用主|同)"
    r"[一-龯々ァ-ヶーA-Z○〇●△×]{1,8}(?:さん|くん|ちゃん|氏(?!名))"
)
_PHONE = r"(?<!\d)0\d{1,4}[-(]\d{1,4}[-)]\d{3,4}(?!\d)"
_MAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[\w.]{1,64}"
_ADDRESS = r"(?<!\d)\d{1,6}(?:丁目\d{1,6}|番地)"
_TELLING = re.compile("|".join((_AGE, _NAME, _PHONE, _MAIL, _ADDRESS)))
_ONE_PERSON = re.compile(
    r"(?<![\d一二三四五六七八九十.,])(?:1|一)\s?(?:名|人)(?!以上|当たり|あたり|ひとり|一人)"
)
_SENSITIVE = re.compile(
    r"犯罪|非行|窃盗|万引|傷害|暴行|詐欺|性犯|覚醒剤|薬物|大麻|逮捕|起訴|服役|受刑|出所|仮釈放|保護観察|前科"
    r"|病|疾患|障害|障がい|認知症|うつ|依存|入院|虐待|自殺|生活保護|滞納|妊娠"
)
_MOST_WORDS = 5


def points_elsewhere(text: str) -> bool:
    """「同上」, 「〃」 and the like."""
    return plain(text) in _DITTO


def ditto(given: Given, _unit: str) -> Iterator[Finding]:
    """Words that only mean something below the row above; each row is printed apart."""
    if given.column.type is FieldType.TEXT and points_elsewhere(given.cell.kept):
        yield catalogue.DITTO.at(given.place, no=given.no)


def personal(given: Given, _unit: str) -> Iterator[Finding]:
    """Words that may tell who somebody is, in an answer that leaves the office."""
    field = given.column.field
    if given.column.type is not FieldType.TEXT or not field or field.audience is Audience.OFFICE:
        return
    if words := telling_words(given.cell.kept):
        yield catalogue.PERSONAL.at(given.place, no=given.no, words="」「".join(words))


def telling_words(text: str) -> tuple[str, ...]:
    """The words in a text that may tell who somebody is, each once."""
    normal = one_width(text)
    found = [match.group() for match in _TELLING.finditer(normal)]
    if _SENSITIVE.search(normal):
        found += [match.group() for match in _ONE_PERSON.finditer(normal)]
    return tuple(dict.fromkeys(found))[:_MOST_WORDS]
