"""What identifies people, and what they say, is sealed in the database; keys change while everything goes on."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from care import cohorts, erasure, messages, patients, resealing, sealing, staff, threads
from care.heart import inbox
from care.heart.clinic import Clinic
from care.heart.settings import AtRestSettings, DatabaseSettings
from care.heart.settings_problems import problems
from care.reactions import REACTIONS
from care.sealing import MARK, RING, Ring, Sealed, SealedJSON, Unreadable, WrongKey, name_of, new_key
from care.tables import metadata, outbox
from care.tables import patients as patients_table
from ops import seal
from ops.cli import app
from ops.run import refuse_without_key
from ops.stop import Stop
from scheduler import jobs
from tests.ward import BORN, SETTINGS, Ward

OLD, NEW = new_key(), new_key()
BY_OLD = replace(SETTINGS, at_rest=AtRestSettings(key=OLD))
BY_NEW = replace(SETTINGS, at_rest=AtRestSettings(key=NEW, old_keys=(OLD,)))


OPENED: list[Clinic] = []


@pytest.fixture(autouse=True)
async def in_the_clear_afterwards():
    yield
    while OPENED:
        await OPENED.pop().close()
    RING.use(())


def ring(*keys: str) -> Ring:
    made = Ring()
    made.use(keys)
    return made


def test_what_is_sealed_is_opened_in_its_place_alone_and_by_its_key():
    old, new = ring(OLD), ring(NEW, OLD)
    for words in ("", "Amina Yusuf", "\x02sealed:no", "Как дела? 🫀", "x" * 5000):
        for alike in (False, True):
            kept = old.seal("notes.text", words, alike)
            assert kept.startswith(f"{MARK}{name_of(OLD)}:")
            assert new.open("notes.text", kept, alike) == words
            assert (old.seal("notes.text", words, alike) == kept) == alike
    kept = old.seal("notes.text", "Amina")
    assert "Amina" not in kept
    for other, place in ((ring(NEW), "notes.text"), (old, "patients.name")):
        with pytest.raises(Unreadable):
            other.open(place, kept)
    with pytest.raises(Unreadable, match="changed outside"):
        old.open("notes.text", kept[:-6] + ("AAAA==" if kept[-6:] != "AAAA==" else "BBBB=="))
    assert ring().seal("notes.text", f"{MARK}abc:def") == f"{MARK}abc:def".lstrip("\x02")
    assert ring().open("notes.text", "as it was") == "as it was"
    for wrong in ("", "short", "!" * 88):
        with pytest.raises(WrongKey):
            sealing.bytes_of(wrong)


def test_every_column_of_a_patients_words_is_sealed_or_it_is_said_why_not():
    unsaid = [
        f"{table.name}.{column.name}" for table in metadata.sorted_tables if table.name in erasure.holding_patients()
        for column in table.c if isinstance(column.type, sa.Text | sa.JSON) and not column.foreign_keys
        and not {f"{table.name}.{column.name}", table.name, column.name} & resealing.UNSEALED.keys()]
    assert unsaid == []
    places = [column.type.place for _table, columns in resealing.columns() for column in columns]
    assert places == [f"{table.name}.{column.name}" for table, columns in resealing.columns() for column in columns]
    assert {"patients.name", "patient_contacts.phone", "patient_messages.text", "outbox.text", "inbox.raw"} <= set(places)
    for table in metadata.sorted_tables:  # a sealed column can be in no index, and no constraint can look into it
        looked_into = {column.name for index in table.indexes for column in index.columns}
        for column in table.c:
            if isinstance(column.type, Sealed | SealedJSON):
                assert column.name not in looked_into - {"name"}, column


async def reopened(ward: Ward, settings) -> None:
    """The same clinic after a restart with other settings."""
    url = str(ward.clinic._engine.url.render_as_string(hide_password=False)).replace("+aiosqlite", "").replace("+asyncpg", "")
    await ward.clinic.close()
    ward.clinic = Clinic(url, settings, REACTIONS, ward.clock)
    OPENED.append(ward.clinic)
    await ward.restart()


async def test_a_clinic_is_sealed_lives_finds_by_name_and_changes_its_key(ward: Ward):
    amina = await ward.enrolled("Amina Ünal")
    await amina.says("written in the clear: my back hurts")
    await ward.run(messages.keep, amina.chat_id, amina.patient_id, messages.Written(1, "text", "null"))  # a word like any other
    await ward.run(inbox.save, 1, [(1, amina.chat_id, {"update_id": 1})])
    await ward.run(inbox.failed, 1, 1, "ValueError('my back hurts')")
    await reopened(ward, BY_OLD)
    omar = await ward.enrolled("Omar Haddad")
    await ward.enrolled("Anna Okoro")
    dana = await ward.run(staff.add, "dana@example.org", "Dana", "not a hash")
    await omar.says("/check")
    await omar.says("7")
    await omar.says("sealed at once: my knee")
    await ward.run(messages.note, omar.patient_id, "a sealed thought", dana.id)
    before = await ward.clinic.read(resealing.standing)
    assert before[resealing.CLEAR] > 5
    assert before[name_of(OLD)] > 20

    assert resealing.is_due()
    await jobs.seal_anew(ward.clinic)
    assert not resealing.is_due()
    assert set(await ward.clinic.read(resealing.standing)) == {name_of(OLD)}
    kept = await ward.clinic.read(raw)
    assert "null" not in kept.splitlines()
    for words in ("Amina", "Haddad", "my back hurts", "my knee", "sealed thought", "automated assistant", BORN.isoformat()):
        assert words not in kept

    def names(turn, words="", after=None, limit=50):
        return [one.name for one in patients.find(turn, words, after, limit)]

    for settings in (BY_OLD, BY_NEW):
        await reopened(ward, settings)
        everybody = await ward.clinic.read(names)
        assert everybody == ["Amina Ünal", "Anna Okoro", "Omar Haddad"]
        assert await ward.clinic.read(names, "ÜNAL ami") == ["Amina Ünal"]
        assert await ward.clinic.read(names, "", ("Amina Ünal", amina.patient_id), 1) == ["Anna Okoro"]
        for age, many in ((57, 0), (58, 3), (59, 0)):  # who was born in the clear, and who was sealed at once
            assert await ward.clinic.read(cohorts.count, cohorts.Criteria(age_from=age, age_to=age)) == many
        told = [entry.text for entry in await ward.clinic.read(threads.thread, omar.patient_id)]
        assert {"sealed at once: my knee", "a sealed thought"} <= set(told)
        await omar.says("still here")
        assert "still here" in [entry.text for entry in await ward.clinic.read(threads.thread, omar.patient_id)]
        await jobs.seal_anew(ward.clinic)
    assert set(await ward.clinic.read(resealing.standing)) == {name_of(NEW)}

    await reopened(ward, replace(SETTINGS, at_rest=AtRestSettings(key=NEW)))  # the old key is not needed any more
    assert await ward.clinic.read(names, "haddad") == ["Omar Haddad"]
    assert await ward.clinic.read(resealing.lost_keys) == set()
    await reopened(ward, BY_OLD)
    assert await ward.clinic.read(resealing.lost_keys) == {name_of(NEW)}


def raw(turn) -> str:
    """All that the database has, as it has it."""
    return "\n".join(
        str(value) for table, columns in resealing.columns() for column in columns
        for value in turn.db.scalars(sa.select(resealing.as_kept(column))))


async def test_a_row_that_somebody_changes_meanwhile_stays_theirs(quick_ward: Ward):
    amina, _ = await quick_ward.invited()
    RING.use((OLD,))

    def act(turn):
        turn.db.execute(sa.update(patients_table).values(name="Amina Changed"))
        return resealing.some(turn, patients_table, None)

    assert await quick_ward.run(act) is None
    assert (await quick_ward.clinic.read(patients.get, amina)).name == "Amina Changed"


async def test_a_change_of_keys_that_was_not_gone_through_with_needs_the_old_key_still(quick_ward: Ward):
    await reopened(quick_ward, BY_OLD)
    amina, _ = await quick_ward.invited()
    await quick_ward.run(messages.keep, 7, amina, messages.Written(1, "text", "my back hurts"))
    await reopened(quick_ward, BY_NEW)
    assert await quick_ward.run(resealing.some, patients_table, None) is None  # and then the power fails
    await reopened(quick_ward, replace(SETTINGS, at_rest=AtRestSettings(key=NEW)))
    assert await quick_ward.clinic.read(resealing.lost_keys) == {name_of(OLD)}


async def test_the_same_message_is_known_again_by_the_gate(quick_ward: Ward):
    await reopened(quick_ward, BY_OLD)
    amina = await quick_ward.enrolled()
    await amina.says("hello")
    same = await quick_ward.clinic.read(lambda turn: turn.db.execute(
        sa.select(outbox.c.text, sa.func.count().over(partition_by=outbox.c.text))).all())
    text = same[0][0]
    found = await quick_ward.clinic.read(lambda turn: turn.db.scalar(
        sa.select(sa.func.count()).select_from(outbox).where(outbox.c.text == sa.bindparam("same")), {"same": text}))
    assert found >= 1


async def test_an_operator_makes_a_key_seals_what_was_in_the_clear_and_sees_it(quick_ward: Ward, sqlite_url, tmp_path):
    await quick_ward.invited()
    await quick_ward.clinic.close()
    told = CliRunner().invoke(app, ["seal", "key"]).output
    key = re.search(r'key = "([^"]+)"', told)[1]
    assert name_of(key) in told
    settings = replace(SETTINGS, at_rest=AtRestSettings(key=key), database=DatabaseSettings(url=sqlite_url))
    assert (await seal.counted(settings)).keys() == {resealing.CLEAR}
    said = seal.said(await seal.rotated(settings))
    assert re.fullmatch(rf" +\d+  {name_of(key)}  \(the key of now\)", said)
    assert "Amina" not in Path(sqlite_url.removeprefix("sqlite:///")).read_bytes().decode(errors="replace")
    wrong = problems(replace(settings, at_rest=AtRestSettings(old_keys=("short",))))
    assert [one for one in wrong if "at_rest" in one] == [
        "at_rest.key is missing, and there are old keys: one must seal.",
        "at_rest.old_keys: give 64 random bytes in base64, as `careward seal key` makes them."]
    clinic = Clinic(sqlite_url, SETTINGS, REACTIONS)
    OPENED.append(clinic)
    with pytest.raises(Stop, match=f"sealed with the key {name_of(key)}"):
        await refuse_without_key(clinic)
