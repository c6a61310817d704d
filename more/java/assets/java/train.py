"""Train with scikit-learn, write the model in ONNX, and see that ONNX gives what scikit-learn gives."""
from pathlib import Path

import onnxruntime
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

features, classes = load_iris(return_X_y=True)
seen, unseen, right, asked = train_test_split(features, classes, test_size=50, random_state=1, stratify=classes)
model = LogisticRegression(max_iter=1000).fit(seen, right)
print(f"scikit-learn: {model.score(unseen, asked):.0%} of 50 flowers that it had not seen")

# Rows of any number, with four measurements; probabilities as a matrix, not as a list of dictionaries.
onnx = to_onnx(model, initial_types=[("flowers", FloatTensorType([None, 4]))], options={"zipmap": False}, target_opset=17)
Path("model.onnx").write_bytes(onnx.SerializeToString())

session = onnxruntime.InferenceSession("model.onnx")
again = session.run(["probabilities"], {"flowers": features.astype("float32")})[0]
print(f"ONNX: {len(onnx.SerializeToString()):,} bytes; the largest difference of a probability is"
      f" {abs(again - model.predict_proba(features)).max():.0e}")
