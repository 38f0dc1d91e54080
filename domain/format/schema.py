"""JSON Schemas for editors, made from the models that read the files: a schema can't say anything else than they do.

What a schema can't know (whether a name is defined, whether a condition makes sense) is left to ``programme check``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from domain.format.model import ProgrammeDef
from domain.migration.reading import MappingDef
from domain.operations import OperationDef

if TYPE_CHECKING:
    from pydantic import BaseModel

KINDS: dict[str, type[BaseModel]] = {"programme": ProgrammeDef, "operation": OperationDef, "mapping": MappingDef}
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_CONDITION = {
    "type": "object",
    "description": "A condition, with the source that states it.",
    "properties": {
        "all": {"type": "array", "items": {"$ref": "#/$defs/Condition"}},
        "any": {"type": "array", "items": {"$ref": "#/$defs/Condition"}},
        "not": {"$ref": "#/$defs/Condition"},
        "fact": {"type": "string"}, "is": {}, "in": {"type": "array"},
        "has": {"type": "string"}, "item": {"type": "string"}, "known": {"type": "boolean"},
        "from": {"type": "number"}, "to": {"type": "number"},
        "age": {
            "type": "object", "additionalProperties": False,
            "properties": {"from": {"type": "integer"}, "to": {"type": "integer"}, "at": {"type": "string"}},
        },
        "record": {"type": "string"}, "where": {"type": "object"}, "at_least": {"type": "integer", "minimum": 1},
        "progress": {"type": "object", "required": ["record", "field"]},
        "reached": {"type": "string"}, "ref": {"type": "string"}, "count": {"type": "string"},
        "source": {"type": "string"},
    },
    "minProperties": 1,
    "additionalProperties": False,
}  # fmt: skip
_CONDITIONS = {"if", "eligible", "milestones", "counts", "required", "needs"}
"""The keys whose free mappings are conditions."""
_VARIANT = ("programme", "name", "about", "effective", "house", "unknown", "examples", "format")


def schema(kind: str) -> dict[str, Any]:
    """Return the schema of a programme, an operation or a mapping, as JSON Schema 2020-12."""
    made = TypeAdapter(KINDS[kind]).json_schema(by_alias=True)
    defs = made.pop("$defs", {})
    whole = {key: value for key, value in made.items() if key not in ("description", "title")}
    if kind == "programme":
        defs["Condition"] = _CONDITION
        for part in (whole, *defs.values()):
            _name_conditions(part)
        defs["Whole"], defs["Variant"] = whole, _variant(whole)
        del whole["properties"]["variant_of"]  # set when a variant is merged with its base
        # One of two, by a key: an editor then tells what is wrong with the one that is meant.
        whole = {
            "if": {"required": ["extends"]},
            "then": {"$ref": "#/$defs/Variant"},
            "else": {"$ref": "#/$defs/Whole"},
        }
    about = (KINDS[kind].__doc__ or "").strip()
    return {"$schema": _DRAFT, "title": f"Stegvis: {kind}", "description": about, **whole, "$defs": defs}


def schema_text(kind: str) -> str:
    """Return a schema as it is kept in a file."""
    return json.dumps(schema(kind), indent=1, ensure_ascii=False, sort_keys=False) + "\n"


def _variant(whole: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a variant: what it says for itself, and where it differs from its base."""
    own = {key: whole["properties"][key] for key in _VARIANT}
    places = {"type": "object", "propertyNames": {"pattern": r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$"}}
    return {
        "type": "object",
        "description": "A variant of another programme: what it says for itself, and where it differs.",
        "properties": {
            "extends": whole["properties"]["programme"], **own, "change": places, "add": places,
            "remove": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["extends", "programme", "name", "about", "effective"],
        "additionalProperties": False,
    }  # fmt: skip


def _name_conditions(part: dict[str, Any]) -> None:
    """Let every free mapping that holds a condition be checked as one."""
    for key, value in part.get("properties", {}).items():
        if key in _CONDITIONS:
            part["properties"][key] = _with_conditions(value)


def _with_conditions(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("type") == "object" and value.get("additionalProperties") is True:
            return {"$ref": "#/$defs/Condition"}
        return {key: _with_conditions(one) for key, one in value.items()}
    return [_with_conditions(one) for one in value] if isinstance(value, list) else value
