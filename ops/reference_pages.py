"""`python -m ops.reference_pages`: write docs/commands.md and docs/events.md anew, from the commands and events of the code,
and the lists of the pages that lie in a folder together."""

import inspect
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import typer

from care import events
from care.events import Event

DOCS = Path(__file__).parents[1] / "docs"
COMMANDS = """# Commands

Exit codes are 0 for well, 1 for not well, 2 for wrong usage or settings. `CAREWARD_TRACEBACK=1` shows where an unexpected
fault is.

This page is written by `python -m ops.reference_pages`.
"""
EVENTS = """# Events

What happens in the clinic is journalled under these names: the audit trail, `/api/v1/event-log`, the stream of events and
webhooks tell of it. Each has an id, a moment (UTC), an actor and, where it is about somebody, `patient_id`; the other facts are
listed. They are ids and keys, never a patient's words: those stay in tables, where they can be erased. `chat` tells a patient's
chats apart, as does an actor that begins with `chat:`; it is not Telegram's number. Programs ignore names that they do not
know.

This page is written by `python -m ops.reference_pages`.
"""
LISTS = {
    "how-to": "# How to\n\nOne page each, for whoever adds one more of a kind, or connects something.\n",
    "evidence": "# What was measured\n\nOne page each: the command, the commit, the seed, how often, what came of it, and\n"
                "what it does not show.\n",
    "decisions": "# Decisions\n\nOne page each: what made us decide, what we decided, what follows, what we avoided. Newest\n"
                 "last. A decision that no longer holds is not deleted: a later page says what took its place.\n",
}


def commands() -> str:
    """Every command with what it takes, as `--help` has it."""
    from ops.cli import app

    return "\n".join([COMMANDS, *_commands(typer.main.get_command(app), "careward")])


def _commands(one: Any, named: str) -> Iterator[str]:
    if hasattr(one, "commands"):
        for name, below in sorted(one.commands.items()):
            yield from _commands(below, f"{named} {name}")
        return
    yield f"## {named}\n\n{_flat(one.help)}\n"
    taken = [parameter for parameter in one.params if parameter.name != "help" and not getattr(parameter, "hidden", False)]
    if taken:
        yield "| | |\n|---|---|"
        for parameter in taken:
            option = parameter.param_type_name == "option"
            yield f"| `{' '.join(parameter.opts) if option else parameter.name.upper()}` | {_flat(parameter.help)} |"
        yield ""


def every_event() -> list[type[Event]]:
    found = {one for one in vars(events).values() if isinstance(one, type) and issubclass(one, Event) and one is not Event}
    return sorted(found, key=lambda one: one.__name__)


def events_page() -> str:
    lines = [EVENTS, "| Event | What happened | Facts |", "|---|---|---|"]
    for one in every_event():
        names = [field.name for field in fields(one) if field.name not in (*one.unwritten, "patient_id")]
        facts = ", ".join(f"`{'chat' if name == 'chat_id' else name}`" for name in names)
        lines.append(f"| `{one.__name__}` | {_said(one)} | {facts} |")
    return "\n".join([*lines, ""])


def _said(one: type[Event]) -> str:
    """Its docstring, if it has one of its own: a dataclass without one is given its signature, or its parent's."""
    said = one.__doc__ or ""
    return "" if said.startswith(f"{one.__name__}(") or "__doc__" not in vars(one) else _flat(inspect.cleandoc(said))


def list_of(folder: str) -> str:
    """The page that leads to all others of a folder."""
    pages = sorted(page for page in (DOCS / folder).glob("*.md") if page.name != "README.md")
    return "\n".join([LISTS[folder], *(f"- [{_title(page)}]({page.name})" for page in pages), ""])


def _title(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def written() -> dict[str, str]:
    """Each page that is written by this program, by its place in docs."""
    lists = {f"{folder}/README.md": list_of(folder) for folder in LISTS}
    return {"commands.md": commands(), "events.md": events_page(), **lists}


def _flat(words: str | None) -> str:
    return " ".join((words or "").split()).replace("|", "\\|")


if __name__ == "__main__":
    for page, words in written().items():
        (DOCS / page).write_text(words, encoding="utf-8")
