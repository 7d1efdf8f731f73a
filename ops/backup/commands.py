"""`careward backup ...`: what an operator types. Each command brings in what it needs when it is called."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.stop import Stop

if TYPE_CHECKING:
    from care.heart.settings import Settings
    from ops.backup.restore import Checked

backup = typer.Typer(
    help="Backups: make one, check it, restore it.", no_args_is_help=True, rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]})
ConfigFile = Annotated[Path | None, typer.Option(
    "--config", "-c", help="The settings file; else CAREWARD_CONFIG, else ./careward.toml.", show_default=False)]
Identity = Annotated[Path | None, typer.Option("--identity", "-i", help="The file with the secret key.", show_default=False)]


@backup.command("key")
def key(file: Annotated[Path, typer.Argument(help="Where the secret half goes; keep it away from this server.")]) -> None:
    """Make a pair of keys. The public half goes into backup.recipients; without the secret one no backup can be opened."""
    import os

    from ops.backup.archive import new_identity

    public, secret = new_identity()
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            out.write(f"# public key: {public}\n{secret}\n")
    except FileExistsError:
        raise Stop(f"{file} is there already; a key is never overwritten.", 2) from None
    print(f'[backup]\nrecipients = ["{public}"]\n')
    print(f"That goes into careward.toml. The secret half is in {file}. Keep it where this server is not, in two places: "
          "who loses it loses every backup.")


@backup.command("create")
def create(
    config_file: ConfigFile = None,
    to: Annotated[Path | None, typer.Option(help="The folder; else backup.folder.", show_default=False)] = None,
    in_the_clear: Annotated[bool, typer.Option("--in-the-clear", help="Not encrypted: for whoever has the file.")] = False,
) -> None:
    """Make a backup of everything, while the clinic works on; then remove the oldest beyond backup.keep."""
    from care.heart.clinic import system_clock
    from ops.backup.create import create, thin_out

    settings, folder = _settings(config_file, to)
    made = asyncio.run(create(settings, folder, system_clock(), in_the_clear))
    gone = thin_out(folder, settings.backup.keep)
    print(f"{made.file}\n{made.rows} rows, {made.bytes / 1e6:.1f} MB, {'encrypted' if made.encrypted else 'NOT encrypted'}."
          + (f" {len(gone)} older removed." if gone else ""))


@backup.command("list")
def list_(config_file: ConfigFile = None) -> None:
    """The backups that are there, the newest first."""
    from ops.backup.create import there

    for file in there(_settings(config_file)[1]):
        print(f"{file}  {file.stat().st_size / 1e6:.1f} MB")


@backup.command("verify")
def verify(file: Path, identity: Identity = None) -> None:
    """Read a backup to its end, and hold every piece against its manifest."""
    from ops.backup.restore import verify

    print(_said(file, verify(file, identity)) + "\nIt is whole.")


@backup.command("restore")
def restore(
    file: Path,
    config_file: ConfigFile = None,
    identity: Identity = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check it and say what would happen; change nothing.")] = False,
) -> None:
    """Put a backup into the database of the settings, which must be empty. Nothing stale is sent afterwards."""
    from care.heart.clinic import system_clock
    from ops import database
    from ops.backup.ledger import read_ledger
    from ops.backup.restore import check_schema, restore, verify

    settings, folder = _settings(config_file)
    url = settings.database.url
    if dry_run:
        checked = verify(file, identity)
        check_schema(checked.about)
        state, _at = asyncio.run(database.standing(url))
        print(f"{_said(file, checked)}\nIt is whole, and this program can bring it up to date.")
        if state != database.EMPTY:
            raise Stop("The database of the settings is not empty: name another, or move it away, and it can be restored.")
        print("The database of the settings is empty: it can be restored. Nothing was changed.")
        return
    with database.alone(url):
        done = asyncio.run(restore(settings, file, identity, system_clock, read_ledger(folder)))
    settled = done.settled
    print(f"{_said(file, done.checked)}\nRestored. {settled.messages} messages that may have left already will not leave; "
          f"{settled.doses} doses whose time has come are not asked about; {settled.obligations} obligations call now.\n"
          "An urgent obligation in the worklist says what the team must look for; `careward check-data` looks at the data.")


def _said(file: Path, checked: "Checked") -> str:
    about = checked.about
    return (f"{file.name}: {about.clinic}, {about.taken_at}, schema {about.schema}, from {about.database}; "
            f"{checked.total} rows in {len(checked.rows)} tables.")


def _settings(config_file: Path | None, to: Path | None = None) -> "tuple[Settings, Path]":
    """The settings, and the folder of backups: a relative one counts from the settings file."""
    from ops.settings_file import checked, load

    loaded = load(config_file)
    settings = checked(loaded)
    return settings, to or loaded.file.resolve().parent / settings.backup.folder
