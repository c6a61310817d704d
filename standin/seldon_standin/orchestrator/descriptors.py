"""Builds descriptors of protobuf messages from lines of field names and numbers; there is no generated code."""

from __future__ import annotations

import re
from collections.abc import Mapping

from google.protobuf import descriptor_pb2

# A message's fields: "[repeated] type name = number [in oneof]; …". map<,> makes the usual entry message. A type with a
# dot before it is of another package, one with a dot in it an enum inside a message.
_FIELD = re.compile(
    r"(?P<repeated>repeated )?(?:map<(?P<key>\S+), (?P<value>\S+)>|(?P<type>\S+)) (?P<name>\w+) = (?P<number>\d+)"
    r"(?: in (?P<oneof>\w+))?"
)
_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "double": _Field.TYPE_DOUBLE,
    "float": _Field.TYPE_FLOAT,
    "int32": _Field.TYPE_INT32,
    "int64": _Field.TYPE_INT64,
    "uint32": _Field.TYPE_UINT32,
    "uint64": _Field.TYPE_UINT64,
    "bool": _Field.TYPE_BOOL,
    "string": _Field.TYPE_STRING,
    "bytes": _Field.TYPE_BYTES,
}


def _full(package: str, name: str) -> str:
    return name if name.startswith(".") else f".{package}.{name}"


def _set_type(field: descriptor_pb2.FieldDescriptorProto, package: str, name: str) -> None:
    if name in _SCALARS:
        field.type = _SCALARS[name]
    else:
        field.type = _Field.TYPE_ENUM if "." in name.lstrip(".") and name[0] != "." else _Field.TYPE_MESSAGE
        field.type_name = _full(package, name)


def _add_message(message: descriptor_pb2.DescriptorProto, package: str, name: str, fields: str) -> None:
    message.name = name
    if not fields:
        return
    oneofs: list[str] = []
    for text in fields.split("; "):
        match = _FIELD.fullmatch(text)
        assert match is not None, text
        field = message.field.add(
            name=match["name"], number=int(match["number"]), label=_Field.LABEL_OPTIONAL, json_name=match["name"]
        )
        if match["key"]:
            entry = message.nested_type.add(name=match["name"][0].upper() + match["name"][1:] + "Entry")
            entry.options.map_entry = True
            for number, (part, kind) in enumerate((("key", match["key"]), ("value", match["value"])), start=1):
                entry_field = entry.field.add(name=part, number=number, label=_Field.LABEL_OPTIONAL)
                _set_type(entry_field, package, kind)
            field.label = _Field.LABEL_REPEATED
            field.type = _Field.TYPE_MESSAGE
            field.type_name = _full(package, f"{name}.{entry.name}")
            continue
        if match["repeated"]:
            field.label = _Field.LABEL_REPEATED
        _set_type(field, package, match["type"])
        if match["oneof"]:
            if match["oneof"] not in oneofs:
                oneofs.append(match["oneof"])
                message.oneof_decl.add(name=match["oneof"])
            field.oneof_index = oneofs.index(match["oneof"])


def described(
    name: str,
    package: str,
    messages: Mapping[str, str],
    *,
    dependencies: tuple[str, ...] = (),
    enums: Mapping[str, tuple[str, tuple[str, ...]]] | None = None,
    services: Mapping[str, Mapping[str, tuple[str, str]]] | None = None,
) -> descriptor_pb2.FileDescriptorProto:
    """A proto3 file.

    `enums` maps a message to an enum inside it and its values, `services` a service to its methods' request and
    response.
    """
    file = descriptor_pb2.FileDescriptorProto(name=name, package=package, syntax="proto3", dependency=dependencies)
    for message_name, fields in messages.items():
        message = file.message_type.add()
        _add_message(message, package, message_name, fields)
        if enums and message_name in enums:
            enum_name, values = enums[message_name]
            enum = message.enum_type.add(name=enum_name)
            for number, value in enumerate(values):
                enum.value.add(name=value, number=number)
    for service_name, methods in (services or {}).items():
        service = file.service.add(name=service_name)
        for method, (request, response) in methods.items():
            service.method.add(name=method, input_type=_full(package, request), output_type=_full(package, response))
    return file
