"""Whether the API keeps to its own document, whatever it is sent: Schemathesis against a running door, as several roles.

`python -m tests.contract [requests] [seed]`. Prints what each role's run found, how many requests there were, and which
operations never answered with a 2xx. Exit code 0: at least as many requests, no 5xx, nothing that the document does not
promise, and nine operations in ten reached with a 2xx.
"""

import asyncio
import base64
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from aiohttp import web

from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.settings import MediaSettings
from care.reactions import REACTIONS
from staff_api.app import LONGEST_LINE, OPERATIONS, build
from staff_api.operations import EventStream
from tests.contract import more
from tests.contract.clinic import ROLES, fill, newly_signed_in, people, picture
from tests.evidence import bound, commit
from tests.ward import SETTINGS

ENDS_THE_RUN = (
    "/account/sign-out-everywhere", "/account/password", "DELETE /api/v1/session", "POST /api/v1/session", "/app/confirm",
    "/let-go", "/reset", "/role", "/staff/{staff_id}/sign-out")
"""What takes the run's own credentials away: they come last, each with credentials of its own."""
ALLOWED = """hooks = "hooks.py"

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "403", "404", "409", "412", "422", "429"]

[checks.missing_required_header]
expected-statuses = ["400", "401", "403", "404", "422", "428"]
"""
"""A 422 is promised for rules between fields, a 400 for a cursor that is none of ours, a 412 for a state that stands no
more: a schema can say none of them. A header that is missing is answered with what it would have said."""
REACHED = 0.9
ENDING_EXAMPLES = 5
Seen = defaultdict[str, Counter[int]]


async def campaign(requests: int, seed: int, folder: Path) -> tuple[Seen, list[str]]:
    url = f"sqlite:///{folder / 'clinic.db'}"
    await schema.upgrade(url)
    settings = replace(
        SETTINGS, media=MediaSettings(folder=str(folder / "media")),
        staff=replace(SETTINGS.staff, requests_a_minute=0, exports_an_hour=0, public_url="https://console.example"),
        sending=replace(SETTINGS.sending, second_person_above=10))
    clinic, seen = Clinic(url, settings, REACTIONS), Seen(Counter)
    sent, ids = await clinic.run("ops", people)
    app, counting = build(clinic), False

    async def count(request: web.Request, response: web.StreamResponse) -> None:
        resource = request.match_info.route.resource
        if counting:
            seen[f"{request.method} {resource.canonical if resource else '?'}"][response.status] += 1

    app.on_response_prepare.append(count)
    runner = web.AppRunner(app, max_line_size=LONGEST_LINE)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    broken = []
    try:
        here = await fill(clinic, address, sent["administrator"], ids)
        await more.fill_more(clinic, here, ids)
        (folder / "known.json").write_text(json.dumps({
            "ids": by_operation(here.ids), "bodies": here.bodies, "queries": here.queries,
            "picture": base64.b64encode(picture()).decode()}))
        counting = True
        for number, role in enumerate(ROLES):
            begun, before = perf_counter(), total(seen)
            examples = max(1, requests // len(ROLES) // len(OPERATIONS) // 3)
            if not await checked(address, sent[role], examples, seed + number, folder / f"{role}.txt"):
                broken.append(f"as {role}:\n{(folder / f'{role}.txt').read_text()}")
            print(f"{role}: {total(seen) - before} requests in {perf_counter() - begun:.0f} s", flush=True)
        for name in kept_out():
            fresh = await clinic.run("ops", newly_signed_in, "administrator")
            if not await checked(address, fresh, ENDING_EXAMPLES, seed, folder / f"{name}.txt", only=name):
                broken.append(f"{name}:\n{(folder / f'{name}.txt').read_text()}")
    finally:
        await runner.cleanup()
        await clinic.close()
    return seen, broken


def by_operation(ids: dict[str, list[object]]) -> dict[str, list[object]]:
    """Some operations are for some of the numbers only: none of the run's own people is let go."""
    others, asked_for = ids["other_staff_id"], ids["request_id"]
    return ids | more.by_operation(ids) | {
        f"{name} staff_id": others for name in ("let_go", "reset_colleague", "sign_out_colleague", "change_role")} | {
        f"{name} appointment_id": asked_for for name in ("approve_appointment", "refuse_appointment")} | {
        f"{name} name": ["hypertension.systolic"] for name in (
            "get_threshold", "set_threshold", "remove_threshold", "get_patient_threshold", "set_patient_threshold",
            "remove_patient_threshold")} | {
        "get_lesson name": ["low_sugar"], "preview_offer name": ["low_sugar"], "preview_offer kind": ["lesson"]}


async def checked(address: str, sent: dict[str, str], examples: int, seed: int, report: Path, only: str = "") -> bool:
    """One role's run, all checks, stateful; whether nothing was found. With `only`, of one operation."""
    folder = report.parent
    (folder / "schemathesis.toml").write_text(ALLOWED)
    (folder / "hooks.py").write_text(Path(__file__).with_name("hooks.py").read_text())
    streams = [one.view.__name__ for one in OPERATIONS if one.answer_shape is EventStream]
    which = ["--include-operation-id", only, "--phases", "examples,fuzzing"] if only else [
        part for name in (*streams, *kept_out()) for part in ("--exclude-operation-id", name)]
    command = [
        str(Path(sys.executable).with_name("st")), "--config-file", str(folder / "schemathesis.toml"), "run",
        f"{address}/api/v1/openapi.json", "--checks", "all", "--no-color", "--exclude-path", "/readyz",
        "--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure", "--no-shrink", "--warnings", "off",
        "--generation-with-security-parameters", "false",
        "--request-timeout", "60", "--suppress-health-check", "all", "--generation-database", "none",
        *(part for name, value in sent.items() for part in ("-H", f"{name}: {value}")), *which]
    environment = os.environ | {"CONTRACT_KNOWN": str(folder / "known.json"), "CONTRACT_SEED": str(seed)}
    with report.open("w") as out:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, stdout=out, stderr=subprocess.STDOUT, env=environment)
        return await process.wait() == 0


def kept_out() -> list[str]:
    return [one.view.__name__ for one in OPERATIONS if any(one.path.endswith(end) or one.name == end for end in ENDS_THE_RUN)]


def total(seen: Seen) -> int:
    return sum(sum(one.values()) for one in seen.values())


def page(seen: Seen, seed: int, fives: int, never: list[str], broken: int) -> str:
    """The page of evidence."""
    sums = Counter({status: sum(one[status] for one in seen.values()) for one in seen.values() for status in one})
    answers = ", ".join(f"{times:,} × {status}" for status, times in sorted(sums.items()))
    return f"""# The API against its own document

`make schemathesis`, commit {commit()}, seed {seed}. Schemathesis, all checks: examples, every boundary, fuzzing and stateful
chains, against a door on SQLite with something of everything, as {', '.join(ROLES)}; what ends a
session comes last, in sessions of its own. Where it means to be understood it mostly sends numbers that there are
(`tests/contract/hooks.py`).

| Requests | Answers of 5xx | 95 % bound | Runs with findings | Operations reached with a 2xx |
|---|---|---|---|---|
| {total(seen):,} | {fives} | {bound(fives, total(seen))} | {broken} | {len(OPERATIONS) - len(never)} of {len(OPERATIONS)} |

Answers: {answers}.

Never with a 2xx: {', '.join(never) or 'none'}.

What this does not show: PostgreSQL, several callers at once, the console's pages, the live stream (it does not end), budgets
(they are off here), nor whether an answer that fits its shape is right: that is what the other tests are for.
"""


def main() -> int:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # what is no HTTP at all is answered with a 400
    with tempfile.TemporaryDirectory() as folder:
        seen, broken = asyncio.run(campaign(requests, seed, Path(folder)))
    fives = sum(times for one in seen.values() for status, times in one.items() if status >= 500)
    never = [one.name for one in OPERATIONS if not any(200 <= status < 300 for status in seen[one.name])]
    reached = len(OPERATIONS) - len(never)
    for one in broken:
        print(one)
    print(page(seen, seed, fives, never, len(broken)))
    return 1 if broken or fives or total(seen) < requests or reached < REACHED * len(OPERATIONS) else 0


if __name__ == "__main__":
    sys.exit(main())
