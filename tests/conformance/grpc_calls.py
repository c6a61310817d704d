"""Sends recorded gRPC calls and compares the answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format, message_factory
from google.protobuf.message import Message
from seldon_standin.orchestrator import messages, v2_messages

from .differences import differences
from .exchanges import TOLERANCE, nearly

Json = dict[str, Any]

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SECONDS = 30.0


def _classes(method: str) -> tuple[type[Message], type[Message]]:
    service, _, name = method.rpartition("/")
    pool = v2_messages.POOL if service == v2_messages.SERVICE else messages.POOL
    try:
        found = pool.FindServiceByName(service).methods_by_name[name]
    except KeyError:  # a service that nobody has; it is asked with an empty message
        return empty_pb2.Empty, empty_pb2.Empty
    return message_factory.GetMessageClass(found.input_type), message_factory.GetMessageClass(found.output_type)


def send(port: int, call: Json) -> Json:
    """The answer of one call in the form of the recordings."""
    asked, answered = _classes(call["method"])
    request = json_format.ParseDict(call["request"], asked())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = channel.unary_unary(f"/{call['method']}", asked.SerializeToString, answered.FromString)
        metadata = [(key, value) for key, value in call.get("metadata") or ()]
        try:
            message, rpc = stub.with_call(request, timeout=SECONDS, metadata=metadata)
        except grpc.RpcError as error:
            return {
                "code": error.code().name,
                "details": error.details(),
                "initialMetadata": _pairs(error.initial_metadata()),
                "trailingMetadata": _pairs(error.trailing_metadata()),
            }
        return {
            "code": "OK",
            "message": json_format.MessageToDict(message, preserving_proto_field_name=True),
            "initialMetadata": _pairs(rpc.initial_metadata()),
            "trailingMetadata": _pairs(rpc.trailing_metadata()),
        }


def _pairs(metadata: Any) -> list[list[str]]:
    return [[key, value] for key, value in metadata or ()]


def compare(call: Json, ours: Json, as_recorded: Callable[[str], str]) -> list[str]:
    """Where our answer differs. Where the original's process ends, any error of ours agrees."""
    recorded = call["response"]
    if recorded["code"] == "UNAVAILABLE" and "Socket closed" in recorded.get("details", ""):
        return [] if ours["code"] != "OK" else [f"the original's process ends; ours answers {ours}"]
    if "details" in ours:
        ours = {**ours, "details": as_recorded(ours["details"])}
    left = dict(recorded)
    # Older recordings have the metadata at one end only.
    right = {key: value for key, value in ours.items() if key in left or not key.endswith("Metadata")}
    for pair, other in zip(left.get("initialMetadata", ()), right.get("initialMetadata", ()), strict=False):
        if pair[1] == "<uuid>" and UUID.fullmatch(other[1]):
            other[1] = pair[1]
    if "message" in left and "message" in right and nearly(left["message"], right["message"], TOLERANCE):
        right["message"] = left["message"]
    return differences(left, right, call["about"])
