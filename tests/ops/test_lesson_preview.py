"""A lesson on a phone in the browser, before it is published: with the real bot, from a folder of drafts."""

import asyncio
import socket
from pathlib import Path

import aiohttp

from ops import lessons
from tests.care.lessons.written import write


async def test_a_draft_is_on_the_phone_page_and_answers(tmp_path: Path, capsys):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ended = asyncio.Event()
    shown = asyncio.create_task(lessons.on_a_phone("our_own", "fr", write(tmp_path, "our_own"), port, ended))
    try:
        said = ""
        while "Ctrl-C ends it." not in said:
            assert not shown.done(), await shown
            await asyncio.sleep(0.05)
            said += capsys.readouterr().out
        async with aiohttp.ClientSession() as browser, browser.get(f"http://127.0.0.1:{port}/phone") as page:
            assert page.status == 200
    finally:
        ended.set()
        await shown
