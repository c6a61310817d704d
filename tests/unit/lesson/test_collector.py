"""The payload collector as a process: takes CloudEvents, finds them, keeps to its limits and survives SIGKILL."""

import importlib.util
import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ...ports import free_port
from ...waiting import PATIENCE

FOLDER = Path(__file__).parents[3] / "more/payload-logging/assets/collector"


@pytest.fixture(scope="module")
def store_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("collector_store", FOLDER / "store.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def address(tmp_path: Path, unused_port: int) -> Iterator[str]:
    environment = {**os.environ, "DATA": str(tmp_path), "PORT": str(unused_port)}
    command = [sys.executable, FOLDER / "collector.py"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield f"http://127.0.0.1:{unused_port}"
        process.terminate()


@pytest.fixture
def unused_port() -> int:
    return free_port()


def post(address: str, body: bytes, **attributes: str) -> int:
    headers = {f"Ce-{name}": value for name, value in attributes.items()}
    for _ in range(100):
        try:
            with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=PATIENCE) as reply:
                return int(reply.status)
        except urllib.error.HTTPError as error:
            return error.code
        except urllib.error.URLError:
            continue
    raise AssertionError("the collector does not listen")


def search(address: str, **asked: str) -> list[dict[str, str]]:
    with urllib.request.urlopen(f"{address}/api/search?{urllib.parse.urlencode(asked)}", timeout=PATIENCE) as reply:
        found: list[dict[str, str]] = json.load(reply)["events"]
        return found


def test_event_is_found_by_words_and_fields(address: str) -> None:
    kind = "io.seldon.serving.inference."
    node = {"Requestid": "r", "Modelid": "m"}
    assert post(address, b'{"data":{"ndarray":[[5.1]]}}', Id="a", Type=f"{kind}request", **node) == 200
    assert post(address, b'{"names":["setosa"]}', Id="b", Type=f"{kind}response", **node) == 200
    assert [event["event"] for event in search(address, q="5.1")] == ["a"]
    assert [event["event"] for event in search(address, request="r")] == ["b", "a"]
    assert [event["event"] for event in search(address, q="setosa", type="response", node="m")] == ["b"]
    assert search(address, q="setosa", type="request") == []


@pytest.mark.parametrize("words", ['"', '" OR *', "{", "body:x", "NEAR(", "a AND", "'; DROP TABLE events"])
def test_words_are_never_a_query_language(address: str, words: str) -> None:
    post(address, b"harmless", Id="a")
    assert search(address, q=words) == []


def test_same_event_is_stored_once(address: str) -> None:
    assert post(address, b"x", Id="a") == post(address, b"x", Id="a") == 200
    assert len(search(address)) == 1


def test_too_large_event_is_refused(address: str) -> None:
    assert post(address, b"x" * ((1 << 20) + 1), Id="a") == 413


def test_oldest_events_go_first(store_module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "CLEAN_SECONDS", 0.0)
    store = store_module.Store(tmp_path / "events.db", 10, 3600.0)
    for number in range(30):
        store.append(store_module.Event(f"e{number}", "", "d", "n", "request", "r", f"word{number}"))
    assert store.summary()["events"] <= 11
    assert store.search("word0", {}, 5) == []
    assert len(store.search("word29", {}, 5)) == 1


def test_nothing_acknowledged_is_lost_under_sigkill(unused_port: int) -> None:
    command = [sys.executable, FOLDER / "try_kill.py", str(unused_port)]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert " 0 lost" in tried.stdout
