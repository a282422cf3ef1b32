"""The rows of the tidy tables, from a view: answers that count, lines of the plan, columns asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from kakunin_xlsx.layout import Row, layout
from kakunin_xlsx.layout.columns import ABOUT, OPINION, WHOSE
from kakunin_xlsx.layout.past import Past
from kakunin_xlsx.plan import Field, FieldType, Role, Round, RowKind
from kakunin_xlsx.plan.attainment import attainment
from kakunin_xlsx.plan.tree import DISPLAYED
from kakunin_xlsx.record import FORM_ROW, Answer
from kakunin_xlsx.report.tidy import (
    ACTION_COLUMNS,
    ANSWER_COLUMNS,
    FIELD_COLUMNS,
    INDICATOR_COLUMNS,
    Datum,
    TidyTable,
    table,
    with_upper,
)
from kakunin_xlsx.report.view import YearView

_EXACT = 15  # digits that a spreadsheet's number holds
Named = Mapping[str, Datum]


def answers_table(view: YearView) -> TidyTable:
    """One row for each answer that counts, in every round that was merged."""
    return table("回答", with_upper(ANSWER_COLUMNS, view.plan.nested), _Rows(view).answers())


def all_years_table(view: YearView) -> TidyTable:
    """The same of every year that left answers, first to last: 西暦年度 tells them apart."""
    rows = (row for each in (*view.earlier, view) for row in _Rows(each).answers())
    return table("全年度の回答", with_upper(ANSWER_COLUMNS, view.plan.nested), rows)


def actions_table(view: YearView) -> TidyTable:
    """One row for each line of the booklet's tables, 再掲 included."""
    return table("取組", with_upper(ACTION_COLUMNS, view.plan.nested), _Rows(view).actions())


def indicators_table(view: YearView) -> TidyTable:
    """One row for each indicator of a line; none where each line has one target at most."""
    return table("指標", INDICATOR_COLUMNS, _Rows(view).indicators())


def fields_table(view: YearView) -> TidyTable:
    """One row for each answer column of every round."""
    return table("項目", FIELD_COLUMNS, _Rows(view).fields())


@dataclass(frozen=True)
class _Rows:
    view: YearView

    @property
    def _when(self) -> Named:
        return {"西暦年度": self.view.year.start, "和暦年度": self.view.year.name}

    @cached_property
    def _rounds(self) -> Sequence[Round]:
        return self.view.plan.rounds_in_order

    # Answers.

    def answers(self) -> Iterator[Named]:
        for round_ in self._rounds:
            fields, rows = self._fields(round_), self._asked(round_)
            for answer in self._of(round_):
                if field := fields.get(answer.key):
                    row = rows.get(answer.row)
                    yield {
                        **self._when,
                        **_who(round_, answer),
                        **self._where(row, answer),
                        **self._said(field, answer),
                        **_replied(row),
                    }

    def _of(self, round_: Round) -> list[Answer]:
        answers = self.view.record.of(self.view.year.code, round_.code).answers
        return [each for each in answers if each.adopted and each.row != FORM_ROW]

    def _fields(self, round_: Round) -> dict[str, Field]:
        fields = self.view.plan.fields_of(round_.code, self.view.year)
        return {each.key: each for each in fields if RowKind.FORM not in each.kinds}

    def _asked(self, round_: Round) -> Mapping[str, Row]:
        """The rows of a round as all of its respondents together had them."""
        if round_ == self.view.round:
            return self.view.layout.row
        past = self.view.record
        return layout(self.view.masters, self.view.year, round_.code, None, past).row

    def _where(self, row: Row | None, answer: Answer) -> Named:
        kind = row.kind if row else None
        found = {"行ID": answer.row, "行の種類": str(kind) if kind else ""}
        department = row.department if row else ""
        return {**found, "担当課": department, **self._levels(self._subject(row, answer))}

    def _subject(self, row: Row | None, answer: Answer) -> str:
        """The number that an answer is about; '' for the whole."""
        if row and ABOUT in row.texts:
            return row.texts[ABOUT].body.split("　")[0]
        if row and row.kind is RowKind.OPINION:
            return self._past.subject(answer)
        return (row.initiative if row else answer.initiative) or answer.row

    @cached_property
    def _past(self) -> Past:
        return Past(self.view.plan, self.view.year, self.view.record)

    def _levels(self, no: str) -> Named:
        """Names and numbers of the levels of a 重点取組 or a 基本目標."""
        plan = self.view.plan
        initiative = plan.initiative.get(no)
        goal = plan.goal.get(initiative.goal if initiative else no)
        measure = plan.measure.get(initiative.measure) if initiative else None
        named = (("基本目標", goal), ("施策", measure), ("重点取組", initiative))
        found: dict[str, Datum] = {}
        for name, level in named:
            found |= {f"{name}No": level.no, name: level.name} if level else {}
        if measure and (upper := plan.path(measure.no)[:-1]):
            found["上の施策No"] = "／".join(each.no for each in upper)
            found["上の施策"] = "／".join(each.name for each in upper)
        return found

    def _said(self, field: Field, answer: Answer) -> Named:
        said: dict[str, Datum] = {"項目キー": field.key, "項目": answer.heading}
        said |= {"型": str(field.type), "値": answer.value}
        meant = answer.understood
        match field.type:
            case FieldType.TEXT:
                said["値"] = meant or answer.value
            case FieldType.CHOICE:
                names = {each.value: each.name for each in self.view.plan.scale(field.scale)}
                said |= {"選択値": meant, "選択の名称": names.get(meant, "")}
            case FieldType.NUMBER:
                plan, role = self.view.plan, self.view.plan.role(field)
                unit = plan.unit(field, answer.row, self.view.year)
                said |= {"数値": _number(meant), "単位": unit, "役割": str(role or "")}
                said["達成率"] = self._share(answer) if role is Role.OUTCOME else None
            case FieldType.DATE:
                said["日付"] = date.fromisoformat(meant) if meant else None
        return said

    def _share(self, answer: Answer) -> float | None:
        """達成率 of a 成果 against the target of the year."""
        target, meant = self.view.plan.target.get((answer.row, self.view.year)), answer.understood
        share = attainment(target, Decimal(meant)) if target and meant else None
        return None if share is None else float(share)

    # Lines of the plan.

    def actions(self) -> Iterator[Named]:
        for action in self.view.plan.actions:
            initiative = self.view.plan.initiative[action.initiative]
            yield {
                **self._when,
                "行ID": action.id,
                **self._levels(action.initiative),
                "担当課": self.view.plan.department[action.department].name,
                "再掲元": action.repeats,
                "事業概要": action.outline,
                "取組": action.effort,
                **{f"表示{number}": action.shown(number) for number in DISPLAYED},
                **self._target(action.id),
                "冊子の頁": initiative.page,
            }

    def indicators(self) -> Iterator[Named]:
        plan = self.view.plan
        for indicator in plan.indicators:
            action, last = plan.action[indicator.action], (indicator.id, plan.last_year)
            yield {
                **self._when,
                "行ID": indicator.id,
                "取組の行ID": action.id,
                **self._levels(action.initiative),
                "担当課": plan.department[action.department].name,
                "指標": indicator.name,
                **self._target(indicator.id),
                "最終年度の目標値": plan.target[last].figure,
            }

    def _target(self, row: str) -> Named:
        year = self.view.year
        status = self.view.plan.status("targets", f"{row}/{year.code}", "目標文")
        target = self.view.plan.target.get((row, year))
        if target is None:
            return {"目標の状態": str(status)}
        found: dict[str, Datum] = {
            "取組目標": target.text,
            "単位": target.unit,
            "目標の状態": str(status),
        }
        if target.figure is None:
            return found
        found |= {"目標値": target.figure, "向き": str(target.direction)}
        ends = {"目標の上限": target.upper, "基準値": target.baseline}
        return {**found, **ends, "基準年度": target.baseline_year}

    # Columns asked.

    def fields(self) -> Iterator[Named]:
        for round_ in self._rounds:
            answers = self._of(round_)
            for field in self._fields(round_).values():
                choices = (each.value for each in self.view.plan.scale(field.scale))
                yield {
                    **self._when,
                    "照会コード": round_.code,
                    "照会": round_.name,
                    "項目キー": field.key,
                    "項目": field.heading,
                    "型": str(field.type),
                    "役割": str(self.view.plan.role(field) or ""),
                    "必須": "必須" if field.required else "任意",
                    "選択肢": "、".join(choices) if field.type is FieldType.CHOICE else "",
                    "公開範囲": str(field.audience),
                    "回答の数": sum(each.key == field.key for each in answers),
                }


def _who(round_: Round, answer: Answer) -> Named:
    return {
        "照会コード": round_.code,
        "照会": round_.name,
        "回答元コード": answer.respondent,
        "回答元": answer.respondent_name,
    }


def _replied(row: Row | None) -> Named:
    """The opinion that a row answers, whole, and whose it is."""
    if row is None or OPINION not in row.texts:
        return {}
    return {"もとの意見": row.whole(OPINION), "意見を述べた会議": row.texts[WHOSE].body}


def _number(meant: str) -> float | None:
    """The number, if a spreadsheet can hold it exactly."""
    exact = 0 < sum(map(str.isdigit, meant)) <= _EXACT
    return float(meant) if exact else None
