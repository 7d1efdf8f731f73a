"""`careward seal ...`: the key that seals names, phones and words in the database."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.stop import Stop

if TYPE_CHECKING:
    from care.heart.settings import Settings

seal = typer.Typer(
    help="The key that seals names, phones and words in the database.", no_args_is_help=True, rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]})
ConfigFile = Annotated[Path | None, typer.Option(
    "--config", "-c", help="The settings file; else CAREWARD_CONFIG, else ./careward.toml.", show_default=False)]


@seal.command("key")
def key() -> None:
    """Make a key: for at_rest.key in careward.secrets.toml, and for a place where this server is not. Shown this once."""
    from care.sealing import name_of, new_key

    made = new_key()
    print(f"[at_rest]\nkey = \"{made}\"\n\nIts name in the database is {name_of(made)}. Keep it where this server is not, too: "
          "who loses it loses every name and word. To change a key, put the new one into at_rest.old_keys of every process "
          "first, restart them, then let the two change places.")


@seal.command("status")
def status(config_file: ConfigFile = None) -> None:
    """How many texts are sealed with which key, and how many are in the clear. Reads everything."""
    print(said(asyncio.run(counted(_settings(config_file)))))


@seal.command("rotate")
def rotate(config_file: ConfigFile = None) -> None:
    """Seal with the key of now what is in the clear or under an old one, while everything goes on. On SQLite the running
    clinic does it by itself after its start."""
    from ops import database

    settings = _settings(config_file)
    if not settings.at_rest.key:
        raise Stop("at_rest.key is missing: `careward seal key` makes one.", 2)
    with database.alone(settings.database.url):
        print(said(asyncio.run(rotated(settings))))


async def rotated(settings: "Settings") -> Counter[str]:
    from care import resealing
    from ops import database

    async with database.opened(settings) as clinic:
        for table, _columns in resealing.columns():
            after, more = None, True
            while more:
                after = await clinic.run("ops", resealing.some, table, after)
                more = after is not None
        clinic.sweep()
        return await clinic.read(resealing.standing)


async def counted(settings: "Settings") -> Counter[str]:
    from care import resealing
    from ops import database

    async with database.opened(settings) as clinic:
        return await clinic.read(resealing.standing)


def said(found: Counter[str]) -> str:
    from care.sealing import RING

    lines = [f"{count:>9}  {name}" + ("  (the key of now)" if name == RING.current else "")
             for name, count in sorted(found.items())]
    return "\n".join(lines) or "Nothing is kept yet."


def _settings(file: Path | None) -> "Settings":
    from ops.settings_file import checked, load

    return checked(load(file))
