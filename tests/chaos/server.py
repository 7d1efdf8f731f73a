"""A PostgreSQL server that a run may stop and start: what it says is committed is committed, whenever it is stopped."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import temp_pg

# The machine stays up, so nothing waits for the disk; but a commit is written before it is said to be done.
SETTINGS = {name: value for name, value in temp_pg.SETTINGS.items() if name != "synchronous_commit"}
WAYS = ("immediate", "fast")  # as when it is killed, and as when somebody upgrades it


class Server(temp_pg.Postgres):
    """A server with its switch."""

    def __init__(self, folder: Path, programs: Path, identity: dict) -> None:
        super().__init__(f"postgresql://test@/postgres?host={folder}", programs / "psql")
        self._folder, self._programs, self._identity = folder, programs, identity

    def start(self) -> None:
        """Return when it takes connections again."""
        options = " ".join(f"--{name}='{value}'" for name, value in SETTINGS.items())
        self._control("start", "--log", str(self._folder / "log"), "--options", f"-k {self._folder} {options}")

    def stop(self, how: str) -> None:
        """`immediate`: every connection is cut where it stands; `fast`: what is under way is undone first."""
        self._control("stop", "--mode", how)

    def _control(self, *what: str) -> None:
        always = ["--pgdata", self._folder / "data", "--silent", "--wait"]
        temp_pg._run([self._programs / "pg_ctl", *always, *what], **self._identity)


@contextmanager
def server() -> Iterator[Server]:
    """It runs, and is gone afterwards with everything in it."""
    programs, identity = temp_pg._programs(), temp_pg._identity()
    folder = Path(tempfile.mkdtemp(prefix="careward-pg-"))
    if identity:
        os.chown(folder, identity["user"], identity["group"])
        if not temp_pg._may_run(programs, identity):
            programs = temp_pg._copied(programs, folder)
    folder.chmod(0o755)
    init = ["--username=test", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    temp_pg._run([programs / "initdb", "--pgdata", folder / "data", *init], **identity)
    found = Server(folder, programs, identity)
    found.start()
    try:
        yield found
    finally:
        found.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
