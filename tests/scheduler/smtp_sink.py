"""A mail server for tests: takes letters over a real socket, refuses or stalls when told to, and keeps what it was given."""

import asyncio
import email
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default


@dataclass
class Sink:
    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  # to a recipient: something else than yes
    calls: int = 0
    dead: bool = False  # hangs up on whoever calls

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            if not self.dead:
                await self._talk(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 sink ESMTP")
        while line := (await reader.readline()).decode().strip():
            command, _, rest = line.partition(" ")
            match command.upper():
                case "EHLO" | "HELO":
                    say("250-sink")
                    say("250 AUTH PLAIN LOGIN")
                case "AUTH":
                    say("535 wrong password")
                case "RCPT":
                    say(self.answers.get(rest.partition("<")[2].partition(">")[0], "250 ok"))
                case "DATA":
                    say("354 go on")
                    said = await reader.readuntil(b"\r\n.\r\n")
                    self.letters.append(email.message_from_bytes(said[:-5], policy=default))
                    say("250 taken")
                case "QUIT":
                    say("221 bye")
                    return
                case _:
                    say("250 ok")


@asynccontextmanager
async def sink() -> AsyncIterator[Sink]:
    opened = Sink()
    server = await asyncio.start_server(opened.serve, "127.0.0.1", 0)
    opened.port = server.sockets[0].getsockname()[1]
    try:
        yield opened
    finally:
        server.close()
        await server.wait_closed()
