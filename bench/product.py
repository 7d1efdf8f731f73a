"""The whole product in a process of its own, as `careward run` starts it, with one more flow: the ten questions."""

import argparse
import asyncio
import cProfile
import logging
import signal
import time
from collections.abc import Coroutine
from typing import Any

from bench.flow import FLOW
from bot.flows import FLOWS
from care.heart.settings import ClinicSettings, DatabaseSettings, Settings, StaffSettings, TelegramSettings


def settings(api: str, token: str, database: str) -> Settings:
    return Settings(
        clinic=ClinicSettings(name="Riverside", country="GB", languages=("en", "es"), time_zone="Europe/London"),
        database=DatabaseSettings(f"sqlite:///{database}"), telegram=TelegramSettings(token, api),
        staff=StaffSettings(port=0, secret="s" * 32))


def arguments() -> Any:
    parser = argparse.ArgumentParser()
    for name in ("api", "token", "database", "answers"):
        parser.add_argument(f"--{name}", required=name != "answers")
    parser.add_argument("--profile", help="write where the time goes, from SIGUSR1 to SIGUSR2, to this file")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    FLOWS[FLOW.name] = FLOW
    from ops import run  # now: the bot's handlers are made from the flows when it is imported

    logging.basicConfig(level=logging.WARNING)
    work = run.run(settings(args.api, args.token, args.database))
    run.in_loop(profiled(work, args.profile) if args.profile else work)


async def profiled(work: Coroutine[Any, Any, None], path: str) -> None:
    """Between SIGUSR1 and SIGUSR2, note where the CPU's time goes."""
    profile, loop = cProfile.Profile(time.process_time), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, profile.enable)
    loop.add_signal_handler(signal.SIGUSR2, profile.disable)
    await work
    profile.dump_stats(path)


if __name__ == "__main__":
    main()
