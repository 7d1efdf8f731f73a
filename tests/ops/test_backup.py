"""A backup holds everything, nobody but the key's owner can read it, and what is restored from it sends nothing stale."""

import asyncio
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import create_engine, select

from care import backups, erasure, media, messages, patients, staff, tables, worklist
from care.heart import outbox, schema
from care.heart.settings import BackupSettings, DatabaseSettings, MediaSettings
from ops.backup import archive, rows, schedule
from ops.backup.create import as_json, create, pack, there, thin_out
from ops.backup.ledger import keep_ledger, read_ledger
from ops.backup.restore import as_it_is, restore, verify
from ops.run import refuse_to_begin_anew
from ops.stop import Stop
from tests.care.medicines.pharmacy import daily, prescribed
from tests.ward import BORN, SETTINGS, Ward

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
CANARY = "my grandmother's pearls"


@pytest.fixture
def keys(tmp_path):
    public, secret = archive.new_identity()
    file = tmp_path / "backup.key"
    file.write_text(f"# kept elsewhere\n{secret}\n")
    return public, file


@pytest.fixture
def settings(keys, tmp_path):
    return replace(
        SETTINGS, backup=BackupSettings(folder=str(tmp_path), recipients=(keys[0],)),
        media=MediaSettings(folder=str(tmp_path / "media")))


def at(settings, url):
    return replace(settings, database=DatabaseSettings(url=url))


def everything(turn):
    """Every row of every table, but for the numbers of PostgreSQL's own transactions."""
    wanted = {table.name: [column for column in table.c if column.name != "xid"] for table in tables.metadata.sorted_tables}
    return {name: sorted(map(repr, turn.db.execute(select(*columns)))) for name, columns in wanted.items()}


@pytest.fixture
def elsewhere(url, request, tmp_path):
    """An empty database of the other kind: a clinic that outgrows SQLite moves like this."""
    if not url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'restored.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    yield server.create_database("restored")
    server.drop_database("restored")


async def test_what_is_restored_is_what_was_there_from_either_database_into_the_other(
        ward: Ward, url, elsewhere, settings, keys, tmp_path, open_clinic, telegram, clock):
    amina = await ward.enrolled()
    dana = await ward.run(staff.add, "dana@example.org", "Dana Whitlock", "not a hash")
    await amina.says(CANARY)
    waits = await ward.run(messages.reply, amina.patient_id, "I will call you.", dana.id, "Dana")  # held, for an undo
    before = await ward.clinic.read(everything)

    made = await create(at(settings, url), tmp_path / "kept", clock())
    assert CANARY.encode() not in made.file.read_bytes()
    assert verify(made.file, keys[1]).total == made.rows == sum(map(len, before.values()))

    clock.passes(minutes=30)
    omar, _ = await ward.invited("Omar Haddad")
    await ward.run(erasure.erase, omar, "staff:1", "his own wish")
    await keep_ledger(ward.clinic, tmp_path)
    done = await restore(at(settings, elsewhere), made.file, keys[1], clock, read_ledger(tmp_path))
    assert done.settled.messages == 1
    restored = await open_clinic(elsewhere)
    after = await restored.read(everything)
    assert {name for name in before if before[name] != after[name]} == {
        "outbox", "escalations", "escalation_steps", "events", "erasures"}
    assert before["events"] == [row for row in after["events"] if row in before["events"]]
    assert await restored.read(outbox.outcome_of, waits.id) == "unknown"
    worklist_now = await restored.read(worklist.waiting)
    assert any("Restored from a backup of 23 November 2026" in item.reason for item in worklist_now)

    again = await Ward(restored, telegram, clock).open()
    await again.time_passes(minutes=5)
    assert "I will call you." not in amina.transcript  # it may have left before: a person looks
    amina.ward = again
    await amina.says("are you there?")  # what is new gets new numbers
    assert await restored.read(lambda turn: messages.by_a_person(turn, waits.id))
    lena, _ = await again.invited("Lena Vogt")  # with Omar's number she would be forgotten in his place at the next restore
    for line in read_ledger(tmp_path):
        assert not await restored.run("restore", erasure.again, line)
    assert await restored.read(patients.get, lena)


async def test_a_dose_that_may_have_been_taken_since_the_backup_is_not_asked_about(
        quick_ward: Ward, sqlite_url, settings, keys, tmp_path, open_clinic, telegram, clock):
    amina = await quick_ward.enrolled()
    await prescribed(quick_ward.clinic, amina.patient_id, daily("11:00"))
    made = await create(at(settings, sqlite_url), tmp_path / "kept", clock())

    clock.passes(hours=2, minutes=10)  # it was asked about at eleven, and perhaps answered
    elsewhere = f"sqlite:///{tmp_path / 'restored.db'}"
    done = await restore(at(settings, elsewhere), made.file, keys[1], clock)
    assert done.settled.doses == 1
    again = await Ward(await open_clinic(elsewhere), telegram, clock).open()
    heard = len(amina.lines)
    await again.time_passes(minutes=1)
    assert amina.lines[heard:] == []
    assert await again.clinic.read(states) == ["missed_by_us", "planned"]


def states(turn):
    return list(turn.db.scalars(select(tables.doses.c.state).order_by(tables.doses.c.due_at)))[:2]


def test_whoever_lacks_the_key_reads_nothing(settings, sqlite_url, tmp_path, keys, clock):
    made = asyncio.run(create(at(settings, sqlite_url), tmp_path / "kept", clock()))
    with pytest.raises(Stop, match="name the key's file with --identity"):
        verify(made.file, None)
    other = tmp_path / "other.key"
    other.write_text(archive.new_identity()[1])
    with pytest.raises(Stop, match="cannot be opened with this key"):
        verify(made.file, other)
    other.write_text("nothing of the kind")
    with pytest.raises(Stop, match="holds no secret key"):
        verify(made.file, other)


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign"])
def test_a_damaged_backup_is_refused_and_leaves_nothing_behind(damage, settings, sqlite_url, tmp_path, keys, clock):
    made = asyncio.run(create(at(settings, sqlite_url), tmp_path / "kept", clock()))
    whole = made.file.read_bytes()
    middle = len(whole) // 2
    made.file.write_bytes({
        "cut": whole[:middle], "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:], "empty": b"",
        "foreign": b"PK\x03\x04" * 99}[damage])
    elsewhere = tmp_path / "restored.db"
    with pytest.raises(Stop, match=r"damaged|not a backup"):
        asyncio.run(restore(at(settings, f"sqlite:///{elsewhere}"), made.file, keys[1], clock))
    assert not elsewhere.exists()


def test_a_manifest_that_states_more_than_there_is_is_noticed(settings, sqlite_url, tmp_path, keys, clock):
    made = asyncio.run(create(at(settings, sqlite_url), tmp_path / "kept", clock()))
    with archive.opened(made.file, keys[1]) as pieces:
        kept = list(pieces)
    with archive.written(made.file, settings.backup.recipients) as packer:
        for piece in kept:
            packer.add(piece.name, piece.content.replace(b'"patients": 0', b'"patients": 1'))
    with pytest.raises(Stop, match="patients is not as the manifest says"):
        verify(made.file, keys[1])


def test_the_files_that_people_sent_each_other_come_back_too(settings, sqlite_url, tmp_path, keys, clock):
    name = media.put(settings.media.folder, b"a picture")
    made = asyncio.run(create(at(settings, sqlite_url), tmp_path / "kept", clock()))
    assert b"a picture" not in made.file.read_bytes()
    media.remove(settings.media.folder, name)
    asyncio.run(restore(at(settings, f"sqlite:///{tmp_path / 'restored.db'}"), made.file, keys[1], clock))
    assert media.get(settings.media.folder, name) == b"a picture"


async def test_nothing_is_restored_over_data(quick_ward: Ward, settings, sqlite_url, tmp_path, keys, clock):
    await quick_ward.enrolled()
    made = await create(at(settings, sqlite_url), tmp_path / "kept", clock())
    before = await quick_ward.clinic.read(everything)
    with pytest.raises(Stop, match="nothing is ever restored over data"):
        await restore(at(settings, sqlite_url), made.file, keys[1], clock)
    assert await quick_ward.clinic.read(everything) == before


async def test_an_older_backup_is_brought_up_to_date(settings, tmp_path, keys, clock):
    old = f"sqlite:///{tmp_path / 'old.db'}"
    await schema.upgrade(old, "0001")
    engine = create_engine(old)
    with engine.begin() as connection:
        described = as_it_is(connection)
        connection.execute(described.tables["patients"].insert(), a_patient_of(described))
        with archive.written(tmp_path / "old.careward-backup", settings.backup.recipients) as packer:
            packer.add(archive.ABOUT, as_json({
                "format": 1, "program": "0.1", "schema": "0001", "database": "sqlite", "clinic": "Riverside",
                "taken_at": clock().isoformat()}))
            counts = {table.name: pack(packer, connection, table) for table in rows.in_order(described)}
            packer.add(archive.MANIFEST, as_json({"rows": counts, "sha256": packer.digests}))
    engine.dispose()
    elsewhere = f"sqlite:///{tmp_path / 'restored.db'}"
    await restore(at(settings, elsewhere), tmp_path / "old.careward-backup", keys[1], clock)
    assert await schema.current(elsewhere) == schema.head()


def a_patient_of(described):
    values = {"name": "Amina Yusuf", "language": "en", "time_zone": "Europe/London", "country": "GB"}
    of_kind = {str: "active", bool: True, int: 0, date: BORN, time: time(9), datetime: BEGUN}
    needed = [column for column in described.tables["patients"].c if not column.nullable and not column.primary_key]
    return {column.name: values.get(column.name, of_kind[column.type.python_type]) for column in needed}


async def test_the_oldest_are_removed_and_a_folder_lists_the_newest_first(settings, sqlite_url, tmp_path, clock):
    made = []
    for _ in range(4):
        made.append((await create(at(settings, sqlite_url), tmp_path / "kept", clock())).file)
        clock.passes(hours=1)
    assert thin_out(tmp_path / "kept", 2) == made[1::-1]
    assert there(tmp_path / "kept") == made[:1:-1]


async def test_beside_backups_an_empty_database_is_not_taken_for_a_new_clinic(settings, sqlite_url, tmp_path, clock):
    lost = at(settings, f"sqlite:///{tmp_path / 'lost.db'}")
    await refuse_to_begin_anew(lost)
    made = await create(at(settings, sqlite_url), tmp_path, clock())
    with pytest.raises(Stop, match=f"Is database.url right.*careward backup restore {made.file}"):
        await refuse_to_begin_anew(lost)
    await refuse_to_begin_anew(at(settings, sqlite_url))


def test_without_a_key_nothing_is_written_unless_it_is_said(place):
    place.lay_out()
    refused = place.run("backup", "create")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "backup.recipients is empty" in refused.stderr
    assert not (place.folder / "backups").exists()
    assert "NOT encrypted" in place.run("backup", "create", "--in-the-clear").stdout


def test_the_whole_drill_from_the_command_line(place):
    place.lay_out()
    made = place.run("backup", "key", "backup.key")
    place.set("backup", "recipients", made.stdout.split('"')[1])
    assert "never overwritten" in place.run("backup", "key", "backup.key").stderr
    assert place.run("backup", "create").returncode == 0
    file = place.run("backup", "list").stdout.split()[0]
    assert "It is whole." in place.run("backup", "verify", file, "-i", "backup.key").stdout
    assert "not empty" in place.run("backup", "restore", file, "-i", "backup.key", "--dry-run").stderr
    shutil.move(place.database, place.folder / "lost.db")
    tried = place.run("backup", "restore", file, "-i", "backup.key", "--dry-run")
    assert "Nothing was changed." in tried.stdout
    assert not place.database.exists()
    done = place.run("backup", "restore", file, "-i", "backup.key")
    assert "Restored." in done.stdout, done.stderr
    assert place.run("db", "current").returncode == 0


async def test_the_clinic_makes_its_own_backups_and_calls_somebody_when_it_cannot(place, settings, open_clinic, monkeypatch):
    place.lay_out()
    place.set("backup", "recipients", settings.backup.recipients[0])
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    clinic = await open_clinic(f"sqlite:///{place.database}")
    folder = place.folder / clinic.settings.backup.folder
    assert schedule.is_due(clinic, place.file)
    place.set("backup", "folder", folder)
    monkeypatch.setenv("CAREWARD_BACKUP__FOLDER", str(folder))
    assert await schedule.make(clinic, place.file)
    assert not schedule.is_due(clinic, place.file)
    assert await clinic.read(backups.last_made) is not None

    folder.chmod(0o700)
    monkeypatch.setenv("CAREWARD_BACKUP__FOLDER", "/dev/null/nowhere")
    assert not await schedule.make(clinic, place.file)
    (item,) = await clinic.read(worklist.waiting)
    assert item.reason.startswith("No backup could be made: the last one is of ")
