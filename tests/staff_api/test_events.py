"""The live stream: everything that happens, once, in order, from wherever the reader left."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import web

from care import escalations
from care.escalations import Severity
from care.heart import journal
from staff_api.views import events
from staff_api.wiring import HEARTBEAT


@dataclass
class Event:
    id: int
    kind: str
    data: dict


class Reader:
    def __init__(self, response):
        self.response = response

    async def block(self) -> str:
        async with asyncio.timeout(20):
            raw = await self.response.content.readuntil(b"\n\n")
        return raw.decode()

    async def opened(self) -> Event:
        """The next obligation that was opened; whom it calls, and how, is passed over."""
        while (event := await self.event()).kind != "EscalationOpened":
            pass
        return event

    async def event(self) -> Event:
        """The next event; heartbeats are passed over."""
        while (block := await self.block()).startswith(":"):
            pass
        fields = dict(line.split(": ", 1) for line in block.strip().split("\n"))
        return Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))


@asynccontextmanager
async def stream(door, query: str = "", **headers: str):
    url = f"/api/v1/events{query}"
    async with door.client.get(url, headers=door.headers | {k.replace("_", "-"): v for k, v in headers.items()}) as response:
        assert (response.status, response.content_type) == (200, "text/event-stream")
        yield Reader(response)


async def something(clinic, patient, kind: str) -> int:
    return await clinic.run("system", escalations.open_, patient.id, Severity.URGENT, kind, "Severe pain", "my secret words")


async def test_what_happens_is_heard_at_once_by_everyone_who_listens(clinic, door, signed_in, add_patient):
    patient = await add_patient()
    async with stream(door) as program, stream(signed_in) as console:
        ready = await program.event()
        assert (ready.kind, ready.id) == ("ready", await clinic.read(journal.latest_id))
        await console.event()
        raised = await something(clinic, patient, "pain")
        for reader in (program, console):
            heard = await reader.event()
            assert (heard.kind, heard.data["patient_id"]) == ("EscalationOpened", patient.id)
            assert heard.data["facts"] == {"escalation_id": raised, "severity": "urgent", "kind": "pain"}
            assert heard.data["at"] == "2026-11-23T09:00:00Z"


async def test_what_happens_just_as_a_stream_begins_is_in_it(clinic, door, add_patient, monkeypatch):
    patient, prepare = await add_patient(), web.StreamResponse.prepare

    async def slowly(response, request):
        begun = await prepare(response, request)
        if response.content_type == "text/event-stream":
            await something(clinic, patient, "pain")  # whoever reads the answer's head believes that they hear of it
        return begun

    monkeypatch.setattr(web.StreamResponse, "prepare", slowly)
    async with stream(door) as reader:
        assert (await reader.event()).kind == "ready"
        assert (await reader.event()).data["facts"]["kind"] == "pain"


async def test_the_patients_words_are_not_in_the_stream(clinic, door, add_patient):
    patient = await add_patient()
    async with stream(door, "?after=0") as reader:
        await something(clinic, patient, "pain")
        while (heard := await reader.event()).kind != "EscalationOpened":
            assert "secret" not in json.dumps(heard.data)
        assert "secret" not in json.dumps(heard.data)


@pytest.mark.parametrize("by_header", [True, False])
async def test_after_a_break_the_stream_goes_on_where_it_was_left(clinic, door, add_patient, by_header):
    patient = await add_patient()
    async with stream(door) as reader:
        await reader.event()
        await something(clinic, patient, "one")
        seen = (await reader.opened()).id
    for kind in ("two", "three"):
        await something(clinic, patient, kind)
    resumed = stream(door, Last_Event_ID=str(seen)) if by_header else stream(door, f"?after={seen}")
    async with resumed as reader:
        assert (await reader.event()).id == seen  # ready
        await something(clinic, patient, "four")
        heard = [await reader.opened() for _ in range(3)]
    assert [one.data["facts"]["kind"] for one in heard] == ["two", "three", "four"]
    assert [one.id for one in heard] == sorted(one.id for one in heard)


async def test_more_than_a_page_of_events_comes_whole(clinic, door, add_patient, monkeypatch):
    monkeypatch.setattr(events, "AT_ONCE", 3)
    patient = await add_patient()
    before = await clinic.read(journal.latest_id)
    for number in range(10):
        await something(clinic, patient, str(number))
    async with stream(door, f"?after={before}") as reader:
        await reader.event()
        assert [(await reader.opened()).data["facts"]["kind"] for _ in range(10)] == [str(n) for n in range(10)]


async def test_who_comes_with_an_id_of_the_future_or_from_too_long_ago_starts_afresh(clinic, door, add_patient, monkeypatch):
    patient = await add_patient()
    latest = await clinic.read(journal.latest_id)
    async with stream(door, f"?after={latest + 1000}") as reader:
        reset = await reader.event()
        assert (reset.kind, reset.id) == ("reset", latest)
        await something(clinic, patient, "pain")
        assert (await reader.event()).kind == "EscalationOpened"
    monkeypatch.setattr(events, "TOO_FAR_BEHIND", 1)
    async with stream(door, "?after=0") as reader:
        assert (await reader.event()).kind == "reset"


async def test_an_id_that_cannot_be_one_is_refused(door):
    for wrong in ("x", "-1", "1.5", "", "9" * 30, "²"):
        answer = await door.get("/events", headers={"Last-Event-ID": wrong})
        assert (answer.status, answer.code) == (400, "invalid_header")


async def test_a_quiet_stream_says_that_it_lives(door):
    async with stream(door) as reader:
        await reader.event()
        assert await reader.block() == ": still here\n\n"


async def test_a_stream_ends_with_the_session_that_opened_it(signed_in):
    async with stream(signed_in) as reader:
        await reader.event()
        assert (await signed_in.delete("/session")).status == 204
        async with asyncio.timeout(20):
            await reader.response.read()


async def test_an_open_stream_does_not_keep_an_idle_session_alive(signed_in, clock):
    async with stream(signed_in) as reader:
        await reader.event()
        clock.passes(minutes=31)
        async with asyncio.timeout(20):
            await reader.response.read()
    assert (await signed_in.get("/session")).status == 401


async def test_streams_end_when_the_door_closes(stranger, signed_in):
    assert stranger.client.app[HEARTBEAT] < 1
    async with stream(signed_in) as reader:
        await reader.event()
        await stranger.client.app.shutdown()
        async with asyncio.timeout(20):
            await reader.response.read()
