"""Which address goes to which view, of what people write to people with, whose work it is, how it went. Others: app.py."""

from staff_api.operations import Operation
from staff_api.views import calls, mentions, mornings, pools, replies, service_measures

PEOPLE = (
    Operation("GET", "/pools", pools.list_pools, "worklist:read"),
    Operation("GET", "/pools/{pool_id}", pools.get_pool, "worklist:read", problems=("not_found",)),
    Operation("POST", "/pools", pools.add_pool, "accounts:write", 201, problems=("conflict",), once=True),
    Operation("PUT", "/pools/{pool_id}", pools.change_pool, "accounts:write", problems=("not_found", "conflict"),
              stands=pools.pool_now),
    Operation("DELETE", "/pools/{pool_id}", pools.close_pool, "accounts:write", 204, problems=("not_found",)),
    Operation("GET", "/replies", replies.list_replies, "content:read"),
    Operation("GET", "/replies/{reply_id}", replies.get_reply, "content:read", problems=("not_found",)),
    Operation("POST", "/replies", replies.add_reply, "content:write", 201, problems=("conflict",), once=True),
    Operation("PUT", "/replies/{reply_id}", replies.change_reply, "content:write", problems=("not_found", "conflict"),
              stands=replies.reply_now),
    Operation("DELETE", "/replies/{reply_id}", replies.retire_reply, "content:write", 204, problems=("not_found",)),
    Operation(
        "GET", "/patients/{patient_id}/replies", replies.get_patient_replies, "messages:write", problems=("not_found",),
    ),
    Operation(
        "POST", "/patients/{patient_id}/calls", calls.log_call, "messages:write", 201,
        problems=("not_found", "people_only", "conflict"), once=True,
    ),
    Operation(
        "POST", "/patients/{patient_id}/presence", calls.be_here, "messages:write", problems=("not_found", "people_only"),
    ),
    Operation(
        "DELETE", "/patients/{patient_id}/presence", calls.leave, "messages:write", 204, problems=("people_only",),
    ),
    Operation("GET", "/handover", mornings.get_handover, "worklist:read"),
    Operation("GET", "/worklist/calls", mornings.get_calls_to_make, "demographics:read"),
    Operation("GET", "/mentions", mentions.list_mentions, "patients:read", problems=("invalid_cursor", "people_only")),
    Operation(
        "POST", "/mentions/{mention_id}/read", mentions.read_mention, "patients:read", 204,
        problems=("not_found", "people_only"),
    ),
    Operation("GET", "/service-measures", service_measures.get_service_measures, "worklist:read"),
    Operation("GET", "/service-measures.csv", service_measures.get_service_measures_csv, "worklist:read"),
    Operation("GET", "/service-measures/groups.csv", service_measures.get_service_measures_by_group_csv, "worklist:read"),
)
