"""What the API server answers to a new SeldonDeployment: our schema and our webhook, without a cluster.

Three layers refuse, in this order: strict decoding (400), the schema and the name (422), the webhook (422).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from seldon_standin.operator import schema, validation

Json = dict[str, Any]

GROUP = "machinelearning.seldon.io"
KIND = "SeldonDeployment"
VERSIONS = ("v1", "v1alpha2", "v1alpha3")
WEBHOOK = "v1.vseldondeployment.kb.io"
NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
BAD_NAME = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    f"'{NAME.pattern}')"
)
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


def _kind_of(value: Any) -> str:
    if isinstance(value, float):
        return "number"
    return next(name for name in ("boolean", *TYPES) if isinstance(value, TYPES[name]))


def unknown_fields(value: Any, rule: Json, path: str) -> Iterator[str]:
    """Paths of fields that the schema does not have and would prune."""
    if isinstance(value, dict):
        properties = rule.get("properties", {})
        for key, inner in value.items():
            here = f"{path}.{key}" if path else key
            if key in properties:
                yield from unknown_fields(inner, properties[key], here)
            elif "additionalProperties" not in rule and not rule.get("x-kubernetes-preserve-unknown-fields"):
                yield here
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from unknown_fields(inner, rule.get("items", {}), f"{path}[{index}]")


def causes(value: Any, rule: Json, path: str) -> Iterator[Json]:
    """Wrong types and missing fields, as the API server reports them."""
    kind = rule.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool))):
        got = _kind_of(value)
        text = f'Invalid value: "{got}": {path} in body must be of type {kind}: "{got}"'
        yield {"reason": "FieldValueTypeInvalid", "message": text, "field": path}
    elif isinstance(value, dict):
        for key in rule.get("required", []):
            if key not in value:
                where = f"{path}.{key}" if path else key
                yield {"reason": "FieldValueRequired", "message": "Required value", "field": where}
        for key, inner in value.items():
            inner_rule = rule.get("properties", {}).get(key) or rule.get("additionalProperties")
            if isinstance(inner_rule, dict):
                yield from causes(inner, inner_rule, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from causes(inner, rule.get("items", {}), f"{path}[{index}]")


def _failure(code: int, reason: str, message: str, details: Json | None = None) -> Json:
    status: Json = {"status": "Failure", "reason": reason, "message": message, "code": code}
    return status | ({"details": details} if details else {})


def api(manifest: Json, servers: list[str]) -> tuple[int, Json | None]:
    """HTTP code and, for a refusal, the Status without its kind and version."""
    version = manifest["apiVersion"].rpartition("/")[2]
    rule = schema.schema()
    rule["properties"]["metadata"]["x-kubernetes-preserve-unknown-fields"] = True
    unknown = list(unknown_fields(manifest, rule, ""))
    if unknown:
        listed = ", ".join(f'unknown field "{path}"' for path in unknown)
        text = f'{KIND} in version "{version}" cannot be handled as a {KIND}: strict decoding error: {listed}'
        return 400, _failure(400, "BadRequest", text)

    name = manifest["metadata"]["name"]
    wrong = list(causes(manifest, rule, ""))
    if not NAME.fullmatch(name):
        text = f"Invalid value: {json.dumps(name)}: {BAD_NAME}"
        wrong.insert(0, {"reason": "FieldValueInvalid", "message": text, "field": "metadata.name"})
    if wrong:
        lines = [f"{cause['field']}: {cause['message']}" for cause in wrong]
        listed = lines[0] if len(lines) == 1 else f"[{', '.join(lines)}]"
        details = {"name": name, "group": GROUP, "kind": KIND, "causes": wrong}
        return 422, _failure(422, "Invalid", f'{KIND}.{GROUP} "{name}" is invalid: {listed}', details)

    spec = manifest.get("spec") or {}
    found = validation.check(spec, servers)
    if found:
        status = validation.refusal(found, spec.get("name") or "")
        status["message"] = f'admission webhook "{WEBHOOK}" denied the request: {status["message"]}'
        return 422, status
    return 201, None


def kubectl(manifest: Json, code: int, status: Json | None) -> Json:
    """What `kubectl create -f -` (1.34) makes of the answer: exit status and both outputs."""
    name = manifest["metadata"]["name"]
    group, _, version = manifest["apiVersion"].partition("/")
    if version not in VERSIONS:
        text = (
            f'error: resource mapping not found for name: "{name}" namespace: "{manifest["metadata"]["namespace"]}" '
            f'from "STDIN": no matches for kind "{KIND}" in version "{group}/{version}"\n'
            "ensure CRDs are installed first\n"
        )
        return {"exit": 1, "stdout": "", "stderr": text}
    if status is None:
        return {"exit": 0, "stdout": f"seldondeployment.{GROUP}/{name} created\n", "stderr": ""}
    if code == 400:
        text = f'Error from server (BadRequest): error when creating "STDIN": {status["message"]}\n'
        return {"exit": 1, "stdout": "", "stderr": text}
    lines = [f"{cause['field']}: {cause['message']}" for cause in status["details"]["causes"]]
    listed = lines[0] if len(lines) == 1 else "\n* " + "\n* ".join(lines)
    text = f'The {KIND} "{status["details"].get("name", "")}" is invalid: {listed}\n'
    return {"exit": 1, "stdout": "", "stderr": text}
