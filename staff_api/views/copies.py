"""A copy of the record: the page behind its link, for whoever knows the date of birth, and the way to such a link for staff."""

import asyncio
import json

from aiohttp import web

from care import copies, export_fhir, record_pdf
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.copy_page import pages
from staff_api.guards import PUBLIC, clinic_of, from_our_own_page, guarded
from staff_api.problems import Problem
from staff_api.rates import guessed_wrong, may_guess
from staff_api.shapes.forms import Id
from staff_api.shapes.privacy import NewCopy, RecordCopy

BY_LINK = "copy"  # who does it, in the journal: whoever has the link and knows the date of birth
HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow"}
NAMED = {"pdf": ("record.pdf", "application/pdf"), "fhir": ("record-fhir.json", "application/fhir+json"),
         "rows": ("record-rows.json", "application/json")}


async def make_copy(call: Call, patient_id: Id, body: NewCopy) -> RecordCopy:
    """A link to a copy of all that is kept about a patient, good for half an hour and for one opening.

    With `link_id` it goes to that chat of theirs; this is how a carer gets one, with your leave. Without, it is in this answer
    and nowhere else: hand it to the patient yourself. Whoever opens it must know the patient's date of birth.
    """
    call.must_be_fresh()
    try:
        made = found(await call.run(copies.hand_over, patient_id, body.link_id))
    except copies.Refused as refused:
        raise Problem("conflict", str(refused))
    return RecordCopy(link=None if body.link_id else made.address, expires_at=made.expires_at)


@guarded(PUBLIC)
async def show_copy(request: web.Request) -> web.Response:
    """The page that asks for the date of birth. To look at it uses nothing up: chats fetch what is linked in them."""
    may_guess(request, "copies")
    clinic = clinic_of(request)
    copy = await clinic.read(copies.find, request.match_info["secret"])
    if copy is None:
        return wrong_link(request)
    return shown(pages.asking(clinic.settings, copy))


@guarded(PUBLIC)
async def open_copy(request: web.Request) -> web.Response:
    """With the right date of birth, once: the files."""
    from_our_own_page(request)
    may_guess(request, "copies")
    clinic, secret, sent = clinic_of(request), request.match_info["secret"], await request.post()
    copy = await clinic.read(copies.find, secret)
    born = pages.a_date(*(str(sent.get(name, ""))[:8] for name in ("day", "month", "year")))
    way = await clinic.run(BY_LINK, copies.open_, secret, born) if copy else None
    match way:
        case copies.Opened():
            assert copy
            return shown(pages.opened(clinic.settings, copy, way))
        case copies.Wrong(left) if left and copy:
            guessed_wrong(request, "copies")
            return shown(pages.asking(clinic.settings, copy, way), 403)
    return wrong_link(request)


@guarded(PUBLIC)
async def get_file(request: web.Request) -> web.Response:
    """One of the files, with the key that the page had."""
    from_our_own_page(request)
    may_guess(request, "copies")
    clinic, sent = clinic_of(request), await request.post()
    form = str(sent.get("form", ""))
    copy = await clinic.run(BY_LINK, copies.take, str(sent.get("key", ""))[:100], form)
    content = await clinic.read(read_form, copy.patient.id, form) if copy else None
    if content is None:
        return wrong_link(request)
    name, content_type = NAMED[form]
    body = await asyncio.to_thread(record_pdf.page, content) if isinstance(content, record_pdf.Record) else content
    return web.Response(body=body, content_type=content_type, headers={
        **HEADERS, "Content-Disposition": f'attachment; filename="{name}"'})


def read_form(turn: Turn, patient_id: int, form: str) -> record_pdf.Record | bytes | None:
    record = record_pdf.look(turn, patient_id)
    if record is None or form == "pdf":
        return record
    said = record.rows if form == "rows" else export_fhir.bundle(turn, patient_id)
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


@guarded(PUBLIC)
async def show_style(request: web.Request) -> web.Response:
    return web.Response(text=(pages.HERE / "page.css").read_text(), content_type="text/css",
                        headers={"Cache-Control": "max-age=3600"})


def wrong_link(request: web.Request) -> web.Response:
    guessed_wrong(request, "copies")
    return shown(pages.dead(clinic_of(request).settings), 404)


def shown(page: str, status: int = 200) -> web.Response:
    return web.Response(text=page, content_type="text/html", status=status, headers=HEADERS)


ROUTES = (
    web.get("/copy/page.css", show_style),
    web.post("/copy/file", get_file),
    web.get("/copy/{secret:[A-Za-z0-9_-]{20,60}}", show_copy),
    web.post("/copy/{secret:[A-Za-z0-9_-]{20,60}}", open_copy),
)
