"""Whether the API keeps to its own document, whatever it is sent: Schemathesis against a running door, as several roles.

`python -m tests.contract [requests] [seed]`. Prints what each role's run found, how many requests there were, and which
operations never answered with a 2xx. Exit code 0: no 5xx, nothing that the document does not promise.
"""

import asyncio
import logging
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

from aiohttp import web

from care import escalations, patients, staff
from care.escalations import Severity
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.reactions import REACTIONS
from staff_api.app import OPERATIONS, build
from staff_api.operations import EventStream
from tests.ward import SETTINGS

ROLES = ("administrator", "nurse", "coordinator", "integration")
ENDS_THE_RUN = (
    "/account/sign-out-everywhere", "/account/password", "/sign-out", "/let-go", "/reset", "/role", "DELETE /api/v1/session")
"""What would take the run's own credentials away; each has tests of its own."""
ALLOWED = """[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "403", "404", "409", "422", "429"]
"""
"""A 422 is promised for rules between fields, a 400 for a cursor that is none of ours: a schema can say neither."""
Seen = defaultdict[str, Counter[int]]


def some_people(turn: Turn) -> dict[str, dict[str, str]]:
    """Patients with something of each kind, and one person of each role; by role, what they send."""
    for number in range(1, 6):
        patient = patients.add(turn, f"Patient {number}", date(1960, 1, number), "en")
        patients.link(turn, patient.id, 100 + number, "self")
        patients.change(turn, patient.id, state="active", consented=True)
        escalations.open_(turn, patient.id, Severity.URGENT, "pain", "Severe pain", "9")
    sent = {}
    for role in ROLES:
        member = staff.add(turn, f"{role}@riverside.example", role.title(), "no password", role)
        opened = staff.sign_in(turn, member.id)
        sent[role] = {"Cookie": f"careward={opened.token}", "X-CSRF-Token": opened.session.csrf}
    return sent


async def campaign(requests: int, seed: int, folder: Path) -> tuple[Seen, list[str]]:
    url = f"sqlite:///{folder / 'clinic.db'}"
    await schema.upgrade(url)
    clinic, seen = Clinic(url, SETTINGS, REACTIONS), Seen(Counter)
    sent = await clinic.run("ops", some_people)
    app = build(clinic)

    async def count(request: web.Request, response: web.StreamResponse) -> None:
        resource = request.match_info.route.resource
        seen[f"{request.method} {resource.canonical if resource else '?'}"][response.status] += 1

    app.on_response_prepare.append(count)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    broken = []
    try:
        for number, role in enumerate(ROLES):
            examples = max(1, requests // len(ROLES) // len(OPERATIONS) // 6)
            if not await checked(address, sent[role], examples, seed + number, folder / f"{role}.txt"):
                broken.append(f"as {role}:\n{(folder / f'{role}.txt').read_text()}")
    finally:
        await runner.cleanup()
        await clinic.close()
    return seen, broken


async def checked(address: str, sent: dict[str, str], examples: int, seed: int, report: Path) -> bool:
    """One role's run, all checks, stateful; whether nothing was found."""
    report.with_name("schemathesis.toml").write_text(ALLOWED)
    streams = [one.view.__name__ for one in OPERATIONS if one.answer_shape is EventStream]
    command = [
        str(Path(sys.executable).with_name("st")), "--config-file", str(report.with_name("schemathesis.toml")), "run",
        f"{address}/api/v1/openapi.json", "--checks", "all", "--no-color", "--exclude-path", "/readyz",
        "--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure", "--no-shrink", "--warnings", "off",
        "--generation-with-security-parameters", "false",
        "--request-timeout", "60", "--suppress-health-check", "all", "--generation-database", "none",
        *(part for name, value in sent.items() for part in ("-H", f"{name}: {value}")),
        *(part for name in (*streams, *kept_out()) for part in ("--exclude-operation-id", name))]
    with report.open("w") as out:
        process = await asyncio.create_subprocess_exec(*command, cwd=report.parent, stdout=out, stderr=subprocess.STDOUT)
        return await process.wait() == 0


def kept_out() -> list[str]:
    return [one.view.__name__ for one in OPERATIONS if any(one.path.endswith(end) or one.name == end for end in ENDS_THE_RUN)]


def main() -> int:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # what is no HTTP at all is answered with a 400
    with tempfile.TemporaryDirectory() as folder:
        seen, broken = asyncio.run(campaign(requests, seed, Path(folder)))
    total, fives = sum(sum(one.values()) for one in seen.values()), sum(
        times for one in seen.values() for status, times in one.items() if status >= 500)
    never = [one.name for one in OPERATIONS if not any(200 <= status < 300 for status in seen[one.name])]
    for one in broken:
        print(one)
    print(f"seed {seed}: {total} requests as {', '.join(ROLES)}; {fives} answers of 5xx; "
          f"{len(OPERATIONS) - len(never)} of {len(OPERATIONS)} reached with a 2xx; runs with findings: {len(broken)}")
    print("never with a 2xx:", ", ".join(never) or "none")
    return 1 if broken or fives else 0


if __name__ == "__main__":
    sys.exit(main())
