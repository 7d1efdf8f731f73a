"""Every route there is, by every role, for a patient of theirs and for one who is not: generated, so that none is forgotten."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from care import access, patients, staff
from care.access import OWNED
from care.heart.clinic import Clinic
from care.reactions import REACTIONS
from care.roles import ROLES
from care.tables import Moment, staff_sites
from care.tables import patients as patients_table
from staff_api.app import build
from staff_api.console.app import add_console
from staff_api.guards import PUBLIC, SIGNED_IN, guard_of
from staff_api.middleware import entrance
from staff_api.reach import IN_BRACES, pattern_of

OWN, OTHER = 1001, 1002
SAMPLES: list[tuple[type, Any]] = [
    (Moment, "2026-11-01 10:00:00.000000"), (sa.Boolean, 0), (sa.Integer, 0), (sa.Float, 0), (sa.JSON, "[]"),
    (sa.Date, "1960-01-01"), (sa.Time, "08:00:00.000000"), (sa.Text, "x"),
]  # fmt: skip


class InLine(Clinic):
    """Reads on one connection and without a thread: there are thousands here, and they are about the door."""

    async def read(self, look: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return look(self._turn(self.connection, "reader", self._viewer), *args, **kwargs)


@pytest.fixture
async def clinic(sqlite_url: str, settings, clock) -> AsyncIterator[InLine]:
    """Nothing here depends on the database."""
    clinic, engine = InLine(sqlite_url, settings, REACTIONS, clock), sa.create_engine(sqlite_url)
    with engine.connect() as clinic.connection:
        yield clinic
    engine.dispose()
    await clinic.close()


def a_row(table: sa.Table, row_id: int, owner: str, owner_id: int) -> dict[str, Any]:
    """A row as empty as its table lets it be, of this owner."""
    row = {column.name: next((value for kind, value in SAMPLES if isinstance(column.type, kind)), f"{row_id}")
           for column in table.columns if not column.nullable and not column.primary_key}
    row |= {column.name: str(row_id) for column in table.columns if column.unique}
    return row | {next(iter(table.primary_key.columns)).name: row_id, owner: owner_id}


def fill(path: str) -> None:
    """One thing of every kind for each of the two patients; what it says does not matter here."""
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        for column in OWNED.values():
            if column.table is not patients_table:
                for number in (OWN, OTHER):
                    row = a_row(column.table, number, column.name, number)
                    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
                    db.execute(f"INSERT INTO {column.table.name} ({names}) VALUES ({marks})", list(row.values()))
    db.close()


class Door:
    """The way in, without the views behind it: whoever gets past the guard and the reach gets a 204."""

    def __init__(self, app: web.Application) -> None:
        self.app = app
        made = make_mocked_request("GET", "/", app=app)  # making one connection up for all requests is quicker than for each
        self.connection = {"transport": made.transport, "protocol": made.protocol, "writer": made._payload_writer}

    async def tries(self, method: str, path: str, headers: dict[str, str]) -> int:
        request = make_mocked_request(method, path, headers, app=self.app, **self.connection)
        request._match_info = await self.app.router.resolve(request)
        request.match_info.add_app(self.app)

        async def reached(request: web.Request) -> web.Response:
            return web.Response(status=204)

        return (await entrance(request, reached)).status


@pytest.fixture
async def people(clinic, sqlite_url) -> dict[str, dict[str, str]]:
    """One of every role, who looks after the first patient; by role, what their browser sends."""
    def everybody(turn):
        for number in (OWN, OTHER):
            added = patients.add(turn, f"Patient {number}", date(1960, 1, 1), "en")
            turn.db.execute(sa.update(patients_table).where(patients_table.c.id == added.id).values(id=number))
        found = {}
        for role in ROLES:
            member = staff.add(turn, f"{role}@riverside.example", role, "hash", role, "caseload")
            access.join_caseload(turn, member.id, OWN)
            opened = staff.sign_in(turn, member.id)
            found[role] = {"Cookie": f"careward={opened.token}", "X-CSRF-Token": opened.session.csrf}
        return found

    fill(sqlite_url.removeprefix("sqlite:///"))
    return await clinic.run("ops", everybody)


@pytest.fixture
async def app(clinic) -> AsyncIterator[web.Application]:
    app = build(clinic)
    add_console(app)
    runner = web.AppRunner(app)
    await runner.setup()
    yield app
    await runner.cleanup()


def address(route: web.AbstractRoute, which: int) -> str:
    pattern = pattern_of(route)
    names = IN_BRACES.findall(pattern)
    return pattern.format(**{name: which if name in OWNED else "agree" if name == "word" else 1 for name in names})


@pytest.mark.timeout(400)  # some two thousand requests
async def test_every_route_by_every_role_for_own_and_other_patients(app, people):
    door, wrong, tried = Door(app), [], 0
    for route in {(route.method, pattern_of(route)): route for route in app.router.routes()}.values():
        guard = guard_of(route)
        if guard == PUBLIC:
            continue
        of_a_patient = OWNED.keys() & set(IN_BRACES.findall(pattern_of(route)))
        for role, sent in people.items():
            allowed = guard == SIGNED_IN or guard in ROLES[role].scopes
            for which in (OWN, OTHER) if of_a_patient and allowed else (OTHER,):
                expected = 403 if not allowed else 404 if of_a_patient and which == OTHER else 204
                got = await door.tries(route.method, address(route, which), sent)
                tried += 1
                if got != expected:
                    wrong.append(f"{role} {route.method} {address(route, which)}: {got}, not {expected}")
    assert not wrong
    assert tried > 1000


async def test_nobody_who_is_not_signed_in_gets_past_any_guard(app, people):
    door = Door(app)
    for route in app.router.routes():
        if guard_of(route) != PUBLIC:
            assert await door.tries(route.method, address(route, OWN), {}) == 401, route


@pytest.mark.parametrize("name", OWNED)
async def test_whose_a_thing_is_is_found_from_every_name(clinic, people, name):
    for number in (OWN, OTHER):
        assert await clinic.read(lambda turn, which=number: turn.db.scalar(access.owner_of(name), {"which": which})) == number


async def test_a_route_whose_address_names_what_nobody_has_spoken_for_does_not_start(clinic):
    app = build(clinic)

    async def view(request: web.Request) -> web.Response:
        return web.Response()

    view.guard = "patients:read"
    app.router.add_get("/scans/{scan_id}", view)
    with pytest.raises(RuntimeError, match=r"\{scan_id\} in /scans/\{scan_id\}"):
        await web.AppRunner(app).setup()


def test_sites_and_roles_are_what_they_say():
    assert staff_sites.c.site_id.foreign_keys
    assert not ROLES["content_editor"].scopes & {"patients:read", "demographics:read", "worklist:read"}
    assert not {scope for scope in ROLES["integration"].scopes if scope.endswith(":write")} - {"keys:write"}
    assert "patients:read" not in ROLES["coordinator"].scopes | ROLES["auditor"].scopes
