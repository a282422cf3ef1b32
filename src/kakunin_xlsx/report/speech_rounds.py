"""What later rounds said about a 重点取組, a 基本目標 or the whole, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from kakunin_xlsx.layout.columns import WHOLE
from kakunin_xlsx.layout.past import Past
from kakunin_xlsx.plan import Field, Round
from kakunin_xlsx.record import FORM_ROW, Answer
from kakunin_xlsx.report.speech_front import sentence
from kakunin_xlsx.report.view import YearView


class LaterRounds:
    """Answers of all rounds but the first, found by what they are about."""

    def __init__(self, view: YearView) -> None:
        self._view = view
        self._past = Past(view.plan, view.year, view.record)

    def on(self, subject: str) -> Iterator[str]:
        """Lines on a number of the plan; '' is the plan as a whole."""
        for round_ in self._rounds:
            answers = [each for each in self._of(round_) if self._subject(each) == subject]
            for who in dict.fromkeys(self._who(each) for each in answers):
                own = [each for each in answers if self._who(each) == who]
                yield from ("", "。".join((round_.name, *filter(None, who))))
                for answer in own:
                    field = self._field(answer)
                    if field and field.key != "about":
                        yield f"{field.heading}。{sentence(self._words(field, answer))}"

    @property
    def _rounds(self) -> list[Round]:
        later = (each for each in self._view.plan.rounds if each != self._view.round)
        return sorted(later, key=lambda each: each.order)

    def _of(self, round_: Round) -> list[Answer]:
        answers = self._view.record.of(self._view.year.code, round_.code).answers
        return [each for each in answers if each.adopted and each.row != FORM_ROW]

    def _subject(self, answer: Answer) -> str:
        """What an answer is about; a reply is about what its opinion is about."""
        if answer.row in self._actions:
            return self._actions[answer.row]
        source = self._replied_to(answer)
        return self._past.subject(source or answer)

    def _who(self, answer: Answer) -> tuple[str, ...]:
        """Who said it, in which numbered row, or on whose words."""
        source = self._replied_to(answer)
        if source:
            return (answer.respondent_name, f"{source.respondent_name}の意見「{source.value}」へ")
        numbered = self._past.subject(answer) != answer.row and answer.row != WHOLE
        return (answer.respondent_name, answer.row if numbered else "")

    def _replied_to(self, answer: Answer) -> Answer | None:
        return self._opinions.get(answer.row.rpartition("~")[0])

    @cached_property
    def _actions(self) -> dict[str, str]:
        return {action.id: action.initiative for action in self._view.plan.actions}

    @cached_property
    def _opinions(self) -> dict[str, Answer]:
        """Answers that others reply to, by the front part of the reply's row id."""
        shown = {at for round_ in self._rounds if round_.answers_opinions for at in round_.shown}
        return {
            "~".join((each.round, each.respondent, each.row)): each
            for each in self._view.record.answers
            if each.adopted and (each.round, each.key) in shown
        }

    def _field(self, answer: Answer) -> Field | None:
        fields = self._view.plan.fields_of(answer.round, self._view.year)
        return next((each for each in fields if each.key == answer.key), None)

    def _words(self, field: Field, answer: Answer) -> str:
        scale = self._view.plan.scale(field.scale)
        label = next((each.label for each in scale if each.value == answer.understood), "")
        return label or answer.understood or answer.value
