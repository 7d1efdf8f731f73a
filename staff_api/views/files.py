"""Files: what patients sent, and what staff send along with a reply."""

import asyncio

from aiohttp import web

from care import files, media, patients
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.operations import FileContent, Upload
from staff_api.problems import Problem
from staff_api.shapes.files import Attachment
from staff_api.shapes.forms import Id

SHOWN = ("image/jpeg", "image/png")  # in the page; everything else is saved, and opened by whoever wants it
ALONE = "default-src 'none'; sandbox"  # opened by itself it can load and run nothing
SENT = (*SHOWN, "application/pdf")


async def get_file(call: Call, file_id: Id) -> FileContent:
    """What was sent: pictures to be looked at, anything else to be saved."""
    file = found(await call.read(files.get, file_id))
    if file.state != "kept" or not file.stored:
        why = "It is still being fetched." if file.state == "wanted" else f"It could not be taken: {file.why}."
        raise Problem("not_found", why)
    try:
        content = await asyncio.to_thread(media.get, call.clinic.settings.media.folder, file.stored)
    except OSError:
        raise Problem("not_found", "The file is no longer in its folder.")
    how = "inline" if file.media_type in SHOWN else "attachment"
    headers = {"Content-Disposition": f'{how}; filename="{file.name}"', "Content-Security-Policy": ALONE}
    kind = file.media_type or "application/octet-stream"
    return web.Response(body=content, content_type=kind, headers=headers)  # type: ignore[return-value]


async def add_file(call: Call, patient_id: Id, body: Upload) -> Attachment:
    """Bring a photo or a PDF for this patient, to be sent with a message."""
    found(await call.read(patients.summary, patient_id))
    try:
        clean = await asyncio.to_thread(media.clean, body.content)
    except media.NotAllowed as refused:
        raise Problem("not_allowed", f"It was not taken: {refused}.")
    if clean.media_type not in SENT:
        raise Problem("not_allowed", "Only photos and PDF documents can be sent.")
    stored = await asyncio.to_thread(media.put, call.clinic.settings.media.folder, clean.content)

    def keep(turn: Turn) -> int:
        return files.add(turn, patient_id, clean.media_type, len(clean.content), stored, f"staff:{call.person.id}")

    return Attachment(id=await call.run(keep), media_type=clean.media_type, size=len(clean.content))
