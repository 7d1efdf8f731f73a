"""An upgrade says beforehand what it will do, and does not touch a database that nobody has backed up."""

import asyncio

from care.heart import schema
from ops.backup.archive import SUFFIX, new_identity


def an_old_database(place) -> None:
    asyncio.run(schema.upgrade(f"sqlite:///{place.database}", "0008"))


def test_the_steps_to_come_are_listed_and_nothing_is_changed(place):
    an_old_database(place)
    done = place.run("db", "upgrade", "--check")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "0009: Allergies"
    assert "backup.recipients is empty" in done.stdout
    assert "MB are free" in done.stdout
    assert "has 1 rows: it may take 1 s" in done.stdout
    assert asyncio.run(schema.current(f"sqlite:///{place.database}")) == "0008"


def test_without_a_recent_backup_it_stops_unless_one_says_so(place):
    an_old_database(place)
    refused = place.run("db", "upgrade")
    assert (refused.returncode, refused.stderr) == (1, "Nothing was changed.\n")
    assert place.run("db", "upgrade", "--no-backup").returncode == 0
    assert asyncio.run(schema.current(f"sqlite:///{place.database}")) == schema.head()


def test_with_a_backup_it_goes_on(place):
    an_old_database(place)
    place.set("backup", "recipients", new_identity()[0])
    (place.folder / "backups").mkdir()
    (place.folder / "backups" / f"2026-11-23T090000Z{SUFFIX}").touch()
    assert place.run("db", "upgrade", "--check").returncode == 0
    assert place.run("db", "upgrade").returncode == 0
    assert place.run("db", "upgrade", "--check").stdout.startswith("The database is at version")
