"""The journal's feed on a database with many writers: nothing that happened is passed over."""

from sqlalchemy import text

from care.heart import journal
from care.heart.clinic import Clinic

WRITE = text("INSERT INTO events (at, actor, kind, facts, xid) VALUES (now(), 'test', :kind, '{}', "
             "pg_current_xact_id()::text::bigint) RETURNING id")


async def test_an_older_transaction_with_a_newer_id_hides_no_event(postgres_url, open_clinic):
    clinic: Clinic = await open_clinic(postgres_url)
    engine = clinic._engine
    async with engine.connect() as older, engine.connect() as younger:
        await older.execute(text("SELECT pg_current_xact_id()"))
        first = (await younger.execute(WRITE, {"kind": "younger"})).scalar()
        second = (await older.execute(WRITE, {"kind": "older"})).scalar()
        assert first < second
        await older.commit()
        seen = await clinic.read(journal.since, 0)
        assert [event.kind for event in seen] == ["older"]
        await younger.commit()
        assert [event.kind for event in await clinic.read(journal.since, seen[-1].id)] == ["younger"]
        assert await clinic.read(journal.since, first) == []
