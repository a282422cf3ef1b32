"""`kakunin archive`: a year kept as one zip, or laid out again from it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakunin_xlsx.cli import show
from kakunin_xlsx.cli.options import Desk, at_desk
from kakunin_xlsx.cli.show import here
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.stop import WrongUsage

if TYPE_CHECKING:
    from kakunin_xlsx.office.archive import Archived


@click.command("archive")
@click.argument(
    "folder",
    required=False,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="[フォルダー]",
)
@click.option(
    "--year",
    "year_word",
    metavar="R7",
    help="保存する対象年度（例：R7、令和7年度、2025）",
)
@click.option(
    "--allow-open",
    is_flag=True,
    help="未提出・相違・未回答などが残っていても保存します（残っている所は台帳に載ります）。",
)
@click.option(
    "--restore",
    "archive_word",
    metavar="R6",
    help="保存した年度をフォルダーに元どおり並べます（年度、またはzipの名前）。",
)
@at_desk
def command(
    folder: Path | None,
    year_word: str | None,
    allow_open: bool,
    archive_word: str | None,
    plan_folder: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """年度の一式（台帳、配布・回収したファイル、回答一覧、決定、会議の資料）をzipに保存します。

    「保存」フォルダーにzipができ、保存台帳.json に1件が加わります。前に保存したものは
    置き換えず、もう一度保存すると「令和7年度-2.zip」のように増えます。

    --restore R6 復元 では、保存した年度をフォルダー「復元」に並べ直し、ほかのコマンドで
    使えるようにします。
    """
    from kakunin_xlsx.codec import to_data
    from kakunin_xlsx.office.archive import archive_year

    if archive_word is not None:
        if year_word is not None or allow_open:
            raise WrongUsage("--restore のときは、--year と --allow-open を付けないでください。")
        if folder is None:
            raise WrongUsage("--restore の年度の後に、並べるフォルダーの名前を指定してください。")
        _restore(OutputFolder(output), archive_word, folder, as_json)
        return
    if folder is not None:
        raise WrongUsage(f"「{folder}」は、--restore と一緒に指定してください。")
    if year_word is None:
        raise WrongUsage("「--year R7」を指定してください（保存した年度を戻すときは --restore）。")
    desk = Desk(plan_folder, output, writes=True)
    at = desk.year_at(year_word)
    made = archive_year(at, desk.masters_folder, allow_open)
    if as_json:
        show.as_json({**asdict(made), "entry": to_data(made.entry)})
        return
    click.echo(f"{at.plan.title}　保存　{at.year.caption}")
    _tell(made)


def _tell(made: Archived) -> None:
    entry = made.entry
    click.echo(f"保存したファイル：{show.short(made.path)}（{made.files}件）")
    if made.taken:
        click.echo(
            "前に途中で止まった保存のzipが、いまの内容と同じだったため、それを台帳に載せました。"
        )
    years = f"{entry.retention_years}年" if entry.retention_years else "定めなし"
    click.echo(f"保存年限：{years}　保存期間満了日：{entry.until}")
    if made.open_items:
        click.echo(f"済んでいない所（{len(made.open_items)}件）を残したまま保存しました。")
        for item in made.open_items:
            click.echo(f"・{here(item)}")
    for path in made.left_out:
        click.echo(
            f"いまの取りまとめから作ったものではないため、zipに入れていません：{show.short(path)}"
        )
    for path in made.unregistered:
        told = here("台帳に載っていないzipがあります（kakunin verify）")
        click.echo(f"{told}：{show.short(path)}")
    click.echo(f"連鎖：{entry.link}")
    click.echo(
        "この値を決裁文書に控えてください。台帳の最後の記録は、この控えだけで確かめられます。"
    )
    click.echo(here("写し（バックアップ）を取り、ときどき確かめます：kakunin verify"))


def _restore(output: OutputFolder, word: str, folder: Path, as_json: bool) -> None:
    from kakunin_xlsx.archive.kept import restore

    made = restore(output, word, folder)
    if as_json:
        show.as_json(asdict(made))
        return
    click.echo(
        f"{show.short(made.archive)} を {show.short(made.folder)} に並べました（{made.files}件）。"
    )
    click.echo("次の操作：このフォルダーに移って、いつものコマンドを使います。")
    click.echo(f"　cd {show.quoted(show.short(made.folder))}")
    click.echo(f"　kakunin status --year {made.year}")
