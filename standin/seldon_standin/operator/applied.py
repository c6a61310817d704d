"""What the operator wrote last, and whether an object in the API server still is what it should be."""

from __future__ import annotations

import base64
import binascii
import io
import json
import zipfile
from copy import deepcopy
from decimal import Decimal, InvalidOperation
from typing import Any

Json = dict[str, Any]

ANNOTATION = "seldon.io/last-applied"
ENTRY = "original"  # the name of the file in the archive
SUFFIXES = {
    **dict(
        zip(
            ("n", "u", "m", "", "k", "M", "G", "T", "P", "E"), (Decimal(10) ** e for e in range(-9, 19, 3)), strict=True
        )
    ),
    **{unit + "i": Decimal(2) ** (10 * power) for power, unit in enumerate("KMGTPE", start=1)},
}


def stamp(item: Json) -> Json:
    """A copy that carries itself in an annotation: base64 of a zip archive of JSON. Only Deployments do, as with the
    original.
    """
    item = deepcopy(item)
    if item["kind"] == "Deployment":
        text = json.dumps(item, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(ENTRY), text, zipfile.ZIP_DEFLATED)
        item["metadata"].setdefault("annotations", {})[ANNOTATION] = base64.b64encode(packed.getvalue()).decode()
    return item


def last(live: Json) -> Json:
    """The object as the operator wrote it last; empty if it does not say."""
    text = (live["metadata"].get("annotations") or {}).get(ANNOTATION) or ""
    try:
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(text, validate=True))) as archive:
            found = json.loads(archive.read(ENTRY))
    except (binascii.Error, zipfile.BadZipFile, KeyError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def quantity(value: Any) -> Decimal | None:
    """A Kubernetes quantity ("500m", "1Gi", 2) as a number, or None if it is none."""
    text = str(value)
    number = text.rstrip("".join({letter for suffix in SUFFIXES for letter in suffix}))
    factor = SUFFIXES.get(text[len(number) :])
    try:
        return Decimal(number) * factor if factor is not None else None
    except InvalidOperation:
        return None


def canonical(value: Any) -> str:
    """A quantity as Go writes it: a whole number with the greatest suffix of its kind (0.1 is 100m, 1024Mi is 1Gi)."""
    amount = quantity(value)
    if not amount:
        return str(value) if amount is None else "0"
    binary = str(value).endswith("i") and amount == int(amount)
    kinds = [(factor, suffix) for suffix, factor in SUFFIXES.items() if not suffix or suffix.endswith("i") == binary]
    for factor, suffix in sorted(kinds, reverse=True):
        if amount % factor == 0:
            return f"{int(amount / factor)}{suffix}"
    return str(value)


def covers(live: Any, desired: Any) -> bool:
    """Does `live` have all of `desired`? Fields that the API server added do not matter, nor do empty ones."""
    if isinstance(desired, dict):
        if not isinstance(live, dict):
            return not desired and live is None
        return all(covers(live.get(key), value) for key, value in desired.items())
    if isinstance(desired, list):
        if not isinstance(live, list):
            return not desired and live is None
        return len(live) == len(desired) and all(map(covers, live, desired))
    if live == desired or (not desired and live is None):
        return True
    amount = quantity(desired)
    return amount is not None and isinstance(live, (str, int)) and quantity(live) == amount


def settled(live: Json, desired: Json) -> bool:
    """Is there nothing to write? `desired` must be stamped."""
    metadata, wanted = live["metadata"], desired["metadata"]
    return (
        last(live) == last(desired)
        and covers(live.get("spec"), desired["spec"])
        and covers(metadata.get("labels"), wanted.get("labels"))
        and covers(_plain(metadata.get("annotations")), _plain(wanted.get("annotations")))
    )


def _plain(annotations: Json | None) -> Json:
    return {key: value for key, value in (annotations or {}).items() if key != ANNOTATION}


def merged(live: Json, desired: Json) -> Json:
    """What to write in place of `live`: ours, what others added to its metadata, and what only the server decides."""
    before = last(live).get("metadata", {})
    metadata = {**live["metadata"]}
    metadata.pop("managedFields", None)
    for part in ("labels", "annotations"):
        removed = set(before.get(part) or {}) - set(desired["metadata"].get(part) or {})
        kept = {key: value for key, value in (metadata.get(part) or {}).items() if key not in removed}
        metadata[part] = {**kept, **(desired["metadata"].get(part) or {})}
    metadata["ownerReferences"] = desired["metadata"]["ownerReferences"]
    spec = {**desired["spec"]}
    if desired["kind"] == "Service":
        # The address of a Service cannot change.
        spec = {**live["spec"], **spec}
    if desired["kind"] == "Deployment" and "replicas" not in spec:
        # An autoscaler, or `kubectl scale`, decides.
        spec["replicas"] = live["spec"].get("replicas", 1)
    return {**desired, "metadata": metadata, "spec": spec}
