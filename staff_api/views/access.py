"""Who sees whom: sites, caseloads, and a record opened in an emergency."""

from care import access
from care.heart.turn import Turn
from care.staff import StaffMember
from staff_api.call import Call, found
from staff_api.problems import Problem
from staff_api.shapes.access import AtSite, CareTeam, EmergencyAccess, EmergencyReason, NewSite, OnCaseload, Site, Sites
from staff_api.shapes.forms import Id


async def open_in_emergency(call: Call, body: EmergencyReason) -> EmergencyAccess:
    """Open a record that is out of your reach, for an hour, and say why. Your colleagues are told at once, and will ask."""
    return await call.change(EmergencyAccess, opened, call.person, body)


def opened(turn: Turn, person: StaffMember, wanted: EmergencyReason) -> access.EmergencyAccess | None:
    try:
        return access.open_in_emergency(turn, person, wanted.patient_id, wanted.reason)
    except access.Refused as refused:
        raise Problem("conflict", str(refused)) from None


async def list_sites(call: Call) -> Sites:
    """The clinic's sites."""
    return Sites(items=[Site.of(one) for one in await call.read(access.sites)])


async def add_site(call: Call, body: NewSite) -> Site:
    """Add a site: patients can be at it, and colleagues may see only theirs."""
    return await call.change(Site, new_site, body.name)


def new_site(turn: Turn, name: str) -> access.Site:
    try:
        return access.add_site(turn, name)
    except access.Refused as refused:
        raise Problem("conflict", str(refused)) from None


async def set_site(call: Call, patient_id: Id, body: AtSite) -> None:
    """At which site a patient is treated."""
    try:
        if not await call.run(access.move_to_site, patient_id, body.site_id):
            raise Problem("not_found")
    except access.Refused as refused:
        raise Problem("conflict", str(refused)) from None


async def get_care_team(call: Call, patient_id: Id) -> CareTeam:
    """On whose caseload a patient is."""
    return CareTeam(items=[OnCaseload.of(one) for one in found(await call.read(access.care_team, patient_id))])


async def join_caseload(call: Call, patient_id: Id, staff_id: Id) -> None:
    """Put a patient on somebody's caseload; that they are on it already is as good."""
    if not await call.run(access.join_caseload, staff_id, patient_id):
        raise Problem("not_found")


async def leave_caseload(call: Call, patient_id: Id, staff_id: Id) -> None:
    """Take a patient off somebody's caseload."""
    if not await call.run(access.leave_caseload, staff_id, patient_id):
        raise Problem("not_found")
