"""What `import kakunin_xlsx` offers to people who analyse a year; heavy parts load when called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from kakunin_xlsx.plan import FiscalYear, Plan
    from kakunin_xlsx.report.tidy import TidyTable


@dataclass(frozen=True, slots=True)
class YearTables:
    """One year as tidy DataFrames; docs/Pythonから使う.md lists their columns and dtypes.

    `answers`: one row per answer that counts, of every round that was merged. `actions`: one
    row per line of the plan. `fields`: one row per answer column. `indicators`: one row per
    indicator of a line, if there are any. They join on 行ID and on 照会コード with 項目キー.
    """

    answers: pd.DataFrame
    actions: pd.DataFrame
    fields: pd.DataFrame
    indicators: pd.DataFrame


def load_plan(folder: str | Path) -> Plan:
    """The plan of a masters folder. Raises `kakunin_xlsx.plan.MastersBroken`."""
    from kakunin_xlsx.plan import load_plan as load

    return load(Path(folder))


def load_year(plan: Plan, output: str | Path, year: str | FiscalYear) -> YearTables:
    """What was merged for a year, such as `R7` or `令和7年度`, under an output folder.

    Raises `kakunin_xlsx.stop.Stop`, in words for people, if pandas is not installed, the folder
    belongs to another plan, nothing was merged, or a merge was edited or is older than what was
    returned.
    """
    from kakunin_xlsx.folders.tree import OutputFolder
    from kakunin_xlsx.office.years import YearAt, merged_record
    from kakunin_xlsx.report.tidy import (
        actions_table,
        answers_table,
        fields_table,
        indicators_table,
    )
    from kakunin_xlsx.report.view import YearView

    asked = _year(plan, year)
    folder = OutputFolder(Path(output))
    folder.require(plan)
    view = YearView.of(plan, asked, merged_record(YearAt(plan, asked, folder)))
    made = (answers_table, actions_table, fields_table, indicators_table)
    return YearTables(*(as_frame(each(view)) for each in made))


def as_frame(whole: TidyTable) -> pd.DataFrame:
    """One column per column of the table; an empty cell is missing, `NA` typed is a text."""
    try:
        import pandas as pd
    except ImportError as missing:
        from kakunin_xlsx.stop import Stop

        raise Stop(
            "表にするための部品 pandas が入っていません。"
            "python -m pip install pandas で入れてから、もう一度実行してください。"
        ) from missing
    columns = {
        column.name: pd.Series([row[at] for row in whole.rows], dtype=column.kind.value)
        for at, column in enumerate(whole.columns)
    }
    return pd.DataFrame(columns)


def _year(plan: Plan, word: str | FiscalYear) -> FiscalYear:
    from kakunin_xlsx.plan import FiscalYear
    from kakunin_xlsx.stop import WrongUsage

    try:
        year = word if isinstance(word, FiscalYear) else FiscalYear.parse(word)
    except ValueError as unread:
        raise WrongUsage(str(unread)) from unread
    if year not in plan.years:
        raise WrongUsage(f"{year.full_name}は「{plan.title}」の年度ではありません。")
    return year
