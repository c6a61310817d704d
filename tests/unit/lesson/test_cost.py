"""What a comparison of latencies may say of noisy figures: never the wrong thing, and on a quiet machine something."""

import importlib.util
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

REPO = Path(__file__).parents[3]
SOURCE = REPO / "more" / "metrics" / "assets" / "client" / "cost.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cost", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["cost"] = module
    spec.loader.exec_module(module)
    return module


cost = load()


def pairs(draw: random.Random, more: float, noise: float, count: int) -> tuple[list[float], list[float]]:
    """Latencies of about 2 ms; the second service takes `more` % longer.

    `noise`: of every request, and how long another program holds up one in twenty. In the middle third of the time the
    machine is half as fast.
    """

    def one(base: float, at: int) -> float:
        slow = 2.0 if count / 3 < at < count * 2 / 3 else 1.0
        held_up = draw.expovariate(1 / (10 * noise)) if draw.random() < 0.05 else 0.0
        return base * slow * draw.lognormvariate(0, noise) + held_up

    plain = [one(2.0, at) for at in range(count)]
    return plain, [one(2.0 * (1 + more / 100), at) for at in range(count)]


def verdicts(more: float, noise: float, count: int = 800, limit: float = 15.0) -> Counter[str]:
    found: Counter[str] = Counter()
    for seed in range(200):
        said = cost.cost(*pairs(random.Random(seed), more, noise, count))
        found[cost.verdict(said.low, said.high, limit)] += 1
    return found


@pytest.mark.parametrize(("more", "right"), [(5.0, "cheap"), (30.0, "dear")])
def test_a_quiet_machine_gets_a_verdict(more: float, right: str) -> None:
    assert verdicts(more, noise=0.1)[right] == 200


@pytest.mark.parametrize("noise", [0.1, 0.3, 0.6, 1.2])
@pytest.mark.parametrize(("more", "wrong"), [(0.0, "dear"), (10.0, "dear"), (25.0, "cheap"), (60.0, "cheap")])
def test_noise_never_leads_to_the_wrong_verdict(more: float, wrong: str, noise: float) -> None:
    assert wrong not in verdicts(more, noise)


def test_a_machine_that_is_too_busy_leaves_it_unknown() -> None:
    assert verdicts(12.0, noise=0.6)["unknown"] > 150


def test_more_pairs_narrow_the_range() -> None:
    few, many = (cost.cost(*pairs(random.Random(1), 10, 0.3, count)) for count in (200, 3200))
    assert many.high - many.low < (few.high - few.low) / 2
    assert many.low < 10 < many.high


def test_a_slow_hour_of_the_machine_is_no_cost() -> None:
    """Both services of a pair are slow together; two medians taken one after the other would say 50 %."""
    plain, monitored = [2.0, 3.0] * 50, [2.1, 3.1] * 50
    said = cost.cost(plain, monitored)
    assert (round(said.low), round(said.high)) == (4, 4)


def test_the_line_for_the_learner_has_the_figures() -> None:
    assert str(cost.Cost(2.0, 2.2, 7.0, 13.0, 400)) == (
        "plain 2.00 ms, monitored 2.20 ms: +10.0 % (between +7.0 % and +13.0 %, 400 pairs)"
    )


CHECK = '''
from monitoring import expect_cheap


def test_it():
    """Watching is cheap"""
    expect_cheap("n", "plain", "watched")
'''


@pytest.fixture(scope="module")
def lesson_python() -> str:
    """The Python in which checks run."""
    script = ["bash", str(REPO / "scripts" / "lesson-env.sh")]
    made = subprocess.run(script, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    return made.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("between", "status", "said"),
    [
        ("+2.0 % and +14.9 %", 0, "✓ Watching is cheap"),
        (
            "+12.0 % and +31.0 %",
            0,
            "- Watching is cheap: this machine is too busy to tell whether it is at most 15 %: ",
        ),
        ("+15.5 % and +17.4 %", 1, "✗ Watching is cheap"),
    ],
)
def test_a_check_passes_fails_or_says_that_it_cannot_tell(
    lesson_python: str, tmp_path: Path, between: str, status: int, said: str
) -> None:
    (tmp_path / "scripts").mkdir()
    line = f"plain 2.00 ms, monitored 2.20 ms: +10.0 % (between {between}, 400 pairs)"
    (tmp_path / "scripts" / "cost.sh").write_text(f"[ $# = 4 ] && echo '{line}'\n")
    (tmp_path / "test_cheap.py").write_text(CHECK)
    steps = REPO / "tests" / "steps"
    env = {
        **os.environ,
        "PYTHONPATH": f"{steps}:{REPO / 'scripts'}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LESSON_DIR": str(tmp_path),
    }
    env |= dict.fromkeys(("CLUSTER", "SELDON_URL", "SELDON_VERSION", "MONITOR_URL", "SEARCH_URL"), "x")
    words = [lesson_python, "-m", "pytest", "-c", str(steps / "pytest.ini"), str(tmp_path / "test_cheap.py")]
    run = subprocess.run(words, capture_output=True, text=True, env=env, cwd=tmp_path, stdin=subprocess.DEVNULL)
    assert (run.returncode, run.stderr) == (status, "")
    assert said in run.stdout
    assert (line in run.stdout) == said.startswith(("-", "✗"))
