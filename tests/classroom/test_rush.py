"""A whole class presses Check in the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from .conftest import PUPILS, Classroom
from .learner import Learner

EMPTY = "The north bed is empty: copy seeds.txt into ~/north."


def test_thirty_checks_at_once_have_a_verdict_each(classroom: Classroom) -> None:
    with ThreadPoolExecutor(len(PUPILS)) as pool:
        learners = list(pool.map(lambda name: Learner(classroom, name), PUPILS))

        def prepare(learner: Learner) -> None:
            learner.open("step1")
            # Every third has planted; every second one's check goes on until all have pressed.
            number = int(learner.name[-2:])
            with learner.shell() as terminal:
                terminal.says(("mkdir north; cp seeds.txt north/;" if number % 3 == 0 else "")
                              + ("touch slow;" if number % 2 == 0 else "") + f" echo {number} > number")  # fmt: skip

        list(pool.map(prepare, learners))
        together = Barrier(len(learners))

        def press(learner: Learner) -> tuple[str, str]:
            together.wait()
            (classroom.home(learner.name) / "checked").touch()
            verdict = learner.verdict("step1")
            return verdict["state"], verdict["reason"]

        found = list(pool.map(press, learners))
        for learner, verdict in zip(learners, found, strict=True):
            number = int(learner.name[-2:])
            assert verdict == (("passed", "") if number % 3 == 0 else ("failed", EMPTY)), learner.name
            assert (classroom.home(learner.name) / "number").read_text() == f"{number}\n"
