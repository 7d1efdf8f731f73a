"""`python -m tests.clients`: generate both clients into build/clients, compile them strictly, and let each do a little work.

Needs uv, npm and the network. What generates them is pinned here and in package.json.
"""

import asyncio
import json
import shutil
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from aiohttp import web

from care import patients, staff
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.reactions import REACTIONS
from staff_api.app import OPERATIONS, build
from staff_api.openapi import document
from staff_api.views.system import program_version
from tests.ward import SETTINGS

HERE, OUT = Path(__file__).parent, Path("build/clients")
GENERATOR = "openapi-python-client==0.29.1"
RUNS_WITH = ("--with", "httpx>=0.28", "--with", "attrs>=25", "--with", "python-dateutil>=2.9")


async def ran(*command: str, folder: Path) -> None:
    """Run it, and stop if it does not end well."""
    print("$", " ".join(command), flush=True)
    process = await asyncio.create_subprocess_exec(*command, cwd=folder)
    if await process.wait():
        sys.exit(f"{command[0]} did not end well")


async def python(address: str, key: str) -> None:
    folder = OUT / "python"
    folder.mkdir(parents=True)
    shutil.copy(HERE / "smoke.py", folder)
    await ran("uv", "tool", "run", "--from", GENERATOR, "openapi-python-client", "generate", "--path", "../openapi.json",
              "--meta", "none", "--output-path", "careward_client", folder=folder)
    run = ("uv", "run", "--no-project", "--python", sys.executable, *RUNS_WITH)
    await ran(*run, "python", "-m", "compileall", "-q", "careward_client", folder=folder)
    # What the generator itself writes is not ours to judge; that it is used as it is typed is.
    await ran(*run, "--with", "mypy>=1.18", "--with", "types-python-dateutil", "mypy", "--strict", "--follow-imports=silent",
              "smoke.py", folder=folder)
    await ran(*run, "python", "smoke.py", address, key, folder=folder)


async def typescript(address: str, key: str) -> None:
    folder = OUT / "typescript"
    folder.mkdir()
    for name in ("package.json", "package-lock.json", "tsconfig.json", ".npmrc", "smoke.ts"):
        shutil.copy(HERE / name, folder)
    await ran("npm", "ci", "--no-audit", "--no-fund", folder=folder)
    await ran("npx", "openapi-typescript", "../openapi.json", "-o", "schema.d.ts", "--default-non-nullable=false",
              folder=folder)
    await ran("npx", "tsc", folder=folder)
    await ran("node", "out/smoke.js", address, key, folder=folder)


def somebody(turn: Turn) -> str:
    """A patient, and a program that may read and write; its key."""
    patients.add(turn, "Amina Yusuf", date(1968, 5, 23), "en")
    member = staff.add(turn, "dana@riverside.example", "Dana", "no password")
    turn.actor = f"staff:{member.id}"
    return staff.new_key(turn, "smoke", ["patients:read", "demographics:write", "messages:write"], None)[1]


async def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    (OUT / "openapi.json").write_text(json.dumps(document(OPERATIONS, program_version()), indent=1))
    url = f"sqlite:///{(OUT / 'clinic.db').absolute()}"
    await schema.upgrade(url)
    clinic = Clinic(url, replace(SETTINGS), REACTIONS)
    key = await clinic.run("ops", somebody)
    runner = web.AppRunner(build(clinic))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        await python(address, key)
        await typescript(address, key)
    finally:
        await runner.cleanup()
        await clinic.close()


if __name__ == "__main__":
    asyncio.run(main())
