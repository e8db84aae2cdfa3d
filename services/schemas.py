"""JSON Schemas as the interface documents need them."""

from typing import Any

from pydantic import TypeAdapter


def self_contained(adapter: TypeAdapter[Any]) -> dict[str, Any]:
    """Return a type's schema with every definition written out where it is used.

    Documents move a schema to a place of their own, where references into it lead nowhere.
    """
    schema = adapter.json_schema()
    definitions = schema.pop("$defs", {})
    found: dict[str, Any] = _resolved(schema, definitions)
    return found


def _resolved(part: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_resolved(one, definitions) for one in part]
    if not isinstance(part, dict):
        return part
    if (name := part.get("$ref", "")).startswith("#/$defs/"):
        return _resolved(definitions[name.removeprefix("#/$defs/")], definitions)
    return {
        key: _resolved(value, definitions) for key, value in part.items() if key != "discriminator"
    }
