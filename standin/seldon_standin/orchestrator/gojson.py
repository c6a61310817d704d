"""JSON as Go's encoding/json writes it, where a client can tell the difference."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

_HTML = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_STRING = json.encoder.ESCAPE_DCT | {chr(k): v for k, v in _HTML.items()} | {"\b": "\\u0008", "\f": "\\u000c"}
_LINE_SEPARATORS = (b"\xe2\x80\xa8", b"\xe2\x80\xa9")


def html_escape(body: bytes) -> bytes:
    """Escape <, >, &, U+2028 and U+2029 wherever they stand, whether the bytes are JSON or not."""
    if b"<" in body:
        body = body.replace(b"<", b"\\u003c")
    if b">" in body:
        body = body.replace(b">", b"\\u003e")
    if b"&" in body:
        body = body.replace(b"&", b"\\u0026")
    if b"\xe2\x80" in body:
        for number, separator in enumerate(_LINE_SEPARATORS, start=8):
            body = body.replace(separator, b"\\u202%d" % number)
    return body


def quote(text: str) -> str:
    """A JSON string literal; control characters, quotes and HTML characters escaped."""
    out = []
    for char in text:
        escaped = _STRING.get(char)
        if escaped is None and char < " ":
            escaped = f"\\u{ord(char):04x}"
        out.append(escaped if escaped is not None else char)
    return '"' + "".join(out) + '"'


def number(value: int | float) -> str:
    """A float64 the way Go prints it: no exponent between 1e-6 and 1e21, no trailing .0."""
    value = float(value)
    if not math.isfinite(value):
        raise ValueError(f"json: unsupported value: {value}")
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    digits = Decimal(repr(value)).normalize()
    if 1e-6 <= abs(value) < 1e21:
        return format(digits, "f")
    mantissa, _, exponent = format(digits, "e").partition("e")
    return f"{mantissa}e{'-' if int(exponent) < 0 else '+'}{abs(int(exponent))}"


def dumps(value: Any) -> str:
    """Compact JSON of plain values; keys of mappings sorted, numbers as float64."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list):
        return "[" + ",".join(map(dumps, value)) + "]"
    return "{" + ",".join(f"{quote(key)}:{dumps(value[key])}" for key in sorted(value)) + "}"


def kind(value: object) -> str:
    """What Go calls a parsed JSON value."""
    names = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}
    return names.get(type(value), "null")


def _refuse(constant: str) -> Any:
    raise ValueError(f"invalid character {constant[0]!r} looking for beginning of value")


def loads(body: bytes) -> Any:
    """Parse strictly (no NaN, no Infinity); ValueError says what is wrong, as Go does for the usual cases."""
    try:
        return json.loads(body.decode("utf-8", "replace"), parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise ValueError(_syntax_error(error)) from None
    except RecursionError:
        raise ValueError("exceeded max depth") from None


def _syntax_error(error: json.JSONDecodeError) -> str:
    rest = error.doc[error.pos :].lstrip(" \t\r\n")
    if not rest:
        return "unexpected end of JSON input"
    char = repr(rest[0]) if rest[0] != "'" else "'\\''"
    if error.msg.startswith("Extra data"):
        return f"invalid character {char} after top-level value"
    if error.msg.startswith("Expecting property name"):
        return f"invalid character {char} looking for beginning of object key string"
    if error.msg.startswith("Expecting ':'"):
        return f"invalid character {char} after object key"
    if error.msg.startswith("Expecting ','"):
        return f"invalid character {char} after object key:value pair"
    return f"invalid character {char} looking for beginning of value"
