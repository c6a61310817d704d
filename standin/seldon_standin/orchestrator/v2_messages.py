"""The messages of the Open Inference Protocol over gRPC, built from field names and numbers.

They are in a pool of their own: a client's library in the same process may bring the same package.
"""

from __future__ import annotations

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message

from .descriptors import described

PACKAGE = "inference"
SERVICE = f"{PACKAGE}.GRPCInferenceService"

_NAMED = "string name = 1; string version = 2"
_TENSOR = (
    "string name = 1; string datatype = 2; repeated int64 shape = 3; "
    "map<string, InferParameter> parameters = 4; InferTensorContents contents = 5"
)
_MESSAGES = {
    "ServerLiveRequest": "",
    "ServerLiveResponse": "bool live = 1",
    "ServerReadyRequest": "",
    "ServerReadyResponse": "bool ready = 1",
    "ModelReadyRequest": _NAMED,
    "ModelReadyResponse": "bool ready = 1",
    "ServerMetadataRequest": "",
    "ServerMetadataResponse": "string name = 1; string version = 2; repeated string extensions = 3",
    "ModelMetadataRequest": _NAMED,
    "TensorMetadata": "string name = 1; string datatype = 2; repeated int64 shape = 3",
    "ModelMetadataResponse": (
        "string name = 1; repeated string versions = 2; string platform = 3; "
        "repeated TensorMetadata inputs = 4; repeated TensorMetadata outputs = 5"
    ),
    "InferParameter": (
        "bool bool_param = 1 in parameter_choice; int64 int64_param = 2 in parameter_choice; "
        "string string_param = 3 in parameter_choice"
    ),
    "InferTensorContents": (
        "repeated bool bool_contents = 1; repeated int32 int_contents = 2; repeated int64 int64_contents = 3; "
        "repeated uint32 uint_contents = 4; repeated uint64 uint64_contents = 5; repeated float fp32_contents = 6; "
        "repeated double fp64_contents = 7; repeated bytes bytes_contents = 8"
    ),
    "InferInputTensor": _TENSOR,
    "InferOutputTensor": _TENSOR,
    "InferRequestedOutputTensor": "string name = 1; map<string, InferParameter> parameters = 2",
    "ModelInferRequest": (
        "string model_name = 1; string model_version = 2; string id = 3; map<string, InferParameter> parameters = 4; "
        "repeated InferInputTensor inputs = 5; repeated InferRequestedOutputTensor outputs = 6; "
        "repeated bytes raw_input_contents = 7"
    ),
    "ModelInferResponse": (
        "string model_name = 1; string model_version = 2; string id = 3; map<string, InferParameter> parameters = 4; "
        "repeated InferOutputTensor outputs = 5; repeated bytes raw_output_contents = 6"
    ),
}
METHODS = ("ServerLive", "ServerReady", "ModelReady", "ServerMetadata", "ModelMetadata", "ModelInfer")
# The original knows these names, too, and ends when one of them is called.
MORE_METHODS = (
    "ModelStreamInfer", "ModelConfig", "ModelStatistics", "RepositoryIndex", "RepositoryModelLoad",
    "RepositoryModelUnload", "SystemSharedMemoryStatus", "SystemSharedMemoryRegister", "SystemSharedMemoryUnregister",
    "CudaSharedMemoryStatus", "CudaSharedMemoryRegister", "CudaSharedMemoryUnregister",
)  # fmt: skip

POOL = descriptor_pool.DescriptorPool()
POOL.Add(
    described(
        "grpc_service.proto",
        PACKAGE,
        _MESSAGES,
        services={"GRPCInferenceService": {name: (f"{name}Request", f"{name}Response") for name in METHODS}},
    )
)
CLASSES: dict[str, type[Message]] = {
    name: message_factory.GetMessageClass(POOL.FindMessageTypeByName(f"{PACKAGE}.{name}")) for name in _MESSAGES
}
