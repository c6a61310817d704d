"""The messages of package seldon.protos, built from field names and numbers.

The wire format and the reflection of the original come from these facts alone; there is no generated code.
"""

from __future__ import annotations

import re

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, empty_pb2, message_factory, struct_pb2
from google.protobuf.message import Message

PACKAGE = "seldon.protos"

# message -> "[repeated] type name = number [in oneof]"; map<,> makes the usual entry message.
_MESSAGES = {
    "SeldonMessage": (
        "Status status = 1; Meta meta = 2; DefaultData data = 3 in data_oneof; bytes binData = 4 in data_oneof; "
        "string strData = 5 in data_oneof; .google.protobuf.Value jsonData = 6 in data_oneof; "
        ".google.protobuf.Any customData = 7 in data_oneof"
    ),
    "DefaultData": (
        "repeated string names = 1; Tensor tensor = 2 in data_oneof; "
        ".google.protobuf.ListValue ndarray = 3 in data_oneof; .tensorflow.TensorProto tftensor = 4 in data_oneof"
    ),
    "Tensor": "repeated int32 shape = 1; repeated double values = 2",
    "Meta": (
        "string puid = 1; map<string, .google.protobuf.Value> tags = 2; map<string, int32> routing = 3; "
        "map<string, string> requestPath = 4; repeated Metric metrics = 5"
    ),
    "Metric": "string key = 1; Metric.MetricType type = 2; float value = 3; map<string, string> tags = 4",
    "SeldonMessageList": "repeated SeldonMessage seldonMessages = 1",
    "Status": "int32 code = 1; string info = 2; string reason = 3; Status.StatusFlag status = 4",
    "Feedback": "SeldonMessage request = 1; SeldonMessage response = 2; float reward = 3; SeldonMessage truth = 4",
    "RequestResponse": "SeldonMessage request = 1; SeldonMessage response = 2",
    "SeldonModelMetadataRequest": "string name = 1",
    "SeldonMessageMetadata": (
        "string messagetype = 1; .google.protobuf.Value schema = 2; string name = 3; string datatype = 4; "
        "repeated int64 shape = 5"
    ),
    "SeldonModelMetadata": (
        "string name = 1; repeated string versions = 2; string platform = 3; "
        "repeated SeldonMessageMetadata inputs = 4; repeated SeldonMessageMetadata outputs = 5; "
        "map<string, string> custom = 6"
    ),
    "SeldonGraphMetadata": (
        "string name = 1; map<string, SeldonModelMetadata> models = 2; "
        "repeated SeldonMessageMetadata inputs = 3; repeated SeldonMessageMetadata outputs = 4"
    ),
}
_ENUMS = {"Metric": ("MetricType", ("COUNTER", "GAUGE", "TIMER")), "Status": ("StatusFlag", ("SUCCESS", "FAILURE"))}
_MESSAGE, _FEEDBACK, _EMPTY = "SeldonMessage", "Feedback", ".google.protobuf.Empty"
SERVICES: dict[str, dict[str, tuple[str, str]]] = {
    "Generic": {
        "TransformInput": (_MESSAGE, _MESSAGE),
        "TransformOutput": (_MESSAGE, _MESSAGE),
        "Route": (_MESSAGE, _MESSAGE),
        "Aggregate": ("SeldonMessageList", _MESSAGE),
        "SendFeedback": (_FEEDBACK, _MESSAGE),
    },
    "Model": {
        "Predict": (_MESSAGE, _MESSAGE),
        "SendFeedback": (_FEEDBACK, _MESSAGE),
        "Metadata": (_EMPTY, "SeldonModelMetadata"),
    },
    "Router": {"Route": (_MESSAGE, _MESSAGE), "SendFeedback": (_FEEDBACK, _MESSAGE)},
    "Transformer": {"TransformInput": (_MESSAGE, _MESSAGE)},
    "OutputTransformer": {"TransformOutput": (_MESSAGE, _MESSAGE)},
    "Combiner": {"Aggregate": ("SeldonMessageList", _MESSAGE)},
    "Seldon": {
        "Predict": (_MESSAGE, _MESSAGE),
        "SendFeedback": (_FEEDBACK, _MESSAGE),
        "ModelMetadata": ("SeldonModelMetadataRequest", "SeldonModelMetadata"),
        "GraphMetadata": (_EMPTY, "SeldonGraphMetadata"),
    },
}
# TensorFlow's tensor, as far as a route can be read from it; what else it holds passes through unread.
_TENSORFLOW = (
    "int32 dtype = 1; repeated float float_val = 5; repeated double double_val = 6; repeated int32 int_val = 7"
)

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
    "string": _Field.TYPE_STRING,
    "bytes": _Field.TYPE_BYTES,
}


def _full(name: str) -> str:
    return name if name.startswith(".") else f".{PACKAGE}.{name}"


def _set_type(field: descriptor_pb2.FieldDescriptorProto, name: str) -> None:
    if name in _SCALARS:
        field.type = _SCALARS[name]
    else:
        field.type = _Field.TYPE_ENUM if "." in name.lstrip(".") and name[0] != "." else _Field.TYPE_MESSAGE
        field.type_name = _full(name)


def _add_message(message: descriptor_pb2.DescriptorProto, name: str, fields: str) -> None:
    message.name = name
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
                _set_type(entry.field.add(name=part, number=number, label=_Field.LABEL_OPTIONAL), kind)
            field.label = _Field.LABEL_REPEATED
            field.type = _Field.TYPE_MESSAGE
            field.type_name = _full(f"{name}.{entry.name}")
            continue
        if match["repeated"]:
            field.label = _Field.LABEL_REPEATED
        _set_type(field, match["type"])
        if match["oneof"]:
            if match["oneof"] not in oneofs:
                oneofs.append(match["oneof"])
                message.oneof_decl.add(name=match["oneof"])
            field.oneof_index = oneofs.index(match["oneof"])


def _files() -> list[descriptor_pb2.FileDescriptorProto]:
    tensor = descriptor_pb2.FileDescriptorProto(
        name="tensorflow/core/framework/tensor.proto", package="tensorflow", syntax="proto3"
    )
    _add_message(tensor.message_type.add(), "TensorProto", _TENSORFLOW)
    file = descriptor_pb2.FileDescriptorProto(name="proto/prediction.proto", package=PACKAGE, syntax="proto3")
    file.dependency.extend(
        [
            any_pb2.DESCRIPTOR.name,
            struct_pb2.DESCRIPTOR.name,
            empty_pb2.DESCRIPTOR.name,
            tensor.name,
        ]
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add()
        _add_message(message, name, fields)
        if name in _ENUMS:
            enum_name, values = _ENUMS[name]
            enum = message.enum_type.add(name=enum_name)
            for number, value in enumerate(values):
                enum.value.add(name=value, number=number)
    for name, methods in SERVICES.items():
        service = file.service.add(name=name)
        for method, (request, response) in methods.items():
            service.method.add(name=method, input_type=_full(request), output_type=_full(response))
    return [tensor, file]


POOL = descriptor_pool.Default()
for _file in _files():
    POOL.Add(_file)


def new(name: str) -> Message:
    """An empty message of package seldon.protos."""
    return CLASSES[name]()


CLASSES: dict[str, type[Message]] = {
    name: message_factory.GetMessageClass(POOL.FindMessageTypeByName(f"{PACKAGE}.{name}")) for name in _MESSAGES
}
