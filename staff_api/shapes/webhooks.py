"""Shapes of webhooks: who is told what, and what became of it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from staff_api.shapes.forms import At, Given, Page, Paged, Sent

Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.*]{1,60}$")]


class WebhookIn(Sent):
    url: Url = Field(description="An https address on the open internet.", examples=["https://example.org/hooks"])
    kinds: list[Kind] = Field(
        min_length=1, max_length=100, examples=[["escalation.opened", "dose.*"]],
        description="Types of events, whole subjects such as `dose.*`, or `*`. GET /api/v1/webhook-types has them all.")
    facts: bool = Field(
        False, description="True to be told all that the journal has of an event, such as what an escalation is about; else "
        "ids alone, and whoever is told asks here for the rest.")


class Webhook(Given):
    """A program that is told what happens. It is told by Standard Webhooks: verify `webhook-signature`, and know a repeated
    message by its `webhook-id`."""

    id: int
    url: str
    kinds: list[str]
    facts: bool
    made_by: str
    created_at: At
    old_secret_until: At | None = Field(description="Until then the secret before this one signs as well.")
    failing_since: At | None = Field(description="Nothing has arrived since; after three days it is switched off.")
    disabled_at: At | None
    disabled_why: str | None


class Webhooks(Given):
    items: list[Webhook]


class WebhookMade(Given):
    """A webhook with its secret, which is shown this once."""

    webhook: Webhook
    secret: str = Field(description="Begins with whsec_; the rest is base64.")


class WebhookTypes(Given):
    items: list[str]


class Delivery(Given):
    id: int
    webhook_id: int
    event_id: int
    kind: str
    created_at: At
    attempts: int
    outcome: Literal["sent", "failed"] | None = Field(description="Null: still to leave.")
    status: int | None = Field(description="Of the last answer, if there was one.")
    why: str | None
    next_at: At | None
    settled_at: At | None


class DeliveriesAsked(Paged):
    outcome: Literal["sent", "failed"] | None = Field(None, description="Only those that arrived, or that were given up.")


class Deliveries(Page):
    items: list[Delivery]
