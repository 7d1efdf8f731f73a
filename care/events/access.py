"""Events of who may see whom."""

from dataclasses import dataclass

from care.heart.event import Event


@dataclass(frozen=True)
class SiteAdded(Event):
    site_id: int


@dataclass(frozen=True)
class PatientMovedToSite(Event):
    site_id: int | None


@dataclass(frozen=True)
class CaseloadJoined(Event):
    """A patient is on somebody's caseload from now on."""

    staff_id: int


@dataclass(frozen=True)
class CaseloadLeft(Event):
    staff_id: int


@dataclass(frozen=True)
class StaffRoleChanged(Event):
    staff_id: int
    role: str
    reach: str
    site_ids: tuple[int, ...]


@dataclass(frozen=True)
class EmergencyAccessOpened(Event):
    """Somebody opened a record that is out of their reach, and said why."""

    emergency_access_id: int
    staff_id: int
