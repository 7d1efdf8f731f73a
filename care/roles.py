"""Roles: what each kind of colleague may do, and how far they see unless somebody says otherwise. What is not named is denied.

A scope is what a route asks for. Which patients a person sees is not of the role: see access.py.
"""

from collections.abc import Collection
from dataclasses import dataclass

SCOPES = (
    "worklist:read", "demographics:read", "demographics:write", "patients:read", "patients:write", "medicines:write",
    "messages:write", "escalations:write", "rota:write", "appointments:read", "appointments:write",
    "appointments:overbook", "events:read", "content:read", "content:propose", "content:write", "content:approve",
    "audit:read", "broadcasts:read", "broadcasts:write", "broadcasts:approve")
"""What a key for a program may have."""
PERSONAL = ("accounts:write", "keys:write", "webhooks:write", "emergency:read", "erasure:write")
"""What only a person who is signed in may have."""
EVERY = (*SCOPES, *PERSONAL)

IMPLIED = {
    "patients:read": ("demographics:read",), "patients:write": ("demographics:write",),
    "demographics:write": ("demographics:read",), "content:propose": ("content:read",),
    "content:write": ("content:propose",), "content:approve": ("content:propose",),
    "broadcasts:write": ("broadcasts:read",), "broadcasts:approve": ("broadcasts:read",),
    "appointments:write": ("appointments:read",), "appointments:overbook": ("appointments:write",)}
"""Who knows a patient's record knows who it is of."""

REACHES = ("clinic", "sites", "caseload")
"""Every patient; those of one's sites, and one's own; one's own."""


@dataclass(frozen=True)
class Role:
    name: str
    title: str
    does: str
    scopes: frozenset[str]
    reach: str = "clinic"


def _role(name: str, title: str, does: str, *scopes: str, reach: str = "clinic") -> Role:
    return Role(name, title, does, frozenset(_with_implied(scopes)), reach)


def _with_implied(scopes: Collection[str]) -> set[str]:
    found = set(scopes)
    while more := {one for scope in found for one in IMPLIED.get(scope, ())} - found:
        found |= more
    return found


_AT_WORK = ("worklist:read", "escalations:write", "events:read")
_TO_MANY = ("broadcasts:write", "broadcasts:approve")
_CARE = (*_AT_WORK, "patients:read", "messages:write", "emergency:read")

ROLES = {role.name: role for role in (
    _role("administrator", "Administrator", "Runs the clinic: staff, keys, settings, and all that clinicians may.", *EVERY),
    _role("clinician", "Clinician", "Treats patients, orders medicines, sets thresholds and programmes, approves words.",
          *_CARE, *_TO_MANY, "patients:write", "medicines:write", "rota:write", "content:approve",
          "appointments:overbook"),
    _role("nurse", "Nurse", "Answers patients, looks after programmes and medicines, plans the rota.",
          *_CARE, *_TO_MANY, "patients:write", "medicines:write", "rota:write", "content:read",
          "appointments:write"),
    _role("coordinator", "Coordinator", "Enrols patients, keeps contacts and the rota; sees no clinical record.",
          *_AT_WORK, "demographics:write", "rota:write", "appointments:write"),
    _role("pharmacist", "Pharmacist", "Looks after medicines, and answers patients about them.", *_CARE, "medicines:write",
          "appointments:read"),
    _role("social_worker", "Social worker", "Reads the record and answers patients; orders nothing.",
          *_CARE, "demographics:write", "appointments:write", reach="caseload"),
    _role("content_editor", "Content editor", "Writes lessons and templates, and proposes them; sees no patient.",
          "content:write"),
    _role("auditor", "Auditor", "Reads the audit trail; sees no patient's words.", "audit:read"),
    _role("integration", "Read-only integration", "A program's account: reads, and changes nothing.",
          "worklist:read", "patients:read", "appointments:read", "events:read", "keys:write"),
)}  # fmt: skip


def allows(scopes: Collection[str], wanted: str) -> bool:
    """Whether these scopes reach to what is wanted, directly or because one implies it."""
    return wanted in _with_implied(scopes)


def scopes_of(role: str) -> frozenset[str]:
    """What a role may do; a name that is no role may do nothing."""
    return ROLES[role].scopes if role in ROLES else frozenset()
