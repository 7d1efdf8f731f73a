"""Whether the API keeps to its own document, whatever it is sent: Schemathesis against a running door, as several roles.

`python -m tests.contract [requests] [seed] [operations]`. Prints what each role's run found, how many requests there were, and
which operations never answered with a 2xx; with names of operations, by commas, of these alone. Exit code 0: at least as many
requests, no 5xx, nothing that the document does not promise, and nine operations in ten reached with a 2xx.
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
from typing import Any

from aiohttp import web

from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.settings import MediaSettings, Settings, WordSettings
from care.reactions import REACTIONS
from staff_api.app import LONGEST_LINE, OPERATIONS, build
from staff_api.operations import EventStream
from tests.contract import alone, more
from tests.contract.alone import Alone
from tests.contract.browser import BEFOREHAND, ORIGIN
from tests.contract.clinic import ROLES, fill, people, picture
from tests.contract.rare import Rare
from tests.evidence import bound, commit
from tests.ward import SETTINGS

ENDS_THE_RUN = (
    "/account/sign-out-everywhere", "/account/password", "DELETE /api/v1/session", "POST /api/v1/session", "/app/confirm",
    "/let-go", "/reset", "/role", "/staff/{staff_id}/sign-out")
"""What takes the run's own credentials away: it comes last, each with credentials of its own; so does, once more, what needs
somebody of its own: see alone.py."""
ALLOWED = """hooks = "hooks.py"

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "403", "404", "409", "412", "422", "429"]

[checks.missing_required_header]
expected-statuses = ["400", "401", "403", "404", "422", "428"]
"""
"""A 422 is promised for rules between fields, a 400 for a cursor that is none of ours, a 412 for a state that stands no
more: a schema can say none of them. A header that is missing is answered with what it would have said."""
REACHED = 0.9
ENDING_EXAMPLES = 12
HERE = Path(__file__).parents[2]
Seen = defaultdict[str, Counter[int]]


def settings_in(folder: Path) -> Settings:
    return replace(
        SETTINGS, media=MediaSettings(folder=str(folder / "media")),
        staff=replace(SETTINGS.staff, requests_a_minute=0, exports_an_hour=0, public_url=ORIGIN),
        appointments=replace(SETTINGS.appointments, video_link="https://meet.example/{room}"),
        sending=replace(SETTINGS.sending, second_person_above=10), words=WordSettings(thresholds_by="one"))


async def campaign(requests: int, seed: int, folder: Path, only: frozenset[str] = frozenset()) -> tuple[Seen, list[str]]:
    url = f"sqlite:///{folder / 'clinic.db'}"
    await schema.upgrade(url)
    clinic, seen = Clinic(url, settings_in(folder), REACTIONS), Seen(Counter)
    sent, ids = await clinic.run("ops", people)
    app, counting = build(clinic), False

    async def count(request: web.Request, response: web.StreamResponse) -> None:
        resource = request.match_info.route.resource
        if counting and BEFOREHAND not in request.headers:
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
        known = {"address": address, "ids": by_operation(here.ids), "bodies": here.bodies, "queries": here.queries,
                 "calls": await Rare(clinic, here, ids).fill(), "picture": base64.b64encode(picture()).decode()}
        counting = True
        for number, role in enumerate(ROLES):
            begun, before = perf_counter(), total(seen)
            examples = max(1, requests // len(ROLES) // len(OPERATIONS) // 3)
            names = [one for one in in_company() if not only or one in only]
            if names and not await checked(known, Alone(sent[role]), examples, seed + number, folder / f"{role}.txt", names):
                broken.append(f"as {role}:\n{(folder / f'{role}.txt').read_text()}")
            print(f"{role}: {total(seen) - before} requests in {perf_counter() - begun:.0f} s", flush=True)
        for name in [*kept_out(), *(one for one in alone.BY if one not in kept_out())]:
            if only and name not in only:
                continue
            fresh = await clinic.run("ops", alone.BY.get(name, alone.administers), ids)
            if not await checked(known, fresh, ENDING_EXAMPLES, seed, folder / f"{name}.txt", [name]):
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


async def checked(
    known: dict[str, Any], by: Alone, examples: int, seed: int, report: Path, names: list[str],
) -> bool:
    """One run over these operations, all checks; of more than one, stateful too. Whether nothing was found."""
    folder = report.parent
    (folder / "schemathesis.toml").write_text(ALLOWED)
    (folder / "hooks.py").write_text(Path(__file__).with_name("hooks.py").read_text())
    calls = known["calls"] | ({names[0]: by.calls} if by.calls else {})
    (folder / "known.json").write_text(json.dumps(known | {"sent": by.sent, "device": by.device, "calls": calls}))
    which = [part for name in names for part in ("--include-operation-id", name)]
    command = [
        str(Path(sys.executable).with_name("st")), "--config-file", str(folder / "schemathesis.toml"), "run",
        f"{known['address']}/api/v1/openapi.json", "--checks", "all", "--no-color",
        "--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure", "--no-shrink", "--warnings", "off",
        "--generation-with-security-parameters", "false",
        "--request-timeout", "60", "--suppress-health-check", "all", "--generation-database", "none",
        *(part for name, value in by.sent.items() for part in ("-H", f"{name}: {value}")), *which,
        *(["--phases", "examples,fuzzing"] if len(names) == 1 else [])]
    environment = os.environ | {
        "CONTRACT_KNOWN": str(folder / "known.json"), "CONTRACT_SEED": str(seed), "PYTHONPATH": str(HERE)}
    with report.open("w") as out:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, stdout=out, stderr=subprocess.STDOUT, env=environment)
        return await process.wait() == 0


def kept_out() -> list[str]:
    """Operations that take the credentials of whoever calls them away."""
    return [one.view.__name__ for one in OPERATIONS if any(one.path.endswith(end) or one.name == end for end in ENDS_THE_RUN)]


def in_company() -> list[str]:
    """All others, but for streams, which do not end, and for the readiness of what here is no whole system."""
    out = [*kept_out(), "get_readiness"]
    return [one.view.__name__ for one in OPERATIONS if one.view.__name__ not in out and one.answer_shape is not EventStream]


def total(seen: Seen) -> int:
    return sum(sum(one.values()) for one in seen.values())


def page(seen: Seen, seed: int, fives: int, never: list[str], broken: int, meant: int) -> str:
    """The page of evidence."""
    sums = Counter({status: sum(one[status] for one in seen.values()) for one in seen.values() for status in one})
    answers = ", ".join(f"{times:,} × {status}" for status, times in sorted(sums.items()))
    return f"""# The API against its own document

`make schemathesis`, commit {commit()}, seed {seed}. Schemathesis, all checks: examples, every boundary, fuzzing and stateful
chains, against a door on SQLite with something of everything, as {', '.join(ROLES)}; what ends a
session, begins one or needs somebody in particular comes last, in sessions of its own (`tests/contract/alone.py`). Where it
means to be understood it mostly sends numbers that there are (`tests/contract/hooks.py`); before four of the calls a browser's
own request comes first, such as asking for a passkey's challenge: those count neither as requests nor as reached
(`tests/contract/browser.py`).

| Requests | Answers of 5xx | 95 % bound | Runs with findings | Operations reached with a 2xx |
|---|---|---|---|---|
| {total(seen):,} | {fives} | {bound(fives, total(seen))} | {broken} | {meant - len(never)} of {meant} |

Answers: {answers}.

Never with a 2xx: {', '.join(never) or 'none'}.

What this does not show: PostgreSQL, several callers at once, the console's pages, the live stream (it does not end), readiness
(there is no scheduler and no sender here, so that it is 503, as documented), budgets (they are off here), nor
whether an answer that fits its shape is right: that is what the other tests are for.
"""


def main() -> int:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    only = frozenset(sys.argv[3].split(",")) if len(sys.argv) > 3 else frozenset[str]()
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # what is no HTTP at all is answered with a 400
    with tempfile.TemporaryDirectory() as folder:
        seen, broken = asyncio.run(campaign(requests, seed, Path(folder), only))
    fives = sum(times for one in seen.values() for status, times in one.items() if status >= 500)
    meant = [one for one in OPERATIONS if not only or one.view.__name__ in only]
    never = [one.name for one in meant if not any(200 <= status < 300 for status in seen[one.name])]
    reached = len(meant) - len(never)
    for one in broken:
        print(one)
    print(page(seen, seed, fives, never, len(broken), len(meant)))
    return 1 if broken or fives or total(seen) < requests or reached < REACHED * len(meant) else 0


if __name__ == "__main__":
    sys.exit(main())
