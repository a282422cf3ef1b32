"""Checks of one answer cell that counts: its value, and what a text says by its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache

from kakunin_xlsx.checks.model import SUBMISSION, SUBMITTED_ON, TURN, Given
from kakunin_xlsx.findings import Finding, catalogue
from kakunin_xlsx.layout import understand
from kakunin_xlsx.layout.understand import one_width, plain
from kakunin_xlsx.plan.rounds import Audience, FieldType
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.returns.model import CellKind

# Private use areas (外字), the sign for what could not be converted, and 〓 for what is not there.
_ILLEGIBLE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd\ufffd\u3013]")
_MOST_LETTERS = 5
_CONDENSE = "要点にまとめられないか、確かめてください。"
_TOO_LONG = (
    "Excelの1つのセルに入るのは32,767字までのため、このままでは会議に出す資料に載せられません。"
    "要点にまとめたものを提出元からもらってください。"
)
_LONGEST = 32_767  # characters that a cell can hold
_OWN_CHECK = (SUBMISSION, TURN)  # turn_unclear says more about these
_FAILED = {
    CellKind.NO_VALUE: catalogue.NO_STORED_VALUE,
    CellKind.ERROR: catalogue.ERROR_VALUE,
}
_UNCLEAR = {
    FieldType.CHOICE: catalogue.CHOICE_UNCLEAR,
    FieldType.NUMBER: catalogue.NUMBER_UNCLEAR,
    FieldType.DATE: catalogue.DATE_UNCLEAR,
}
# What an answer may point at. Some say so alone; others only with a word such as のとおり.
_ALONE = (
    r"[上同]?[↑←→↓⇧⇦⇨⇩]+|同(?:[上左右前下文様欄項]|内容|趣旨)|同じく?|[上右左]同|以下、?同[じ文様]|〃+|々+|仝"
    r"|[\"'″゛]{1,2}|再掲|ditto|same|(?:sameas|as|see)(?:above|attached)|[上前既先][掲述]|[上左右前下]記"
    r"|別[紙添表図冊記掲葉](?:資料|書類|ファイル)?[a-z0-9一二三~〜ー-]*|別(?:シート|ファイル|メール)"
    r"|添付(?:資料|ファイル|書類|文書|別紙|エクセル|excel|pdf|表)?\d*|参考資料\d*|別途資料|別送|資料別添"
    r"|(?:別途|追って)(?:(?:資料|メール|電話)(?:を|で|にて)?)?(?:提出|送付|報告|添付|回答|連絡)"
    r"|(?:既に|別途|前回|先日)?(?:提出|回答)済み?|(?:記載|記入|以下)?省?略"
)
_WITH = (
    r"[上下左右前次]の?(?:行|欄|段|項|項目|セル|取組|頁|ページ)?|[一-龯]{0,4}資料\d*(?:-\d+)?|以上"
    r"|裏面|欄外|余白|備考欄?|(?:[一-龯]{0,8}p\.?|頁|ページ)\d+|\d+(?:頁|ページ)|url|リンク先|pdf|エクセル|excel"
    r"|(?:セル|行|sheet|シート|別表)[a-z0-9]+(?:-[a-z0-9]+)*|口頭|電話|従来|通年|これまで|今まで"
    r"|[一-龯ァ-ヶーの]{0,12}(?:計画書|決算書|の成果|評価シート|評価表|調書|冊子|広報|要綱|チラシ)"
    r"|(?:ほか|他)の?(?:行|欄|課|項目|取組|部署)|(?:市の?)?(?:hp|ホームページ|ウェブサイト)|メール|議事録"
    r"|(?:事業|実績|活動)?報告書|記入要領|[上下]半期|第\d四半期"
    r"|(?:前|昨|一昨|去)(?:年度?|回|期|月)|去年|例年"
    r"|(?:r|h|令和|平成)(?:\d+|元|[一二三四五六七八九十]+)(?:年度?)?|\d{1,2}年度"
    r"|(?:(?:重点取組|施策|基本目標|取組|意見|no\.?)\d+|[a-z]\d+|\d+[-.の]\d+)(?:[-.の]\d+)*[a-z]?|\(?\d{1,2}\)?"
    r"|[ぁ-ん一-龯ァ-ヶー]{1,12}[課室係局部]"
)
_OF_IT = (
    r"(?:の?(?:回答|内容|記載|記入|記述|欄|行|取組|実績|資料|再掲|提出|"
    r"(?:提出|回答)した(?:もの|内容|資料)))?"
)
_AS = (
    r"(?:の(?:とおり|通り|ごとし)|どおり|通り|(?:に|と)?(?:同じく?(?:内容)?|同様|同文|同一)|に準じる|に準ずる"
    r"|並み?|に(?:含む|包含|含めて(?:記載|記入|回答))|(?:に|で|にて)?(?:提出|回答)済み?"
    r"|(?:が|にて|より)(?:回答|記入|記載|取りまとめ)"
    r"|(?:を|も)?(?:ご|御)?(?:参照|覧)|をご覧|に(?:記載|記入|記述)(?:のとおり|した|済み?|あり)?"
    r"|(?:を|に|の)?再掲|のまま|(?:から|と)?(?:(?:変更|変わり)は?(?:なし|無し|ありません)|変わ(?:らず|りません|らない)))"
)
_END = (
    r"(?:です|である|のこと|する|予定|済み?|とする|となる|とします|となります|(?:して)?(?:ください|下さい)|(?:を|で)?お?願います"
    r"|(?:を|で)?お願いします|します|しました|いたします)?(?:。?よろしくお願い(?:いた)?します)?"
)
_BRACKETS = ("()", "[]", "【】", "〔〕", "「」", "『』", "<>", "〈〉", "《》", "{}")
_LONGEST_POINTER = 40
_DASH = re.compile(r"(?<=\d)[ー―–−‐‑‒—─ｰ](?=\d)")  # 3ー4ー1
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
_TELLTALE = re.compile(
    "[歳才氏@]|さん|くん|ちゃん|丁目|番地|0\\d"
)  # one of these is in all of them
_MOST_WORDS = 5


def formula(given: Given, _unit: str) -> Iterator[Finding]:
    """A formula that has a stored value: that value is taken."""
    if given.cell.formula and given.sound:
        yield catalogue.FORMULA.at(given.place, no=given.no)


def no_value(given: Given, _unit: str) -> Iterator[Finding]:
    """A formula without a result, #REF! and its like are no blank, and no answer either."""
    if kind := _FAILED.get(given.cell.kind):
        yield kind.at(given.place, no=given.no)


def unclear(given: Given, _unit: str) -> Iterator[Finding]:
    """An answer that is none of the choices, words where a number or a date was asked."""
    of_date = given.cell.kind is CellKind.DATE and given.column.type is not FieldType.DATE
    own_check = given.column.key in _OWN_CHECK and given.row == FORM_ROW
    if given.sound and not (given.understood or of_date or own_check):  # others say more of these
        choices = "、".join(choice.label for choice in given.column.choices)
        yield _UNCLEAR[given.column.type].at(given.place, no=given.no, choices=choices)


def day_odd(given: Given, _unit: str) -> Iterator[Finding]:
    """A 提出日 before the year that is asked was over, or a year and more after it."""
    if given.row != FORM_ROW or given.column.key != SUBMITTED_ON or not given.understood:
        return
    year, held = given.form.layout.year, given.form.layout.held
    since, until = held.previous.last_day, held.last_day
    if not since <= date.fromisoformat(given.understood) <= until:
        yield catalogue.DAY_ODD.at(
            given.place, day=given.understood, year=year.name, since=since, until=until
        )


def date_for_text(given: Given, _unit: str) -> Iterator[Finding]:
    """「1-2」 that a spreadsheet took for a day in January."""
    if given.cell.kind is CellKind.DATE and given.column.type is not FieldType.DATE:
        yield catalogue.DATE_FOR_TEXT.at(given.place, no=given.no)


def unit_differs(given: Given, unit: str) -> Iterator[Finding]:
    """「３人」 where the target counts 件."""
    if given.column.type is not FieldType.NUMBER or not unit or not given.understood:
        return
    behind = understand.unit(given.cell.kept)
    if behind and not behind.startswith(understand.one_width(unit)):
        yield catalogue.UNIT_DIFFERS.at(given.place, no=given.no, unit=unit)


def approximate(given: Given, _unit: str) -> Iterator[Finding]:
    """「約30人」 is taken as 30."""
    if given.understood and understand.approximate(given.cell.kept):
        yield catalogue.APPROXIMATE.at(given.place, no=given.no, taken=given.understood)


def over_limit(given: Given, _unit: str) -> Iterator[Finding]:
    """Longer than the paper is meant for; the text is kept whole."""
    limit, length = given.column.limit or _LONGEST, len(given.cell.typed)
    if length > limit:
        how = _TOO_LONG if length > _LONGEST else _CONDENSE
        yield catalogue.OVER_LIMIT.at(given.place, no=given.no, length=length, limit=limit, how=how)


def illegible(given: Given, _unit: str) -> Iterator[Finding]:
    """Letters that only one computer can show, or that were lost on the way."""
    if found := dict.fromkeys(_ILLEGIBLE.findall(given.cell.typed)):
        what = "、".join(f"「{char}」（U+{ord(char):04X}）" for char in list(found)[:_MOST_LETTERS])
        yield catalogue.ILLEGIBLE.at(given.place, no=given.no, what=what)


# Words: nothing of its own, or too much about somebody.


def points_elsewhere(text: str, headings: frozenset[str] = frozenset()) -> bool:
    """「同上」, 「別紙のとおり」, 「3-4-1と同じ」 and the like: nothing but words for another place.

    `headings` are those of the form: 「取組実績のとおり」 points there.
    """
    said = plain(text)
    return len(said) <= _LONGEST_POINTER and bool(_pointer(headings).fullmatch(_bare(said)))


def _bare(said: str) -> str:
    """Without brackets around it, and marks before it."""
    said = _DASH.sub("-", said)
    while said:
        inner = said.lstrip("※*・＊:、,").rstrip("。.、,")
        inner = inner.lstrip("→⇒➡") or inner
        inner = inner.removesuffix("です")
        if len(inner) > 1 and inner[0] + inner[-1] in _BRACKETS:
            inner = inner[1:-1]
        if inner == said:
            break
        said = inner
    return said


@lru_cache(maxsize=64)
def _pointer(headings: frozenset[str]) -> re.Pattern[str]:
    words = "|".join(re.escape(plain(each)) for each in sorted(headings) if each)
    target = "|".join(filter(None, (_ALONE, _WITH, words)))
    remark = r"(?:\([^()]{1,20}\))?"
    one = rf"[「『]?(?:{target})[」』]?{remark}{_OF_IT}"
    several = rf"{one}(?:(?:及び|および|並びに|、|・|,|と){one})*"
    alone = rf"(?:{_ALONE}){remark}(?:(?:を|にて|で|により)?(?:添付|提出|報告)|あり)?"
    return re.compile(rf"(?:詳しくは|詳細は?|内容は?)?、?(?:{alone}|{several}{_AS}){_END}")


def ditto(given: Given, _unit: str) -> Iterator[Finding]:
    """Words that only mean something below the row above; each row is printed apart."""
    if given.column.type is not FieldType.TEXT:
        return
    headings = frozenset(column.heading for column in given.form.layout.open_columns)
    if points_elsewhere(given.cell.kept, headings):
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
    found = []
    if _TELLTALE.search(normal):
        found += [match.group() for match in _TELLING.finditer(normal)]
    if _SENSITIVE.search(normal):
        found += [match.group() for match in _ONE_PERSON.finditer(normal)]
    return tuple(dict.fromkeys(found))[:_MOST_WORDS]


_Check = Callable[[Given, str], Iterator[Finding]]
OF_TYPE: Mapping[FieldType, tuple[_Check, ...]] = {
    FieldType.TEXT: (over_limit, illegible, ditto, personal),
    FieldType.CHOICE: (over_limit, illegible, unclear),
    FieldType.NUMBER: (over_limit, illegible, unclear, unit_differs, approximate),
    FieldType.DATE: (over_limit, illegible, unclear, day_odd),
}
OF_VALUES = (formula, no_value, date_for_text)  # of no plain text


def check_cell(given: Given, unit: str) -> Iterator[Finding]:
    """Every finding about one cell; only what can be of its column and content is looked for."""
    checks = OF_TYPE[given.column.type]
    if given.cell.kind is not CellKind.TEXT or given.cell.formula:
        checks = (*OF_VALUES, *checks)
    for check in checks:
        yield from check(given, unit)
