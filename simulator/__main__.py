"""`python -m simulator`: a Telegram in a process of its own, for a harness or to try a bot against."""

import argparse
import asyncio
import gc
import signal
from contextlib import suppress
from datetime import UTC, datetime

from simulator import server
from simulator.journal import Journal
from simulator.telegram import Telegram

KEPT_IN_MEMORY = 100_000  # journal entries; the file has them all


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulator", description="A Telegram for a laptop.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", action="append", required=True, help="of a bot, 123:abc; may be given several times")
    parser.add_argument("--username", default="laptop_bot", help="of the bot")
    parser.add_argument("--journal", help="write every accepted call to this file, one JSON object a line")
    parser.add_argument("--seed", type=int, default=0, help="of ids and faults")
    parser.add_argument("--latency-ms", type=float, default=0, help="by which every answer is late")
    parser.add_argument("--no-pace", action="store_true", help="without Telegram's speed limits")
    parser.add_argument("--keep", type=int, help="messages remembered in each chat (default: all)")
    return parser.parse_args()


def make(args: argparse.Namespace) -> Telegram:
    journal = Journal(args.journal, keep=KEPT_IN_MEMORY)
    telegram = Telegram(lambda: datetime.now(UTC), args.seed, pace=not args.no_pace, journal=journal, keep=args.keep)
    telegram.latency = args.latency_ms / 1000
    for token in args.token:
        telegram.add_bot(token, args.username)
    return telegram


async def run(args: argparse.Namespace) -> None:
    """Serve until told to stop. The first line of output is the address."""
    telegram, stopped = make(args), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    runner, address = await server.start(server.build(telegram, control=True), args.host, args.port)
    gc.freeze()  # what start-up made stays, and messages make no cycles: a harness wants the CPU for its bot
    gc.set_threshold(50_000, 20, 100)
    print(address, flush=True)  # noqa: T201 - a harness reads it
    try:
        await stopped.wait()
    finally:
        await runner.cleanup()
        telegram.journal.close()


def main() -> None:
    args, loop_factory = arguments(), None
    with suppress(ImportError):
        import uvloop

        loop_factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(run(args))


if __name__ == "__main__":
    main()
