"""What the tests share: a clock, a clinic on each database, a Telegram, and a ward with the bot in it."""

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings as examples

from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.settings import Settings
from care.reactions import REACTIONS
from simulator.telegram import Telegram
from tests import compiled_once  # noqa: F401 - from here on
from tests.temp_pg import Postgres, postgres
from tests.ward import SETTINGS, TOKEN, Clock, Ward

# The same examples each time: whoever changes nothing sees no new failure. The campaigns draw others, from their seeds.
examples.register_profile("repeatable", derandomize=True, database=None)
examples.load_profile("repeatable")

NUMBERS = count(1)
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # bytes free; a whole run leaves half a gibibyte until it ends
# Minutes each, in few tests: were they the last to start, as few tests are, one core would wait for them.
LONG = ("console/test_axe", "ops/test_run", "browser/test_crisis", "browser/test_story", "console/test_conversation",
        "test_hostile", "test_chaos", "test_fifteen", "test_role_matrix", "test_conversation_property")
Open = Callable[[str], Awaitable[Clinic]]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Nothing here outlives the session, so nothing waits for a disk: the tests' files are in memory, where that has room, and
    so are those of the programs they start, PostgreSQL before all: copies of a database are a thousand small files each."""
    at_hand = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM and not (
        os.statvfs(MEMORY).f_flag & os.ST_NOEXEC)  # some tests lay programs there
    if at_hand and config.option.basetemp is None and not hasattr(config, "workerinput"):
        folder = tempfile.mkdtemp(prefix="careward-tests-", dir=MEMORY)
        os.chmod(folder, 0o711)  # PostgreSQL runs as somebody else
        config.option.basetemp = f"{folder}/tests"
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the files: the long ones first, then those of many tests."""
    if hasattr(config, "workerinput"):
        tests_in = Counter(item.path for item in items)
        items.sort(key=lambda item: (
            not item.path.with_suffix("").as_posix().endswith(LONG), -tests_in[item.path], item.path))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings() -> Settings:
    return SETTINGS


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without a row; each test gets a copy."""
    path = tmp_path_factory.mktemp("empty") / "clinic.db"
    asyncio.run(schema.upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as server:
        asyncio.run(schema.upgrade(server.create_database("empty")))
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path, empty_sqlite: Path) -> str:
    return f"sqlite:///{shutil.copy(empty_sqlite, tmp_path / 'clinic.db')}"


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    name = f"test_{next(NUMBERS)}"
    yield postgres_server.create_database(name, template="empty")
    postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
async def open_clinic(clock: Clock, settings: Settings) -> AsyncIterator[Open]:
    """Open a clinic; call it again to open the same database a second time."""
    opened = []

    async def open_(url: str) -> Clinic:
        opened.append(Clinic(url, settings, REACTIONS, clock))
        return opened[-1]

    yield open_
    for clinic in opened:
        await clinic.close()


@pytest.fixture
async def clinic(url: str, open_clinic: Open) -> Clinic:
    return await open_clinic(url)


@pytest.fixture
def telegram(clock: Clock) -> Telegram:
    telegram = Telegram(clock, seed=1, pace=False)
    telegram.add_bot(TOKEN, "riverside_bot", "Riverside")
    return telegram


@pytest.fixture
async def ward(clinic: Clinic, telegram: Telegram, clock: Clock) -> Ward:
    """The bot at work, on each database."""
    return await Ward(clinic, telegram, clock).open()


@pytest.fixture
async def quick_ward(sqlite_url: str, open_clinic: Open, telegram: Telegram, clock: Clock) -> Ward:
    """The bot at work, for what does not depend on the database."""
    return await Ward(await open_clinic(sqlite_url), telegram, clock).open()
