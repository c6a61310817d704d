"""The messages of TensorFlow Serving's Predict, and tensors made of arrays: what is needed of TensorFlow's 700 MB."""

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import Default
from google.protobuf.message_factory import MessageFactory
from seldon_core.proto.tensorflow.core.framework import tensor_pb2, types_pb2

PACKAGE = "tensorflow.serving"
TENSOR = ".tensorflow.TensorProto"


def _field(name, number, kind="", repeated=False):
    """A field of text, or of the message `kind`."""
    label = FieldDescriptorProto.LABEL_REPEATED if repeated else FieldDescriptorProto.LABEL_OPTIONAL
    scalar = FieldDescriptorProto.TYPE_MESSAGE if kind else FieldDescriptorProto.TYPE_STRING
    return FieldDescriptorProto(name=name, number=number, label=label, type=scalar, type_name=kind)


def _message(name, spec, tensors, number):
    """A message with the field model_spec and a map of tensors by their names."""
    entry = DescriptorProto(name=f"{tensors.capitalize()}Entry", field=[_field("key", 1), _field("value", 2, TENSOR)])
    entry.options.map_entry = True
    kind = f".{PACKAGE}.{name}.{entry.name}"
    fields = [_field("model_spec", spec, f".{PACKAGE}.ModelSpec"), _field(tensors, number, kind, repeated=True)]
    return DescriptorProto(name=name, field=fields, nested_type=[entry])


# Names and numbers are those of TensorFlow Serving's API. A field that is not named here passes through unread.
_FILE = FileDescriptorProto(
    name="tfserving_proxy.proto",
    package=PACKAGE,
    syntax="proto3",
    dependency=[tensor_pb2.DESCRIPTOR.name],
    message_type=[
        DescriptorProto(name="ModelSpec", field=[_field("name", 1), _field("signature_name", 3)]),
        _message("PredictRequest", 1, "inputs", 2),
        _message("PredictResponse", 2, "outputs", 1),
    ],
)
Default().AddSerializedFile(_FILE.SerializeToString())


def _class(name):
    return MessageFactory(Default()).GetPrototype(Default().FindMessageTypeByName(f"{PACKAGE}.{name}"))


PredictRequest, PredictResponse = _class("PredictRequest"), _class("PredictResponse")


def tensor_of(array):
    """The types that TensorFlow gives to lists of Python's fractions (float32), texts and truth values."""
    tensor = tensor_pb2.TensorProto()
    for size in array.shape:
        tensor.tensor_shape.dim.add(size=size)
    if array.dtype.kind == "U":
        tensor.dtype = types_pb2.DT_STRING
        tensor.string_val.extend(text.encode() for text in array.ravel().tolist())
    elif array.dtype.kind == "b":
        tensor.dtype, tensor.tensor_content = types_pb2.DT_BOOL, array.tobytes()
    else:
        tensor.dtype, tensor.tensor_content = types_pb2.DT_FLOAT, array.astype("<f4").tobytes()
    return tensor
