"""Secrets of others that we must be able to say again: encrypted in the database, with a key that is not in it."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet

from care.heart.settings import Settings


def box(settings: Settings, purpose: str) -> Fernet:
    """What seals and opens the secrets of one purpose."""
    key = hmac.new(settings.staff.secret.encode(), purpose.encode(), hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
