"""Pages as seen from outside the clinical record: by a coordinator, say, who knows who a patient is and no more."""

from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from typing import Any

REASON = "Somebody who reads records is needed"
LEFT_OUT = {"entries": [], "answers": [], "plans": [], "to_join": [], "situation": None, "pending": [], "checklist": [],
            "course": [], "older": None}


def without_the_record(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a page says, without what is of the record."""
    shown = {name: LEFT_OUT.get(name, value) for name, value in said.items()}
    for name in ("item", "obligations", "rows"):
        if name in shown:
            shown[name] = [covered(one) for one in shown[name]] if isinstance(shown[name], list) else covered(shown[name])
    return shown


def covered(item: Any) -> Any:
    """An obligation, or the row it stands in, without its reason."""
    if not is_dataclass(item) or isinstance(item, type):
        return item
    if hasattr(item, "item"):
        return replace(item, item=covered(item.item))
    changed = {"reason": REASON, "value": None, "note": None}
    return replace(item, **{name: value for name, value in changed.items() if hasattr(item, name)})
