"""The product's sender in a process of its own: a broadcast to so many patients, from rows to what became of each. Prints
JSON: seconds of CPU and of the clock for `count` of them, and of the CPU for the way into the outbox before that."""

import argparse
import asyncio
import json
import time
from datetime import UTC, datetime

import uvloop

from bench.audiences import SETTINGS, WORDS, fill
from bot import app as bot_app
from bot.sender import Sender
from bot.transport import AiohttpRequest
from care import staff
from care.broadcasts import sending, steering
from care.broadcasts.steering import Draft
from care.cohorts import Criteria
from care.heart import outbox, schema
from care.heart.clinic import Clinic
from care.heart.settings import SendingSettings, Settings
from care.heart.time import local
from care.reactions import REACTIONS
from care.tables import patients
from tests.broadcasts.campaign import ZONES


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("api", "token", "database"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("warm", "count"):
        parser.add_argument(f"--{name}", type=int, required=True)
    return parser.parse_args()


async def main(args: argparse.Namespace) -> None:
    await schema.upgrade(args.database)
    # At a pace that nobody keeps the outbox gets all of them at once: what is measured is what a message costs.
    paid = SendingSettings(second_person_above=10_000_000, paid_a_second=1_000_000)
    clinic = Clinic(args.database, Settings(clinic=SETTINGS.clinic, sending=paid), REACTIONS)
    await clinic.run("bench", fill, args.warm + args.count)
    await clinic.run("bench", lambda turn: turn.db.execute(patients.update().values(
        consented=True, reachable=True, reminders=True, language="en", time_zone=awake())))
    app = bot_app.build(clinic, args.token, args.api, transport=AiohttpRequest())
    await app.initialize()
    author = (await clinic.run("bench", staff.add, "dana@example.org", "Dana", "-")).id
    planned = time.process_time()
    broadcast = (await clinic.run("bench", steering.write, Draft("Flu", WORDS, openly=True, criteria=Criteria()), author)).id
    await clinic.run("bench", steering.send, broadcast, author)
    while await clinic.run("bench", sending.plan, broadcast):
        pass
    while await clinic.run("bench", sending.release, broadcast):
        pass
    planned = time.process_time() - planned
    sender, share = Sender(clinic, app.bot), args.count / (args.warm + args.count)
    cpu, began = time.process_time(), time.perf_counter()
    at_work = asyncio.create_task(sender.run())
    while await clinic.read(outbox.waiting):
        await asyncio.sleep(0.05)
    cpu, seconds = time.process_time() - cpu, time.perf_counter() - began
    await sender.stop()
    await at_work
    print(json.dumps({"cpu": cpu * share, "seconds": seconds * share, "planned": planned * share}))
    await app.shutdown()
    await clinic.close()


def awake() -> str:
    """Where it is day now: nothing is held back for the night."""
    return next(zone for zone in ZONES if 9 <= local(datetime.now(UTC), zone).hour < 19)


if __name__ == "__main__":
    uvloop.install()
    asyncio.run(main(arguments()))
