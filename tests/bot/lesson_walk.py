"""`python -m tests.bot.lesson_walk`: every lesson in every language, card by card, with wrong and right answers, by the real
bot over the simulated Telegram; and a page of evidence of that and of the lint."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.language import shipped
from care.heart.turn import Turn
from care.lessons import deliveries, library, lint, reading, screens
from care.lessons.library import OURS
from care.patients import get
from care.reactions import REACTIONS
from care.tables import outbox
from ops.lessons import page
from simulator.telegram import Telegram
from tests.evidence import ROOT, bound, commit, written
from tests.ward import SETTINGS, TOKEN, Clock, Phone, Ward

PAGE = ROOT / "docs" / "evidence" / "lessons.md"


@dataclass
class Walked:
    """What was shown, and whatever was not as it must be."""

    language: str = "en"
    lessons: int = 0
    screens: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


async def walk(phone: Phone, names: Iterable[str], walked: Walked) -> None:
    """Read these lessons to the end in the phone's language: of each question first an answer that is not right."""
    for name in names:
        shown = await _opened(phone, name)
        for what in screens.BESIDE:
            if shown.shown.get(what):
                await _tap(phone, shown, what)
                _hold(phone, walked, f"{name}, {what}", shown.shown[f"{what}_says"], beside=what)
                shown = await _opened(phone, name)
        for number, (words, marks, _see) in enumerate(shown.cards):
            _hold(phone, walked, f"{name}, card {number + 1}", words, marks)
            verb = "ask" if number + 1 == len(shown.cards) else f"card:{number + 1}"
            await _tap(phone, shown, verb)
        for at, (ask, answers, right, well_done, again) in enumerate(shown.questions):
            _hold(phone, walked, f"{name}, question {at + 1}", ask)
            await _tap(phone, shown, f"say:{at}:{(right + 1) % len(answers)}")
            _hold(phone, walked, f"{name}, explained again", again)
            await _tap(phone, shown, f"say:{at}:{right}")
            _hold(phone, walked, f"{name}, explained", well_done)
            await _tap(phone, shown, "ask")
        await _tap(phone, shown, "rate:yes")
        _hold(phone, walked, f"{name}, at its end", shown.title)
        walked.lessons += 1


async def _opened(phone: Phone, name: str) -> deliveries.Delivery:
    def act(turn: Turn) -> deliveries.Delivery:
        patient, lesson = get(turn, phone.patient_id), library.of(turn).get(name)
        assert patient
        assert lesson
        reading.read(turn, patient, lesson)
        return deliveries.of_patient(turn, patient.id)[0]

    delivery = await phone.ward.run(act)
    await phone.ward.settle()
    assert isinstance(delivery, deliveries.Delivery)
    return delivery


async def _tap(phone: Phone, shown: deliveries.Delivery, verb: str) -> None:
    word, _colon, rest = verb.partition(":")
    data = f"lesson:{word}:{shown.id}" + (f":{rest}" if rest else "")
    offered = {button.get("callback_data") for row in phone.person.last.buttons for button in row}
    assert data in offered, f"{shown.lesson}: no button {data} among {offered}"
    await phone.does("tap_data", data, message=phone.person.last)


def _hold(
    phone: Phone, walked: Walked, where: str, words: str, marks: Iterable[object] = (), beside: str | None = None,
) -> None:
    """What the phone shows has these words whole, and as much that stands out; a picture or a video, the same in words."""
    content = phone.person.last.content
    walked.screens[walked.language] += 1
    if beside and {"picture": "photo"}.get(beside, beside) not in content:
        walked.wrong.append(f"{where}: it is not there")
    if words not in content.get("text", content.get("caption", "")):
        walked.wrong.append(f"{where}: the words are not there")
    styled = [one for one in content.get("entities", ()) if one["type"] in ("bold", "italic")]
    if len(styled) < len(list(marks)):
        walked.wrong.append(f"{where}: what stands out is not there")


def unsent(turn: Turn) -> list[str]:
    """What Telegram would not take."""
    return list(turn.db.scalars(select(outbox.c.why).where(func.coalesce(outbox.c.outcome, "") != "sent")))


async def whole() -> Walked:
    """Everything, on one empty clinic in memory for each language."""
    walked = Walked()
    with TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.db"
        await schema.upgrade(f"sqlite:///{empty}")
        for language in shipped():
            file = shutil.copy(empty, Path(folder) / f"{language}.db")
            clock = Clock()
            clinic, telegram = Clinic(f"sqlite:///{file}", SETTINGS, REACTIONS, clock), Telegram(clock, seed=1, pace=False)
            telegram.add_bot(TOKEN, "riverside_bot", "Riverside")
            ward = await Ward(clinic, telegram, clock).open()
            phone = await ward.enrolled("Sam Reader", language)
            walked.language = language
            await walk(phone, library.kept(SETTINGS.lessons).lessons, walked)
            walked.wrong += [f"{language}: {why}" for why in await clinic.read(unsent)]
            await clinic.close()
    return walked


def main() -> None:
    walked = asyncio.run(whole())
    held = sum(walked.screens.values())
    found = lint.check(OURS, shipped(), datetime.now(UTC).date())
    by_language = ", ".join(f"{count:,} in {language}" for language, count in walked.screens.items())
    troubles = "\n".join(f"* {one}" for one in walked.wrong)
    written(PAGE, f"""\
# Lessons: nothing wrong with their files, easy to read, and shown whole

Written by `make lessons` at commit {commit()}.

## Shown

Every lesson in every language was opened, read card by card, answered wrongly and then rightly, and rated, by the real bot over
the simulated Telegram, which refuses what Telegram refuses. Each screen was held against the lesson's own words, and against
what stands out in them; where there is a picture it was asked for, and came with the same in words.

- lessons read to the end: **{walked.lessons}**; screens held: **{held:,}** ({by_language})
- screens not whole, and messages refused: **{len(walked.wrong)}** (at 95 %: {bound(len(walked.wrong), held)})

{troubles}

## Read

By `careward lessons check`. Of English the Flesch-Kincaid grade, at most 6; of the others the ease by the language's own
formula (`care/readability.py`), the higher the easier: at least {_limits()}.

{page(OURS, shipped(), found)}

What it does not show: that the facts are right and the words good. No clinician has reviewed a lesson unless the table's last
line counts it. The formulas count syllables and words; they know nothing of sense. Addresses in the web were not tried
(`careward lessons check --links` does).
""")


def _limits() -> str:
    from care.readability import FORMULAS

    return ", ".join(f"{formula.easy:g} in {language}" for language, formula in FORMULAS.items())


if __name__ == "__main__":
    main()
