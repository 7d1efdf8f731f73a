"""The log tells operators what happens, and nobody what patients write."""

import io
import json
import logging

import pytest
from sqlalchemy import text

from ops import logs

TOKEN = "123456:AAE_this-is-a-bot-token-0123456789ab"
CANARY = "the canary sings of chest pain"


@pytest.fixture
def log():
    """What is logged, as JSON lines, and the logging of the other tests left as it was."""
    root, kept = logging.getLogger(), io.StringIO()
    handlers, level, raises = root.handlers[:], root.level, logging.raiseExceptions
    logs.set_up(["our-own-secret-phrase"], kept)
    yield kept
    root.handlers[:], root.level, logging.raiseExceptions = handlers, level, raises
    logging.captureWarnings(False)


def lines(log: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_line_says_when_how_bad_where_and_what(log):
    logging.getLogger("careward.sender").warning("chat %d is slow", 7, extra={"waited": 3})
    (line,) = lines(log)
    assert line["level"] == "warning"
    assert line["logger"] == "careward.sender"
    assert line["message"] == "chat 7 is slow"
    assert line["waited"] == 3
    assert line["at"].endswith("+00:00")


def test_neither_the_token_nor_our_secrets_are_ever_written(log):
    logger = logging.getLogger("careward")
    logger.error("POST https://api.telegram.org/bot%s/getMe", TOKEN)
    logger.error(f"failed for {TOKEN} with our-own-secret-phrase", extra={"url": f"/bot{TOKEN}/x"})
    try:
        raise OSError(f"cannot reach {TOKEN}")
    except OSError as error:
        logger.exception("no luck: %s", error)
    assert len(lines(log)) == 3
    assert TOKEN not in log.getvalue()
    assert "our-own-secret-phrase" not in log.getvalue()
    assert log.getvalue().count(logs.BLOT) >= 5


def test_an_error_that_quotes_a_patient_is_named_by_kind_and_place_only(log):
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        logging.getLogger("careward").exception("update 12 failed: %s", error)
    (line,) = lines(log)
    assert CANARY not in log.getvalue()
    assert line["message"] == "update 12 failed: ValueError"
    assert line["trace"].startswith("ValueError at test_logs.py:")


def test_a_full_disk_is_said_in_its_own_words(log):
    logging.getLogger("careward").error("not saved: %s", OSError(28, "No space left on device"))
    assert "No space left on device" in lines(log)[0]["message"]


def test_libraries_that_log_every_request_are_kept_to_warnings(log):
    for name in ("httpx", "httpcore.http11", "aiosqlite", "apscheduler.executors.default"):
        logging.getLogger(name).info("request with %s", CANARY)
    assert log.getvalue() == ""


def test_on_a_terminal_an_event_is_one_readable_line(log):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown = Terminal()
    logs.set_up((), shown)
    logging.getLogger("careward").info("two\nlines")
    assert shown.getvalue().count("\n") == 1
    assert "info" in shown.getvalue()


async def test_nothing_that_a_patient_writes_reaches_the_log_whatever_goes_wrong(log, quick_ward, monkeypatch):
    logging.getLogger().setLevel(logging.DEBUG)
    amina = await quick_ward.enrolled("Amina Canary")
    await amina.says(CANARY)

    def fails(turn, patient, written, flagged=False):
        turn.db.execute(text("SELECT nothing FROM nowhere WHERE words = :words"), {"words": written.text})

    monkeypatch.setattr("care.messages.hear", fails)
    await amina.says(f"{CANARY} again")
    assert any(line["level"] == "error" for line in lines(log)), "something did go wrong"
    for word in ("canary", "Canary", "sings", "Amina"):
        assert word not in log.getvalue()
