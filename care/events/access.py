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


@dataclass(frozen=True)
class StaffInvited(Event):
    role: str
    reach: str


@dataclass(frozen=True)
class StaffReset(Event):
    """Somebody gets a new password and no second factor, by a link that a colleague has made."""

    staff_id: int


@dataclass(frozen=True)
class PasswordChanged(Event):
    staff_id: int


@dataclass(frozen=True)
class SignedOutEverywhere(Event):
    staff_id: int


@dataclass(frozen=True)
class SignedOutByProvider(Event):
    """The clinic's identity provider has said that their sessions there are over."""

    staff_id: int
    sessions: int


@dataclass(frozen=True)
class StaffLinked(Event):
    """Somebody on staff came in by the clinic's identity provider for the first time."""

    staff_id: int


@dataclass(frozen=True)
class FactorAdded(Event):
    staff_id: int
    factor: str


@dataclass(frozen=True)
class FactorRemoved(FactorAdded):
    pass


@dataclass(frozen=True)
class RecoveryCodesMade(Event):
    staff_id: int


@dataclass(frozen=True)
class RecoveryCodeUsed(Event):
    staff_id: int
