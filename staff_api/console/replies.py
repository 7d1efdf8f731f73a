"""Replies that are ready: chosen in a conversation, and kept on a page of their own."""

from typing import Any

from aiohttp import web

from care.canned_replies import VARIABLES
from staff_api.console.accounts import frame
from staff_api.console.visit import Visit, visited
from staff_api.problems import in_shape
from staff_api.shapes.replies import NewReply
from staff_api.views import patients as patients_api
from staff_api.views import replies


@visited("messages:write")
async def get_ready(visit: Visit) -> web.Response:
    """Everything that is ready, as it would go to this patient."""
    patient_id = visit.number("patient_id")
    patient = await patients_api.get_patient(visit, patient_id)
    found = await replies.get_patient_replies(visit, patient_id)
    return visit.page("ready.html", replies=found.items, patient=patient)


async def sheet(visit: Visit, said: str | None = None) -> web.Response:
    listed = (await replies.list_replies(visit)).items
    return visit.page(
        "replies_sheet.html" if visit.swaps else "replies.html", place="replies", heading="Replies", said=said,
        own=[one for one in listed if one.id is not None], of_program=[one for one in listed if one.id is None],
        languages=visit.clinic.settings.clinic.languages, variables=VARIABLES, **await visit.read(frame),
    )  # fmt: skip


@visited("content:read")
async def get_replies(visit: Visit) -> web.Response:
    """All of them, in each language."""
    return await sheet(visit)


async def written(visit: Visit) -> NewReply:
    """The form as the API's own shape: a language of which nothing is written is left out."""
    filled = {name: str(value) for name, value in (await visit.request.post()).items()}
    texts: dict[str, Any] = {}
    for name, words in filled.items():
        kind, _space, language = name.partition(" ")
        if kind == "text" and words.strip():
            lines = filled.get(f"answers {language}", "").splitlines()
            texts[language] = {"text": words, "answers": [line.strip() for line in lines if line.strip()]}
    return in_shape(NewReply, {"title": filled.get("title", ""), "texts": texts})


@visited("content:write")
async def add(visit: Visit) -> web.Response:
    """Keep a new one ready."""
    kept = await replies.add_reply(visit, await written(visit))
    return await sheet(visit, f"“{kept.title}” is ready.")


@visited("content:write")
async def change(visit: Visit) -> web.Response:
    """Put other words in its place."""
    kept = await replies.change_reply(visit, visit.number("reply_id"), await written(visit))
    return await sheet(visit, f"“{kept.title}” is changed.")


@visited("content:write")
async def retire(visit: Visit) -> web.Response:
    """Keep it ready no more."""
    await replies.retire_reply(visit, visit.number("reply_id"))
    return await sheet(visit, "It is retired.")
