"""What a learner reads of the Java component is short, and fits what Python trains."""

import re
from pathlib import Path

JAVA = Path(__file__).parents[3] / "more/java/assets/java"


def test_model_is_one_short_class() -> None:
    assert len((JAVA / "src/main/java/iris/IrisModel.java").read_text(encoding="utf-8").splitlines()) <= 60


def test_input_has_the_name_that_python_gave() -> None:
    trained = re.search(r'initial_types=\[\("(\w+)"', (JAVA / "train.py").read_text(encoding="utf-8"))
    asked = re.search(
        r'Map\.of\("(\w+)", input\)', (JAVA / "src/main/java/iris/IrisModel.java").read_text(encoding="utf-8")
    )
    assert trained is not None
    assert asked is not None
    assert trained[1] == asked[1]
