"""What Schemathesis sends where it means to be understood: mostly numbers that there are, and often a body that makes sense.

Loaded by Schemathesis itself. What is meant to be refused, and what follows from an answer before, is left as it was drawn.
"""

import base64
import json
import os
import random
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.generation.meta import TestPhase

from tests.contract.browser import BEFORE, Browser

KNOWN = json.loads(Path(os.environ["CONTRACT_KNOWN"]).read_text())
DRAWN = random.Random(int(os.environ["CONTRACT_SEED"]))
BROWSER = Browser(KNOWN["address"], KNOWN["sent"], KNOWN["ids"]["patient_id"], KNOWN["device"])
OFTEN = AT_TIMES = 0.8


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or meta.phase.name == TestPhase.STATEFUL:
        return
    operation = case.operation.definition.raw["operationId"]
    if "If-Match" in (case.headers or ()) and DRAWN.random() < OFTEN:
        case.headers["If-Match"] = "*"
    if (whole := whole_call(operation)) and DRAWN.random() < OFTEN:
        case.path_parameters = {**(case.path_parameters or {}), **whole.get("path", {})}
        case.query = whole.get("query", case.query)
        case.body = whole.get("body", case.body)
        return
    for name in list(case.path_parameters or ()):
        pool = KNOWN["ids"].get(f"{operation} {name}") or KNOWN["ids"].get(name)
        if pool and DRAWN.random() < OFTEN:
            case.path_parameters[name] = DRAWN.choice(pool)
    if (query := KNOWN["queries"].get(operation)) and DRAWN.random() < AT_TIMES:
        case.query = dict(query)
    if (bodies := KNOWN["bodies"].get(operation)) and DRAWN.random() < AT_TIMES:
        case.body = DRAWN.choice(bodies)
    if case.media_type == "application/octet-stream" and DRAWN.random() < AT_TIMES:
        case.body = base64.b64decode(KNOWN["picture"])


def whole_call(operation: str) -> dict[str, Any]:
    """What goes together, each in its turn; the last one stays."""
    if operation in BEFORE:
        return BEFORE[operation](BROWSER)
    calls = KNOWN["calls"].get(operation, [])
    return calls.pop(0) if len(calls) > 1 else next(iter(calls), {})
