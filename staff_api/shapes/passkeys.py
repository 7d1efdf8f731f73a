"""Shapes of passkeys: what a browser is asked, and what it answers. Bytes are base64url, without padding."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from care import passkeys
from staff_api.shapes.forms import At, Given, Name, Sent

Bytes = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=4000)]
Label = Annotated[Name, Field(max_length=60, description="Which one it is: my phone, the ward's key.")]


class Passkey(Given):
    id: int
    name: str
    added_at: At
    used_at: At | None


class PasskeyOptions(Given):
    options: dict[str, Any] = Field(
        description="As WebAuthn writes them in JSON: for `PublicKeyCredential.parseCreationOptionsFromJSON`, or "
        "`parseRequestOptionsFromJSON`. Good for one answer, within five minutes.")


class NewPasskey(Sent):
    name: Label
    id: Bytes
    client_data: Bytes = Field(description="`response.clientDataJSON`.")
    attestation: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=16000)] = Field(
        description="`response.attestationObject`.")


class PasskeyAdded(Given):
    passkey: Passkey
    recovery_codes: list[str] = Field(description="For when it is gone; shown this once. Empty if there were some already.")


class PasskeyAnswer(Sent):
    id: Bytes
    client_data: Bytes = Field(description="`response.clientDataJSON`.")
    authenticator_data: Bytes = Field(description="`response.authenticatorData`.")
    signature: Bytes = Field(description="`response.signature`.")

    def as_given(self) -> passkeys.Answer:
        return passkeys.Answer(self.id, self.client_data, self.authenticator_data, self.signature)
