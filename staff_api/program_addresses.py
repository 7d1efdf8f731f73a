"""Which address goes to which view, of programs: their keys, what they are told by webhooks, and what is taken out as CSV."""

from staff_api.operations import Operation
from staff_api.rates import EXPORTS
from staff_api.views import exports, keys, webhooks

PROGRAMS = (
    Operation("GET", "/keys", keys.list_keys, "keys:write"),
    Operation("POST", "/keys", keys.make_key, "keys:write", 201, problems=("conflict", "step_up_needed")),
    Operation("DELETE", "/keys/{key_id}", keys.revoke_key, "keys:write", 204, problems=("not_found",)),
    Operation("GET", "/webhook-types", webhooks.list_webhook_types, "webhooks:write"),
    Operation("GET", "/webhooks", webhooks.list_webhooks, "webhooks:write"),
    Operation("POST", "/webhooks", webhooks.add_webhook, "webhooks:write", 201, problems=("step_up_needed",)),
    Operation("GET", "/webhooks/{webhook_id}", webhooks.get_webhook, "webhooks:write", problems=("not_found",)),
    Operation(
        "PUT", "/webhooks/{webhook_id}", webhooks.change_webhook, "webhooks:write", problems=("not_found", "step_up_needed"),
        stands=webhooks.webhook_now,
    ),
    Operation(
        "DELETE", "/webhooks/{webhook_id}", webhooks.remove_webhook, "webhooks:write", 204, problems=("not_found",),
        stands=webhooks.webhook_now,
    ),
    Operation(
        "POST", "/webhooks/{webhook_id}/secret", webhooks.rotate_webhook_secret, "webhooks:write", 201,
        problems=("not_found", "step_up_needed"),
    ),
    Operation(
        "POST", "/webhooks/{webhook_id}/enable", webhooks.enable_webhook, "webhooks:write", problems=("not_found",),
        stands=webhooks.webhook_now,
    ),
    Operation(
        "POST", "/webhooks/{webhook_id}/pause", webhooks.pause_webhook, "webhooks:write", problems=("not_found",),
        stands=webhooks.webhook_now,
    ),
    Operation("POST", "/webhooks/{webhook_id}/try", webhooks.try_webhook, "webhooks:write", 204, problems=("not_found",)),
    Operation(
        "GET", "/webhooks/{webhook_id}/deliveries", webhooks.get_deliveries, "webhooks:write",
        problems=("not_found", "invalid_cursor"),
    ),
    Operation(
        "POST", "/webhook-deliveries/{webhook_delivery_id}/replay", webhooks.replay_delivery, "webhooks:write",
        problems=("not_found",),
    ),
    Operation("GET", "/exports", exports.list_exports, "patients:read"),
    Operation("GET", "/exports/{kind}.csv", exports.get_export, "patients:read", rate=EXPORTS),
    Operation("GET", "/exports/{kind}/dictionary.csv", exports.get_dictionary, "patients:read"),
)  # fmt: skip
