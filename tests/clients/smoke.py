"""A program of somebody's, in Python: reads patients, writes a note twice with one key, and is told what is wrong."""

import sys

from careward_client import AuthenticatedClient
from careward_client.api.messages import add_note
from careward_client.api.patients import find_patients, get_contact, get_patient, set_contact
from careward_client.models import NewContact, NewNote, Patients, Problem

address, key = sys.argv[1:]
client = AuthenticatedClient(base_url=address, token=key, raise_on_unexpected_status=True)

found = find_patients.sync(client=client, limit=10)
assert isinstance(found, Patients)
patient = found.items[0]
assert patient.name == "Amina Yusuf"

note = NewNote(text="Called; all is well.")
first = add_note.sync_detailed(patient.id, client=client, body=note, idempotency_key="smoke-py")
again = add_note.sync_detailed(patient.id, client=client, body=note, idempotency_key="smoke-py")
assert first.status_code == 201
assert again.parsed == first.parsed
assert again.headers["Idempotency-Replayed"] == "true"

seen = get_contact.sync_detailed(patient.id, client=client).headers["ETag"]
changed = set_contact.sync_detailed(patient.id, client=client, body=NewContact(phone="+44 20 7946 0300"), if_match=seen)
assert changed.status_code == 200
late = set_contact.sync(patient.id, client=client, body=NewContact(phone="+44 20 7946 0400"), if_match=seen)
assert isinstance(late, Problem)
assert late.code == "changed_meanwhile"

nobody = get_patient.sync(999, client=client)
assert isinstance(nobody, Problem)
assert nobody.code == "not_found"
print("Python: well")
