"""`kakunin report`: the consolidated 確認表."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakunin_xlsx.cli import show
from kakunin_xlsx.cli.options import Desk, at_desk, year_option
from kakunin_xlsx.cli.show import here
from kakunin_xlsx.findings import brief
from kakunin_xlsx.stop import Stop

if TYPE_CHECKING:
    from kakunin_xlsx.office.report import Published

_SHORTEST = 30  # characters of a text in a line on the screen


@click.command("report")
@year_option
@click.option(
    "--issue",
    is_flag=True,
    help="配ったものを第1版（第2版…）として残します。次からは、その後に変わったところを正誤表にします。",
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
@click.option(
    "--for",
    "audience_word",
    type=click.Choice(("庁内", "会議", "公表")),
    default="会議",
    show_default=True,
    metavar="庁内|会議|公表",
    help="誰に見せるか。公開範囲がそれより狭い欄を除きます。",
)
@click.option("--pdf", is_flag=True, help="資料のPDFも作ります（LibreOfficeが要ります）。")
@click.option("--text", is_flag=True, help="読み上げ用テキストも作ります。")
@at_desk
def command(
    year_word: str,
    issue: bool,
    number: str,
    day: str,
    agenda: tuple[str, ...],
    audience_word: str,
    pdf: bool,
    text: bool,
    plan_folder: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """取りまとめた回答から、会議に出す資料（Excel）を作ります。

    取りまとめ（kakunin merge）が済んだ照会を、すべて載せます。取りまとめの後に回収フォルダーが
    変わった照会は、載せずにお知らせします（最初の照会のときは、作らずにお知らせします）。
    会議に配るもの（--for 会議）ができます。庁内用は --for 庁内、公表用は --for 公表 で作ります。
    資料と同じ所に、事務局が使う「回答データ」（集計用の表、要確認、未回収、評価の比較、出典）も作ります。

    --pdf を付けてPDFを作れなかったときは、資料などを作ったうえで、その理由をお知らせします。
    """
    from kakunin_xlsx.office.compose import FrontMatter
    from kakunin_xlsx.office.report import Wanted, agenda_of, publish
    from kakunin_xlsx.plan import Audience

    desk = Desk(plan_folder, output, writes=True)
    at, front = desk.year_at(year_word), FrontMatter(number, day, agenda_of(agenda))
    wanted = Wanted(Audience(audience_word), pdf=pdf, text=text)
    made = publish(at, desk.masters_folder, front, issue, wanted)
    if as_json:
        show.as_json(asdict(made))
    else:
        click.echo(f"{at.plan.title}　{at.plan.table_name}　{at.year.caption}")
        for line in _told(made):
            click.echo(here(line))
        _tell_editions(made, issue)
    if made.without_pdf:
        click.echo(made.without_pdf, err=True)
        raise SystemExit(Stop.exit_code)


def _told(made: Published) -> Iterator[str]:
    """The files and what they hold, in words."""
    yield f"作ったファイル：{show.short(made.path)}{'' if made.changed else '（変更なし）'}"
    for path in filter(None, (made.pdf, made.text, made.data)):
        yield f"　　　　　　　　{show.short(path)}"
    for path in made.older:
        yield f"前に作ったままのファイル（内容が古いことがあります）：{show.short(path)}"
    if made.hidden:
        yield made.hidden
    yield f"載せた照会：{'、'.join(made.rounds)}"
    yield from made.left_out
    yield f"必須欄がそろった行：{made.asked}行のうち{made.complete}行"
    yield f"低い評価か、変更の求めがある行：{made.low}行"
    yield f"会議が見直しを必要としたもの：{made.wanted}件"
    for words in made.unanswered:
        yield f"回答のそろわない意見：{words}"
    for words in made.to_correct:
        yield f"修正の希望があります（事務局修正.xlsx で直せます）：{words}"
    if made.office_only:
        yield (
            "対象年度の目標に推定・原本未照合があるため、「事務局確認用」の印が付いています。"
            "台帳を冊子と照合してください（kakunin masters check）。"
        )


def _tell_editions(made: Published, issue: bool) -> None:
    """正誤表 on the screen, and the 版 that was kept."""
    if made.since is not None:
        click.echo(f"第{made.since}版の後に変わったところ：{len(made.changes)}か所")
    if made.changes:
        rows = [
            (
                each.row,
                each.item,
                *(brief(t, _SHORTEST) for t in (each.before, each.after)),
                each.ground,
            )
            for each in made.changes
        ]
        show.table(("行", "項目", "前", "後", "理由・決定"), rows)
    if made.added:
        click.echo(f"第{made.since}版の後に加えたもの：{'、'.join(made.added)}")
    if made.edition:
        click.echo(f"第{made.edition}版として残しました。")
    elif issue:
        click.echo(f"第{made.since}版から変わったところがないため、新しい版は作りませんでした。")
