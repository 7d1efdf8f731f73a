"""Clinical words as the whole program has them: what the doors say is put on record when it starts; `careward words`."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.flows import FLOWS
from care import clinical_words
from care.clinical_words import KINDS, InUse, Proposal
from care.heart.clinic import Clinic
from care.heart.language import SOURCE, shipped
from care.heart.settings import Settings
from care.publications import Piece
from ops import database, flow_book, messages
from ops.stop import Stop

SAID = {"approved": "approved", "changed": "changed since it was approved", "put_back": "put back to what was approved before",
        "never": "not approved"}


def flows() -> Iterator[Piece]:
    """What patients are asked by, which the clinic itself does not know."""
    for flow in FLOWS.values():
        yield Piece("flow", flow.name, flow_book.page(flow))


def safety_words() -> Iterator[Piece]:
    """What somebody in danger reads, in each language. It is read off the translations, which name where in the code each text
    stands: to read the code itself takes seconds."""
    own = set[str]()
    for language in shipped():
        if language != SOURCE:
            marked = [one for one in messages.read(language) if one.id and messages.Missing(
                messages.words_of(one), tuple(file for file, _line in one.locations)).safety]
            own |= {_in_words(one.id) for one in marked}
            yield Piece("safety_words", language, "\n".join(sorted(_in_words(one.string) for one in marked)))
    yield Piece("safety_words", SOURCE, "\n".join(sorted(own)))


def _in_words(said: str | Sequence[str]) -> str:
    """A text; of one with a plural, all its forms."""
    return said if isinstance(said, str) else " / ".join(said)


async def take_stock(clinic: Clinic) -> None:
    """Put on record which clinical words are in use from now on."""
    await clinic.run("ops", clinical_words.take_stock, (*flows(), *safety_words()))


async def status(settings: Settings, everything: bool) -> tuple[list[str], int]:
    """How far two people agreed to what is in use, in lines; and how many pieces are not approved."""
    async with database.opened(settings) as clinic:
        listed = await clinic.read(clinical_words.in_use)
    if not listed:
        raise Stop("Nothing is on record yet: `careward run` puts it there when it starts.")
    counts = Counter((one.kind, one.state) for one in listed)
    lines = []
    for kind, about in KINDS.items():
        said = ", ".join(f"{counts[kind, state]} {words}" for state, words in SAID.items() if counts[kind, state])
        if said:
            lines.append(f"{kind:<15} {said}  ({about.title})")
    lines += [_line(one) for one in listed if everything or one.waiting or one.state in ("changed", "put_back")]
    return lines, sum(one.state in ("changed", "never") for one in listed)


def _line(one: InUse) -> str:
    said = f"  {one.kind} {one.name}: {SAID[one.state]}"
    if one.approved:
        said += f"; approved {one.approved.decided_at:%Y-%m-%d}: {one.approved.proposer}, {one.approved.decider}"
    if one.waiting:
        said += f"; proposed by {one.waiting.proposer}, waits for a second person"
    return f"{said}. In use since {one.since:%Y-%m-%d %H:%M} UTC, {one.fingerprint[:8]}."


async def show(settings: Settings, kind: str, name: str, whole_text: bool) -> list[str]:
    """One piece: who agreed to what, when each version was in use, and what changed since it was approved."""
    async with database.opened(settings) as clinic:
        found = await clinic.read(clinical_words.whole, kind, name)
    if found is None:
        raise Stop(f"There is no {kind} {name!r} in use. The kinds are {', '.join(KINDS)}; `careward words status --all` "
                   "lists the names.", 2)
    uses = [f"  {one.fingerprint[:8]}  from {one.since:%Y-%m-%d %H:%M}{f' to {one.until:%Y-%m-%d %H:%M}' if one.until else ''}"
            for one in found.uses]
    said = [_told(one) for one in found.proposals]
    return [_line(found.now).strip(), "In use (UTC):", *uses, *(["Proposals:", *said] if said else []),
            *(["Changed since it was approved:", *found.changes] if found.changes else []),
            *(["", *found.source.splitlines()] if whole_text else [])]


def _told(one: Proposal) -> str:
    said = f"  {one.proposed_at:%Y-%m-%d} {one.proposer} proposes {one.fingerprint[:8]}: {one.note}"
    if one.decider:
        said += f"; {one.state} by {one.decider}{f': {one.decision_note}' if one.decision_note else ''}"
    return said
