"""Step 1: a transformer turns inches into centimetres before the model."""
from lesson import expect
from serving import expect_available, predict

APPLY = "scripts/apply-when-ready.sh manifests/transformer.yaml"
OPEN = "scripts/port-forward.sh pipeline-default pipeline"
VIRGINICA = [6.3, 3.3, 6.0, 2.5]


def test_pipeline_is_available():
    """The SeldonDeployment pipeline is Available."""
    expect_available("pipeline", "pipeline", APPLY)


def test_inches_are_understood():
    """A virginica in inches is recognised, after the transformer."""
    answer = predict([[value / 2.54 for value in VIRGINICA]], OPEN)
    path = set(answer["meta"]["requestPath"])
    expect({"centimetres", "linear"} <= path, "an answer through centimetres and linear", f"{path}", APPLY)
    row = answer["data"]["ndarray"][0]
    best = row[2] if len(row) == 3 else None
    expect(
        path != {"centimetres", "linear"} or (best is not None and best > 0.9),
        "a probability over 0.9 for virginica",
        f"{row}",
        "sed -i.mine 's/value: cm/value: inch/' manifests/transformer.yaml"
        " && python scripts/roll_out.py manifests/transformer.yaml",
    )
