"""The page at /api/docs: every operation with its shapes and an example, and every problem; rendered once."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from staff_api.guards import PUBLIC, SIGNED_IN
from staff_api.openapi import INTRODUCTION
from staff_api.operations import Operation
from staff_api.problems import KINDS

CODE = Markup("<code>{}</code>")


def as_code(words: str) -> Markup:
    """Words with what stands in backticks set as code."""
    return Markup().join(CODE.format(part) if at % 2 else escape(part) for at, part in enumerate(words.split("`")))


HERE = Path(__file__).parent
PAGES = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
PAGES.filters["as_code"] = as_code


def render(operations: Iterable[Operation], document: dict[str, Any]) -> str:
    groups: dict[str, list[dict[str, Any]]] = {}
    for operation in operations:
        described = document["paths"][operation.path][operation.method.lower()]
        groups.setdefault(described["tags"][0], []).append(entry(operation, described, document))
    return PAGES.get_template("page.html").render(groups=groups, problems=KINDS, introduction=INTRODUCTION.split("\n\n"))


def entry(operation: Operation, described: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    example = sample(body, document) if body else None
    answers = [
        {"status": status, "description": answer["description"], "rows": rows(schema_in(answer), document)}
        for status, answer in described["responses"].items()
    ]
    return {
        "method": operation.method, "path": operation.path, "id": described["operationId"], "summary": described["summary"],
        "description": described.get("description", ""), "guard": guard_in_words(operation.guard),
        "parameters": [
            {"name": p["name"], "where": p["in"], "type": type_of(p["schema"]), "description": described_as(p)}
            for p in described["parameters"]
        ],
        "body": rows(body, document), "answers": answers, "example": curl(operation, example),
    }  # fmt: skip


def described_as(parameter: dict[str, Any]) -> str:
    return str(parameter.get("description") or parameter["schema"].get("description", ""))


def guard_in_words(guard: str) -> str:
    if guard == PUBLIC:
        return "Open to anyone"
    return "A signed-in person only" if guard == SIGNED_IN else f"Scope {guard}, or a signed-in person"


def curl(operation: Operation, body: Any) -> str:
    lines = [f"curl -X {operation.method} \"$CAREWARD{operation.path.replace('{', '$').replace('}', '')}\""]
    if operation.guard == SIGNED_IN:
        lines += ['--cookie "careward=$SESSION"'] + (['-H "X-CSRF-Token: $CSRF"'] if operation.method != "GET" else [])
    elif operation.guard != PUBLIC:
        lines.append('-H "Authorization: Bearer $KEY"')
    if operation.once:
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if body is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(body, ensure_ascii=False)}'"]
    return " \\\n  ".join(lines)


def schema_in(answer: dict[str, Any]) -> dict[str, Any] | None:
    content = answer.get("content", {}).get("application/json")
    return content["schema"] if content else None


def resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def rows(schema: dict[str, Any] | None, document: dict[str, Any], prefix: str = "") -> list[dict[str, str]]:
    """A shape as a flat table: one row a field, fields of fields below it."""
    if schema is None:
        return []
    shape, table = resolved(schema, document), []
    for name, field in shape.get("properties", {}).items():
        required = name in shape.get("required", [])
        table.append({
            "name": prefix + name, "type": type_of(field) + ("" if required else ", optional"),
            "description": str(field.get("description", "")),
        })  # fmt: skip
        inner = field.get("items") or field.get("additionalProperties")
        if isinstance(inner, dict) and "$ref" in inner:
            table += rows(inner, document, f"{prefix}{name}[].")
        elif "$ref" in field:
            table += rows(field, document, f"{prefix}{name}.")
    return table


def type_of(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(type_of(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {type_of(schema['items'])}"
    name = str(schema.get("const") or schema.get("format") or schema.get("type", "any"))
    return name + (f" ({bounds})" if (bounds := bounds_of(schema)) else "")


def bounds_of(schema: dict[str, Any]) -> str:
    least, most = schema.get("minimum", schema.get("minLength")), schema.get("maximum", schema.get("maxLength"))
    if most == 2**53 - 1:
        most = None
    return f"{'' if least is None else least}…{'' if most is None else most}" if (least, most) != (None, None) else ""


def sample(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    """Something that fits the shape, for the example."""
    schema = resolved(schema, document)
    if "examples" in schema:
        return schema["examples"][0]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], document)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            needed = schema.get("required") or list(schema.get("properties", {}))
            return {name: sample(field, document) for name, field in schema.get("properties", {}).items() if name in needed}
        case "array":
            return [sample(schema["items"], document)]
        case "integer":
            return 1
        case "boolean":
            return True
    return {"date": "1960-05-04", "date-time": "2027-01-01T09:00:00Z"}.get(schema.get("format", ""), "…")
