"""Shapes of files that patients and staff send each other."""

from pydantic import Field

from staff_api.shapes.forms import Given


class Attachment(Given):
    """A file that can go with a message to this patient."""

    id: int
    media_type: str = Field(examples=["image/jpeg", "application/pdf"])
    size: int = Field(description="Bytes, as it is kept: without what pictures tell of where and by what they were taken.")
