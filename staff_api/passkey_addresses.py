"""Which address goes to which view, of passkeys. All others of accounts are in app.py."""

from staff_api.guards import PUBLIC, SIGNED_IN
from staff_api.operations import Operation
from staff_api.views import passkeys

WRONG = ("wrong_sign_in", "too_many_attempts")

PASSKEYS = (
    Operation("POST", "/session/passkey/challenge", passkeys.ask_passkey, PUBLIC,
              problems=("unauthenticated", "cross_site", "conflict")),
    Operation("POST", "/session/passkey", passkeys.give_passkey, PUBLIC, problems=("unauthenticated", "cross_site", *WRONG)),
    Operation("POST", "/session/proof/passkey/challenge", passkeys.ask_passkey_proof, SIGNED_IN, problems=("conflict",)),
    Operation("POST", "/session/proof/passkey", passkeys.prove_by_passkey, SIGNED_IN, 204, problems=WRONG),
    Operation("POST", "/account/passkey-options", passkeys.offer_passkey, SIGNED_IN, problems=("conflict", "step_up_needed")),
    Operation("POST", "/account/passkeys", passkeys.add_passkey, SIGNED_IN, 201, problems=("conflict",)),
    Operation("DELETE", "/account/passkeys/{passkey_id}", passkeys.remove_passkey, SIGNED_IN, 204,
              problems=("not_found", "step_up_needed")),
)
