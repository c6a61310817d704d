"""Asks TensorFlow's server over gRPC and prints the answers: `python grpc_client.py PORT`."""

import json
import sys

import grpc
import tensorflow as tf
from google.protobuf.json_format import MessageToDict
from tensorflow_serving.apis import model_service_pb2_grpc, prediction_service_pb2_grpc
from tensorflow_serving.apis.get_model_metadata_pb2 import GetModelMetadataRequest
from tensorflow_serving.apis.get_model_status_pb2 import GetModelStatusRequest
from tensorflow_serving.apis.predict_pb2 import PredictRequest

channel = grpc.insecure_channel(f"127.0.0.1:{sys.argv[1]}")
prediction = prediction_service_pb2_grpc.PredictionServiceStub(channel)
models = model_service_pb2_grpc.ModelServiceStub(channel)


def predict(values, name="doubler", key="numbers", dtype=tf.float32, signature=""):
    request = PredictRequest(model_spec={"name": name, "signature_name": signature})
    request.inputs[key].CopyFrom(tf.make_tensor_proto(values, dtype))
    answer = prediction.Predict(request, timeout=60)
    return {
        "version": answer.model_spec.version.value,
        **{name: tf.make_ndarray(tensor).tolist() for name, tensor in answer.outputs.items()},
    }


def told(ask):
    try:
        return ask()
    except grpc.RpcError as error:
        return [error.code().name, error.details()]


metadata = GetModelMetadataRequest(model_spec={"name": "doubler"}, metadata_field=["signature_def"])
print(
    json.dumps(
        {
            "predict": told(lambda: predict([[1, 2, 3, 4]])),
            "three numbers": told(lambda: predict([[1, 2, 3]])),
            "another type": told(lambda: predict([[1, 2, 3, 4]], dtype=tf.int64)),
            "another input": told(lambda: predict([[1, 2, 3, 4]], key="others")),
            "another model": told(lambda: predict([[1, 2, 3, 4]], name="other")),
            "another signature": told(lambda: predict([[1, 2, 3, 4]], signature="other")),
            "status": told(
                lambda: MessageToDict(models.GetModelStatus(GetModelStatusRequest(model_spec={"name": "doubler"})))
            ),
            "metadata": told(lambda: MessageToDict(prediction.GetModelMetadata(metadata))["modelSpec"]),
        }
    )
)
