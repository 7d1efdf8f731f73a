"""Events of medicines: what is ordered, asked about, and taken or not."""

from dataclasses import dataclass

from care.heart.event import Event


@dataclass(frozen=True)
class AllergyNoted(Event):
    allergy_id: int


@dataclass(frozen=True)
class AllergyRemoved(Event):
    allergy_id: int


@dataclass(frozen=True)
class MedicineOrdered(Event):
    """Staff ordered a medicine, changed how it is taken, or stopped it; or it waits for a second person's word."""

    order_id: int
    regimen_id: int
    order: str  # start, change, stop
    state: str  # waiting, in force, refused


@dataclass(frozen=True)
class MedicineDescribed(Event):
    """Staff said how a medicine looks, in words or by a photo."""

    medicine_id: int


@dataclass(frozen=True)
class MedicineDispensed(Event):
    """A pharmacy handed something out; it was entered by a person, or imported."""

    dispensing_id: int
    medicine_id: int


@dataclass(frozen=True)
class ClockKept(Event):
    """On a journey the patient wants this medicine by the clock of another zone; None: by the clock of where they are."""

    regimen_id: int
    zone: str | None


@dataclass(frozen=True)
class DayHoursSet(Event):
    """It was said what morning, noon, evening and bedtime are for this patient."""


@dataclass(frozen=True)
class DosesAsked(Event):
    prompt_id: int
    doses: tuple[int, ...]


@dataclass(frozen=True)
class DoseEnded(Event):
    """It is known what became of a dose, or that it will not be; `amended`, if something else was on record before."""

    dose_id: int
    regimen_id: int
    state: str
    reason: str | None
    amended: bool
