"""merge(plan, year, round, returns, decisions): answers, findings, 回収状況, 修正提案."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kakunin_xlsx.checks.respondent import required_empty, rows_lost
from kakunin_xlsx.checks.values import check_value
from kakunin_xlsx.findings import Finding, Place, Severity
from kakunin_xlsx.findings import catalogue as say
from kakunin_xlsx.layout import Layout, layout
from kakunin_xlsx.merge.model import NOT_RETURNED, Decision, Merged, Standing
from kakunin_xlsx.merge.resolve import Fate, in_force, resolve
from kakunin_xlsx.merge.submission import Given, Submission, foreign_cells
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.record import FORM_ROW, Answer, Reason, Record, State
from kakunin_xlsx.returns.model import FormSheet, Return

_OFFICE = "決定.csv"  # stands for the file of a value that the office entered


def merge(
    plan: Plan,
    year: FiscalYear,
    round_code: str,
    returns: Collection[Return],
    decisions: Sequence[Decision] = (),
    past: Record | None = None,
) -> Merged:
    """Bring the returns of a round together.

    Nothing is lost: every filled cell is an answer with its state, a changed text among the
    proposals, or a finding. The order of `returns` does not matter.
    """
    return _Merge(plan.at(year), year, plan.round[round_code], returns, decisions, past).merged()


@dataclass
class _Merge:
    plan: Plan
    year: FiscalYear
    round: Round
    returns: Collection[Return]
    decisions: Sequence[Decision]
    past: Record | None

    def merged(self) -> Merged:
        parts = [_Respondent(self, one) for one in self.layouts.values()]
        answers = [*self._foreign_answers(), *(a for part in parts for a in part.answers())]
        findings = [
            *(finding for each in self.returns for finding in each.findings),
            *self._foreign_findings(),
            *(finding for part in parts for finding in part.findings()),
            *self._stale_decisions(parts),
        ]
        proposals = (p for part in parts for each in part.submissions for p in each.proposals)
        return Merged(
            answers=tuple(sorted(answers, key=self._rank)),
            findings=tuple(sorted(set(findings), key=lambda finding: finding.order)),
            standings=tuple(part.standing() for part in parts),
            proposals=tuple(sorted(proposals, key=lambda p: (p.respondent, p.row, p.file, p.cell))),
        )

    @cached_property
    def layouts(self) -> Mapping[str, Layout]:
        """Layouts by code of the respondent, in the masters' order."""
        return {
            who.code: layout(self.plan, self.year, self.round.code, who, self.past)
            for who in self.plan.respondents_of(self.round)
        }

    @cached_property
    def whole(self) -> Layout:
        return layout(self.plan, self.year, self.round.code, None, self.past)

    @cached_property
    def known(self) -> Mapping[str, str]:
        """Row ids of the round by the digest of their texts."""
        return {row.digest: row.id for one in self.layouts.values() for row in one.rows}

    @cached_property
    def _sheets(self) -> list[tuple[Return, FormSheet, Layout | None]]:
        return [
            (each, sheet, self._layout_of(sheet)) for each in self.returns for sheet in each.sheets
        ]

    def _layout_of(self, sheet: FormSheet) -> Layout | None:
        one = self.layouts.get(sheet.identity.respondent)
        return one if one and one.identity == sheet.identity else None

    def submissions(self, one: Layout) -> list[Submission]:
        units = {row.id: t for row in one.rows if (t := self.plan.target.get((row.id, self.year)))}
        return [
            Submission(source, sheet, one, self.whole, self.known, units)
            for source, sheet, found in self._sheets
            if found is one
        ]

    # Forms of another plan, year, round or respondent.

    def _foreign(self) -> Iterator[tuple[Return, FormSheet]]:
        return ((source, sheet) for source, sheet, one in self._sheets if one is None)

    def _foreign_answers(self) -> Iterator[Answer]:
        open_ = {**self.whole.column, **self.whole.form_column}
        for source, sheet in self._foreign():
            for row, key, cell in foreign_cells(sheet):
                column = open_.get(key)
                if column is None or not column.open:
                    continue
                line = self.whole.row.get(row)
                yield Answer(
                    year=sheet.identity.year,
                    round=sheet.identity.round,
                    respondent=sheet.identity.respondent,
                    respondent_name=self._name(sheet.identity.respondent),
                    row=row,
                    initiative=line.initiative if line else "",
                    department=line.department if line else "",
                    key=key,
                    heading=column.heading,
                    value=cell.typed,
                    understood=column.understand(cell.typed) or "",
                    state=State.NOT_ADOPTED,
                    reason=Reason.OUT_OF_SCOPE,
                    file=source.file,
                    sheet=sheet.name,
                    cell=cell.address,
                    sha256=source.sha256,
                )

    def _foreign_findings(self) -> Iterator[Finding]:
        for source, sheet in self._foreign():
            place = Place(file=source.file, sheet=sheet.name)
            yield say.FOREIGN_FORM.at(place, what=str(sheet.identity))

    def _name(self, code: str) -> str:
        who = self.plan.respondent.get(code)
        return who.name if who else code

    # Decisions and order.

    def decisions_of(self, one: Layout) -> Mapping[tuple[str, str], Decision]:
        """The last decision on each cell of a respondent."""
        return {
            (each.row, each.key): each
            for each in self.decisions
            if each.respondent in ("", one.identity.respondent) and each.row in one.row
        }

    def _stale_decisions(self, parts: Sequence[_Respondent]) -> Iterator[Finding]:
        there = {(g.row, g.key, g.sha256) for part in parts for g, _ in part.resolved}
        for each in self.decisions:
            if not each.office_value and (each.row, each.key, each.sha256) not in there:
                column = self.whole.column.get(each.key)
                place = Place(file=_OFFICE, row=each.row, item=column.heading if column else "")
                yield say.DECISION_STALE.at(place, what=each.sha256[:12])

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        keys = [FORM_ROW, *(row.id for row in self.whole.rows)]
        keys += [column.key for column in (*self.whole.form, *self.whole.columns)]
        return {key: at for at, key in enumerate(keys)}

    def _rank(self, answer: Answer) -> tuple[int | str, ...]:
        codes = list(self.layouts)
        who = codes.index(answer.respondent) if answer.respondent in codes else len(codes)
        return (
            who,
            self._ranks.get(answer.row, len(self._ranks)),
            answer.row,
            self._ranks.get(answer.key, len(self._ranks)),
            answer.sha256,
            answer.sheet,
            answer.cell,
        )


class _Respondent:
    """Everything one 回答元 returned."""

    def __init__(self, whole: _Merge, one: Layout) -> None:
        self._merge, self._layout = whole, one
        self.submissions = whole.submissions(one)
        self._decisions = whole.decisions_of(one)
        self.resolved = list(resolve(self.submissions, self._decisions))

    @cached_property
    def _newest(self) -> Submission | None:
        return standing[-1] if (standing := in_force(self.submissions)) else None

    def answers(self) -> Iterator[Answer]:
        """One answer per filled cell, and one per value that the office entered."""
        for given, fate in self.resolved:
            yield self._answer(given, fate)
        for (row, key), decision in self._decisions.items():
            if decision.office_value:
                yield self._office(row, key, decision)

    def _answer(self, given: Given, fate: Fate) -> Answer:
        place = given.typed.place
        return Answer(
            year=self._merge.year.code,
            round=self._merge.round.code,
            respondent=self._layout.identity.respondent,
            respondent_name=self._layout.respondent,
            row=given.row,
            initiative=given.initiative,
            department=given.department,
            key=given.key,
            heading=given.typed.column.heading,
            value=given.typed.cell.typed,
            understood=given.typed.understood,
            state=State.ADOPTED if fate[0] else State.NOT_ADOPTED,
            reason=fate[1],
            file=place.file,
            sheet=place.sheet,
            cell=place.cell,
            sha256=given.sha256,
        )

    def _office(self, row: str, key: str, decision: Decision) -> Answer:
        line, column = self._layout.row[row], self._layout.column[key]
        return Answer(
            year=self._merge.year.code,
            round=self._merge.round.code,
            respondent=self._layout.identity.respondent,
            respondent_name=self._layout.respondent,
            row=row,
            initiative=line.initiative,
            department=line.department,
            key=key,
            heading=column.heading,
            value=decision.office_value,
            understood=column.understand(decision.office_value) or "",
            state=State.ADOPTED,
            reason=Reason.DECIDED,
            file=_OFFICE,
            sheet="",
            cell="",
            sha256="",
        )

    @cached_property
    def _answered(self) -> set[tuple[str, str]]:
        """Cells that hold something, decided or not."""
        filled = {
            given.at
            for given, (_, reason) in self.resolved
            if reason not in (Reason.REPLACED, Reason.MISPLACED)
        }
        return filled | {at for at, each in self._decisions.items() if each.office_value}

    def findings(self) -> Iterator[Finding]:
        """Everything to know about this respondent, each once."""
        yield from self._of_sheets()
        for given, (adopted, reason) in self.resolved:
            if given.row != FORM_ROW and (adopted or reason is Reason.CONFLICT):
                yield from check_value(given.typed)
        yield from self._conflicts()
        if self._newest:
            sheet, file = self._newest.sheet, self._newest.source.file
            yield from required_empty(self._layout, self._answered, sheet, file)
            seen = {row.id for each in in_force(self.submissions) for row in each.sheet.rows}
            rows = {row for row, _ in self._answered}
            yield from rows_lost(self._layout, seen, rows, self._newest.place)

    def _of_sheets(self) -> Iterator[Finding]:
        """Of sheets in force all; of replaced ones what holds a typed text."""
        standing = in_force(self.submissions)
        for submission in self.submissions:
            for finding in submission.findings:
                if submission in standing:
                    yield finding
                elif finding.place.value and finding.place.row != FORM_ROW:
                    yield say.REPLACED_TEXT.at(finding.place)

    def _conflicts(self) -> Iterator[Finding]:
        waiting: dict[tuple[str, str], list[Given]] = {}
        decided = {given.at for given, (adopted, _) in self.resolved if adopted}
        decided |= {at for at, each in self._decisions.items() if each.office_value}
        for given, (_, reason) in self.resolved:
            if reason is Reason.CONFLICT and given.at not in decided:
                waiting.setdefault(given.at, []).append(given)
        for cells in waiting.values():
            values = "／".join(f"「{g.typed.cell.typed}」（{g.typed.place.file}）" for g in cells)
            place = cells[0].typed.place
            yield say.CONFLICT.at(place, no=place.initiative, values=values)

    def standing(self) -> Standing:
        """The row of 回収状況."""
        due = self._merge.round.due_date(self._merge.year)
        required = [
            (row.id, column.key)
            for row in self._layout.rows
            if row.open
            for column in self._layout.required_columns
        ]
        newest = self._newest
        submitted = self._submitted_on()
        late = ""
        if due and submitted:
            from datetime import date

            late = str(max(0, (date.fromisoformat(submitted) - due).days))
        return Standing(
            respondent=self._layout.respondent,
            state=self._state(),
            submission=newest.kind if newest else "",
            turn=str(newest.turn) if newest else "",
            filler=newest.filled.get("filler", "") if newest else "",
            submitted_on=submitted,
            file="；".join(each.source.file for each in in_force(self.submissions)),
            required=len(required),
            filled=sum(at in self._answered for at in required),
            findings=len(set(self.findings())),
            due=due.isoformat() if due else "",
            days_late=late,
        )

    def _submitted_on(self) -> str:
        column = self._layout.form_column.get("submitted_on")
        typed = self._newest.filled.get("submitted_on", "") if self._newest else ""
        return (column.understand(typed) or "") if column and typed else ""

    def _state(self) -> str:
        if not self.submissions:
            return NOT_RETURNED
        findings = list(self.findings())
        if any(finding.code == say.CONFLICT.code for finding in findings):
            return "相違あり"
        grave = any(finding.severity is Severity.FIX for finding in findings)
        return "要修正あり" if grave else "回収済"
