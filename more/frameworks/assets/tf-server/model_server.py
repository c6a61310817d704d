"""A stand-in for tensorflow_model_server, which comes in no package: loads a SavedModel, speaks its REST and gRPC API.

It takes the arguments that Seldon gives. It serves the newest version that is there when it starts, and knows neither
batching nor labels nor the methods classify and regress.
"""

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

# Before TensorFlow is loaded: neither its notes on processors and GPUs, nor that a session is of TensorFlow 1.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
logging.getLogger("tensorflow").setLevel(logging.ERROR)

import grpc_api  # noqa: E402
import rest_api  # noqa: E402
from saved_model import SavedModel  # noqa: E402

GRACE = 5  # seconds for requests that are being answered


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8500, help="gRPC")
    parser.add_argument("--rest_api_port", type=int, default=8501)
    parser.add_argument("--model_name", default="default")
    parser.add_argument("--model_base_path", type=Path, required=True, help="a folder with a folder per version")
    options, unknown = parser.parse_known_args()
    if unknown:
        print(f"Not known here, and left out: {' '.join(unknown)}", file=sys.stderr)
    try:
        model = SavedModel(options.model_name, options.model_base_path)
    except (OSError, RuntimeError, ValueError) as error:
        sys.exit(f"The model {options.model_name} cannot be loaded: {error}")
    rpc = grpc_api.serve(model, options.port)
    rest = rest_api.serve(model, options.rest_api_port)
    print(f"tensorflow server made from packages (not TensorFlow Serving): {model.name}, version {model.version};"
          f" gRPC on {options.port}, REST on {options.rest_api_port}", flush=True)

    def stop(*_: object) -> None:
        threading.Thread(target=rest.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    rest.serve_forever()
    rpc.stop(GRACE).wait()


if __name__ == "__main__":
    main()
