"""A clinic with canaries in it, and the hunt for those of whoever was erased."""

import io
import json
import logging
import zipfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import sqlalchemy as sa
from aiohttp.test_utils import TestClient, TestServer

from bot import on_page
from bot.fetcher import Fetcher
from care import erasure, idempotency, media, messages, questionnaires, staff
from care.heart.clinic import Clinic
from care.heart.settings import BackupSettings, DatabaseSettings, MediaSettings, Settings
from care.reactions import REACTIONS
from care.tables import files
from ops import logs
from ops.backup import archive
from ops.backup.create import create
from ops.export import exported
from simulator.telegram import Telegram
from staff_api.app import build
from tests.bot.paging import Browser, link_in
from tests.canaries import hunt
from tests.canaries.filling import FIRST_CHAT, canary, fill
from tests.care.medicines.pharmacy import daily, prescribed
from tests.ward import SETTINGS, TOKEN, Clock, Phone, Ward


@dataclass
class Hunt:
    """What was laid, and what was found where: of those who were erased, and of their neighbours."""

    database: str
    erased: int
    neighbours: int
    columns: int = 0
    laid: int = 0
    before: dict[str, int] = field(default_factory=dict)  # of the erased, before they were: the hunt can find them
    after: dict[str, int] = field(default_factory=dict)  # of the erased
    kept: dict[str, int] = field(default_factory=dict)  # of the neighbours: the hunt finds what is there
    log_lines: int = 0


async def campaign(url: str, folder: Path, patients: int, neighbours: int, seed: int) -> Hunt:
    """Live, erase, hunt. `folder` is empty, and the database at `url` migrated and empty."""
    random = Random(seed)
    public, secret = archive.new_identity()
    (folder / "key.txt").write_text(secret)
    settings = replace(
        SETTINGS, staff=replace(SETTINGS.staff, public_url="https://care.example"), database=DatabaseSettings(url=url),
        media=MediaSettings(folder=str(folder / "media")),
        backup=BackupSettings(folder=str(folder / "backups"), recipients=(public,)))
    result = Hunt("sqlite" if url.startswith("sqlite") else "postgresql", patients, neighbours)
    with (folder / "log").open("w", buffering=1) as log:
        logs.set_up(to=log, level=logging.DEBUG)
        clock = Clock()
        telegram = Telegram(clock, seed=seed, pace=False)
        telegram.add_bot(TOKEN, "riverside_bot", "Riverside")
        clinic = Clinic(url, settings, REACTIONS, clock)
        ward = await Ward(clinic, telegram, clock).open()
        try:
            async with TestClient(TestServer(build(clinic, questions=on_page))) as client:
                phones = [await lived(ward, client, random) for _ in range(patients + neighbours)]
            if result.database == "postgresql":
                await ward.run(drop_checks)
            for phone in phones[:-1]:  # the last one's record stays as it was lived, and is taken along
                put = await ward.run(fill, phone.patient_id, phone.chat_id, random)
                result.columns, result.laid = len(put), result.laid + len(put)
            gone = {phone.patient_id for phone in phones[:patients]}
            await look(result, result.before, settings, folder, gone, phones[-1])
            for patient_id in gone:
                await ward.run(erasure.erase, patient_id, "staff:1", "their own wish")
            clinic.sweep()
            fetcher = Fetcher(clinic, ward.app.bot)
            for _ in range(2):
                await fetcher.sweep()
            await look(result, result.after, settings, folder, gone, phones[-1])
        finally:
            await clinic.close()
    result.log_lines = len((folder / "log").read_text().splitlines())
    return result


async def lived(ward: Ward, client: TestClient, random: Random) -> Phone:
    """A patient who leaves traces by every door: what they write, tap and send, in the chat and on a page of the clinic's own,
    what is written about them, a kept answer."""
    mark = Random(random.random())
    number = 1 + await ward.clinic.read(lambda turn: turn.db.scalar(sa.text("SELECT coalesce(max(id), 0) FROM patients")))
    phone = await ward.enrolled(f"Ada {canary(number, mark)}", user_id=FIRST_CHAT + number)
    assert phone.patient_id == number
    await prescribed(ward.clinic, number, daily("11:00"))
    for words in ("/check", "9", canary(number, mark), "/trends"):
        await phone.says(words)
    if number == 1:
        await ward.run(staff.add, "dana@example.org", "Dana Whitlock", "not a hash")
    await ward.run(messages.note, number, canary(number, mark), 1)
    await ward.run(messages.reply, number, canary(number, mark), 1, "Dana")
    stored = media.put(ward.clinic.settings.media.folder, b"OggS" + canary(number, mark).encode())
    await ward.run(lambda turn: turn.insert(files, {
        "patient_id": number, "chat_id": phone.chat_id, "state": "kept", "media_type": "audio/ogg", "stored": stored,
        "created_at": turn.now, "next_try_at": turn.now}))
    await ward.run(kept_answer, number, canary(number, mark))
    await answered_on_a_page(ward, phone, Browser(client), canary(number, mark))
    return phone


async def answered_on_a_page(ward: Ward, phone: Phone, browser: Browser, words: str) -> None:
    """A questionnaire that is begun on a page, with words beside it that are for people."""
    in_chat = ward.clinic.settings
    ward.clinic.settings = replace(in_chat, checks=replace(in_chat.checks, questions_in="page"))
    assert await ward.run(questionnaires.send, phone.patient_id, "phq9", actor="staff:1") is None
    await ward.settle()
    await phone.taps("Start")
    await browser.opens(link_in(phone))
    await browser.taps("Several days")
    await browser.types(f"please tell the nurse that {words} is mine")
    assert browser.status == 200, browser.text
    ward.clinic.settings = in_chat


def kept_answer(turn, patient_id: int, words: str) -> None:
    """What a program was told when it added the patient, kept so that it may ask again."""
    idempotency.keep(turn, f"key-{patient_id}", "x" * 64, 201, {"id": patient_id, "name": words}, patient_id)


def drop_checks(turn) -> None:
    """Rows are laid here that the program would never write."""
    for table, name in turn.db.execute(sa.text(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND connamespace = "
            "'public'::regnamespace")).all():
        turn.db.execute(sa.text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))


async def look(result: Hunt, into: dict[str, int], settings: Settings, folder: Path, gone: set[int], neighbour: Phone) -> None:
    """Hunt everywhere."""
    url = settings.database.url
    made = await create(settings, folder / f"backup-{len(into)}-{len(result.before)}", datetime.now(UTC))
    packed = await exported(settings, neighbour.patient_id)
    found = {
        "media": hunt.in_folder(folder / "media"), "log at debug": hunt.in_file(folder / "log"),
        "a fresh backup": hunt.in_backup(made.file, folder / "key.txt"), "a neighbour's copy": in_zip(packed)}
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        found |= {"the database file": hunt.in_file(file), "the write-ahead log": hunt.in_file(Path(f"{file}-wal"))}
    else:
        found |= {"pg_dump": hunt.in_dump(url)}
    for place, owners in found.items():
        into[place] = sum(count for owner, count in owners.items() if owner in gone)
        if into is result.after:
            result.kept[place] = sum(count for owner, count in owners.items() if owner not in gone)


def in_zip(packed: bytes) -> Counter[int]:
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        return sum((hunt.in_bytes(opened.read(name)) for name in opened.namelist()), Counter())


def told(result: Hunt) -> str:
    return json.dumps(vars(result), indent=1)
