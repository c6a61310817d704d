"""The recordings' transformer of protocol v2: doubles its first input and calls the output scaled."""

from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class Scaler(MLModel):
    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        doubled = NumpyCodec.decode_input(payload.inputs[0]) * 2
        outputs = [NumpyCodec.encode_output("scaled", doubled)]
        return InferenceResponse(id=payload.id, model_name=self.name, outputs=outputs)
