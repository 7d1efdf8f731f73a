"""How a medicine looks: words and a photo that staff have put beside it, so that a patient can tell one box from another."""

from sqlalchemy import update

from care import events, files, patients
from care.heart.screen import Screen
from care.heart.turn import Turn
from care.medicines import regimens
from care.medicines.orders import LONGEST_WORDS
from care.medicines.regimens import Medicine, Regimen
from care.patients import Patient
from care.tables import medicines


def describe(turn: Turn, medicine_id: int, looks: str | None, photo: int | None) -> Medicine:
    """Say anew how a medicine looks: what is not given is not said any more. `photo` is a picture that staff have brought for
    this patient (its id among the files). Raises LookupError, or ValueError that says what would be right."""
    found = regimens.medicine(turn, medicine_id)
    if found is None or patients.lock(turn, found.patient_id) is None:
        raise LookupError("There is no such medicine.")
    words = (looks or "").strip() or None
    if words and len(words) > LONGEST_WORDS:
        raise ValueError(f"at most {LONGEST_WORDS} characters")
    if photo is not None and not _is_a_picture_for(turn, photo, found.patient_id):
        raise ValueError("the photo must be a JPEG, PNG or WebP picture that was brought for this patient")
    turn.db.execute(update(medicines).where(medicines.c.id == medicine_id).values(looks=words, photo=photo))
    turn.happened(events.MedicineDescribed(found.patient_id, medicine_id))
    described = regimens.medicine(turn, medicine_id)
    assert described
    return described


def _is_a_picture_for(turn: Turn, file_id: int, patient_id: int) -> bool:
    """Never one that the patient sent: it may show the wrong box, and nobody on staff has said that it is the right one."""
    file = files.get(turn, file_id)
    return (file is not None and file.patient_id == patient_id and file.by is not None and file.state == "kept"
            and (file.media_type or "").startswith("image/"))


def show(turn: Turn, patient: Patient, regimen: Regimen) -> bool:
    """Send the photo, with the medicine's name under it; False if there is none (any more)."""
    if regimen.medicine.photo is None or regimen.state != "active":
        return False
    turn.tell(patient, Screen(regimen.medicine.name, attachment=regimen.medicine.photo))
    return True
