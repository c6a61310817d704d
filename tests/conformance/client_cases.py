"""The recorded uses of seldon_core's clients, by the names of their cases. Run by the lesson's Python.

Standard input: JSON {"names": [...], "rest": port, "grpc": port, "wrapper": port, "wrapperGrpc": port}, or
{"testers": [[word, ...], ...]} for command lines of the contract testers. Standard output: one JSON line for each,
{"case", "printed"} (null for an unknown name) or {"exit", "stdout", "stderr"}.
"""

import contextlib
import importlib
import io
import json
import sys
import traceback

import grpc
import numpy as np
from google.protobuf import empty_pb2
from seldon_core.proto import prediction_pb2, prediction_pb2_grpc
from seldon_core.seldon_client import SeldonClient

ROW = np.array([[5.1, 3.5, 1.4, 0.2]])
COMMON = {"deployment_name": "iris-model", "namespace": "seldon"}


def show(result):
    return "\n".join(f"{name}={getattr(result, name)!r}" if name == "msg" else f"{name}={getattr(result, name)}"
                     for name in ("success", "msg", "response")).rstrip("\n")  # fmt: skip


class Cases:
    def __init__(self, ports):
        self.rest_at = f"127.0.0.1:{ports['rest']}"
        self.grpc_at = f"127.0.0.1:{ports['grpc']}"
        self.ports = ports

    def client(self, gateway="seldon", **more):
        return SeldonClient(gateway=gateway, **COMMON, **more)

    def rest(self, gateway="seldon", **more):
        return self.client(gateway, transport="rest", gateway_endpoint=self.rest_at, **more)

    def grpc(self, **more):
        return self.client(transport="grpc", gateway_endpoint=self.grpc_at, **more)

    def wrapper(self, transport):
        port = self.ports["wrapper" if transport == "rest" else "wrapperGrpc"]
        client = SeldonClient(microservice_endpoint=f"127.0.0.1:{port}", transport=transport)
        return client.microservice(data=ROW, transport=transport, method="predict")

    def raw(self, method, request, metadata=None):
        with grpc.insecure_channel(self.grpc_at) as channel:
            stub = prediction_pb2_grpc.SeldonStub(channel)
            return getattr(stub, method).with_call(request, metadata=metadata)

    def raw_predict(self, row, metadata=None):
        tensor = prediction_pb2.Tensor(shape=[1, len(row)], values=row)
        return self.raw(
            "Predict", prediction_pb2.SeldonMessage(data=prediction_pb2.DefaultData(tensor=tensor)), metadata
        )

    def raw_shown(self, metadata=None):
        answer, call = self.raw_predict(ROW[0], metadata)
        pairs = [tuple(pair) for pair in call.initial_metadata()], [tuple(pair) for pair in call.trailing_metadata()]
        return f"{str(answer).rstrip()}\n initial: {pairs[0]} trailing: {pairs[1]}"

    def raw_error(self):
        try:
            self.raw_predict([1.0, 2.0])
        except grpc.RpcError as error:
            return f"{error.code()} {error.details()!r} {error.trailing_metadata()}"
        return "no error"


def run(cases, name):
    """What is printed for a case; the recording cut the first line of some into their names."""
    feedback = {"prediction_request": None, "prediction_response": None, "reward": 1.0}
    plain = {
        "rest gateway=seldon gateway_endpoint=host:8000": lambda: cases.rest().predict(data=ROW),
        "rest gateway=ambassador gateway_endpoint=host:8000": lambda: cases.rest("ambassador").predict(data=ROW),
        "rest gateway=istio gateway_endpoint=host:8000": lambda: cases.rest("istio").predict(data=ROW),
        "grpc gateway=seldon gateway_endpoint=host:5001": lambda: cases.grpc().predict(data=ROW),
        "grpc ndarray names": lambda: cases.grpc().predict(
            data=ROW, payload_type="ndarray", names=["a", "b", "c", "d"]
        ),
        "grpc client_return_type=dict": lambda: cases.grpc(client_return_type="dict").predict(data=ROW),
        "grpc three features": lambda: cases.grpc().predict(data=ROW[:, :3]),
        "rest ndarray": lambda: cases.rest().predict(data=ROW, payload_type="ndarray"),
        "rest no data: random shape (1,4)": lambda: cases.rest().predict(shape=(1, 4)),
        "rest feedback": lambda: cases.rest().feedback(**feedback),
        "grpc feedback": lambda: cases.grpc().feedback(**feedback),
        "microservice rest predict :9000": lambda: cases.wrapper("rest"),
        "microservice grpc predict :9500": lambda: cases.wrapper("grpc"),
    }
    if name in plain:
        return show(plain[name]())
    if name == "raw gRPC Predict, no metadata":
        return cases.raw_shown()
    if name == "raw gRPC Predict, seldon-puid metadata":
        return cases.raw_shown((("seldon-puid", "g-1"),))
    if name.startswith("raw gRPC two features"):
        return "raw gRPC two features " + cases.raw_error()
    requests = {
        "ModelMetadata": lambda: prediction_pb2.SeldonModelMetadataRequest(name="classifier"),
        "GraphMetadata": lambda: empty_pb2.Empty(),
        "Feedback": lambda: prediction_pb2.Feedback(reward=1.0),
    }
    method = name.split(" ")[0]
    if method in requests:
        answer, _ = cases.raw("SendFeedback" if method == "Feedback" else method, requests[method]())
        return f"{method} {str(answer).rstrip()}"
    return None


def run_tester(words):
    """A tester's main() as its command calls it; a process for each would load the libraries each time."""
    module = words[0].removeprefix("seldon-core-").replace("-", "_")
    out, err, status = io.StringIO(), io.StringIO(), 0
    sys.argv = words
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            importlib.import_module("seldon_core." + module).main()
        except SystemExit as end:
            status = end.code or 0
        except BaseException:
            traceback.print_exc()
            status = 1
    return {"exit": status, "stdout": out.getvalue(), "stderr": err.getvalue()}


def main():
    order = json.loads(sys.stdin.read())
    for words in order.get("testers", ()):
        print(json.dumps(run_tester(words)), flush=True)
    if "names" not in order:
        return
    cases = Cases(order)
    for name in order["names"]:
        with contextlib.redirect_stdout(io.StringIO()):
            printed = run(cases, name)
        print(json.dumps({"case": name, "printed": printed}), flush=True)


if __name__ == "__main__":
    main()
