"""A program that does nothing but show its help with click."""

import click


@click.command()
@click.option("--year", help="対象年度")
def command(year: str) -> None:
    """各課に配る確認表を作ります。"""
    click.echo(year)


command()
