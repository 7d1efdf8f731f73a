"""Which address goes to which view, of calendars and appointments. All others are in app.py."""

from staff_api.operations import Operation
from staff_api.views import appointments, calendars, lost_visits

APPOINTMENTS = (
    Operation("GET", "/sites/places", calendars.list_places, "appointments:read"),
    Operation("GET", "/sites/{site_id}/place", calendars.get_place, "appointments:read", problems=("not_found",)),
    Operation(
        "PUT", "/sites/{site_id}/place", calendars.set_place, "appointments:write", problems=("not_found", "conflict"),
        stands=calendars.place_now,
    ),
    Operation("GET", "/calendars", calendars.list_calendars, "appointments:read"),
    Operation("POST", "/calendars", calendars.add_calendar, "appointments:write", 201, problems=("conflict",), once=True),
    Operation("GET", "/calendars/{calendar_id}", calendars.get_calendar, "appointments:read", problems=("not_found",)),
    Operation(
        "PUT", "/calendars/{calendar_id}/hours", calendars.set_hours, "appointments:write", problems=("not_found", "conflict"),
        stands=calendars.calendar_now,
    ),
    Operation(
        "DELETE", "/calendars/{calendar_id}", calendars.close_calendar, "appointments:write", 204, problems=("not_found",),
        stands=calendars.calendar_now,
    ),
    Operation(
        "GET", "/calendars/{calendar_id}/stranded", calendars.get_stranded, "appointments:read", problems=("not_found",),
    ),
    Operation(
        "POST", "/calendars/{calendar_id}/feed", calendars.renew_feed, "appointments:write", 201,
        problems=("not_found", "conflict"),
    ),
    Operation(
        "DELETE", "/calendars/{calendar_id}/feed", calendars.revoke_feed, "appointments:write", 204, problems=("not_found",),
    ),
    Operation(
        "POST", "/calendars/{calendar_id}/exceptions", calendars.add_exception, "appointments:write", 201,
        problems=("not_found", "conflict"), once=True,
    ),
    Operation(
        "DELETE", "/calendar-exceptions/{exception_id}", calendars.remove_exception, "appointments:write", 204,
        problems=("not_found",),
    ),
    Operation("GET", "/closed-days", calendars.list_closed_days, "appointments:read"),
    Operation(
        "POST", "/closed-days", calendars.add_closed_days, "appointments:write", 201, problems=("conflict",), once=True,
    ),
    Operation(
        "DELETE", "/closed-days/{closed_days_id}", calendars.remove_closed_days, "appointments:write", 204,
        problems=("not_found",),
    ),
    Operation("GET", "/visit-types", calendars.list_visit_types, "appointments:read"),
    Operation("POST", "/visit-types", calendars.add_visit_type, "appointments:write", 201, problems=("conflict",), once=True),
    Operation("GET", "/visit-types/{visit_type_id}", calendars.get_visit_type, "appointments:read", problems=("not_found",)),
    Operation(
        "PUT", "/visit-types/{visit_type_id}", calendars.change_visit_type, "appointments:write",
        problems=("not_found", "conflict"), stands=calendars.visit_type_now,
    ),
    Operation(
        "DELETE", "/visit-types/{visit_type_id}", calendars.close_visit_type, "appointments:write", 204,
        problems=("not_found",), stands=calendars.visit_type_now,
    ),
    Operation("GET", "/free-slots", appointments.find_slots, "appointments:read", problems=("not_found",)),
    Operation("GET", "/appointments", appointments.get_day, "appointments:read", problems=("not_found",)),
    Operation("GET", "/appointment-requests", appointments.get_requests, "appointments:read"),
    Operation("GET", "/call-list", appointments.get_call_list, "appointments:read"),
    Operation("GET", "/appointment-changes", appointments.get_appointment_changes, "appointments:read"),
    Operation(
        "GET", "/appointments/{appointment_id}", appointments.get_appointment, "appointments:read", problems=("not_found",),
    ),
    Operation(
        "GET", "/patients/{patient_id}/appointments", appointments.get_appointments, "appointments:read",
        problems=("not_found",),
    ),
    Operation(
        "POST", "/patients/{patient_id}/appointments", appointments.book_appointment, "appointments:write", 201,
        problems=("not_found", "conflict"), once=True,
    ),
    Operation(
        "POST", "/patients/{patient_id}/appointments/overbook", appointments.overbook_appointment, "appointments:overbook", 201,
        problems=("not_found", "conflict"), once=True,
    ),
    Operation(
        "POST", "/appointments/{appointment_id}/move", appointments.move_appointment, "appointments:write",
        problems=("not_found", "conflict"), once=True, stands=appointments.appointment_now,
    ),
    Operation(
        "POST", "/appointments/{appointment_id}/move/overbook", appointments.move_beside_others, "appointments:overbook",
        problems=("not_found", "conflict"), once=True, stands=appointments.appointment_now,
    ),
    Operation(
        "POST", "/appointments/{appointment_id}/cancel", appointments.cancel_appointment, "appointments:write",
        problems=("not_found", "conflict"), once=True, stands=appointments.appointment_now,
    ),
    Operation(
        "POST", "/appointments/{appointment_id}/approve", appointments.approve_appointment, "appointments:write",
        problems=("not_found", "conflict"), once=True, stands=appointments.appointment_now,
    ),
    Operation(
        "POST", "/appointments/{appointment_id}/refuse", appointments.refuse_appointment, "appointments:write",
        problems=("not_found", "conflict"), once=True, stands=appointments.appointment_now,
    ),
    Operation(
        "POST", "/appointments/{appointment_id}/confirm", appointments.confirm_appointment, "appointments:write",
        problems=("not_found", "conflict"), once=True, stands=appointments.appointment_now,
    ),
    Operation(
        "POST", "/appointments/{appointment_id}/state", appointments.record_state, "appointments:write",
        problems=("not_found", "conflict"), once=True, stands=appointments.appointment_now,
    ),
    Operation(
        "POST", "/appointments/{appointment_id}/ask-to-move", lost_visits.ask_to_move, "appointments:write",
        problems=("not_found", "conflict"), once=True,
    ),
    Operation("GET", "/appointments-to-book-again", lost_visits.get_to_book_again, "appointments:read"),
    Operation(
        "POST", "/appointments/{appointment_id}/offer-anew", lost_visits.offer_anew, "appointments:write",
        problems=("not_found", "conflict"), once=True,
    ),
    Operation(
        "GET", "/appointments/{appointment_id}/video", appointments.get_video, "appointments:write",
        problems=("not_found", "conflict"),
    ),
    Operation(
        "POST", "/appointments/{appointment_id}/after-visit", appointments.write_after_visit, "messages:write", 201,
        problems=("not_found", "conflict"), once=True,
    ),
    Operation(
        "GET", "/appointments/{appointment_id}/after-visit", appointments.get_after_visits, "patients:read",
        problems=("not_found",),
    ),
    Operation("GET", "/waiting-list", calendars.get_waiting_list, "appointments:read"),
    Operation(
        "POST", "/patients/{patient_id}/waiting-list", calendars.add_to_waiting_list, "appointments:write", 201,
        problems=("not_found", "conflict"), once=True,
    ),
    Operation(
        "POST", "/waiting-list/{waiting_id}/offers", calendars.offer_time, "appointments:write", 201,
        problems=("not_found", "conflict"), once=True,
    ),
    Operation(
        "DELETE", "/waiting-list/{waiting_id}", calendars.leave_waiting_list, "appointments:write", 204,
        problems=("not_found",),
    ),
)  # fmt: skip
