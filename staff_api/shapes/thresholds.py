"""Thresholds: the numbers that zones are judged by, and where each comes from."""

from typing import Literal

from pydantic import Field

from staff_api.shapes.forms import At, Given, Sent


class NewThreshold(Sent):
    number: float = Field(allow_inf_nan=False, strict=False, description="In the unit that `about` names.")


class Threshold(Given):
    name: str = Field(examples=["hypertension.systolic"])
    check_in: str
    zone: Literal["red", "amber"] | None = Field(description="None for what is usual for a patient: it is no limit itself.")
    about: str
    number: float | None = Field(description="In force now; null where it is worked out from the patient's readings.")
    origin: Literal["file", "clinic", "patient"] = Field(description="Where the number in force comes from.")
    in_file: float | None = Field(description="What holds where nothing is set.")
    lowest: float
    highest: float
    set_by: str | None
    set_at: At | None


class Thresholds(Given):
    items: list[Threshold]
