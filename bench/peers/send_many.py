"""`python send_many.py ptb|aiogram ...`: one text to many chats, as its documentation has it. Prints JSON."""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable

Send = Callable[[int], Awaitable[object]]
AT_ONCE = 128


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("library", choices=("ptb", "aiogram"))
    for name in ("api", "token", "text"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("first", "warm", "count"):
        parser.add_argument(f"--{name}", type=int, required=True)
    return parser.parse_args()


async def ptb(args: argparse.Namespace) -> None:
    from telegram import Bot
    from telegram.request import HTTPXRequest

    async with Bot(args.token, base_url=f"{args.api}/bot", request=HTTPXRequest(connection_pool_size=AT_ONCE)) as bot:
        await measured(args, lambda chat_id: bot.send_message(chat_id, args.text))


async def aiogram(args: argparse.Namespace) -> None:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    async with Bot(args.token, session=AiohttpSession(api=TelegramAPIServer.from_base(args.api), limit=AT_ONCE)) as bot:
        await measured(args, lambda chat_id: bot.send_message(chat_id, args.text))


async def measured(args: argparse.Namespace, send: Send) -> None:
    await to_all(send, range(args.first, args.first + args.warm))
    cpu, began = time.process_time(), time.perf_counter()
    await to_all(send, range(args.first + args.warm, args.first + args.warm + args.count))
    print(json.dumps({"cpu": time.process_time() - cpu, "seconds": time.perf_counter() - began}))


async def to_all(send: Send, chats: range) -> None:
    """As many at once as the product sends."""
    waiting = iter(chats)

    async def one_after_another() -> None:
        for chat_id in waiting:
            await send(chat_id)

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))


if __name__ == "__main__":
    given = arguments()
    asyncio.run({"ptb": ptb, "aiogram": aiogram}[given.library](given))
