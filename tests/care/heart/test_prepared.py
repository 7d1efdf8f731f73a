"""Statements prepared once: on both databases they say what SQLAlchemy would say."""

import pytest
import sqlalchemy as sa

from care import patients
from care.heart.prepared import Prepared
from care.tables import inbox
from care.tables import patients as table
from tests.ward import BORN

OF_LANGUAGE = sa.select(table).where(table.c.language == sa.bindparam("spoken")).order_by(table.c.id)


def three(turn):
    return [patients.add(turn, name, BORN, language).id for name, language in (("A", "en"), ("B", "es"), ("C", "en"))]


async def test_rows_come_back_in_the_types_of_their_columns(clinic):
    def look(turn):
        three(turn)
        found = Prepared(OF_LANGUAGE).rows(turn.db, {"spoken": "en"})
        assert list(map(tuple, found)) == list(map(tuple, turn.db.execute(OF_LANGUAGE, {"spoken": "en"})))
        return [(row.name, row.date_of_birth, row.consented, row.created_at, row.paused_until) for row in found]

    assert await clinic.run("test", look) == [
        (name, BORN, False, clinic.now(), None) for name in ("A", "C")]


async def test_values_given_beside_the_statement_s_own_are_set(clinic):
    change = Prepared(sa.update(table).where(table.c.language == sa.bindparam("spoken")).values(country="IE"), "paused_until")

    def look(turn):
        three(turn)
        changed = change.change(turn.db, {"spoken": "en", "paused_until": turn.now})
        found = turn.db.execute(sa.select(table.c.country, table.c.paused_until).order_by(table.c.id)).all()
        return changed, [tuple(row) for row in found]

    now = clinic.now()
    assert await clinic.run("test", look) == (2, [("IE", now), ("GB", None), ("IE", now)])


async def test_many_rows_are_changed_each_by_its_own_values(clinic):
    rename = Prepared(sa.update(table).where(table.c.id == sa.bindparam("this")), "name")

    def look(turn):
        ids = three(turn)
        rename.change_each(turn.db, [{"this": n, "name": f"Patient {n}"} for n in ids])
        return ids, list(turn.db.scalars(sa.select(table.c.name).order_by(table.c.id)))

    ids, names = await clinic.run("test", look)
    assert names == [f"Patient {n}" for n in ids]


async def test_a_new_row_has_its_id_and_the_defaults_of_its_columns(clinic):
    insert = Prepared(sa.insert(inbox), "bot_id", "update_id", "raw", "received_at")

    def look(turn):
        made = insert.insert(turn.db, {"bot_id": 1, "update_id": 2, "raw": {"ünï": [1, None]}, "received_at": turn.now})
        row = turn.db.execute(sa.select(inbox)).one()
        return made == row.id, row.raw, row.failures

    assert await clinic.run("test", look) == (True, {"ünï": [1, None]}, 0)


async def test_a_reader_may_use_them_too(clinic):
    await clinic.run("test", three)
    found = await clinic.read(lambda turn: Prepared(OF_LANGUAGE).rows(turn.db, {"spoken": "es"}))
    assert [row.name for row in found] == ["B"]


async def test_a_value_that_was_forgotten_is_an_error(open_clinic, sqlite_url):
    clinic = await open_clinic(sqlite_url)
    rename = Prepared(sa.update(table).where(table.c.id == sa.bindparam("this")), "name")

    def forget(turn):
        rename.change(turn.db, {"this": three(turn)[0]})

    with pytest.raises(KeyError, match="name"):
        await clinic.run("test", forget)
