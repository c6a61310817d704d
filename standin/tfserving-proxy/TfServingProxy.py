"""The proxy of a TENSORFLOW_SERVER with Seldon's own protocol, on Seldon's wrapper: REST asks by REST, gRPC by gRPC."""

import json
import logging
from functools import cached_property

import grpc
import numpy as np
import requests
from google.protobuf.any_pb2 import Any
from seldon_core.proto.prediction_pb2 import DefaultData, SeldonMessage
from seldon_core.user_model import SeldonNotImplementedError
from seldon_core.utils import grpc_datadef_to_array, json_to_seldon_message, seldon_message_to_json
from tensors import PredictRequest, PredictResponse, tensor_of


class TfServingProxy:
    """Parameters and answers are those of Seldon's proxy, errors included; standin/README.md lists what is not."""

    def __init__(
        self,
        rest_endpoint,
        grpc_endpoint,
        model_name,
        signature_name="serving_default",
        model_input=None,
        model_output=None,
    ):
        self.url = f"{rest_endpoint}/v1/models/{model_name}:predict"
        self.grpc_endpoint = grpc_endpoint
        self.model_name, self.signature_name = model_name, signature_name
        self.model_input, self.model_output = model_input, model_output

    def predict(self, X, features_names=None):
        """What came over REST: rows (an array), or the `jsonData` that TensorFlow Serving shall get as it is."""
        asked = X if isinstance(X, dict) else {"instances": X.tolist(), "signature_name": self.signature_name}
        answer = requests.post(self.url, data=json.dumps(asked))
        if answer.status_code == 200 and not isinstance(X, dict):
            rows = np.array(answer.json()["predictions"])
            return rows[np.newaxis] if rows.ndim == 1 else rows
        if answer.status_code != 200:
            logging.warning("TensorFlow Serving answered %s: %s", answer.status_code, answer.text)
        # As with Seldon's proxy an error of TensorFlow Serving is an answer, too: HTTP 200 with its words as jsonData.
        try:
            return answer.json()
        except ValueError:
            return answer.text

    def predict_raw(self, request):
        """What came over gRPC, and a `tftensor` over REST: the wrapper reads one only where TensorFlow is installed."""
        if isinstance(request, SeldonMessage):
            return self._predict_grpc(request)
        if isinstance(request, dict) and "tftensor" in (request.get("data") or {}):
            return seldon_message_to_json(self._predict_grpc(json_to_seldon_message(request)))
        raise SeldonNotImplementedError("the wrapper reads it and calls predict")

    def _predict_grpc(self, request):
        """A tftensor of the output `model_output`, or what answers a PredictRequest that came as customData."""
        kind = request.WhichOneof("data_oneof")
        asked = PredictRequest()
        if kind == "customData":
            request.customData.Unpack(asked)
        elif kind == "data":
            if not (self.model_input and self.model_output):
                raise ValueError("gRPC needs the node's parameters model_input and model_output: the tensors' names")
            is_tensor = request.data.WhichOneof("data_oneof") == "tftensor"
            given = request.data.tftensor if is_tensor else tensor_of(grpc_datadef_to_array(request.data))
            asked.inputs[self.model_input].CopyFrom(given)
        else:
            raise ValueError("strData, binData and jsonData not supported.")
        asked.model_spec.name, asked.model_spec.signature_name = self.model_name, self.signature_name
        # An error of TensorFlow Serving is raised, and the wrapper makes UNKNOWN of it, with its code and words inside.
        answer = self._ask(asked)
        if kind == "customData":
            packed = Any()
            packed.Pack(answer)
            return SeldonMessage(customData=packed)
        return SeldonMessage(data=DefaultData(tftensor=answer.outputs[self.model_output]))

    @cached_property
    def _ask(self):
        # Made at the first call: the wrapper forks its servers from the process that made this object, and gRPC does
        # not promise that a channel outlives a fork.
        sizes = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
        return grpc.insecure_channel(self.grpc_endpoint, sizes).unary_unary(
            "/tensorflow.serving.PredictionService/Predict",
            PredictRequest.SerializeToString,
            PredictResponse.FromString,
        )
