"""Mistakes to be caught: each a change to one line or two of the product, made in the bot's process before it is imported.

Whoever changes such a line brings the defect up to date: a defect that no longer fits stops the run.
"""

import importlib.util
import sys
from types import ModuleType
from typing import NamedTuple


class Change(NamedTuple):
    module: str
    was: str
    becomes: str


class Defect(NamedTuple):
    """A mistake, and the promise (a check's name) that it breaks: that another is broken besides is no proof."""

    breaks: str
    changes: tuple[Change, ...]


DEFECTS: dict[str, Defect] = {
    "updates are confirmed before they are saved": Defect("inbox_has_every_update_done_once", (Change(
        "bot.intake",
        "        await self._save(updates)\n        if updates:\n            self._offset = updates[-1][\"update_id\"] + 1\n",
        "        if updates:\n            self._offset = updates[-1][\"update_id\"] + 1\n"
        "            await self._app.bot.get_updates(offset=self._offset, limit=1)\n"
        "            await asyncio.sleep(0.1)\n"
        "        await self._save(updates)\n"),)),
    "an update is marked done before it is handled": Defect("state_is_what_the_updates_lead_to", (
        Change("bot.intake", "            await self._app.process_update(",
               "            if not await self._clinic.run('intake', inbox.take, self._app.bot.id, raw['update_id']):\n"
               "                return True\n"
               "            await self._app.process_update("),
        Change("bot.handlers.visit", "if not inbox.take(turn, bot_id, update.update_id):", "if False:"))),
    "an update is marked done after it was handled": Defect("state_is_what_the_updates_lead_to", (
        Change("bot.intake", "self._app.bot))\n            return True",
               "self._app.bot))\n            await self._clinic.run('intake', inbox.take, self._app.bot.id, raw['update_id'])\n"
               "            return True"),
        Change("bot.handlers.visit", "if not inbox.take(turn, bot_id, update.update_id):", "if False:"))),
    "what was done before is done again": Defect("state_is_what_the_updates_lead_to", (Change(
        "care.heart.inbox", "        raise NotYet\n    return False", "        raise NotYet\n    return True"),)),
    "a message is settled before it is sent": Defect("what_was_sent_is_on_the_phone", (Change(
        "bot.sender", "            settled = await self._send_if_still_wanted(claimed, recalls)\n",
        "            await self._clinic.run('sender', outbox.settle, [Settled(claimed, 'sent', None)])\n"
        "            settled = await self._send_if_still_wanted(claimed, recalls)\n"),)),
    "an answer is forgotten while others are written down": Defect("what_was_sent_is_on_the_phone", (
        Change("bot.sender", "            settled = await self._send_if_still_wanted(claimed, recalls)\n",
               "            found = self._settled\n            settled = await self._send_if_still_wanted(claimed, recalls)\n"
               "            return found.append(settled) or self._written()\n"),
        Change("bot.sender", "    async def _settle(self)",
               "    def _written(self):\n"
               "        if self._settling is None:\n"
               "            self._settling = asyncio.create_task(self._settle())\n\n"
               "    async def _settle(self)"))),
    "a broadcast of unknown outcome is sent again": Defect("broadcasts_never_come_twice", (
        Change("care.heart.outbox", "if row.claimed_at and lane is Lane.BROADCAST:", "if False:"),
        Change("care.heart.outbox", "    return claimed.lane is Lane.DOSE and claimed.fence < 2", "    return True"))),
    "what was in flight at a kill is taken as sent": Defect("what_was_sent_is_on_the_phone", (Change(
        "care.heart.outbox",
        "    if row.claimed_at and lane is Lane.BROADCAST:  # its sender died: perhaps it was delivered, so not again\n"
        "        _close(turn, row, \"unknown\"",
        "    if row.attempts:\n        _close(turn, row, \"sent\""),)),
    "a claim that was lost can still settle": Defect("the_claim_that_stands_settles", (Change(
        "care.heart.outbox", 'outbox.c.attempts == bindparam("fence")', 'outbox.c.attempts * 0 == bindparam("fence") * 0'),)),
    "a message may overtake another of its lane": Defect("a_lane_keeps_its_order", (Change(
        "care.heart.outbox", "FOUND = _found(_first_of_its_lane())", "FOUND = _found()"),)),
}


def plant(name: str) -> None:
    """Make the mistake; the product must not have been imported yet."""
    for module, source in changed(name).items():
        if module in sys.modules:
            raise RuntimeError(f"{module} is imported already")
        _import(module, source)


def changed(name: str) -> dict[str, str]:
    """The modules with the mistake in them, as source."""
    sources: dict[str, str] = {}
    for change in DEFECTS[name].changes:
        source = sources.get(change.module) or source_of(change.module)
        if source.count(change.was) != 1:
            raise LookupError(f"the defect {name!r} no longer fits {change.module}: bring tests/chaos/defects.py up to date")
        sources[change.module] = source.replace(change.was, change.becomes)
    return sources


def source_of(module: str) -> str:
    spec = importlib.util.find_spec(module)
    assert spec
    assert spec.origin
    with open(spec.origin, encoding="utf-8") as file:
        return file.read()


def _import(name: str, source: str) -> None:
    spec = importlib.util.find_spec(name)
    assert spec
    module = ModuleType(name)
    module.__spec__, module.__file__, module.__package__ = spec, spec.origin, name.rpartition(".")[0]
    sys.modules[name] = module
    setattr(importlib.import_module(module.__package__), name.rpartition(".")[2], module)
    exec(compile(source, str(spec.origin), "exec"), module.__dict__)
