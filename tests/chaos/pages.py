"""`make pagekills`: a questionnaire on a page of the clinic's own, while the process that serves it is killed at
both sides of its commits, and started again. Whoever answers sends again what they got no answer to, as a browser does.
"""

import argparse
import asyncio
import http.client
import multiprocessing
import re
import shutil
import socket
import sys
import tempfile
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from random import Random

from aiohttp import web
from sqlalchemy import select

from bot import on_page
from care import escalations, integrity, questionnaires
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.settings import CheckSettings
from care.heart.turn import Turn
from care.reactions import REACTIONS
from care.tables import answers, inbox, instrument_scores, patient_messages
from simulator.telegram import Telegram
from staff_api.app import build, documentation
from tests.bot.paging import BORN, link_in
from tests.chaos.life import AFTER_COMMIT, BEFORE_COMMIT, Fate, watch_commits
from tests.evidence import bound, commit, written
from tests.ward import SETTINGS, TOKEN, Clock, Ward

PAGES = replace(SETTINGS, staff=replace(SETTINGS.staff, public_url="http://127.0.0.1"),
                checks=CheckSettings(questions_in="page"), demo=True)
COOKIE = "careward"  # of a session, where there is no https
BESIDE = ("please call me in the morning, number {n}", "I want to die, number {n}")
PAGE = Path(__file__).parents[2] / "docs" / "evidence" / "page-kills.md"
FORK = multiprocessing.get_context("fork")


@dataclass
class Walk:
    """What one person did on one page, and what is to be found of it."""

    taps: dict[str, str] = field(default_factory=dict)  # the answer that stands, by the question's key
    thoughts: bool = False  # item 9 was other than 0, if only until they thought again: a person has to hear of it
    words: list[str] = field(default_factory=list)  # written beside
    acts: int = 0
    kills: int = 0
    again: int = 0  # requests that were sent again


class Browser:
    """A browser that knows nothing of processes: it sends again what was not answered."""

    def __init__(self, served: "Served", path: str, walk: Walk) -> None:
        self._served, self._path, self._walk, self._cookies = served, path, walk, dict[str, str]()
        self.html = ""

    def get(self) -> None:
        self._ask("GET", self._path, None)

    def post(self, where: str, **fields: str) -> None:
        self._ask("POST", self._path + where, urllib.parse.urlencode(fields))

    @property
    def hidden(self) -> dict[str, str]:
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.html))

    @property
    def buttons(self) -> list[str]:
        return [unescape(data) for data in re.findall(r'<button name="tap" value="([^"]*)"', self.html)]

    def _ask(self, method: str, path: str, body: str | None) -> None:
        while True:
            try:
                status, text = self._once(method, path, body)
            except (OSError, http.client.HTTPException):
                self._served.next_life()
                self._walk.again += 1
                continue
            if status == 303:
                return self._ask("GET", self._path, None)
            if status != 503:  # "could not be saved": the page asks to send it again
                self.html = text
                return None

    def _once(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()), "Connection": "close"}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self._served.port, timeout=90)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = line.partition(";")[0].partition("=")
                self._cookies[name] = value
            return answer.status, answer.read().decode()
        finally:
            connection.close()


class Served:
    """The process that serves the page, and those that come after it. The socket outlives them all."""

    def __init__(self, url: str, random: Random, walk: Walk, most: int) -> None:
        """`most` kills; then a process lives on."""
        self._url, self._random, self._walk, self._most = url, random, walk, most
        documentation(COOKIE)  # read once, and not in every life
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._process: multiprocessing.process.BaseProcess | None = None
        self.next_life()

    def next_life(self) -> None:
        if self._process:
            self._process.join(60)
            if self._process.is_alive():
                raise RuntimeError("the process lives, and did not answer")
            self._walk.kills += 1
        fated = self._walk.kills < self._most
        fate = Fate(self._random.choice((BEFORE_COMMIT, AFTER_COMMIT)), self._random.randint(1, 4) if fated else 0)
        self._process = FORK.Process(target=live, args=(self._url, self._socket, fate))
        self._process.start()

    def close(self) -> None:
        if self._process:
            self._process.kill()
            self._process.join()
        self._socket.close()


def live(url: str, listening: socket.socket, fate: Fate) -> None:
    asyncio.run(served(url, listening, fate))


async def served(url: str, listening: socket.socket, fate: Fate) -> None:
    clinic = Clinic(url, PAGES, REACTIONS, Clock())
    await clinic.read(lambda turn: turn.now)
    watch_commits(clinic, fate)
    runner = web.AppRunner(build(clinic, questions=on_page), access_log=None)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    await asyncio.Event().wait()


async def offered(url: str) -> str:
    """A patient who was sent a link to the PHQ-9; its path."""
    clock = Clock()
    telegram = Telegram(clock, pace=False)
    telegram.add_bot(TOKEN, "riverside_bot", "Riverside")
    ward = await Ward(Clinic(url, PAGES, REACTIONS, clock), telegram, clock).open()
    try:
        phone = await ward.enrolled()
        assert await ward.run(questionnaires.send, phone.patient_id, "phq9", actor="staff:1") is None
        await ward.settle()
        await phone.taps("Start")
        return link_in(phone)
    finally:
        await ward.clinic.close()


def walked(browser: Browser, random: Random, walk: Walk) -> None:
    """From the date of birth to the end: answers, a step back now and then, words beside."""
    browser.get()
    browser.post("", **BORN)
    while say := [data for data in browser.buttons if data.startswith("say:")]:
        walk.acts += 1
        back = [data for data in browser.buttons if data.startswith("back:")]
        if random.random() < 0.15 and 'name="words"' in browser.html:
            walk.words.append(random.choice(BESIDE).format(n=walk.acts))
            browser.post("/answer", **browser.hidden, words=walk.words[-1])
        elif back and random.random() < 0.1:
            browser.post("/answer", **browser.hidden, tap=back[0])
        else:
            data = random.choice(say)
            _say, _number, key, value = data.split(":", 3)
            walk.taps[key] = value
            walk.thoughts |= key == "q9" and value != "0"
            browser.post("/answer", **browser.hidden, tap=data)


def wrong_with(turn: Turn, walk: Walk) -> Iterator[str]:
    """What is not as it would be had no process been killed."""
    standing = {row.key: str(row.value) for row in turn.db.execute(
        select(answers.c.key, answers.c.value).where(answers.c.superseded_at.is_(None)))}
    if standing != walk.taps:
        yield f"answers: {walk.taps} were given, {standing} stand"
    [total] = turn.db.scalars(select(instrument_scores.c.total)).all() or [None]
    if total != sum(int(value) for key, value in walk.taps.items() if re.fullmatch(r"q\d", key)):
        yield f"the score is {total}, for {walk.taps}"
    by_page = Counter(turn.db.scalars(select(inbox.c.outcome).where(inbox.c.bot_id == on_page.BY_PAGE)))
    if by_page != Counter({"done": walk.acts}):
        yield f"{walk.acts} things were sent, the inbox has {dict(by_page)}"
    if Counter(turn.db.scalars(select(patient_messages.c.text))) != Counter(walk.words):
        yield f"{walk.words} was written, and something else is kept"
    kinds = escalations.open_kinds(turn, 1)
    if ("instrument:phq9:q9" in kinds) != walk.thoughts or len(kinds) != len(set(kinds)):
        yield f"item 9 was {walk.taps.get('q9')} in the end, thoughts: {walk.thoughts}, and {kinds} is open"
    if any("want to die" in words for words in walk.words) and not any(kind.startswith("red_flag") for kind in kinds):
        yield "words of danger were not heard"
    yield from (str(one) for one in integrity.check(turn))


def campaign(template: Path, folder: Path, seed: int, kills: int = 60) -> tuple[Walk, list[str]]:
    """One person, one page, at most so many kills, and what was wrong afterwards. `template` is an empty database at today's
    schema."""
    random, walk = Random(seed), Walk()
    url = f"sqlite:///{shutil.copy(template, folder / f'pages-{seed}.db')}"
    path = asyncio.run(offered(url))
    serving = Served(url, random, walk, kills)
    try:
        walked(Browser(serving, path, walk), random, walk)
    finally:
        serving.close()
    return walk, asyncio.run(looked(url, walk))


async def looked(url: str, walk: Walk) -> list[str]:
    clinic = Clinic(url, PAGES, REACTIONS, Clock())
    try:
        return await clinic.read(lambda turn: list(wrong_with(turn, walk)))
    finally:
        await clinic.close()


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pages", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--page", type=Path, default=PAGE)
    args = asked.parse_args()
    total, broken = Counter[str](), 0
    with tempfile.TemporaryDirectory() as place:
        template = Path(place) / "empty.db"
        asyncio.run(schema.upgrade(f"sqlite:///{template}"))
        for seed in range(args.seed, args.seed + args.pages):
            walk, wrong = campaign(template, Path(place), seed)
            total.update(acts=walk.acts, kills=walk.kills, again=walk.again)
            broken += bool(wrong)
            for one in wrong:
                print(f"seed {seed}: {one}")
    written(args.page, page(args, total, broken))
    return 1 if broken else 0


def page(args: argparse.Namespace, total: Counter[str], broken: int) -> str:
    return f"""# Questions on a page, while the process that serves it is killed

- command: `make pagekills ARGS="--pages {args.pages} --seed {args.seed}"`
- commit `{commit()}`
- {args.pages} people each answer the PHQ-9 on a page of the clinic's own, on SQLite: they tap, go back, and write words
  beside it, some of danger. The process that serves the page is killed (SIGKILL) just before or just after one of its next
  commits, and another one takes its place; what had no answer is sent again, as a browser does.

| pages | answers, steps and messages | kills | requests sent again | pages that are not as they should be |
|---|---|---|---|---|
| {args.pages} | {total['acts']} | {total['kills']} | {total['again']} | {broken} |

Of each page these are held against what its person did: the answers that stand, the score, each thing once in the inbox
and done, each message once before people, item 9 and words of danger heard once, and the data sound. 95 % bound for a kill
that spoils a page: {bound(broken, total['kills'])}.

What this does not show: PostgreSQL; two people at once; a kill between two commits, where nothing of the database changes.
"""


if __name__ == "__main__":
    sys.exit(main())
