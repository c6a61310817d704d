"""TensorFlow Serving's JSON to tensors and back: rows under "instances", or columns under "inputs".

The rules and the words of the errors are those of TensorFlow Serving 2.18, util/json_tensor.cc.
"""

import base64
import binascii
import json
from collections.abc import Mapping

import numpy as np
import tensorflow as tf
from errors import ServingError
from tensorflow.core.protobuf.meta_graph_pb2 import TensorInfo

Json = None | bool | int | float | str | list | dict
Inputs = Mapping[str, TensorInfo]
SHOWN = 256  # of a value in an error


def parse(body: bytes) -> dict[str, Json]:
    """The object that a request holds; raises ServingError."""
    if not body.strip():
        raise _wrong("JSON Parse error: The document is empty")
    try:
        document = json.loads(body)
    except ValueError as error:
        place = getattr(error, "pos", 0)
        raise _wrong(f"JSON Parse error: Invalid value. at offset: {place}") from None
    except RecursionError:
        raise _wrong("JSON Parse error: nested too deep") from None
    if not isinstance(document, dict):
        raise _wrong(f"{_value(document)} Is not object")
    if not isinstance(document.get("signature_name", ""), str):
        raise _wrong(f"{_value(document)} not formatted correctly. 'signature_name' key must be a string value.")
    return document


def tensors(document: dict[str, Json], inputs: Inputs) -> tuple[dict[str, np.ndarray], bool]:
    """The tensors by their names, and whether they came in rows; raises ServingError."""
    if not inputs:
        raise _wrong("Failed to get input map for signature: " + str(document.get("signature_name") or "DEFAULT"))
    if "instances" in document and "inputs" in document:
        text = "Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist "
        raise _wrong(f"{_value(document)} {text}")
    if "instances" in document:
        return _of_rows(document["instances"], inputs, document), True
    if "inputs" in document:
        return _of_columns(document["inputs"], inputs), False
    raise _wrong("Missing 'inputs' or 'instances' key")


def answer(outputs: Mapping[str, np.ndarray], rows: bool) -> dict[str, Json]:
    """What is answered to a request in rows or in columns: a single output stands without its name."""
    columns = {name: _listed(name, values) for name, values in outputs.items()}
    if not rows:
        return {"outputs": next(iter(columns.values())) if len(columns) == 1 else columns}
    sizes = {len(values) if isinstance(values, list) else -1 for values in columns.values()}
    if -1 in sizes:
        raise _wrong("Tensor name: has no shape information ")
    if len(sizes) > 1:
        raise _wrong("Tensors of the answer have inconsistent batch sizes")
    if len(columns) == 1:
        return {"predictions": next(iter(columns.values()))}
    return {"predictions": [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]}


def _of_rows(instances: Json, inputs: Inputs, document: Json) -> dict[str, np.ndarray]:
    if not isinstance(instances, list):
        raise _wrong(f"{_value(document)} Expecting 'instances' to be an list/array")
    if not instances:
        raise _wrong(f"{_value(document)} No values in 'instances' array")
    named = _is_object(instances[0])
    if not named and len(inputs) > 1:
        text = "instances is a plain list, but expecting list of objects as multiple input tensors required"
        raise _wrong(f"{text} as per tensorinfo_map")
    only = next(iter(inputs))
    columns: dict[str, list[np.ndarray]] = {name: [] for name in inputs}
    for number, instance in enumerate(instances):
        if _is_object(instance) != named:
            kinds = "object but got list" if named else "value/list but got object"
            raise _wrong(f"Expecting {kinds} at item {number} of input list")
        for name, value in instance.items() if named else [(only, instance)]:
            try:
                columns_of_name = columns.get(name)
                if columns_of_name is None:
                    raise _wrong(f"JSON object: does not have named input: {name}")
                tensor = _tensor(value, inputs[name])
                if columns_of_name:
                    _expect_like(tensor, columns_of_name[0])
                columns_of_name.append(tensor)
            except ServingError as error:
                key = f" key: {name}" if named else ""
                raise _wrong(
                    f"Failed to process element: {number}{key} of 'instances' list. Error: INVALID_ARGUMENT: {error}"
                ) from None
        if named and set(instance) != set(inputs):
            raise _wrong(
                f"Failed to process element: {number} of 'instances' list. JSON object: {_shown(instance)}"
                f" keys must be equal to: {','.join(sorted(inputs))}"
            )
    return {name: np.stack(column) for name, column in columns.items()}


def _of_columns(given: Json, inputs: Inputs) -> dict[str, np.ndarray]:
    if not _is_object(given):
        if len(inputs) > 1:
            text = "inputs is a plain value/list, but expecting an object as multiple input tensors required"
            raise _wrong(f"{text} as per tensorinfo_map")
        name, info = next(iter(inputs.items()))
        return {name: _tensor(given, info)}
    for name in inputs:
        if name not in given:
            raise _wrong(f"Missing named input: {name} in 'inputs' object.")
    return {name: _tensor(given[name], info) for name, info in inputs.items()}


def _expect_like(tensor: np.ndarray, first: np.ndarray) -> None:
    if tensor.size != first.size:
        raise _wrong(f"Expecting tensor size: {first.size} but got: {tensor.size}")
    if tensor.shape != first.shape:
        shapes = ["[" + ",".join(map(str, one.shape)) + "]" for one in (first, tensor)]
        raise _wrong(f"Expecting shape {shapes[0]} but got: {shapes[1]}")


def _tensor(value: Json, info: TensorInfo) -> np.ndarray:
    """A tensor whose shape is that of the first element at each level; raises ServingError where another one differs."""
    shape, first = [], value
    while isinstance(first, list):
        shape.append(len(first))
        first = first[0] if first else None
    dtype = tf.dtypes.as_dtype(info.dtype)
    flat: list[object] = []
    _fill(value, 0, shape, dtype, flat)
    try:
        return np.array(flat, dtype=dtype.as_numpy_dtype).reshape(shape)
    except (OverflowError, ValueError) as error:  # more dimensions, or a larger number, than there can be
        raise _wrong(str(error)) from None


def _fill(value: Json, level: int, shape: list[int], dtype: tf.DType, flat: list[object]) -> None:
    rank = len(shape)
    if not isinstance(value, list):
        if level != rank:
            raise _wrong(f"{_value(value)} found at incorrect level: {level + 1} in the JSON DOM. Expected at level: {rank}")
        flat.append(_leaf(value, dtype))
        return
    if level >= rank:
        raise _wrong(f"Encountered list at unexpected level: {level} expected < {rank}")
    if len(value) != shape[level]:
        raise _wrong(f"Encountered list at unexpected size: {len(value)} at level: {level} expected size: {shape[level]}")
    for one in value:
        _fill(one, level + 1, shape, dtype, flat)


def _leaf(value: Json, dtype: tf.DType) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if dtype == tf.string and isinstance(value, str):
        return value.encode()
    if dtype == tf.string and _is_bytes(value):
        try:
            return base64.b64decode(value["b64"])
        except binascii.Error:
            raise _wrong("Unable to base64 decode") from None
    if (dtype.is_floating and number) or (dtype.is_bool and isinstance(value, bool)):
        return value
    if dtype.is_integer and number and isinstance(value, int) and dtype.min <= value <= dtype.max:
        return value
    if not (dtype.is_floating or dtype.is_integer or dtype.is_bool or dtype == tf.string):
        raise ServingError("UNIMPLEMENTED", f"Conversion of {_value(value)} to type: {dtype.name}")
    name = {"float32": "float", "float64": "double"}.get(dtype.name, dtype.name)
    raise _wrong(f"{_value(value)} Type: {_type(value)} is not of expected type: {name}")


def _listed(name: str, values: np.ndarray) -> Json:
    """Numbers with as many digits as their type has; bytes where the output's name ends in _bytes, else text."""
    if values.dtype == np.float32:
        # The shortest text that gives this number; by way of a double it would be 0.20000000298023224.
        return _nested(values, lambda one: float(str(one)))
    if values.dtype == object:
        if name.endswith("_bytes"):
            return _nested(values, lambda one: {"b64": base64.b64encode(one).decode()})
        return _nested(values, lambda one: one.decode(errors="replace"))
    return values.tolist()


def _nested(values, convert) -> Json:
    return [_nested(one, convert) for one in values] if getattr(values, "ndim", 0) else convert(values)


def _is_bytes(value: Json) -> bool:
    return isinstance(value, dict) and list(value) == ["b64"] and isinstance(value["b64"], str)


def _is_object(value: Json) -> bool:
    return isinstance(value, dict) and not _is_bytes(value)


def _type(value: Json) -> str:
    names = {bool: str(value), str: "String", list: "Array", dict: "Object", int: "Number", float: "Number"}
    return names.get(type(value), "Null")


def _shown(value: Json) -> str:
    return json.dumps(value)[:SHOWN]


def _value(value: Json) -> str:
    return f"JSON Value: {_shown(value)}"


def _wrong(text: str) -> ServingError:
    return ServingError("INVALID_ARGUMENT", text)
