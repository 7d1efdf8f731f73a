"""`careward init`: asks what a clinic must decide, and writes the settings, the secrets apart."""

import asyncio
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from care import crisis
from ops import telegram_api
from ops.questions import QUESTIONS, Question, crisis_lines, emergency_numbers
from ops.settings_file import FILE, is_secret, known, read, secrets_beside, written
from ops.stop import Stop

CONFIRMED = "clinic.crisis_lines_confirmed"


def interview(
    file: Path | None, answers: Path | None, given: Mapping[str, str], *, yes: bool, force: bool, offline: bool,
) -> None:
    """Ask for what was not given, then write both files. Raises Stop if nothing can be written."""
    file = file or FILE
    prepared: dict[str, Any] = {}
    if answers:  # secrets are welcome in it
        prepared |= {name: value for name, (value, _) in read(answers, secrets_welcome=True).items()}
    prepared |= given
    try:
        may_overwrite(file, force=force, ask=not yes)
        if not yes:
            print("What the clinic must decide. Enter takes what is in [brackets].")
        decided = Interview(prepared, yes, offline).all()
    except typer.Abort:
        raise Stop("\nNothing was written.") from None
    write(file, decided)
    print(f"\nWrote {file} and {secrets_beside(file)} (only you can read it).\nNext: `careward doctor`, then `careward run`.")


class Interview:
    """One round of questions. What was given beforehand is not asked, but it must be right all the same."""

    def __init__(self, given: dict[str, Any], yes: bool, offline: bool) -> None:
        self._given, self._yes, self._offline = given, yes, offline
        self._decided: dict[str, Any] = {}

    def all(self) -> dict[str, Any]:
        for question in QUESTIONS:
            self._decided[question.name] = self._answer(question)
            if question.name == "clinic.country":
                self._confirm_numbers(self._decided["clinic.country"])
            if question.name == "telegram.token" and self._decided[question.name]:
                self._decided[question.name] = self._introduced(question, self._decided[question.name])
        rest = {name: value for name, value in self._given.items() if name not in self._decided}
        return {**self._decided, **rest, "staff.secret": secrets.token_urlsafe(48),
                "audit.key": secrets.token_urlsafe(48), "audit.anchor_file": "careward-audit.anchor",
                "telegram.webhook_secret": secrets.token_urlsafe(48)}

    def _answer(self, question: Question) -> Any:
        if question.name in self._given:
            try:
                return question.read(as_words(self._given[question.name]))
            except ValueError as error:
                raise Stop(f"{question.name}: {error}", 2) from None
        default = question.default(self._decided)
        if self._yes:
            if default is None:
                raise Stop(f"{question.name} is missing: give --{question.name.split('.')[1].replace('_', '-')}.", 2)
            return question.read(default)
        print(f"\n{question.why}")
        while True:
            words = hidden(question.ask) if question.hidden else typer.prompt(
                question.ask, default=default, show_default=bool(default))
            try:
                return question.read(words)
            except ValueError as error:
                print(error)

    def _confirm_numbers(self, country: str) -> None:
        """Numbers that are wrong cost lives: a person says that they are right, and whether the lines were dialled."""
        print(f"\n{emergency_numbers(country)}")
        there = bool(crisis.in_country(country).code)
        if not (self._yes and there) and not self._confirmed("Is this right?", default=there):
            raise Stop(f"Put the right numbers into content/crisis/{country}.toml, each with its source, then begin again.")
        if CONFIRMED in self._given:
            return
        if lines := crisis_lines(country):
            print("\nCrisis lines that we know of, to be shown only once someone has dialled each of them:")
            print("\n".join(f"  {line}" for line in lines))
        self._decided[CONFIRMED] = bool(lines) and not self._yes and self._confirmed(
            "Has someone dialled them all, and are they right?", default=False)

    def _confirmed(self, ask: str, *, default: bool) -> bool:
        if self._yes:
            return default
        return typer.confirm(ask, default=default)

    def _introduced(self, question: Question, token: str) -> str:
        """Ask Telegram whose token it is, if Telegram can be reached."""
        api_base = os.environ.get("CAREWARD_TELEGRAM__API_BASE") or self._given.get("telegram.api_base")
        while token and not self._offline:
            try:
                bot = asyncio.run(telegram_api.get_me(token, api_base or known()["telegram.api_base"].default))
            except telegram_api.Unknown:
                if self._yes or question.name in self._given:
                    raise Stop("telegram.token: Telegram does not know this token; BotFather shows the right one.", 2) from None
                print("Telegram does not know this token; BotFather shows the right one.")
                token = self._answer(question)
                continue
            except telegram_api.Unreachable:
                print("Telegram could not be asked about it now; `careward doctor` asks again.")
            else:
                print(f"This is @{bot['username']}.")
            break
        return token


def hidden(ask: str) -> str:
    """What is typed without being shown; from a pipe, the next line."""
    if sys.stdin.isatty():
        return str(typer.prompt(ask, default="", show_default=False, hide_input=True))
    print(f"{ask}: ")
    if not (line := sys.stdin.readline()):
        raise typer.Abort
    return line


def as_words(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def may_overwrite(file: Path, *, force: bool, ask: bool) -> None:
    there = [str(one) for one in (file, secrets_beside(file)) if one.exists()]
    if not there or force:
        return
    if not ask or not typer.confirm(f"{' and '.join(there)}: there already. Overwrite?", default=False):
        raise Stop(f"Nothing was written: {' and '.join(there)} left as they are (--force overwrites).")


def write(file: Path, decided: Mapping[str, Any]) -> None:
    """Both files, each with what its settings mean; secrets for their owner only."""
    settings = known()
    apart = {name for name, value in decided.items() if is_secret(settings[name], value)}
    put(file, "# What the clinic decides. Every setting: docs/settings.md.\n" + laid_out(
        {name: value for name, value in decided.items() if name not in apart}), 0o644)
    put(secrets_beside(file), "# Only its owner may read this file.\n" + laid_out(
        {name: value for name, value in decided.items() if name in apart and value}), 0o600)


def laid_out(values: Mapping[str, Any]) -> str:
    lines, last = [], ""
    for setting in known().values():
        if setting.name not in values:
            continue
        section, _, key = setting.name.partition(".")
        if section != last:
            lines.append(f"\n[{section}]")
            last = section
        lines += [f"# {setting.help}", f"{key} = {written(values[setting.name])}"]
    return "\n".join(lines) + "\n"


def put(file: Path, content: str, mode: int) -> None:
    """Wholly or not at all; never readable by others, not even for a moment, if it must not be."""
    new = file.with_name(f".{file.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "w", encoding="utf-8") as opened:
        opened.write(content)
    new.replace(file)
