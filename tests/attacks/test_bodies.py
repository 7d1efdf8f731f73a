"""Bodies that dribble, never end, are far too large, or are of another kind: each is cut off, and nobody else waits for it."""

import asyncio
from collections.abc import Callable
from time import perf_counter

import pytest
from aiohttp.test_utils import TestClient, TestServer

from care import escalations
from ops import doors
from staff_api import bodies
from staff_api.app import LARGEST_BODY, OPERATIONS, build
from staff_api.console.app import add_console
from staff_api.operations import Upload
from tests.staff_api.test_guards import address


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "WITHIN", 0.3)
    monkeypatch.setattr(bodies, "FILE_WITHIN", 0.3)


async def dribble(port: int, path: str, headers: dict[str, str], again: Callable[[], bytes]) -> tuple[bytes, float]:
    """Send a byte each now and then and never the whole; what was answered, and after how long."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    said = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n{said}\r\n".encode())
    began = perf_counter()

    async def feed() -> None:
        while True:
            writer.write(again())
            await asyncio.sleep(0.05)

    feeding = asyncio.create_task(feed())
    try:
        return await asyncio.wait_for(reader.readline(), 20), perf_counter() - began
    finally:
        feeding.cancel()
        writer.close()


TAKE_BODIES = {
    "/api/v1/patients": "application/json", "/api/v1/session": "application/json",
    "/api/v1/patients/1/files": "application/octet-stream", "/api/v1/escalations/1/acknowledge": "application/json",
    "/sign-in": bodies.FORM, "/patients/new": bodies.FORM, "/setup/guessed": bodies.FORM,
}  # fmt: skip


async def test_whoever_dribbles_is_cut_off_and_keeps_nobody_waiting(hurried, signed_in, add_patient, clinic):
    patient = await add_patient()
    await clinic.run("ops", escalations.open_, patient.id, escalations.Severity.ROUTINE, "message", "Wrote")
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        tasks = [asyncio.create_task(dribble(client.port, path, {**signed_in.headers, "Content-Type": kind}, lambda: b" "))
                 for path, kind in TAKE_BODIES.items() for _ in range(8)]
        await asyncio.sleep(0.1)
        began = perf_counter()
        async with client.get(f"/api/v1/patients/{patient.id}", headers=signed_in.headers) as answer:
            assert answer.status == 200
        assert perf_counter() - began < 5
        answers = await asyncio.gather(*tasks)
    assert {line for line, _ in answers} == {b"HTTP/1.1 408 Request Timeout\r\n"}


async def test_a_form_s_token_is_not_waited_for_either(hurried, signed_in, clinic):
    """A plain form carries its token in the body, which is read before anything is known."""
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        cookie = {"Cookie": signed_in.headers["Cookie"], "Content-Type": bodies.FORM}
        line, _took = await dribble(client.port, "/rota/shifts", cookie, lambda: b"a")
        assert line.split()[1] == b"408"


async def test_without_credentials_a_body_is_not_even_waited_for(stranger):
    line, took = await dribble(stranger.client.port, "/api/v1/patients", {"Content-Type": "application/json"}, lambda: b" ")
    assert line.split()[1] == b"401"
    assert took < bodies.WITHIN / 2


async def test_a_body_larger_than_we_take_is_refused_everywhere_whether_or_not_it_says_how_large_it_is(signed_in, add_patient):
    await add_patient()

    async def endless():
        for _ in range(LARGEST_BODY // 1024 + 2):
            yield b" " * 1024

    for operation in OPERATIONS:
        if operation.body_shape and operation.body_shape is not Upload:
            for body in (b" " * (LARGEST_BODY + 1), endless()):
                answer = await signed_in.call(
                    operation.method, address(operation), data=body, headers={"Content-Type": "application/json"})
                assert (answer.status, answer.code) in ((413, "body_too_large"), (404, "not_found")), operation.name


async def test_a_form_of_many_parts_is_refused_in_words_and_not_by_a_fault_of_ours(signed_in, clinic):
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        kinds = {"Content-Type": "multipart/form-data; boundary=x"}
        for path in ("/sign-in", "/rota/shifts", "/setup/guessed", "/api/v1/patients"):
            async with client.post(path, data=b"--y\r\n\r\n", headers={**signed_in.headers, **kinds}) as answer:
                assert answer.status == 415, path


async def test_a_connection_that_never_ends_its_headers_is_closed(monkeypatch, clinic, unused_tcp_port):
    monkeypatch.setattr(doors, "SILENT", 0.3)
    async with doors.listening(build(clinic), "127.0.0.1", unused_tcp_port, "staff.port"):
        reader, writer = await asyncio.open_connection("127.0.0.1", unused_tcp_port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert await asyncio.wait_for(reader.read(), 20) == b""
        writer.close()
