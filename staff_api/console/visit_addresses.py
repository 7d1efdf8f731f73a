"""Which address goes to which page, of visits and calendars. All others are in app.py."""

from aiohttp import web

from staff_api.console import booking, calendars, visit_types, visits

VISITS = (
    web.get("/patients/{patient_id:[0-9]{1,15}}/visits/new", booking.get_booking),
    web.post("/patients/{patient_id:[0-9]{1,15}}/visits", booking.book),
    web.post("/patients/{patient_id:[0-9]{1,15}}/visits/overbook", booking.overbook),
    web.post("/patients/{patient_id:[0-9]{1,15}}/waiting-list", booking.wait),
    web.get("/visits", visits.get_day),
    web.get("/visits/requests", visits.get_requests),
    web.get("/visits/calls", visits.get_calls),
    web.get("/visits/waiting", visits.get_waiting),
    web.get("/visits/changes", visits.get_changes),
    web.get("/visits/{appointment_id:[0-9]{1,15}}/move", booking.get_move),
    web.post("/visits/{appointment_id:[0-9]{1,15}}/move", booking.move),
    web.get("/visits/{appointment_id:[0-9]{1,15}}/cancel", booking.get_cancel),
    web.post("/visits/{appointment_id:[0-9]{1,15}}/cancel", booking.cancel),
    web.get("/visits/{appointment_id:[0-9]{1,15}}/video", visits.join),
    web.post("/visits/{appointment_id:[0-9]{1,15}}/state", visits.record),
    web.post("/visits/{appointment_id:[0-9]{1,15}}/confirm", visits.confirm),
    web.post("/visits/{appointment_id:[0-9]{1,15}}/approve", visits.approve),
    web.post("/visits/{appointment_id:[0-9]{1,15}}/refuse", visits.refuse),
    web.get("/waiting-list/{waiting_id:[0-9]{1,15}}/offer", booking.get_offer),
    web.post("/waiting-list/{waiting_id:[0-9]{1,15}}/offer", booking.offer),
    web.post("/waiting-list/{waiting_id:[0-9]{1,15}}/leave", booking.leave),
    web.get("/calendars", calendars.get_all),
    web.post("/calendars", calendars.add),
    web.get("/calendars/kinds/new", visit_types.get_new),
    web.post("/calendars/kinds", visit_types.add),
    web.get("/calendars/kinds/{visit_type_id:[0-9]{1,15}}", visit_types.get_one),
    web.post("/calendars/kinds/{visit_type_id:[0-9]{1,15}}", visit_types.change),
    web.post("/calendars/kinds/{visit_type_id:[0-9]{1,15}}/close", visit_types.close),
    web.post("/calendars/sites", calendars.add_site),
    web.post("/calendars/sites/{site_id:[0-9]{1,15}}", calendars.set_place),
    web.get("/calendars/{calendar_id:[0-9]{1,15}}", calendars.get_one),
    web.post("/calendars/{calendar_id:[0-9]{1,15}}/hours", calendars.set_hours),
    web.post("/calendars/{calendar_id:[0-9]{1,15}}/leave", calendars.add_leave),
    web.post("/calendars/{calendar_id:[0-9]{1,15}}/leave/{exception_id:[0-9]{1,15}}/remove", calendars.remove_leave),
    web.post("/calendars/{calendar_id:[0-9]{1,15}}/close", calendars.close),
)  # fmt: skip
