"""The terminal player: a conversation with the real bot at a prompt. At the end it prints what to paste into a test."""

import re
import sys
from collections.abc import AsyncIterator, Callable, Iterable

from bot.flows import FLOWS
from care import conversations
from care.heart.language import shipped
from ops.stage import Stage, stage
from ops.stop import Stop

ROLE = re.compile(r"(?P<age>\d{1,3})?\s*,?\s*(?P<language>[a-z]{2}(?:-[A-Z]{2})?)?")
HOW = "Type an answer, or what a button says, or the number in front of it like /2. An empty line ends."


async def play(flow: str, role: str, lines: Iterable[str] = sys.stdin, show: Callable[[str], None] = print) -> None:
    """Play one flow as somebody like "58, fr"."""
    if flow not in FLOWS:
        raise Stop(f"There is no flow {flow!r}. There are: {', '.join(FLOWS)}.", 2)
    age, language = _role(role)
    async with stage(age, language) as on:
        show(HOW)
        await on.begin(flow)
        done = [step async for step in _steps(on, lines, show)]
        answers = await on.clinic.read(conversations.answers_in, 1)
        show(f"\nAnswers: {answers}\n\nFor a test:")
        show("\n".join(for_a_test(flow, done)))


async def _steps(on: Stage, lines: Iterable[str], show: Callable[[str], None]) -> AsyncIterator[tuple[str, str]]:
    """Every act of the player and what it was: ("taps", label) or ("says", words)."""
    seen = _show_news(on, show, "")
    for line in lines:
        words = line.strip()
        if not words:
            return
        labels = _labels(on)
        number = re.fullmatch(r"/(\d{1,2})", words)
        if number and 0 < int(number[1]) <= len(labels):
            words = labels[int(number[1]) - 1]
        act = "taps" if words in labels else "says"
        on.person.taps(words) if act == "taps" else on.person.says(words)
        await on.settle()
        yield act, words
        seen = _show_news(on, show, seen)


def _show_news(on: Stage, show: Callable[[str], None], seen: str) -> str:
    """Show what has happened in the chat since `seen`; return all that is seen now."""
    history = on.person.history
    show(history.removeprefix(seen).strip("\n"))
    show("  ".join(f"/{number} {label}" for number, label in enumerate(_labels(on), 1)))
    return history


def _labels(on: Stage) -> list[str]:
    """What the buttons on screen say, the newest message's first."""
    return [button["text"] for message in on.person.chat.newest_first() for row in message.buttons for button in row]


def for_a_test(flow: str, done: Iterable[tuple[str, str]]) -> list[str]:
    """The same conversation as lines of a test, with `phone` a Phone of tests/ward.py."""
    begun = f'await phone.says("/{FLOWS[flow].command}")' if FLOWS[flow].command else (
        f'await ward.run(lambda turn: talk.begin(turn, patients.in_chat(turn, phone.chat_id)[0], "{flow}"))')
    return [f"    {begun}", *(f"    await phone.{act}({words!r})" for act, words in done)]


def _role(role: str) -> tuple[int, str]:
    found = ROLE.fullmatch(role.strip())
    language = (found["language"] if found else None) or "en"
    if found is None or language not in shipped():
        raise Stop(f"--as takes an age and a language, like \"58, en\"; languages are: {', '.join(shipped())}.", 2)
    return int(found["age"] or 58), language
