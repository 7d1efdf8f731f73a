"""Which address goes to which view, of medicines, what was handed out of them, and allergies. All others are in app.py."""

from staff_api.operations import Operation
from staff_api.views import adherence, medicines

MEDICINES = (
    Operation("GET", "/patients/{patient_id}/medicines", medicines.get_medicines, "patients:read", problems=("not_found",)),
    Operation(
        "POST", "/patients/{patient_id}/medicines", medicines.prescribe, "medicines:write", 201,
        problems=("not_found", "conflict", "people_only"), once=True,
    ),
    Operation(
        "POST", "/patients/{patient_id}/medicines/preview", medicines.preview_prescription, "medicines:write",
        problems=("not_found", "people_only"),
    ),
    Operation(
        "POST", "/patients/{patient_id}/medicines/read", medicines.read_request, "medicines:write", problems=("not_found",),
    ),
    Operation(
        "PUT", "/regimens/{regimen_id}", medicines.change_order, "medicines:write",
        problems=("not_found", "conflict", "people_only"),
    ),
    Operation(
        "POST", "/regimens/{regimen_id}/preview", medicines.preview_change, "medicines:write",
        problems=("not_found", "people_only"),
    ),
    Operation(
        "POST", "/regimens/{regimen_id}/stop", medicines.stop_medicine, "medicines:write", problems=("not_found", "conflict"),
        once=True,
    ),
    Operation("GET", "/medicines/{medicine_id}", medicines.get_medicine, "patients:read", problems=("not_found",)),
    Operation(
        "PUT", "/medicines/{medicine_id}/looks", medicines.describe_medicine, "medicines:write", problems=("not_found",),
        stands=medicines.medicine_now,
    ),
    Operation("GET", "/regimens/{regimen_id}/orders", medicines.get_orders, "patients:read", problems=("not_found",)),
    Operation(
        "POST", "/orders/{order_id}/agree", medicines.agree, "medicines:write",
        problems=("not_found", "conflict", "people_only"), once=True,
    ),
    Operation(
        "POST", "/orders/{order_id}/refuse", medicines.refuse, "medicines:write",
        problems=("not_found", "conflict", "people_only"), once=True,
    ),
    Operation(
        "GET", "/patients/{patient_id}/adherence", adherence.get_adherence, "patients:read",
        problems=("not_found", "invalid_query"),
    ),
    Operation(
        "POST", "/patients/{patient_id}/dispensings", adherence.record_dispensing, "medicines:write", 201,
        problems=("not_found",), once=True,
    ),
    Operation(
        "POST", "/patients/{patient_id}/dispensings/read", adherence.read_dispense, "medicines:write", problems=("not_found",),
    ),
    Operation("GET", "/patients/{patient_id}/day-hours", medicines.get_day_hours, "patients:read", problems=("not_found",)),
    Operation(
        "PUT", "/patients/{patient_id}/day-hours", medicines.set_day_hours, "medicines:write", problems=("not_found",),
        stands=medicines.hours_now,
    ),
    Operation("GET", "/patients/{patient_id}/allergies", medicines.get_allergies, "patients:read", problems=("not_found",)),
    Operation(
        "POST", "/patients/{patient_id}/allergies", medicines.note_allergy, "medicines:write", 201, problems=("not_found",),
        once=True,
    ),
    Operation("DELETE", "/allergies/{allergy_id}", medicines.remove_allergy, "medicines:write", 204, problems=("not_found",)),
)  # fmt: skip
