"""Whoever wishes to be forgotten is: in every table, in the file on disk, and after a restore."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from care import erasure, events, integrity, messages, situations, staff, tables
from care.heart.settings import RetentionSettings
from tests.canaries.filling import FIRST_CHAT, unsealed
from tests.care.medicines.pharmacy import daily, prescribed
from tests.ward import SETTINGS, Ward

CANARY = "hedgehog"
CHECKED = {  # columns whose values are a closed list: they can hold nobody's words
    column.name for table in tables.metadata.sorted_tables for constraint in table.constraints
    if isinstance(constraint, sa.CheckConstraint) for column in table.c if column.name in str(constraint.sqltext)}


def test_every_table_is_a_patients_or_is_known_not_to_be():
    everything = {table.name for table in tables.metadata.sorted_tables}
    assert everything == erasure.holding_patients() | erasure.NOBODYS.keys() | erasure.KEPT.keys()
    assert not erasure.holding_patients() & (erasure.NOBODYS.keys() | erasure.KEPT.keys())
    assert set(erasure.CONTACT) <= erasure.holding_patients()


async def lived(ward: Ward, name: str):
    """A patient who has left traces wherever they can."""
    phone = await ward.enrolled(name)
    dana = await ward.run(staff.add, f"{name.split()[0]}@example.org", "Dana Whitlock", "not a hash")
    await prescribed(ward.clinic, phone.patient_id, daily("11:00"))
    for words in ("/check", "9", "my back"):
        await phone.says(words)
    await phone.says(f"{CANARY}: I want to die")
    await ward.run(messages.note, phone.patient_id, f"{CANARY} noted", dana.id)
    await ward.run(messages.reply, phone.patient_id, f"{CANARY} told", dana.id, "Dana")
    await ward.time_passes(hours=2, minutes=5)
    return phone


def seeded(turn, patient_id: int) -> int:
    """Put a canary into every column of words in every row of this patient, as far as the column takes any words."""
    put = 0
    for table in tables.metadata.sorted_tables:
        theirs = erasure.rows_of(table, patient_id)
        for column in table.c if theirs is not None else ():
            if isinstance(unsealed(column), sa.Text) and not column.foreign_keys and column.name not in CHECKED:
                saved = turn.db.begin_nested()
                try:
                    words = {column: f"{CANARY} in {table.name}"}
                    put += turn.db.execute(sa.update(table).where(theirs).values(words)).rowcount
                    saved.commit()
                except sa.exc.IntegrityError:
                    saved.rollback()
    return put


def rows(turn, patient_id: int) -> dict[str, int]:
    return {table.name: turn.db.scalar(sa.select(sa.func.count()).select_from(table).where(theirs))
            for table in tables.metadata.sorted_tables if (theirs := erasure.rows_of(table, patient_id)) is not None}


async def test_nothing_of_a_patient_is_left_in_the_database_its_file_or_its_log_and_a_neighbour_keeps_everything(
        quick_ward: Ward, sqlite_url):
    neighbour = await lived(quick_ward, "Lena Vogt")
    amina = await lived(quick_ward, "Amina Yusuf")
    assert await quick_ward.run(seeded, amina.patient_id) > 60
    before = await quick_ward.clinic.read(rows, neighbour.patient_id)
    assert CANARY.encode() in on_disk(sqlite_url)
    filled = {name for name, count in (await quick_ward.clinic.read(rows, amina.patient_id)).items() if count}
    assert len(filled) >= 14, filled

    await quick_ward.run(lambda turn: turn.db.execute(sa.delete(tables.inbox)))  # hers and her neighbour's, canaries in both
    certificate = await quick_ward.run(erasure.erase, amina.patient_id, "staff:1", "her own wish")
    quick_ward.clinic.sweep()
    assert filled <= certificate.removed.keys() | {"inbox"}
    assert await quick_ward.clinic.read(rows, neighbour.patient_id) == before
    assert set((await quick_ward.clinic.read(rows, amina.patient_id)).values()) == {0}
    left = on_disk(sqlite_url)
    assert b"Amina Yusuf" not in left
    assert f"{CANARY} in ".encode() not in left
    assert await quick_ward.clinic.read(integrity.check) == []
    for words in ("hello?", "/check"):  # a stranger now
        await amina.says(words)
    assert await quick_ward.clinic.read(erasure.certificate, amina.patient_id) == certificate


def everything(turn) -> str:
    """All that the database has."""
    return "".join(str(turn.db.execute(sa.select(table)).all()) for table in tables.metadata.sorted_tables)


def on_disk(url: str) -> bytes:
    file = url.removeprefix("sqlite:///")
    found = b""
    for name in (file, f"{file}-wal"):
        with open(name, "rb") as opened:
            found += opened.read()
    return found


async def test_what_the_law_makes_the_clinic_keep_is_kept_without_a_way_to_reach_the_patient_until_its_time(
        ward: Ward, clock):
    amina = await ward.enrolled(user_id=FIRST_CHAT)
    await prescribed(ward.clinic, amina.patient_id, daily("11:00"))
    for words in ("/check", "9", "my back hurts", f"{CANARY}: I want to die"):
        await amina.says(words)
    await ward.time_passes(hours=2, minutes=5)
    await ward.run(situations.begin, amina.patient_id, "in_hospital", actor=f"chat:{FIRST_CHAT}")
    assert str(FIRST_CHAT) in await ward.clinic.read(everything)
    ward.clinic.settings = replace(SETTINGS, retention=RetentionSettings(record_years=10))
    certificate = await ward.run(erasure.erase, amina.patient_id, "staff:1", "her own wish")
    assert certificate.erased_at is None
    assert certificate.due_at.year == 2036
    left = await ward.clinic.read(rows, amina.patient_id)
    assert left["patients"] == 1
    assert left["patient_messages"] == 1
    assert left["chat_links"] == left["patient_contacts"] == left["invitations"] == 0
    assert str(FIRST_CHAT) not in await ward.clinic.read(everything)
    assert await ward.clinic.read(lambda turn: turn.db.scalar(sa.select(tables.situations.c.by))) == "chat:"
    assert await ward.clinic.read(integrity.check) == []
    clock.passes(days=3650)
    assert await ward.clinic.read(erasure.due) == []
    clock.passes(days=5)
    assert await ward.clinic.read(erasure.due) == [amina.patient_id]
    await ward.run(erasure.finish, amina.patient_id)
    assert set((await ward.clinic.read(rows, amina.patient_id)).values()) == {0}
    assert (await ward.clinic.read(erasure.certificate, amina.patient_id)).due_at is None


async def test_a_record_is_kept_from_the_last_tap_on(quick_ward: Ward):
    """Whoever never writes, and answers for each tablet, was in contact today."""
    amina = await quick_ward.enrolled()
    await prescribed(quick_ward.clinic, amina.patient_id, daily("11:00"))
    await quick_ward.time_passes(days=800)
    await quick_ward.time_passes(hours=2, minutes=5)
    await amina.taps("Show")
    await amina.taps("Taken")
    quick_ward.clinic.settings = replace(SETTINGS, retention=RetentionSettings(record_years=2))
    certificate = await quick_ward.run(erasure.erase, amina.patient_id, "staff:1", "her own wish")
    assert certificate.due_at == quick_ward.clock.now + 2 * erasure.A_YEAR


@pytest.mark.parametrize("years", [0, 10])
async def test_what_they_wrote_before_they_came_goes_with_them_words_picture_and_alarm(quick_ward: Ward, years: int):
    patient_id, token = await quick_ward.invited()
    amina = quick_ward.phone("Amina")
    await amina.does("sends_photo", b"a photo", f"{CANARY}: I want to die")
    await amina.opens(token)
    for act, words in ((amina.taps, "English"), (amina.says, "1968-05-23"), (amina.taps, "Yes"), (amina.taps, "I agree")):
        await act(words)
    await amina.says(f"{CANARY}: I want to die")
    quick_ward.clinic.settings = replace(SETTINGS, retention=RetentionSettings(record_years=years))
    await quick_ward.run(erasure.erase, patient_id, "staff:1", "her own wish")
    assert (await quick_ward.clinic.read(erasure.preview, patient_id) is None) == (years == 0)
    if years:
        quick_ward.clock.passes(days=3660)
        await quick_ward.run(erasure.finish, patient_id)
    left = await quick_ward.clinic.read(lambda turn: {
        name: turn.db.scalar(sa.select(sa.func.count()).where(chat == amina.chat_id))
        for name, chat in erasure.BY_CHAT.items()})
    assert set(left.values()) == {0}, left


async def test_nothing_is_planned_or_missed_for_whoever_is_kept_as_a_number(quick_ward: Ward):
    amina = await quick_ward.enrolled()
    await prescribed(quick_ward.clinic, amina.patient_id, daily("11:00"))
    quick_ward.clinic.settings = replace(SETTINGS, retention=RetentionSettings(record_years=10))
    await quick_ward.run(erasure.erase, amina.patient_id, "staff:1", "her own wish")
    before = await quick_ward.clinic.read(rows, amina.patient_id)
    await quick_ward.time_passes(days=4)
    assert await quick_ward.clinic.read(rows, amina.patient_id) == before
    assert await quick_ward.clinic.read(lambda turn: set(turn.db.scalars(sa.select(tables.doses.c.state)))) == {"cancelled"}
    assert await quick_ward.clinic.read(lambda turn: turn.db.scalar(
        sa.select(tables.consents.c.withdrawn_at))), "nor do they count as taking part"


async def test_a_carers_chat_that_speaks_of_others_stays(quick_ward: Ward):
    amina, token = await quick_ward.invited("Amina Yusuf", role="carer")
    _, other = await quick_ward.invited("Omar Yusuf", role="carer")
    phone = quick_ward.phone("Rosa")
    for one in (token, other):
        await phone.opens(one)
        for words in ("English", "1968-05-23", "Yes", "I agree"):
            if words in phone.transcript.splitlines()[-1] or words[0].isdigit():
                await (phone.says(words) if words[0].isdigit() else phone.taps(words))
    for words in ("/check", "could you call us?", f"{CANARY}: I want to die"):  # whom is it about?
        await phone.says(words)
    assert "Amina Yusuf" in await quick_ward.clinic.read(said_of_nobody)
    await quick_ward.run(erasure.erase, amina, "staff:1", "her own wish")
    assert await quick_ward.clinic.read(lambda turn: turn.db.scalar(
        sa.select(sa.func.count()).select_from(tables.chats))) == 1
    left = await quick_ward.clinic.read(said_of_nobody)
    assert ("Amina" in left, "Omar Yusuf" in left) == (False, True)


def said_of_nobody(turn) -> str:
    """All that is of no patient, in a chat that speaks for several."""
    return "".join(str(turn.db.execute(sa.select(table).where(table.c.patient_id.is_(None))).all())
                   for table in (tables.outbox, tables.escalations))


async def test_nobody_is_erased_twice_and_nobody_who_is_not_there(quick_ward: Ward):
    amina, _ = await quick_ward.invited()
    await quick_ward.run(erasure.erase, amina, "staff:1", "her own wish")
    for patient_id in (amina, 999):
        with pytest.raises(erasure.Unknown):
            await quick_ward.run(erasure.erase, patient_id, "staff:1", "again")


async def test_the_journal_has_no_words_of_anyone(quick_ward: Ward):
    await lived(quick_ward, "Amina Yusuf")
    journal = await quick_ward.clinic.read(
        lambda turn: json.dumps(list(turn.db.scalars(sa.select(tables.events.c.facts)))))
    assert CANARY not in journal
    assert "Amina" not in journal
    assert events.PatientErased.__name__ not in journal


async def test_no_number_of_what_went_with_whoever_was_forgotten_is_given_again(ward: Ward):
    """Or a button in an old message, or a line of the journal, would mean a row of somebody else's."""
    def highest(turn) -> dict[str, int]:
        return {table.name: turn.db.scalar(sa.select(sa.func.max(table.c.id))) or 0
                for table in tables.metadata.sorted_tables if "id" in table.primary_key.columns}

    amina = await lived(ward, "Amina Yusuf")
    before = await ward.clinic.read(highest)
    await ward.run(erasure.erase, amina.patient_id, "staff:1", "her own wish")
    omar = await lived(ward, "Omar Haddad")
    again = {}
    for table in tables.metadata.sorted_tables:
        if table.name in before and (theirs := erasure.rows_of(table, omar.patient_id, [omar.chat_id])) is not None:
            lowest = await ward.clinic.read(
                lambda turn, table=table, theirs=theirs: turn.db.scalar(sa.select(sa.func.min(table.c.id)).where(theirs)))
            again |= {table.name: lowest} if lowest and lowest <= before[table.name] else {}
    assert again == {}
    assert before["doses"] > 0 < before["escalations"]


async def test_the_number_of_whoever_was_forgotten_is_nobody_elses(ward: Ward):
    """Or the newcomer would have their certificate, their journal, and could not be forgotten."""
    amina, _ = await ward.invited()
    await ward.run(erasure.erase, amina, "staff:1", "added by mistake")
    omar, _ = await ward.invited("Omar Haddad")
    assert omar != amina
    assert await ward.clinic.read(erasure.certificate, omar) is None
