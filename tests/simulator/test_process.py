"""The simulator as a process of its own, driven by a harness."""

import json
import signal
import subprocess
import sys

import aiohttp
import pytest

from tests.simulator.conftest import TOKEN


@pytest.fixture
async def process(tmp_path):
    journal = tmp_path / "journal.jsonl"
    command = [sys.executable, "-m", "simulator", "--token", TOKEN, "--seed", "3", "--no-pace", "--journal", str(journal)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        address = running.stdout.readline().strip()
        async with aiohttp.ClientSession() as http:

            async def ask(path, body=None, verb=None):
                async with http.request(verb or ("POST" if body is not None else "GET"), address + path, json=body) as response:
                    return await response.json()

            ask.journal = journal
            yield ask
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0


async def test_a_harness_makes_people_lets_them_act_and_counts(process):
    made = await process("/control/people", {"count": 3, "first_id": 100, "started": True})
    assert made == {"ids": [100, 101, 102]}
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    await process(f"/bot{TOKEN}/sendMessage", {"chat_id": 100, "text": "Better?", "reply_markup": markup})
    acts = [
        {"chat_id": 100, "tap": "Yes", "times": 2}, {"chat_id": 101, "text": "hi"}, {"chat_id": 102, "data": "forged"},
        {"chat_id": 102, "start": "ENROL-1"},
    ]  # fmt: skip
    numbers = (await process("/control/updates", acts))["update_ids"]
    updates = (await process(f"/bot{TOKEN}/getUpdates"))["result"]
    assert [update["update_id"] for update in updates] == [numbers[0], *numbers]
    await process(f"/bot{TOKEN}/getUpdates", {"offset": numbers[-1] + 1})
    await process("/control/updates", [{"redeliver": numbers[1]}])
    (again,) = (await process(f"/bot{TOKEN}/getUpdates", {"offset": numbers[-1] + 1}))["result"]
    assert again == updates[2]
    counted = await process("/control/counters")
    assert counted["updates"] == {"made": 4, "confirmed": 4, "redelivered": 2, "expired": 0, "pending": 0}
    assert counted["journal"] == 1
    assert (await process("/control/chats/100"))["transcript"] == "bot: Better? [Yes]\npatient: [Yes]"


async def test_a_harness_spoils_calls_and_reads_the_journal(process):
    await process("/control/people", {"count": 1, "first_id": 100, "started": True})
    await process("/control/faults", {"rates": {"502": 0.0}, "script": [{"kind": "drop_after", "method": "sendMessage"}]})
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await process(f"/bot{TOKEN}/sendMessage", {"chat_id": 100, "text": "lost answer"})
    (line,) = process.journal.read_text().splitlines()
    assert json.loads(line)["fault"] == "drop_after"
    assert await process("/control/faults", verb="DELETE") == {"ok": True}
    assert "there is no fault" in (await process("/control/faults", {"script": [{"kind": "flood"}]}))["error"]
    assert "error" in await process("/control/updates", [{"chat_id": 100, "tap": "Nowhere"}])
