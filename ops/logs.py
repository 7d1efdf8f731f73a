"""The log: one line an event, for people on a terminal and as JSON elsewhere; never a token, never a person's words.

Our own code logs ids and kinds, never a text. What libraries log is kept to warnings. An error is named by its kind and its
place: what it says may quote someone. What looks like a bot token, or is a secret of this clinic, is blotted out of every line.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from sqlite3 import OperationalError
from typing import TextIO

TOKEN = re.compile(r"(?<!\d)\d{5,}:[A-Za-z0-9_-]{20,}")
BLOT = "[secret]"
# Their lines for every request hold whole addresses, and the Bot API's addresses hold the token.
QUIET = ("httpx", "httpcore", "telegram", "apscheduler", "aiohttp.access", "asyncio", "aiosqlite", "sqlalchemy", "alembic")
SHORTEST_SECRET = 8  # blotting out shorter ones would make holes everywhere
OURS = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Redaction:
    """Blots out whatever must not be read."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        kept = sorted({secret for secret in secrets if len(secret) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, kept))) if kept else None

    def __call__(self, words: str) -> str:
        words = TOKEN.sub(BLOT, words)
        return self._secrets.sub(BLOT, words) if self._secrets else words


class Line(logging.Formatter):
    """What happened, on one line: its time, how bad, where, the words, and what was said besides (`extra`)."""

    def __init__(self, redact: Redaction, as_json: bool) -> None:
        super().__init__()
        self._redact, self._as_json = redact, as_json

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        besides = {name: value for name, value in vars(record).items() if name not in OURS}
        if record.exc_info:
            besides["trace"] = without_words(record)
        if self._as_json:
            fields = {"at": at, "level": record.levelname.lower(), "logger": record.name, "message": message(record), **besides}
            return self._redact(json.dumps(fields, ensure_ascii=False, default=str))
        more = "".join(f"  {name}={value}" for name, value in besides.items())
        line = f"{at[11:19]} {record.levelname.lower():<7} {record.name}: {message(record)}{more}"
        return self._redact(line.replace("\n", " ⏎ "))


def message(record: logging.LogRecord) -> str:
    """The words of the event; errors among their arguments only as far as they cannot quote anyone."""
    if not record.args:
        return str(record.msg)
    args = record.args
    shown = {name: plain(value) for name, value in args.items()} if isinstance(args, Mapping) else tuple(map(plain, args))
    try:
        return str(record.msg) % shown
    except (TypeError, ValueError):
        return str(record.msg)


def plain(value: object) -> object:
    if not isinstance(value, BaseException):
        return value
    cause = getattr(value, "orig", None) or value  # SQLAlchemy's own words hold the values of the statement
    words = f": {cause}" if isinstance(cause, OSError | OperationalError) else ""
    return f"{type(cause).__name__}{words}"


def without_words(record: logging.LogRecord) -> str:
    """Where it went wrong and what kind of wrong it was. What the error says may quote a person, so it is left out."""
    assert record.exc_info
    kind, _, trace = record.exc_info
    steps = []
    while trace is not None:
        code = trace.tb_frame.f_code
        steps.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return f"{kind.__name__ if kind else 'error'} at " + " > ".join(steps)


def set_up(secrets: Iterable[str] = (), to: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """From now on everything is logged in this way."""
    handler = logging.StreamHandler(to)
    handler.setFormatter(Line(Redaction(secrets), as_json=not to.isatty()))
    root = logging.getLogger()
    root.handlers[:], root.level = [handler], level
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.raiseExceptions = False  # a broken log call must not print its arguments
    logging.captureWarnings(True)
