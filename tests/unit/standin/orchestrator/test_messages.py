"""The messages against those of the installed seldon-core package, which were generated from its .proto file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from google.protobuf import descriptor_pb2
from seldon_standin.orchestrator import messages

ROOT = Path(__file__).parents[4]
PRINT = """
import json
from google.protobuf import descriptor_pb2, json_format
from seldon_core.proto import prediction_pb2
file = descriptor_pb2.FileDescriptorProto()
prediction_pb2.DESCRIPTOR.CopyToProto(file)
print(json.dumps({"wire": file.SerializeToString().hex()}))
"""


def _file(wire: bytes) -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto.FromString(wire)
    file.ClearField("options")
    for service in file.service:
        for method in service.method:
            method.ClearField("options")
    for message in file.message_type:
        for part in (message, *message.nested_type):
            for field in part.field:
                field.ClearField("json_name")
                field.ClearField("options")
    return file


def test_fields_numbers_and_services_are_those_of_the_original() -> None:
    python = subprocess.run(
        ["bash", str(ROOT / "scripts/lesson-env.sh")],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    ).stdout.strip()
    printed = subprocess.run([python, "-W", "ignore", "-c", PRINT], capture_output=True, text=True, check=True).stdout
    original = _file(bytes.fromhex(json.loads(printed)["wire"]))
    ours = descriptor_pb2.FileDescriptorProto()
    messages.POOL.FindFileByName("proto/prediction.proto").CopyToProto(ours)
    assert _file(ours.SerializeToString()) == original
