"""Clinical words: what is in use and who agreed to it; one piece with its versions, and its two people."""

from collections import Counter
from itertools import groupby
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from care import clinical_words, thresholds
from staff_api.console.accounts import frame
from staff_api.console.visit import Visit, visited
from staff_api.shapes.clinical_words import (
    ClinicalWordsWhole,
    NewNumberProposal,
    NewWordProposal,
    WordDecision,
    WordProposal,
    WordsAsked,
)
from staff_api.views import clinical_words as api

STATES = {"approved": "approved", "changed": "changed since it was approved", "put_back": "put back", "never": "not approved"}
USED = {"filed": "Patients get this version.", "approved": "Patients get what was approved last, and not this.",
        "nothing": "Patients get nothing of it: nobody has approved it."}


class Filled(NewNumberProposal):
    """What the form leaves empty is what the program has."""

    number: Annotated[float | None, Field(allow_inf_nan=False, strict=False)] = None


def tally(listed: list[Any]) -> str:
    counts = Counter(one.state for one in listed)
    return ", ".join(f"{counts[state]} {words}" for state, words in STATES.items() if counts[state])


async def list_page(visit: Visit, said: str | None = None) -> web.Response:
    listed = (await api.list_clinical_words(visit, WordsAsked())).items
    kinds = [(kind, clinical_words.KINDS[kind], pieces, tally(pieces))
             for kind, found in groupby(listed, key=lambda one: one.kind) for pieces in [list(found)]]
    return visit.page("words.html", place="words", heading="Clinical words", said=said, kinds=kinds, STATES=STATES,
                      held=visit.clinic.settings.words.without_approval == "held", numbers=sorted(thresholds.settable()),
                      waiting=[one for one in listed if one.waiting], **await visit.read(frame))


@visited("content:read")
async def get_all(visit: Visit) -> web.Response:
    """Every piece in use, by kind."""
    return await list_page(visit)


async def piece_page(visit: Visit, kind: str, name: str, said: str | None = None) -> web.Response:
    one: ClinicalWordsWhole = await api.get_clinical_words(visit, kind, name)
    agreed = {each.fingerprint: each for each in reversed(one.proposals) if each.state == "approved"}
    return visit.page(
        "words_piece_sheet.html" if visit.swaps else "words_piece.html", place="words", heading=name, one=one, said=said,
        agreed=agreed, kind=clinical_words.KINDS[one.now.kind], STATES=STATES, USED=USED, **await visit.read(frame),
    )  # fmt: skip


@visited("content:read")
async def get_one(visit: Visit) -> web.Response:
    """One piece: its words, what changed, every version, and who agreed."""
    return await piece_page(visit, visit.request.match_info["kind"], visit.request.match_info["name"])


@visited("content:propose")
async def propose(visit: Visit) -> web.Response:
    """This version, or an earlier one to be put back, is for a second person to approve."""
    wanted = await visit.form(NewWordProposal)
    await api.propose_words(visit, wanted)
    return await piece_page(visit, wanted.kind, wanted.name, "It waits for a second person.")


@visited("content:propose")
async def propose_number(visit: Visit) -> web.Response:
    """A number for the whole clinic is for a second person to approve."""
    filled = await visit.form(Filled)
    await api.propose_threshold(visit, NewNumberProposal(name=filled.name, number=filled.number, note=filled.note))
    return visit.goes_to("/words")


async def decided(visit: Visit, proposal: WordProposal) -> web.Response:
    return await piece_page(visit, proposal.kind, proposal.name, f"It is {proposal.state}.")


@visited("content:approve")
async def approve(visit: Visit) -> web.Response:
    """The second person agrees."""
    return await decided(visit, await api.approve_words(visit, visit.number("proposal_id"), await visit.form(WordDecision)))


@visited("content:propose")
async def refuse(visit: Visit) -> web.Response:
    """It is not to be so; whoever proposed it withdraws it by this."""
    return await decided(visit, await api.refuse_words(visit, visit.number("proposal_id"), await visit.form(WordDecision)))
