"""The same request twice, with the same key: done once, answered twice. For all that sends, books or creates."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web

from care.heart.settings import MediaSettings, Settings, WordSettings
from staff_api.app import OPERATIONS, build
from tests.contract.clinic import Filling, fill, people
from tests.ward import SETTINGS

ONCE = sorted((one for one in OPERATIONS if one.once), key=lambda one: "situations" in one.path)
"""What happens to patients comes last: who is in hospital gets nothing."""
SECRETS = {"invite_patient", "invite_colleague", "reset_colleague", "make_copy", "make_key", "add_webhook",
           "rotate_webhook_secret", "set_up", "renew_feed"}  # fmt: skip
"""Their answers hold a secret that is shown once: nothing of it is kept, not for a day either."""
FREE = {"add_file", "add_passkey"}
"""A file brought twice is there twice, and nobody is told; a passkey answers a question that is asked once."""
ELSEWHERE = {"try_broadcast", "send_broadcast", "approve_broadcast", "record_state", "record_dispensing", "agree", "refuse",
             "overbook_appointment", "approve_appointment", "refuse_appointment", "offer_questionnaire", "open_in_emergency",
             "change_order", "confirm_appointment", "write_after_visit", "offer_time", "answer_escalation",
             "move_beside_others", "offer_anew", "propose_words", "approve_words", "refuse_words"}  # fmt: skip
"""What needs more than one person or moment: their own tests repeat them."""


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Keeping an answer on both databases is in the tests of patients."""
    return sqlite_url


@pytest.fixture
def settings(tmp_path) -> Settings:
    return replace(SETTINGS, media=MediaSettings(folder=str(tmp_path / "media")), words=WordSettings(thresholds_by="one"))


@pytest.fixture
async def full(clinic) -> AsyncIterator[Filling]:
    """An administrator, in a clinic with something of everything."""
    sent, ids = await clinic.run("ops", people)
    runner = web.AppRunner(build(clinic))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here = await fill(clinic, f"http://127.0.0.1:{runner.addresses[0][1]}", sent["administrator"], ids, of=2)
    async with here:
        yield here
    await runner.cleanup()


def test_whatever_creates_something_can_be_repeated_but_for_secrets_and_files():
    creating = {one.view.__name__ for one in OPERATIONS if one.method == "POST" and one.status == 201}
    assert creating - {one.view.__name__ for one in ONCE} == SECRETS | FREE


async def test_every_one_of_them_is_done_once(full):
    tried = set()
    for number, one in enumerate(ONCE):
        name = one.view.__name__
        if name in ELSEWHERE:
            continue
        ids = {key: full.ids[key][(number + 12) % 20 % len(full.ids[key])] for key in one.path_names}
        bodies = full.bodies.get(name, [None])
        asked = {"json": bodies[-1]} if bodies[-1] is not None else {}
        answers = []
        for _ in range(2):
            async with full.session.request(
                one.method, full.address + one.path.format(**ids), headers={"Idempotency-Key": name}, **asked) as answer:
                answers.append((answer.status, await answer.text(), answer.headers.get("Idempotency-Replayed")))
        (status, text, _), (again, same, replayed) = answers
        assert status < 300, f"{one.name}: {text}"
        assert (again, same, replayed) == (status, text, "true"), one.name
        tried.add(name)
    assert len(tried) >= 20


async def test_two_at_once_are_one(door, add_patient):
    here, sent = f"/patients/{(await add_patient()).id}/notes", {"Idempotency-Key": "twice"}
    answers = await asyncio.gather(*(door.post(here, {"text": "Called."}, headers=sent) for _ in range(5)))
    assert {one.status for one in answers} == {201}
    assert len({one.json["id"] for one in answers}) == 1
