"""`kakunin report`: the consolidated 確認表."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakunin_xlsx.cli.options import (
    Desk,
    json_option,
    output_option,
    plan_option,
    stopping,
    year_option,
)

if TYPE_CHECKING:
    from kakunin_xlsx.office.publish import Published

_SHORTEST = 30  # characters of a text in a line on the screen


@click.command("report")
@year_option
@click.option(
    "--issue",
    is_flag=True,
    help="今の内容を第1版（第2版…）として残します。次からは、その後に変わったところを正誤表にします。",
)
@click.option("--no", "number", default="", metavar="資料1", help="資料番号（省略すると空欄）")
@click.option("--date", "day", default="", metavar="日付", help="会議の日（省略すると空欄）")
@click.option(
    "--agenda",
    multiple=True,
    metavar="文章かファイル",
    help="本日御意見をいただきたいこと（いくつでも。ファイルなら1行に1つ。"
    "省略すると、次の会議に尋ねる項目）",
)
@plan_option
@output_option
@json_option
@stopping
def command(
    year_word: str,
    issue: bool,
    number: str,
    day: str,
    agenda: tuple[str, ...],
    plan_folder: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """取りまとめた回答から、会議に出す確認表（Excel）を作ります。

    取りまとめ（kakunin merge）が済んだ照会を、すべて載せます。取りまとめの後に回収フォルダーが
    変わった照会は、載せずにお知らせします（最初の照会のときは、作らずにお知らせします）。
    """
    from kakunin_xlsx.cli import show
    from kakunin_xlsx.office.publish import Front, agenda_of, publish

    desk = Desk(plan_folder, output)
    year = desk.year(year_word)
    front = Front(number, day, agenda_of(agenda))
    made = publish(desk.plan, desk.masters_folder, year, desk.output, front, issue)
    if as_json:
        show.as_json(asdict(made))
        return
    click.echo(f"{desk.plan.title}　確認表　{year.caption}")
    _tell(made)
    _tell_editions(made, issue)


def _tell(made: Published) -> None:
    """What the paper holds, and what it does not."""
    from kakunin_xlsx.cli import show

    click.echo(f"作ったファイル：{show.short(made.path)}{'' if made.changed else '（変更なし）'}")
    click.echo(f"載せた照会：{'、'.join(made.rounds)}")
    for words in made.left_out:
        click.echo(words)
    click.echo(f"必須欄がそろった行：{made.asked}行のうち{made.complete}行")
    click.echo(f"見直し等が必要とされた行：{made.to_review}行")
    for words in made.unanswered:
        click.echo(f"市の考え方・対応が未回答：{words}")
    for words in made.to_correct:
        click.echo(f"修正の希望があります（事務局修正.xlsx で直せます）：{words}")
    if made.office_only:
        click.echo(
            "対象年度の目標に推定・原本未照合があるため、「事務局確認用」の印が付いています。"
            "台帳を冊子と照合してください（kakunin masters check）。"
        )


def _tell_editions(made: Published, issue: bool) -> None:
    """正誤表 on the screen, and the 版 that was kept."""
    from kakunin_xlsx.cli import show

    if made.since is not None:
        click.echo(f"第{made.since}版の後に変わったところ：{len(made.changes)}か所")
    if made.changes:
        rows = [
            (each.row, each.item, _cut(each.before), _cut(each.after), each.ground)
            for each in made.changes
        ]
        show.table(("行", "項目", "前", "後", "理由・決定"), rows)
    if made.edition:
        click.echo(f"第{made.edition}版として残しました。")
    elif issue:
        click.echo(f"第{made.since}版から変わったところがないため、新しい版は作りませんでした。")


def _cut(text: str) -> str:
    return text if len(text) <= _SHORTEST else f"{text[:_SHORTEST]}…"
