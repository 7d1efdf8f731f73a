"""Forgetting a patient: what would go and what would not, then the certificate. For administrators, who show it is them."""

from care import erasure
from care.erasure import Certificate as Done
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.problems import Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.privacy import Certificate, Erasure, WantedErasure


async def get_erasure(call: Call, patient_id: Id) -> Erasure:
    """What would go if this patient were forgotten now, and what would stay and why; the certificate, if they were."""
    return found(await call.read(standing, patient_id))


def standing(turn: Turn, patient_id: int) -> Erasure | None:
    done, ahead = erasure.certificate(turn, patient_id), erasure.preview(turn, patient_id)
    if done:
        return Erasure(patient_id=patient_id, certificate=Certificate.of(done), goes={}, later=ahead.goes | ahead.later
                       if ahead else {}, due_at=done.due_at, files=ahead.files if ahead else 0, kept=done.kept)
    return Erasure.model_validate({**vars(ahead), "certificate": None}) if ahead else None


async def erase_patient(call: Call, patient_id: Id, body: WantedErasure) -> Certificate:
    """Forget this patient, as far as the law allows. It cannot be undone; a restored backup is followed by it.

    Everything goes that is theirs: rows, files, what waits to be sent. Where the clinic must keep the record for a time
    (`retention.record_years`), the ways to reach them go now and the rest by itself when that is over. Backups made before keep
    what they have until they are removed, see `backup.keep`.
    """
    call.must_be_fresh()
    done = await call.run(erase, patient_id, body.reason)
    call.clinic.sweep()
    return Certificate.of(done)


def erase(turn: Turn, patient_id: int, reason: str) -> Done:
    if erasure.certificate(turn, patient_id):
        raise Problem("conflict", "This patient was forgotten before: the certificate can be read.")
    try:
        return erasure.erase(turn, patient_id, turn.actor, reason)
    except erasure.Unknown:
        raise Problem("not_found") from None
