"""Shapes of medicines: what is ordered, how it stands, and what it would come to."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from care.medicines import orders, timing
from care.medicines.orders import LONGEST_WORDS
from staff_api.shapes.forms import At, Given, Id, LocalTime, Sent, WallTime, WallTimeIn, no_nul

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_WORDS), AfterValidator(no_nul)]
def as_written(value: object) -> object:
    """A number would be taken for the seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError("A day, such as 2026-11-30")
    return value


Day = Annotated[date, Field(strict=False), BeforeValidator(as_written)]
Food = Literal["with", "without"]
TIMING = (
    "When it is to be taken, by the patient's own clock. `kind` is daily, weekly, monthly, cycle, steps, interval or "
    "as_needed; the rest depends on it.")
EXAMPLES = [
    {"kind": "daily", "times": ["08:00", "20:00"]}, {"kind": "weekly", "times": ["08:00"], "days": ["Mon", "Thu"]},
    {"kind": "cycle", "times": ["21:00"], "on": 21, "off": 7}, {"kind": "interval", "hours": 8, "first": "08:00"},
    {"kind": "as_needed", "most": 4, "hours_between": 6},
    {"kind": "steps", "steps": [{"begins": "2026-12-01", "times": ["08:00"], "amount": "20 mg"}]}]


def readable(data: dict[str, Any]) -> dict[str, Any]:
    timing.read(data)
    return data


Timing = Annotated[dict[str, Any], AfterValidator(readable), Field(description=TIMING, examples=EXAMPLES)]


class NewMedicine(Sent):
    name: Said = Field(description="As it stands on the box.")
    ingredient: Said | None = None
    purpose: Said | None = Field(None, description="What it is for, in the patient's own plain words.")
    looks: Said | None = Field(None, description="How it looks, such as: white, round, 7 mm.")
    missed_advice: Said | None = Field(
        None, description="What to do about a missed dose, as the prescriber has it; without it the patient gets the general "
        "sentence.")
    critical: bool = Field(False, description="A second person must agree to every order, and one missed dose calls staff.")
    supplied_on: Day | None = None
    supply_days: int | None = Field(None, ge=1, le=366, description="Days that what was handed out is enough for.")

    def meant(self) -> orders.NewMedicine:
        return orders.NewMedicine(**self.model_dump())


class Looks(Sent):
    """How a medicine looks; what is not given is not said any more."""

    looks: Said | None = Field(None, description="Such as: white, round, 7 mm.")
    file_id: Id | None = Field(None, description="A photo, brought by POST /patients/{patient_id}/files.")


class NewOrder(Sent):
    timing: Timing
    amount: Said = Field(examples=["1 tablet"])
    prescriber: Said | None = Field(None, description="Whose order it is, as the patient reads it; else whoever sends this.")
    begins_on: Day | None = Field(None, description="Else today, by the patient's clock.")
    ends_on: Day | None = Field(None, description="The last day.")
    food: Food | None = None
    window_minutes: int | None = Field(
        None, ge=5, le=1440, description="How long after its time a dose may be asked about. Else an hour, or less where doses "
        "are close.")
    nudges: int = Field(1, ge=0, le=orders.MOST_NUDGES)
    nudge_minutes: int = Field(30, ge=5, le=240)

    def meant(self, today: date, prescriber: str) -> orders.Order:
        return orders.Order(
            timing.read(self.timing), self.amount, self.prescriber or prescriber, self.begins_on or today, self.ends_on,
            self.food, self.window_minutes, self.nudges, self.nudge_minutes)


class NewPrescription(Sent):
    medicine_id: Id | None = Field(None, description="A medicine that the patient has; else `medicine`.")
    medicine: NewMedicine | None = None
    order: NewOrder
    despite_warnings: bool = Field(False, description="Order it although there are warnings: see the preview.")

    @model_validator(mode="after")
    def one_medicine(self) -> "NewPrescription":
        if (self.medicine_id is None) == (self.medicine is None):
            raise ValueError("Give either medicine_id or medicine")
        return self


class DayHoursIn(Sent):
    """What is left out is as the clinic has it."""

    morning: WallTimeIn | None = Field(None, description="Getting up, breakfast.", examples=["07:30"])
    noon: WallTimeIn | None = None
    evening: WallTimeIn | None = None
    night: WallTimeIn | None = Field(None, description="Bedtime, before midnight.")


class DayHours(Given):
    """What morning, noon, evening and bedtime are for a patient; null: as the clinic has it."""

    morning: WallTime | None
    noon: WallTime | None
    evening: WallTime | None
    night: WallTime | None


class ChangedMedicine(Sent):
    """What is known of a medicine, whole: what is left out is not known any more."""

    name: Said = Field(description="As it stands on the box.")
    ingredient: Said | None = None
    purpose: Said | None = Field(None, description="What it is for, in the patient's own plain words.")
    missed_advice: Said | None = Field(None, description="What to do about a missed dose, as the prescriber has it.")
    critical: bool = Field(description="A second person must agree, to this change too if it was critical or becomes so.")

    def meant(self) -> orders.About:
        return orders.About(**self.model_dump())


class ChangeLookedAt(NewOrder):
    """A change before it is one."""

    medicine: ChangedMedicine | None = Field(None, description="Left out: what is known of the medicine stays as it is.")

    def ordered(self) -> NewOrder:
        return NewOrder(**self.model_dump(exclude={"medicine"}))


class ChangedOrder(Sent):
    order: NewOrder
    version: int = Field(ge=1, description="Of the regimen as you read it.")
    why: Said
    medicine: ChangedMedicine | None = Field(None, description="Left out: what is known of the medicine stays as it is.")
    despite_warnings: bool = Field(False, description="Change it although there are warnings: see the preview.")


class Stop(Sent):
    why: Said


class Medicine(Given):
    id: int
    name: str
    ingredient: str | None
    purpose: str | None
    looks: str | None
    missed_advice: str | None
    critical: bool
    supply_ends_on: date | None
    photo: int | None = Field(description="The id of a file.")


class Change(Given):
    """One line of what an order changes."""

    field: str
    before: Any
    after: Any


class Ordered(Given):
    id: int
    regimen_id: int
    kind: Literal["start", "change", "stop"]
    state: Literal["waiting", "in force", "refused"] = Field(description="`waiting`: for a second person.")
    changes: list[Change]
    why: str | None
    ordered_by: str
    ordered_at: At
    decided_by: str | None
    decided_at: At | None


class Orders(Given):
    """The newest first."""

    items: list[Ordered]


class Regimen(Given):
    id: int
    medicine: Medicine
    timing: dict[str, Any] = Field(description=TIMING)
    amount: str
    food: Food | None
    begins_on: date
    ends_on: date | None
    window_minutes: int
    nudges: int
    nudge_minutes: int
    prescriber: str
    state: Literal["proposed", "active", "stopped"]
    version: int
    waiting: Ordered | None = Field(description="The order that waits for a second person.")
    keeps_zone: str | None = Field(description="On a journey: the zone by whose clock it is asked about, if not the patient's.")
    next_doses: list[LocalTime] = Field(description="The next ones, by the patient's clock.")


class Regimens(Given):
    items: list[Regimen]


class Planned(Given):
    local_date: date
    local_time: WallTime
    due_at: At
    amount: str | None


class Preview(Given):
    changes: list[Change] = Field(description="What a change would change.")
    items: list[Planned] = Field(description="What the patient would be asked about in the next fourteen days.")
    warnings: list[str]


class MedicationRequest(BaseModel):
    """A FHIR R4 MedicationRequest, as another system has it."""

    model_config = ConfigDict(extra="allow")
    resourceType: Literal["MedicationRequest"]


class ReadDosage(Given):
    order: NewOrder | None = Field(description="As it would be ordered; null if it was not understood.")
    unread: str | None
    words: str = Field(description="What it says in words, to hold it against.")


class ReadRequest(Given):
    """Nothing is ordered by reading."""

    whole: bool = Field(description="Everything was understood.")
    medicine: NewMedicine | None
    dosages: list[ReadDosage]
    unread: list[str]
    warnings: list[str]


class NewAllergy(Sent):
    substance: Said
    reaction: Said | None = None


class Allergy(Given):
    id: int
    patient_id: int
    substance: str
    reaction: str | None
    noted_by: str
    noted_at: At


class Allergies(Given):
    items: list[Allergy]
