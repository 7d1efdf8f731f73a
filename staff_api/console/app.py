"""The console, wired: which address goes to which view. Read this first."""

from aiohttp import web

from staff_api.console import assets, doors, medicines, patients, plans, rota, thread, worklist
from staff_api.console.visit import problem_page
from staff_api.wiring import CLINIC, PROBLEM_PAGE


def add_console(app: web.Application) -> None:
    """Add the pages to a staff API; every change they make is one the API makes too."""
    app.router.add_routes([
        web.get("/", worklist.get_worklist),
        web.get("/worklist", worklist.get_list),
        web.get("/e/{escalation_id:[0-9]{1,15}}", thread.get_escalation),
        web.post("/e/{escalation_id:[0-9]{1,15}}/acknowledge", thread.acknowledge),
        web.post("/e/{escalation_id:[0-9]{1,15}}/resolve", thread.resolve),
        web.post("/e/{escalation_id:[0-9]{1,15}}/hand-over", thread.hand_over),
        web.post("/e/{escalation_id:[0-9]{1,15}}/snooze", thread.snooze),
        web.post("/e/{escalation_id:[0-9]{1,15}}/checklist", thread.tick),
        web.get("/notices", rota.get_notices),
        web.get("/rota", rota.get_rota),
        web.post("/rota/shifts", rota.add_shift),
        web.post("/rota/shifts/{shift_id:[0-9]{1,15}}/remove", rota.remove_shift),
        web.post("/rota/absences", rota.add_absence),
        web.post("/rota/absences/{absence_id:[0-9]{1,15}}/cancel", rota.cancel_absence),
        web.post("/rota/phone", rota.set_phone),
        web.post("/messages/{message_id:[0-9]{1,15}}/undo", thread.undo),
        web.get("/patients", patients.find),
        web.get("/patients/new", patients.get_new),
        web.post("/patients/new", patients.add),
        web.get("/patients/{patient_id:[0-9]{1,15}}", patients.get_patient),
        web.post("/patients/{patient_id:[0-9]{1,15}}/reply", thread.reply),
        web.post("/patients/{patient_id:[0-9]{1,15}}/note", thread.write_note),
        web.post("/patients/{patient_id:[0-9]{1,15}}/contact", patients.set_contact),
        web.post("/patients/{patient_id:[0-9]{1,15}}/invite", patients.invite),
        web.post("/patients/{patient_id:[0-9]{1,15}}/situation", patients.begin_situation),
        web.post("/patients/{patient_id:[0-9]{1,15}}/situation/end", patients.end_situation),
        web.post("/situations/{situation_id:[0-9]{1,15}}/undo", patients.undo_situation),
        web.post("/patients/{patient_id:[0-9]{1,15}}/plans", plans.add),
        web.post("/plans/{plan_id:[0-9]{1,15}}/change", plans.change),
        web.post("/plans/{plan_id:[0-9]{1,15}}/end", plans.end),
        web.post("/plans/{plan_id:[0-9]{1,15}}/wake", plans.wake),
        web.get("/patients/{patient_id:[0-9]{1,15}}/medicines", medicines.get_medicines),
        web.post("/patients/{patient_id:[0-9]{1,15}}/medicines/preview", medicines.preview),
        web.post("/patients/{patient_id:[0-9]{1,15}}/medicines/order", medicines.prescribe),
        web.post("/patients/{patient_id:[0-9]{1,15}}/medicines/read", medicines.read_request),
        web.post("/patients/{patient_id:[0-9]{1,15}}/allergies", medicines.note_allergy),
        web.post("/patients/{patient_id:[0-9]{1,15}}/allergies/{allergy_id:[0-9]{1,15}}/remove", medicines.remove_allergy),
        web.get("/regimens/{regimen_id:[0-9]{1,15}}/change", medicines.get_change),
        web.post("/regimens/{regimen_id:[0-9]{1,15}}/preview", medicines.preview_change),
        web.post("/regimens/{regimen_id:[0-9]{1,15}}/change", medicines.change),
        web.post("/regimens/{regimen_id:[0-9]{1,15}}/stop", medicines.stop),
        web.post("/orders/{order_id:[0-9]{1,15}}/{word:agree|refuse}", medicines.decide),
        web.post("/emergency-access", patients.open_in_emergency),
        web.post("/links/{link_id:[0-9]{1,15}}/cut", patients.cut_link),
        web.get("/sign-in", doors.get_sign_in),
        web.post("/sign-in", doors.sign_in),
        web.post("/sign-out", doors.sign_out),
        web.get("/setup/{token}", doors.get_set_up),
        web.post("/setup/{token}", doors.set_up),
        web.get(assets.ROOT + "/{version}/{name:.+}", assets.get_asset),
    ])  # fmt: skip
    app[PROBLEM_PAGE] = problem_page
    if app[CLINIC].settings.demo:
        app.router.add_post("/demo/sign-in", doors.sign_in_as_dana)
