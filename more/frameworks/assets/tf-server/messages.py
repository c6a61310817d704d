"""The messages that REST and gRPC share: a model's status and its metadata."""

from saved_model import SavedModel
from tensorflow_serving.apis.get_model_metadata_pb2 import GetModelMetadataResponse, SignatureDefMap
from tensorflow_serving.apis.get_model_status_pb2 import GetModelStatusResponse, ModelVersionStatus


def status(model: SavedModel) -> GetModelStatusResponse:
    """The one version that is served."""
    response = GetModelStatusResponse()
    version = response.model_version_status.add(version=model.version, state=ModelVersionStatus.AVAILABLE)
    version.status.error_code = 0
    return response


def metadata(model: SavedModel) -> GetModelMetadataResponse:
    """What goes in and out, by the names of the signatures."""
    response = GetModelMetadataResponse()
    response.model_spec.name = model.name
    response.model_spec.version.value = model.version
    signatures = SignatureDefMap()
    for name, signature in model.signatures.items():
        signatures.signature_def[name].CopyFrom(signature)
    response.metadata["signature_def"].Pack(signatures)
    return response
