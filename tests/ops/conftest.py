"""What the tests of operations share: a clinic's settings on disk, a database that is up to date, a Telegram in process."""

import asyncio
import io
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from care.heart import schema
from ops import cli
from ops.settings_file import FILE, secrets_beside

ROOT = Path(__file__).parents[2]
TOKEN = "123456:AAE_this-is-a-bot-token-0123456789ab"
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE")
SETTINGS = """[clinic]
name = "Riverside"
country = "GB"
languages = ["en"]
time_zone = "Europe/London"
crisis_lines_confirmed = true
"""
SECRETS = f"""[telegram]
token = "{TOKEN}"
[staff]
secret = "{'s' * 40}"
"""


@pytest.fixture(scope="session")
def laid_out(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("ops") / "head.db"
    asyncio.run(schema.upgrade(f"sqlite:///{path}"))
    return path


class Place:
    """A folder with a clinic's settings in it, and the command line in that folder."""

    def __init__(self, folder: Path, laid_out: Path) -> None:
        self.folder, self._laid_out = folder, laid_out
        self.file, self.secrets = folder / FILE, secrets_beside(folder / FILE)
        self.database = folder / "careward.db"
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {"PYTHONPATH": str(ROOT)}
        self.file.write_text(SETTINGS)
        self.secrets.touch(0o600)
        self.secrets.write_text(SECRETS)

    def lay_out(self) -> None:
        shutil.copyfile(self._laid_out, self.database)

    def set(self, section: str, key: str, value: object) -> None:
        """Settings beside the files: by the environment, as a container would."""
        self.environment[f"CAREWARD_{section.upper()}__{key.upper()}"] = str(value)

    def start(self, *args: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "ops.cli", *args], cwd=self.folder, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *args: str, answers: str = "") -> "subprocess.CompletedProcess[str]":
        """The same in this process, which is quicker; for commands that end by themselves."""
        said, complained = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patched, redirect_stdout(said), redirect_stderr(complained):
            patched.chdir(self.folder)
            patched.setattr(os, "environ", self.environment)
            patched.setattr(sys, "argv", ["careward", *args])
            patched.setattr(sys, "stdin", io.StringIO(answers))
            try:
                cli.main()
                code = 0
            except SystemExit as end:
                code = end.code
        return subprocess.CompletedProcess(args, code, said.getvalue(), complained.getvalue())


@pytest.fixture
def place(tmp_path, laid_out) -> Place:
    return Place(tmp_path, laid_out)


@pytest.fixture
def telegram_address() -> Iterator[str]:
    """A Telegram in a process of its own; gives its address."""
    running = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--token", TOKEN], cwd=ROOT, text=True, stdout=subprocess.PIPE)
    assert running.stdout
    yield running.stdout.readline().strip()
    running.terminate()
    running.wait()
    running.stdout.close()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]
