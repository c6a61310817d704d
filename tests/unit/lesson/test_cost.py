"""What a comparison of latencies may say of noisy figures: never the wrong thing, and on a quiet machine something."""

import importlib.util
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from ...waiting import PATIENCE

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


def test_few_pairs_say_nothing() -> None:
    said = cost.cost([2.0] * 39, [9.0] * 39)
    assert cost.verdict(said.low, said.high, 15.0) == "unknown"
    assert "(between -100.0 % and +inf %, 39 pairs)" in str(said)


class Slow(BaseHTTPRequestHandler):
    """Answers at once, and from the request with this number on not in time."""

    protocol_version = "HTTP/1.1"
    hangs_from, asked = 0, 0
    is_over = threading.Event()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        Slow.asked += 1
        if Slow.asked > Slow.hangs_from:
            Slow.is_over.wait(PATIENCE)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.parametrize("stalls", [True, False])
def test_a_machine_that_stalls_ends_the_comparison_with_what_is_known(
    stalls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = cost.http.client.HTTPConnection
    # Without a stall it is the time that is up, in the middle of what is asked between two looks.
    Slow.asked, Slow.hangs_from = 0, 52 if stalls else 10_000
    Slow.is_over.clear()
    monkeypatch.setattr(cost, "SECONDS", 45.0 if stalls else 0.0)
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        monkeypatch.setattr(
            cost.http.client, "HTTPConnection", lambda host, _, timeout: connect(host, server.server_port, timeout=3)
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = cost.measure(["127.0.0.1", "127.0.0.1"], 15.0)
        Slow.is_over.set()
        server.shutdown()
    assert found.pairs == (5 if stalls else 1)
    assert cost.verdict(found.low, found.high, 15.0) == "unknown"


CHECK = '''
import monitoring

monitoring.os.getloadavg = lambda: ({load} * monitoring.os.cpu_count(), 0, 0)
monitoring.MOST_SECONDS = {seconds}


def test_it():
    """Watching is cheap"""
    monitoring.expect_cheap("n", "plain", "watched")
'''
BUSY = "- Watching is cheap: this machine is too busy to tell whether it is at most 15 %: "


@pytest.fixture(scope="module")
def lesson_python() -> str:
    """The Python in which checks run."""
    script = ["bash", str(REPO / "scripts" / "lesson-env.sh")]
    made = subprocess.run(script, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    return made.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("between", "load", "status", "said"),
    [
        ("+2.0 % and +14.9 %", 1.0, 0, "✓ Watching is cheap"),
        ("+2.0 % and +14.9 %", 9.0, 0, "✓ Watching is cheap"),
        ("+12.0 % and +31.0 %", 1.0, 0, BUSY),
        ("-100.0 % and +inf %", 1.0, 0, BUSY),
        ("+15.5 % and +17.4 %", 1.0, 1, "✗ Watching is cheap"),
        # On a busy machine the further program of a dear one waits for a core, too.
        ("+15.5 % and +17.4 %", 9.0, 0, BUSY),
    ],
)
def test_a_check_passes_fails_or_says_that_it_cannot_tell(
    lesson_python: str, tmp_path: Path, between: str, load: float, status: int, said: str
) -> None:
    line = f"plain 2.00 ms, monitored 2.20 ms: +10.0 % (between {between}, 400 pairs)"
    run = check(lesson_python, tmp_path, f"[ $# = 4 ] && echo '{line}'\n", load=load)
    assert (run.returncode, run.stderr) == (status, "")
    assert said in run.stdout
    assert (line in run.stdout) == said.startswith(("-", "✗"))


def test_a_comparison_that_does_not_end_is_no_fault_of_the_learner(lesson_python: str, tmp_path: Path) -> None:
    run = check(lesson_python, tmp_path, "exec sleep 60\n", seconds=0.5)
    assert run.returncode == 0
    assert f"{BUSY}the comparison did not end within 0.5 seconds" in run.stdout


def check(
    lesson_python: str, tmp_path: Path, script: str, *, load: float = 1.0, seconds: float = 150
) -> subprocess.CompletedProcess[str]:
    """Run a check of the price whose comparison is this shell script, on a machine with this load for each core."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "cost.sh").write_text(script)
    (tmp_path / "test_cheap.py").write_text(CHECK.format(load=load, seconds=seconds))
    steps = REPO / "tests" / "steps"
    env = {
        **os.environ,
        "PYTHONPATH": f"{steps}:{REPO / 'scripts'}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LESSON_DIR": str(tmp_path),
        "LESSON_PORTS": str(tmp_path / "ports"),
    }
    env |= dict.fromkeys(("CLUSTER", "SELDON_URL", "SELDON_VERSION", "MONITOR_URL", "SEARCH_URL"), "x")
    words = [lesson_python, "-m", "pytest", "-c", str(steps / "pytest.ini"), str(tmp_path / "test_cheap.py")]
    return subprocess.run(
        words, capture_output=True, text=True, env=env, cwd=tmp_path, stdin=subprocess.DEVNULL, check=False
    )
