"""The command line. Each command brings in what it needs when it is called, so that `careward --help` is quick."""

import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from care.heart.settings import WrongSetting
from ops.backup.commands import backup
from ops.seal import seal
from ops.stop import Stop

if TYPE_CHECKING:
    from care.heart.settings import Settings
    from ops.settings_file import Loaded

NO_MARKUP = {"no_args_is_help": True, "rich_markup_mode": None, "context_settings": {"help_option_names": ["-h", "--help"]}}
app = typer.Typer(
    name="careward", help="Keeps patients company between two visits.", add_completion=False,
    pretty_exceptions_enable=False, **NO_MARKUP)
db = typer.Typer(help="The database: lay it out, bring it up to date.", **NO_MARKUP)
staff = typer.Typer(help="The people on staff.", **NO_MARKUP)
key = typer.Typer(help="Keys for programs that use the API.", **NO_MARKUP)
patient = typer.Typer(help="One patient's data: hand it over, or forget it.", **NO_MARKUP)
config = typer.Typer(help="The settings, and where each comes from.", **NO_MARKUP)
lessons = typer.Typer(help="Lessons: look for what is wrong with them, read them as patients do.", **NO_MARKUP)
words = typer.Typer(help="Clinical words, thresholds and rules: who agreed to what.", **NO_MARKUP)
audit = typer.Typer(help="The audit trail: who did what, who looked at what.", **NO_MARKUP)
for name, commands in {
        "audit": audit, "db": db, "staff": staff, "key": key, "config": config, "lessons": lessons, "backup": backup,
        "patient": patient, "seal": seal, "words": words}.items():
    app.add_typer(commands, name=name)

ConfigFile = Annotated[Path | None, typer.Option(
    "--config", "-c", help="The settings file; else CAREWARD_CONFIG, else ./careward.toml.", show_default=False)]


def main() -> None:
    """Run a command. Whatever goes wrong is one line on stderr; CAREWARD_TRACEBACK=1 shows where."""
    try:
        app()
    except (WrongSetting, Stop, OSError) as error:
        if os.environ.get("CAREWARD_TRACEBACK"):
            raise
        for line in str(error).splitlines():
            print(line, file=sys.stderr)
        sys.exit(2 if isinstance(error, WrongSetting) else getattr(error, "code", 1))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("CAREWARD_TRACEBACK"):
            raise
        print(f"Unexpected {type(error).__name__}; CAREWARD_TRACEBACK=1 shows where.", file=sys.stderr)
        sys.exit(1)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the nurse's console; the phones are on the next one.")] = 8080,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the demo's data behind, and say where.")] = False,
    questions: Annotated[str, typer.Option(help="Where check-ins are answered: chat, or page of our own.")] = "chat",
) -> None:
    """The whole product on invented people, with a Telegram of its own. Ctrl-C ends it."""
    from ops.demo import command

    command.demo(port, keep, questions)


@app.command()
def play(
    flow: Annotated[str, typer.Argument(help="The flow's name, such as symptom_check.")],
    role: Annotated[str, typer.Option("--as", help="Who plays: age and language.")] = "58, en",
) -> None:
    """Hold a conversation at this prompt, with the real bot; prints what to paste into a test."""
    from ops.play import play

    asyncio.run(play(flow, role))


@app.command()
def init(
    config_file: ConfigFile = None,
    answers: Annotated[Path | None, typer.Option(help="A TOML file with answers, laid out like careward.toml.")] = None,
    name: Annotated[str | None, typer.Option(help="The clinic's name.")] = None,
    country: Annotated[str | None, typer.Option(help="Two-letter country code.")] = None,
    languages: Annotated[str | None, typer.Option(help="Such as en,es.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="Such as Europe/Madrid.")] = None,
    office_hours: Annotated[str | None, typer.Option(help="Such as 'Mon-Fri 08:00-18:00'.")] = None,
    phone: Annotated[str | None, typer.Option(help="The clinic's telephone number.")] = None,
    database: Annotated[str | None, typer.Option(help="sqlite:///careward.db or postgresql://...")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take the default wherever no answer is given.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask Telegram about the token.")] = False,
) -> None:
    """Decide what a clinic must decide, and write the settings."""
    from ops import init

    given = {
        "clinic.name": name, "clinic.country": country, "clinic.languages": languages, "clinic.time_zone": time_zone,
        "clinic.office_hours": office_hours, "clinic.phone": phone, "database.url": database}
    init.interview(
        config_file, answers, {key: value for key, value in given.items() if value is not None}, yes=yes, force=force,
        offline=offline)


@app.command()
def run(
    door: Annotated[str, typer.Argument(help="bot, scheduler or staff, beside others on PostgreSQL; all if left out.")] = "all",
    config_file: ConfigFile = None,
    upgrade: Annotated[bool, typer.Option("--upgrade", help="First bring the database up to date.")] = False,
) -> None:
    """Start the clinic, or one of its doors. SIGTERM or Ctrl-C stops it when what is at hand is done."""
    from ops import run

    run.command(_loaded(config_file), door, upgrade)


@app.command()
def doctor(
    config_file: ConfigFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing of Telegram.")] = False,
) -> None:
    """Look whether everything is well; change nothing. Exit code 0: all well, 1: warnings, 2: failures."""
    from ops.doctor import command

    raise typer.Exit(command.examine(config_file, as_json=as_json, offline=offline))


@app.command("check-data")
def check_data(config_file: ConfigFile = None) -> None:
    """Look whether the data is as it must be; change nothing. Exit code 0: it is, 1: it is not."""
    from care import integrity
    from ops import database

    async def looked() -> list[integrity.Finding]:
        async with database.opened(_settings(config_file)) as clinic:
            return await clinic.read(integrity.check)

    found = asyncio.run(looked())
    for one in found:
        print(f"{one.invariant.name}: {one}")
    if not found:
        print(f"All {len(integrity.INVARIANTS)} invariants hold.")
    raise typer.Exit(1 if found else 0)


@patient.command("export")
def patient_export(
    patient_id: Annotated[int, typer.Argument(help="The patient's number, as the console shows it.")],
    to: Annotated[Path, typer.Argument(help="The file to write, such as record.zip.")],
    config_file: ConfigFile = None,
) -> None:
    """Everything about a patient in one file: to read (PDF), for other programs (FHIR R4), and row by row (JSON)."""
    from ops import export

    print(export.command(_loaded(config_file), patient_id, to))


@patient.command("erase")
def patient_erase(
    patient_id: Annotated[int, typer.Argument(help="The patient's number, as the console shows it.")],
    reason: Annotated[str, typer.Option(help="Why, for the certificate; it must not name the patient.")],
    config_file: ConfigFile = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask whether this is meant.")] = False,
) -> None:
    """Forget a patient: everything about them goes, and cannot be brought back. Prints the certificate, as JSON."""
    from ops import erase

    if not yes:
        typer.confirm(f"Everything about patient {patient_id} will be gone for good. Go on?", abort=True)
    print(erase.command(_loaded(config_file), patient_id, reason))


@app.command()
def prune(
    config_file: ConfigFile = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and remove nothing.")] = False,
) -> None:
    """Remove what is older than the clinic keeps it ([retention]); `careward run` does so by itself every hour."""
    from care import retention
    from ops import database

    async def done() -> dict[str, int]:
        async with database.opened(_settings(config_file)) as clinic:
            found = await clinic.read(retention.counted)
            for category in () if dry_run else retention.CATEGORIES:
                while await clinic.run("ops", retention.prune, category):
                    pass
            return found

    settings = _settings(config_file)
    with database.alone(settings.database.url):
        found = asyncio.run(done())
    for category in retention.CATEGORIES:
        days = category.days(settings.retention)
        kept = f"kept for {days} days" if days else "kept for ever"
        print(f"{found[category.name]:>8}  {category.what} ({kept})")
    print("Nothing was removed." if dry_run else f"{sum(found.values())} rows removed.")


@app.command("launch-check")
def launch_check(
    config_file: ConfigFile = None,
    begin: Annotated[bool, typer.Option("--begin", help="Write launch.toml, for people to sign.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing of Telegram.")] = False,
) -> None:
    """May the first patient come? Exit code 0: everything is seen to and signed, 1: not yet."""
    from ops.doctor.command import everything
    from ops.safety import launch
    from ops.settings_file import load

    found, file = everything(config_file, offline=offline)
    folder, settings = file.resolve().parent, load(config_file).settings
    chosen = settings.checks.questions_in, settings.words.thresholds_by
    if begin:
        print(f"{launch.begun(folder, *chosen)} is there to be signed.")
        return
    items = [*launch.seen(found), *launch.signed(folder, datetime.now().astimezone().date(), *chosen)]
    for item in items:
        print(f"[{'x' if item.done else ' '}] {item.name.replace('_', ' '):<16} {item.said}")
    left = sum(not item.done for item in items)
    print(f"\n{left} of {len(items)} are still to be done." if left else "\nEverything is seen to and signed.")
    raise typer.Exit(1 if left else 0)


@db.command("upgrade")
def db_upgrade(
    config_file: ConfigFile = None,
    check: Annotated[bool, typer.Option("--check", help="Say what would be done; change nothing.")] = False,
    no_backup: Annotated[bool, typer.Option("--no-backup", help="Go on without a recent backup.")] = False,
) -> None:
    """Bring the database up to date, or lay out an empty one. An old one is not touched without a recent backup."""
    from ops import database, upgrade

    loaded = _loaded(config_file)
    settings = _settings(config_file)
    url = settings.database.url
    plan = asyncio.run(upgrade.planned(settings, loaded.file))
    for line in (*plan.steps, *(f"{one.said} {one.remedy}".rstrip() for one in plan.findings)) if plan.steps else ():
        print(line)
    if check:
        print(plan.said)
        raise typer.Exit(0 if plan.may_go_on else 1)
    if not (plan.may_go_on or no_backup):
        raise Stop("Nothing was changed.")

    async def done() -> str:
        with database.alone(url):
            await database.made_ready(url, upgrade=True)
        return database.said(url, *await database.standing(url))

    print(asyncio.run(done()))


@db.command("current")
def db_current(config_file: ConfigFile = None) -> None:
    """Say at which version the database is."""
    from ops import database

    url = _settings(config_file).database.url
    state, at = asyncio.run(database.standing(url))
    print(database.said(url, state, at))
    raise typer.Exit(0 if state == database.READY else 1)


@staff.command("setup-link")
def setup_link(config_file: ConfigFile = None) -> None:
    """Make a one-time link for the first person on staff; it is good for 30 minutes."""
    from ops import people

    print(asyncio.run(people.setup_link(_settings(config_file))))


@staff.command("add")
def staff_add(
    email: Annotated[str, typer.Option(prompt="E-mail address", help="What they sign in with.")],
    name: Annotated[str, typer.Option(prompt="Name, as patients see it", help="As patients see it.")],
    config_file: ConfigFile = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")] = False,
) -> None:
    """Put a person on staff."""
    from ops import people

    password = sys.stdin.readline().rstrip("\n") if password_stdin else typer.prompt(
        "Password", hide_input=True, confirmation_prompt="Once more")
    print(asyncio.run(people.add(_settings(config_file), email, name, password)))


@audit.command("verify")
def audit_verify(
    config_file: ConfigFile = None,
    anchor: Annotated[list[Path] | None, typer.Option(help="Another file with anchors; may be given several times.")] = None,
) -> None:
    """Look whether anything in the audit trail was changed, removed, added or cut off. Exit code 0: nothing, 1: something."""
    from ops import audit

    raise typer.Exit(audit.verify(_settings(config_file), anchor or []))


@key.command("new")
def key_new(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[list[str], typer.Option(help="What it may do; may be given several times.")],
    config_file: ConfigFile = None,
    days: Annotated[int, typer.Option(min=1, help="How long it is good for.")] = 365,
) -> None:
    """Make a key for a program. It is shown this once."""
    from ops import people

    print(asyncio.run(people.new_key(_settings(config_file), name, tuple(scope), days)))


@config.command("show")
def config_show(
    config_file: ConfigFile = None,
    origin: Annotated[bool, typer.Option("--origin", help="Say where each value comes from.")] = False,
) -> None:
    """Every setting and its value; secrets only as set or not."""
    from ops.settings_file import known, masked

    loaded, section = _loaded(config_file), ""
    for setting in known().values():
        part, _, key = setting.name.partition(".")
        if part != section:
            print(f"[{part}]")
            section = part
        value = masked(setting, getattr(getattr(loaded.settings, part), key))
        print(f"{key} = {value}" + (f"  # {loaded.origins[setting.name]}" if origin else ""))


@lessons.command("check")
def lessons_check(
    folder: Annotated[Path | None, typer.Argument(help="A folder of lessons; else those that come with the product.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="One that must be there; may be given several times.")] = None,
    links: Annotated[bool, typer.Option("--links", help="Try the addresses in the web too.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write a page of what was found and how hard each is to read.")] = None,
) -> None:
    """Say everything that is wrong with lessons, by file and line, and what would be right. Exit code 1 if anything is."""
    from ops import lessons

    raise typer.Exit(lessons.check(folder, language or (), links, report))


@lessons.command("show")
def lessons_show(
    name: Annotated[str, typer.Argument(help="The lesson's name, such as low_sugar.")],
    language: Annotated[str, typer.Option(help="Such as fr.")] = "en",
    folder: Annotated[Path | None, typer.Option(help="A folder of lessons; else those that come with the product.")] = None,
    phone: Annotated[bool, typer.Option("--phone", help="On a phone in the browser. Ctrl-C ends it.")] = False,
    port: Annotated[int, typer.Option(help="The phone's port.")] = 8081,
) -> None:
    """Read a lesson as a patient does: card by card, then its questions. Nothing of it is kept."""
    from ops import lessons

    lessons.show(name, language, folder, port if phone else None)


@words.command("status")
def words_status(
    config_file: ConfigFile = None,
    everything: Annotated[bool, typer.Option("--all", help="List every piece, not just what changed or waits.")] = False,
) -> None:
    """What is in use, what changed since it was approved, and by whom. Exit code 1 if anything is not approved."""
    from ops import words

    lines, left = asyncio.run(words.status(_settings(config_file), everything))
    print("\n".join(lines))
    raise typer.Exit(1 if left else 0)


@words.command("show")
def words_show(
    kind: Annotated[str, typer.Argument(help="Such as lesson, reply, threshold or flow.")],
    name: Annotated[str, typer.Argument(help="Such as low_sugar.en.")],
    config_file: ConfigFile = None,
    whole: Annotated[bool, typer.Option("--whole", help="All of its words, too.")] = False,
) -> None:
    """One piece: who agreed to what, when each version was in use, and what changed since it was approved."""
    from ops import words

    print("\n".join(asyncio.run(words.show(_settings(config_file), kind, name, whole))))


@app.command()
def version() -> None:
    """Say which version this is."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        print("careward", version("careward"))
    except PackageNotFoundError:
        print("careward, not installed: run from a checkout")


def _loaded(file: Path | None) -> "Loaded":
    from ops.settings_file import load

    return load(file)


def _settings(file: Path | None) -> "Settings":
    from ops.settings_file import checked

    return checked(_loaded(file))


if __name__ == "__main__":
    main()
