"""A SavedModel with two signatures: `python make_model.py FOLDER`. Runs in the interpreter with TensorFlow."""

import sys

import tensorflow as tf


class Doubler(tf.Module):
    """Rows of four numbers, doubled by a matrix; by the signature `named`, a number and a text each."""

    def __init__(self):
        super().__init__()
        self.twice = tf.Variable(2 * tf.eye(4))

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32, name="numbers")])
    def doubled(self, numbers):
        return {"doubled": numbers @ self.twice}

    @tf.function(
        input_signature=[tf.TensorSpec([None], tf.int32, name="count"), tf.TensorSpec([None], tf.string, name="text")]
    )
    def named(self, count, text):
        return {"more": count + 1, "text": text, "raw_bytes": text}


model = Doubler()
tf.saved_model.save(model, sys.argv[1], signatures={"serving_default": model.doubled, "named": model.named})
