"""API keys: made, listed and revoked by people who are signed in."""

from care import staff
from staff_api.call import Call
from staff_api.problems import Fault, Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.staff import Key, Keys, NewKey, NewKeyMade


async def list_keys(call: Call) -> Keys:
    """All API keys, without their secrets."""
    return Keys(items=[Key.of(key) for key in await call.read(staff.keys)])


async def make_key(call: Call, body: NewKey) -> NewKeyMade:
    """Make an API key. Its secret is in this answer and nowhere else."""
    if body.expires_at and body.expires_at <= call.clinic.now():
        raise Problem("invalid_body", errors=[Fault(pointer="/expires_at", detail="A moment to come.")])
    call.must_be_fresh()
    if beyond := sorted(set(body.scopes) - call.person.scopes):
        raise Problem("conflict", f"A key reaches no further than whoever makes it: {', '.join(beyond)} is not of your role.")
    key_id, secret = await call.run(staff.new_key, body.name, tuple(sorted(set(body.scopes))), body.expires_at)
    return NewKeyMade(id=key_id, secret=secret)


async def revoke_key(call: Call, key_id: Id) -> None:
    """Revoke an API key, at once."""
    if not await call.run(staff.revoke_key, key_id):
        raise Problem("not_found")
