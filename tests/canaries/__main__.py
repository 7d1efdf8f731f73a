"""`make canaries`: patients with canaries in every field, erased, and the hunt for what is left (long)."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from care.heart import schema
from tests.canaries.campaign import Hunt, campaign
from tests.evidence import bound, commit, written
from tests.temp_pg import postgres

FOUND = """**What it found and what was mended**: answers kept for programs that repeat a request (`Idempotency-Key`) held the
name and date of birth of a patient for up to two days after the erasure, since nothing said whose they were. They carry their
patient now, and go with them. A copy in FHIR failed whole where the text of a questionnaire had been retired since; the
answers come without it now. Telegram's number of a chat stood in some twenty lines of the journal for each patient; it has a
name now that leads nowhere without a secret of the clinic's.

**What this does not show.** PostgreSQL's own files: a deleted row stays in its pages until they are used again (`VACUUM FULL`
rewrites them), and in its write-ahead log until that is recycled or archived; encrypt that disk. Backups made before the
erasure, which keep what they have until they are thinned out. Telegram, which has every message of the chat. Copies that the
patient, staff or another program took. Names that staff wrote into another patient's record, or into the reason of the erasure.
Journals that were written before schema 0036, which have Telegram's numbers of chats.
"""
PAGE = Path(__file__).parents[2] / "docs" / "evidence" / "canaries.md"


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--patients", type=int, default=100)
    asked.add_argument("--neighbours", type=int, default=10)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--page", type=Path, default=PAGE)
    args = asked.parse_args()
    with tempfile.TemporaryDirectory() as place, postgres() as server:
        hunts = [asyncio.run(run(url, Path(place) / url.partition(":")[0], args)) for url in (
            f"sqlite:///{place}/clinic.db", server.create_database("canaries"))]
    written(args.page, page(hunts, args))
    return 1 if any(sum(one.after.values()) for one in hunts) else 0


async def run(url: str, folder: Path, args: argparse.Namespace) -> Hunt:
    folder.mkdir()
    await schema.upgrade(url)
    return await campaign(url, folder, args.patients, args.neighbours, args.seed)


def page(hunts: list[Hunt], args: argparse.Namespace) -> str:
    rows = [
        f"| {one.database} | {place} | {one.before.get(place, 0)} | {one.after[place]} | {one.kept[place]} |"
        for one in hunts for place in one.after]
    laid, left = sum(one.laid for one in hunts), sum(sum(one.after.values()) for one in hunts)
    return f"""# The canary hunt: what is left of whoever was erased

- command: `make canaries ARGS="--patients {args.patients} --neighbours {args.neighbours} --seed {args.seed}"`
- commit `{commit()}`
- On each database {args.patients} patients and {args.neighbours} neighbours live: they enrol, answer in the chat and on a page
  of the clinic's own, write, get medicines, notes, replies and a voice message. Then a canary,
  different each time, is put into each of the {hunts[0].columns} columns
  that can hold a person's words, in a row of theirs in every table that erasure knows ({laid} canaries in all; which columns
  these are follows from the tables, so a new one is in the next hunt by itself). The {args.patients} are erased; canaries are
  looked for everywhere, and so are Telegram's numbers of their chats, in figures and as SQLite keeps them.

| database | where | of those to be erased, before | of them, after | of their neighbours, after |
|---|---|---|---|---|
{chr(10).join(rows)}

{left} traces of {sum(one.erased for one in hunts)} people who were erased; 95 % bound for a patient of whom a trace is left: {
    bound(1 if left else 0, sum(one.erased for one in hunts))}. What was found before, and what is still found of
the neighbours, shows that the hunt sees what is there. Backups are looked at from inside, decrypted. The logs at debug
level had {' and '.join(str(one.log_lines) for one in hunts)} lines.

{FOUND}"""


if __name__ == "__main__":
    sys.exit(main())
