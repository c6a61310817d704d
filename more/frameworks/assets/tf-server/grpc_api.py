"""TensorFlow Serving's gRPC services: PredictionService with Predict and GetModelMetadata, and ModelService."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import grpc
import messages
import tensorflow as tf
from errors import ServingError
from saved_model import SavedModel
from tensorflow_serving.apis import model_service_pb2_grpc, prediction_service_pb2_grpc
from tensorflow_serving.apis.predict_pb2 import PredictResponse


class Prediction(prediction_service_pb2_grpc.PredictionServiceServicer):
    """What it does not have is UNIMPLEMENTED: Classify, Regress, MultiInference."""

    def __init__(self, model: SavedModel) -> None:
        self.model = model

    def Predict(self, request, context):
        return _answer(self.model, request.model_spec, context, lambda: self._predict(request))

    def _predict(self, request) -> PredictResponse:
        inputs = {name: tf.make_ndarray(tensor) for name, tensor in request.inputs.items()}
        spec = request.model_spec
        response = PredictResponse()
        response.model_spec.name, response.model_spec.version.value = self.model.name, self.model.version
        response.model_spec.signature_name = spec.signature_name or "serving_default"
        for name, values in self.model.run(spec.signature_name, inputs, request.output_filter).items():
            response.outputs[name].CopyFrom(tf.make_tensor_proto(values))
        return response

    def GetModelMetadata(self, request, context):
        return _answer(self.model, request.model_spec, context, lambda: messages.metadata(self.model))


class Status(model_service_pb2_grpc.ModelServiceServicer):
    def __init__(self, model: SavedModel) -> None:
        self.model = model

    def GetModelStatus(self, request, context):
        return _answer(self.model, request.model_spec, context, lambda: messages.status(self.model))


def _answer(model: SavedModel, spec, context: grpc.ServicerContext, make: Callable):
    try:
        model.expect(spec.name, spec.version.value if spec.HasField("version") else None, spec.version_label)
        return make()
    except ServingError as error:
        context.abort(grpc.StatusCode[error.code], str(error))
    except (TypeError, ValueError) as error:  # of make_ndarray: a tensor whose shape is not that of its values
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))


def serve(model: SavedModel, port: int) -> grpc.Server:
    """A server that answers already."""
    server = grpc.server(ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", -1)])
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(Prediction(model), server)
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(Status(model), server)
    server.add_insecure_port(f"[::]:{port}")
    server.start()
    return server
