"""The HTTP door as a test uses it. Every answer is held against the OpenAPI document: what it does not promise is a failure."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp.test_utils import TestClient
from jsonschema import Draft202012Validator, FormatChecker

from staff_api.app import V1


@dataclass
class Answer:
    status: int
    headers: Any
    json: Any
    text: str

    @property
    def code(self) -> str:
        """Of a problem."""
        return self.json["code"]


@dataclass
class Door:
    client: TestClient
    document: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    def as_(self, **headers: str | None) -> "Door":
        """The same door, for someone with other headers."""
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        return Door(self.client, self.document, {name: value for name, value in sent.items() if value is not None})

    async def get(self, path: str, **sent: Any) -> Answer:
        return await self.call("GET", path, **sent)

    async def post(self, path: str, body: Any = None, **sent: Any) -> Answer:
        return await self.call("POST", path, **({} if body is None else {"json": body}), **sent)

    async def put(self, path: str, body: Any, **sent: Any) -> Answer:
        return await self.call("PUT", path, json=body, **sent)

    async def delete(self, path: str, **sent: Any) -> Answer:
        return await self.call("DELETE", path, **sent)

    async def call(self, method: str, path: str, headers: dict[str, str | None] | None = None, **sent: Any) -> Answer:
        address = path if path.startswith(("/api", "/healthz", "/readyz", "/feeds")) else V1 + path
        held = self.headers | self.however_it_stands(method, address.partition("?")[0]) | (headers or {})
        held = {name: value for name, value in held.items() if value is not None}
        async with self.client.request(method, address, headers=held, **sent) as response:
            text = await response.text()
            is_json = response.content_type.endswith("json")
            answer = Answer(response.status, response.headers, json.loads(text) if is_json and text else None, text)
            self.keeps_its_promise(method, address.partition("?")[0], answer, response.content_type)
            return answer

    def keeps_its_promise(self, method: str, path: str, answer: Answer, content_type: str) -> None:
        operation = self.promised(method, path)
        if operation is None:
            return
        promise = operation["responses"].get(str(answer.status))
        assert promise, f"{method} {path} answered {answer.status}, which the document does not mention: {answer.text}"
        if "content" not in promise:
            assert answer.text == ""
            return
        assert content_type in promise["content"], f"{method} {path} answered {content_type}"
        schema = promise["content"][content_type]["schema"] | {"components": self.document["components"]}
        said = answer.text if content_type == "text/csv" else answer.json
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(said)

    def however_it_stands(self, method: str, path: str) -> dict[str, str]:
        """What is written over must have been read; tests that are not about that have seen any state of it."""
        asked = (self.promised(method, path) or {}).get("parameters", ())
        return {"If-Match": "*"} if any(one["name"] == "If-Match" and one["required"] for one in asked) else {}

    def promised(self, method: str, path: str) -> dict[str, Any] | None:
        parts = path.split("/")
        exact_first = sorted(self.document["paths"].items(), key=lambda one: one[0].count("{"))
        for template, operations in exact_first:
            names = template.split("/")
            fits = len(names) == len(parts) and all(n == p or n.startswith("{") for n, p in zip(names, parts, strict=True))
            if fits and method.lower() in operations:
                return operations[method.lower()]
        return None
