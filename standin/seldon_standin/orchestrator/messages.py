"""The messages of package seldon.protos, built from field names and numbers.

The wire format and the reflection of the original come from these facts alone; there is no generated code.
"""

from __future__ import annotations

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, empty_pb2, message_factory, struct_pb2
from google.protobuf.message import Message

from .descriptors import described

PACKAGE = "seldon.protos"

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


def _files() -> list[descriptor_pb2.FileDescriptorProto]:
    tensor = described("tensorflow/core/framework/tensor.proto", "tensorflow", {"TensorProto": _TENSORFLOW})
    imported = (any_pb2.DESCRIPTOR.name, struct_pb2.DESCRIPTOR.name, empty_pb2.DESCRIPTOR.name, tensor.name)
    return [
        tensor,
        described("proto/prediction.proto", PACKAGE, _MESSAGES, dependencies=imported, enums=_ENUMS, services=SERVICES),
    ]


POOL = descriptor_pool.Default()
for _file in _files():
    POOL.Add(_file)


def new(name: str) -> Message:
    """An empty message of package seldon.protos."""
    return CLASSES[name]()


CLASSES: dict[str, type[Message]] = {
    name: message_factory.GetMessageClass(POOL.FindMessageTypeByName(f"{PACKAGE}.{name}")) for name in _MESSAGES
}
