"""A door to the clinic, and those who come to it: a nurse, a program, somebody without credentials."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date

import pytest
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from care import patients, staff
from staff_api.app import OPERATIONS, build
from staff_api.openapi import document
from tests.staff_api.door import Door

PASSWORD = "seven green lanterns"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
async def nurse(clinic) -> staff.StaffMember:
    return await clinic.run("ops", staff.add, "dana@riverside.example", "Dana", QUICK.hash(PASSWORD))


@pytest.fixture(scope="session")
def described() -> dict[str, object]:
    return document(OPERATIONS, "test")


@pytest.fixture
async def stranger(clinic, described) -> AsyncIterator[Door]:
    """Somebody without credentials."""
    app = build(clinic, lambda token: f"https://t.me/riverside_bot?start={token}", heartbeat=0.05)
    async with TestClient(TestServer(app)) as client:
        yield Door(client, described)


@pytest.fixture
async def signed_in(stranger, clinic, nurse) -> Door:
    """Dana, in the console."""
    opened = await clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id)
    return stranger.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)


@pytest.fixture
def with_scopes(stranger, clinic, nurse) -> Callable[..., object]:
    """A door for a program with these scopes."""

    async def door(*scopes: str) -> Door:
        _, secret = await clinic.run(f"staff:{nurse.id}", staff.new_key, "a program", list(scopes), None)
        return stranger.as_(Authorization=f"Bearer {secret}")

    return door


@pytest.fixture
async def door(with_scopes) -> Door:
    """A program with every scope."""
    return await with_scopes(*staff.SCOPES)


@pytest.fixture
def add_patient(clinic) -> Callable[..., object]:
    async def add(name: str = "Amina Yusuf", chat_id: int | None = 7, **changed: object) -> patients.Patient:
        def act(turn):
            patient = patients.add(turn, name, date(1968, 3, 14), "en")
            if chat_id is not None:
                patients.link(turn, patient.id, chat_id, "self")
                patients.change(turn, patient.id, state="active", consented=True, **changed)
            return replace(patient, chat_id=chat_id)

        return await clinic.run("ops", act)

    return add
