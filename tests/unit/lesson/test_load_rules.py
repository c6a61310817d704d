"""How changed alert rules get into the running Prometheus: what is said, and when it is told to read them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ...waiting import PATIENCE

SCRIPT = Path(__file__).parents[3] / "more/metrics/scripts/load_rules.py"
RULES = "groups:\n- name: model\n  rules:\n  - alert: ModelErrors\n    expr: up == 0\n"
MORE = "groups:\n- name: more\n  rules:\n  - alert: ModelGone\n    expr: absent(up)\n"
# Each call is noted. In the pod, the files are there from the second look on, and promtool says what it is told to.
KUBECTL = """#!/bin/sh
echo "$*" >> calls
case "$*" in
    "get configmaps"*) cat maps.json ;;
    *"cat /etc/monitor"*) if [ -e looked ]; then cat files; else : > looked; fi ;;
    *"promtool check"*) cat refusal 2>/dev/null && exit 1 || exit 0 ;;
esac
"""


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """A folder with a kubectl whose cluster has Prometheus, with rules in two ConfigMaps."""
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)
    data = {"monitor": {"prometheus.yml": "global: {}", "rules.yml": RULES}, "monitor-more": {"more.yml": MORE}}
    maps = {"items": [{"metadata": {"name": name}, "data": texts} for name, texts in data.items()]}
    (tmp_path / "maps.json").write_text(json.dumps(maps))
    (tmp_path / "files").write_text(RULES + MORE)
    return tmp_path


def load(cluster: Path) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "PATH": f"{cluster}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, str(SCRIPT), "metrics"]
    return subprocess.run(command, cwd=cluster, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_prometheus_is_told_once_the_files_are_in_its_pod(cluster: Path) -> None:
    done = load(cluster)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Prometheus has the rules ModelErrors, ModelGone (")
    calls = (cluster / "calls").read_text().splitlines()
    assert calls[1].startswith("annotate pods -n metrics -l app=monitor rules/asked=")
    assert sum("cat /etc/monitor" in call for call in calls) == 2
    assert calls[-1].endswith("kill -HUP 1")


def test_rules_that_cannot_be_read_are_told_and_not_loaded(cluster: Path) -> None:
    (cluster / "refusal").write_text("rules.yml: 5:11: could not parse expression\n")
    done = load(cluster)
    assert done.returncode == 1
    assert "keeps those it has:\nrules.yml: 5:11: could not parse expression" in done.stderr
    assert "kill -HUP" not in (cluster / "calls").read_text()


def test_without_prometheus_the_command_that_deploys_it_is_named(cluster: Path) -> None:
    (cluster / "maps.json").write_text('{"items": []}')
    done = load(cluster)
    assert done.returncode == 1
    assert done.stderr.endswith("To do:    kubectl apply -n metrics -f manifests/monitor.yaml\n")
