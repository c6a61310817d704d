"""How deep the trees of an XGBoost model are, from the file that `save_model` writes as JSON.

Source of the form: XGBoost's documentation, "Introduction to Model IO", with its schema of the JSON.
"""


def depths(model: dict) -> list[int]:
    """The most questions on the way to an answer, one number for each tree."""
    return [depth(tree) for tree in model["learner"]["gradient_booster"]["model"]["trees"]]


def depth(tree: dict) -> int:
    """A node is a question if it has children; -1 stands for none."""
    left, right = tree["left_children"], tree["right_children"]
    level, questions = [0], 0
    while level := [child for node in level for child in (left[node], right[node]) if child != -1]:
        questions += 1
    return questions
