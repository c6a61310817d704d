"""Asks the Iris model with public clients of the Open Inference Protocol and prints what they say, as one line of JSON.

Usage: python clients.py HTTP-PORT GRPC-PORT FOLDER
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy
import tritonclient.grpc
import tritonclient.http

FLOWERS = numpy.array([[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]])
http_port, grpc_port, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])


def over_http() -> dict:
    client = tritonclient.http.InferenceServerClient(f"127.0.0.1:{http_port}")
    given = tritonclient.http.InferInput("predict", FLOWERS.shape, "FP64")
    given.set_data_from_numpy(FLOWERS, binary_data=False)
    wanted = [tritonclient.http.InferRequestedOutput("predict", binary_data=False)]
    answer = client.infer("classifier", [given], outputs=wanted, request_id="7")
    return {
        "ready": client.is_server_ready(),
        "model ready": client.is_model_ready("classifier"),
        "name": client.get_model_metadata("classifier")["name"],
        "id": answer.get_response()["id"],
        "predict": answer.as_numpy("predict").tolist(),
    }


def over_grpc() -> dict:
    client = tritonclient.grpc.InferenceServerClient(f"127.0.0.1:{grpc_port}")
    given = tritonclient.grpc.InferInput("predict", FLOWERS.shape, "FP64")
    given.set_data_from_numpy(FLOWERS)
    answer = client.infer("classifier", [given], request_id="7")
    return {
        "model ready": client.is_model_ready("classifier"),
        "name": client.get_model_metadata("classifier").name,
        "id": answer.get_response().id,
        "predict": answer.as_numpy("predict").tolist(),
    }


def mlserver_infer() -> list:
    """`mlserver infer`, which reads requests and writes answers, one a line."""
    asked, answered = folder / "requests.txt", folder / "answers.txt"
    asked.write_text(
        "".join(
            json.dumps({"inputs": [{"name": "predict", "shape": [1, 4], "datatype": "FP64", "data": row}]}) + "\n"
            for row in FLOWERS.tolist()
        )
    )
    command = ["infer", "-u", f"127.0.0.1:{http_port}", "-m", "classifier", "-i", str(asked), "-o", str(answered)]
    subprocess.run([Path(sys.executable).with_name("mlserver"), *command], check=True, stdout=subprocess.DEVNULL)
    answers = [json.loads(line) for line in answered.read_text().splitlines()]
    answers.sort(key=lambda answer: answer["parameters"]["batch_index"])
    return [answer["outputs"][0]["data"] for answer in answers]


print(json.dumps({"http": over_http(), "grpc": over_grpc(), "mlserver infer": mlserver_infer()}))
