"""Names that lead out of a folder: in every address that takes a name, and in what the database says of a file."""

import asyncio
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import update

from care import files, media
from care.heart.settings import Settings
from care.tables import files as files_table
from staff_api.app import build
from staff_api.console.app import add_console
from staff_api.reach import IN_BRACES, pattern_of
from tests.ward import SETTINGS

OUT = ["../../pyproject.toml", "../../../../../../../../etc/passwd", "/etc/passwd", "..\\..\\pyproject.toml", "a" * 300,
       "....//....//etc/passwd", "a%00.png", "~root/.profile", "file:///etc/passwd", "..", "CON"]
WRITTEN = [str, lambda trick: quote(trick, safe=""), lambda trick: quote(quote(trick, safe=""), safe=""),
           lambda trick: trick.replace("..", "%2e%2e").replace("/", "%2f"), lambda trick: trick.replace("..", "%c0%ae%c0%ae")]
TAKE_NAMES = ("/lessons/{}", "/lessons/1/{}", "/static/", "/setup/{}", "/exports/{}", "/feeds/", "/offers/")
LEAKED = (b"root:x:", b"[build-system]", b"import ", b"Traceback")


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


@pytest.fixture
def settings() -> Settings:
    """Here somebody asks more than a budget lets them."""
    return replace(SETTINGS, staff=replace(SETTINGS.staff, requests_a_minute=0, exports_an_hour=0))


async def test_no_name_in_an_address_leads_out_of_its_folder(clinic, signed_in):
    """Sent as bytes: a client that means well would straighten them first."""
    app = build(clinic)
    add_console(app)
    async with TestClient(TestServer(app)) as client:
        asked = {
            pattern_of(route).format(**{name: "{}" if name == one else 1 for name in IN_BRACES.findall(pattern_of(route))})
            for route in app.router.routes() if route.method == "GET" for one in IN_BRACES.findall(pattern_of(route))}
        assert len(asked) > 40
        reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        for number, pattern in enumerate(sorted(asked)):
            some = range(len(OUT)) if any(one in pattern for one in TAKE_NAMES) else (number,)
            for which in some:  # every name that is no number is tried with all, each written in two ways
                for way in (which, which + 1) if len(some) > 1 else (number // 3,):
                    address = pattern.replace("{}", WRITTEN[way % len(WRITTEN)](OUT[which % len(OUT)]))
                    status, body = await answer(reader, writer, client.port, address, signed_in.headers)
                    assert status in (303, 400, 404), address
                    assert not any(one in body for one in LEAKED), address
        writer.close()


async def answer(reader, writer, port: int, address: str, headers: dict[str, str]) -> tuple[int, bytes]:
    said = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"GET {address} HTTP/1.1\r\nHost: x\r\n{said}\r\n".encode())
    status = int((await reader.readline()).split()[1])
    length = 0
    while (line := await reader.readline()).strip():
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return status, await reader.readexactly(length)


@pytest.mark.parametrize("stored", ["../secret", "..", "a/../../secret", "x" * 31 + "/", "." * 32, ""])
async def test_a_row_that_names_a_file_elsewhere_opens_nothing(signed_in, add_patient, clinic, tmp_path, monkeypatch, stored):
    monkeypatch.chdir(tmp_path)
    Path("secret").write_text("root:x:0")
    folder = clinic.settings.media.folder
    Path(folder).mkdir(parents=True, exist_ok=True)
    patient = await add_patient()

    def tampered(turn):
        file_id = files.add(turn, patient.id, "image/png", 8, media.put(folder, b"x"), "staff:1")
        turn.db.execute(update(files_table).where(files_table.c.id == file_id).values(stored=stored))
        return file_id

    file_id = await clinic.run("ops", tampered)
    assert (await signed_in.get(f"/files/{file_id}")).code == "not_found"
