"""Ask the deployed model about one flower with the client that comes with seldon-core."""
import os
import sys

import numpy as np
from seldon_core.seldon_client import SeldonClient

client = SeldonClient(
    deployment_name="iris-model",
    namespace="seldon",
    gateway="seldon",
    gateway_endpoint=os.environ["SELDON_URL"].removeprefix("http://"),
    client_return_type="dict",
)
answer = client.predict(data=np.array([[6.3, 3.3, 6.0, 2.5]]), names=["sepal_length", "sepal_width", "petal_length", "petal_width"])
if not answer.success:
    sys.exit(f"No prediction: {answer.msg or answer.response}. Is the port open? Run  scripts/port-forward.sh")
print("success:", answer.success)
print("answer: ", answer.response["data"])
