"""One version of a model: a SavedModel that is run as TensorFlow Serving runs it, by the names in its signatures."""

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf
from errors import ServingError
from tensorflow.core.protobuf.config_pb2 import CallableOptions
from tensorflow.core.protobuf.meta_graph_pb2 import SignatureDef
from tensorflow.python.framework import errors_impl

DEFAULT = "serving_default"
CODES = {number: name for name, number in vars(errors_impl).items() if name.isupper() and isinstance(number, int)}


class SavedModel:
    """The newest version in a folder whose subfolders are version numbers; raises FileNotFoundError where there is none."""

    def __init__(self, name: str, base_path: Path) -> None:
        versions = [int(path.name) for path in base_path.glob("*") if path.name.isdigit() and path.is_dir()]
        if not versions:
            raise FileNotFoundError(
                f"No versions of servable {name} found under base path {base_path}. Put the SavedModel into a folder"
                f" with a number, for example {base_path}/1/saved_model.pb."
            )
        self.name, self.version = name, max(versions)
        # Of TensorFlow 1, because a session does what TensorFlow Serving does: it runs a graph without a look at shapes,
        # so that the errors are those of the operations.
        self._session = tf.compat.v1.Session(graph=tf.Graph())
        with self._session.graph.as_default():
            path = str(base_path / str(self.version))
            loaded = tf.compat.v1.saved_model.load(self._session, [tf.saved_model.SERVING], path)
        self.signatures: Mapping[str, SignatureDef] = loaded.signature_def
        self._callable = functools.lru_cache(maxsize=32)(self._make_callable)

    def expect(self, name: str, version: int | None = None, label: str = "") -> None:
        """Raises ServingError NOT_FOUND unless this is the version of that model."""
        if label:
            raise ServingError("NOT_FOUND", f"Unrecognized servable version label: {label}")
        if name != self.name or version not in (None, self.version):
            asked = f"Latest({name})" if version is None else f"Specific({name}, {version})"
            raise ServingError("NOT_FOUND", f"Servable not found for request: {asked}")

    def signature(self, name: str) -> SignatureDef:
        """The signature of that name, or the default one; raises ServingError."""
        name = name or DEFAULT
        if name not in self.signatures:
            raise ServingError("INVALID_ARGUMENT", f'Serving signature name: "{name}" not found in signature def')
        return self.signatures[name]

    def run(self, name: str, inputs: Mapping[str, np.ndarray], wanted: Sequence[str] = ()) -> dict[str, np.ndarray]:
        """The outputs of a signature by their names, all of them or those that are wanted; raises ServingError."""
        signature = self.signature(name)
        sent, taken = set(inputs), set(signature.inputs)
        if sent != taken:
            text = f"input size does not match signature: {len(sent)}!={len(taken)} len({_set(sent)}) != len({_set(taken)})."
            text += f" Sent extra: {_set(sent - taken)}. Missing but required: {_set(taken - sent)}."
            raise ServingError("INVALID_ARGUMENT", text)
        for one in wanted:
            if one not in signature.outputs:
                text = f"output tensor alias not found in signature: {one} Outputs expected to be in the set"
                raise ServingError("INVALID_ARGUMENT", f"{text} {_set(signature.outputs)}.")
        outputs = tuple(wanted or sorted(signature.outputs))
        names = tuple(sorted(signature.inputs))
        run = self._callable(
            tuple(signature.outputs[one].name for one in outputs), tuple(signature.inputs[one].name for one in names)
        )
        try:
            return dict(zip(outputs, run(*(inputs[one] for one in names)), strict=True))
        except tf.errors.OpError as error:
            raise ServingError(CODES.get(error.error_code, "INTERNAL"), error.message) from None
        except (TypeError, ValueError) as error:
            raise ServingError("INVALID_ARGUMENT", str(error)) from None

    def _make_callable(self, outputs: tuple[str, ...], inputs: tuple[str, ...]) -> Callable[..., list[np.ndarray]]:
        # What Session.run does less its look at the shapes; a public way without that look there is none.
        return self._session._make_callable_from_options(CallableOptions(feed=inputs, fetch=outputs))


def _set(names) -> str:
    return "{" + ",".join(sorted(names)) + "}"
