"""What the checks of the monitoring lessons share: questions to Prometheus, and the price of being watched."""
import os
import re
import subprocess

import pytest
from lesson import expect
from ports import ask

MONITOR_URL = os.environ["MONITOR_URL"]
DEAREST = 15.0
MOST_SECONDS = 150.0
BUSY = 2.0  # programs that want a core, for each core


def ask_prometheus(path: str, to_do: str, **parameters: str) -> dict:
    """The data of an answer of Prometheus' HTTP API on the learner's port."""
    answer = ask(f"{MONITOR_URL}/api/v1/{path}", to_do, params=parameters)
    expect(answer.status_code == 200, "Prometheus to answer the query", f"HTTP {answer.status_code}", to_do)
    return answer.json()["data"]


def query(expression: str, to_do: str, label: str = "") -> dict[str, float]:
    """Values of an instant query, by one label."""
    result = ask_prometheus("query", to_do, query=expression)["result"]
    return {series["metric"].get(label, ""): float(series["value"][1]) for series in result}


def expect_alert_fired(name: str, namespace: str, make_fire: str) -> None:
    """The alert rule was firing in the last half hour."""
    firing = f'ALERTS{{alertname="{name}",alertstate="firing"}}'
    fired = query(f"max_over_time({firing}[30m])", f"scripts/open-dashboard.sh {namespace}")
    expect(bool(fired), f"the alert {name} to have fired in the last half hour", "it has not", make_fire)


def expect_alert_resolved(name: str, namespace: str) -> None:
    """The alert rule is there and not firing now."""
    groups = ask_prometheus("rules", f"scripts/open-dashboard.sh {namespace}", type="alert")["groups"]
    states = {rule["name"]: rule["state"] for group in groups for rule in group["rules"]}
    expect(
        states.get(name) == "inactive",
        f"the alert {name} to be resolved",
        f"it is {states.get(name, 'not among the rules')}",
        f"scripts/wait-for-alert.sh {name} inactive",
    )


def expect_cheap(namespace: str, plain: str, monitored: str, dearest: float = DEAREST) -> None:
    """Monitoring costs at most `dearest` % of the median latency; a machine too busy to tell it is a skip, no fault."""
    too_busy = f"this machine is too busy to tell whether it is at most {dearest:.0f} %"
    try:
        run = subprocess.run(
            ["bash", "scripts/cost.sh", namespace, plain, monitored, str(dearest)],
            cwd=os.environ["LESSON_DIR"], capture_output=True, text=True, timeout=MOST_SECONDS, check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"{too_busy}: the comparison did not end within {MOST_SECONDS:g} seconds")
    found = re.search(r"between ([+-][0-9.]+) % and ([+-](?:[0-9.]+|inf)) %", run.stdout)
    expect(found is not None, "a comparison of both deployments", run.stderr[-300:], "kubectl get sdep -A")
    low, high = float(found[1]), float(found[2])
    said = run.stdout.strip()
    if low <= dearest < high:
        pytest.skip(f"{too_busy}: {said}")
    # What is dear may be the waiting for a core: each further program waits where others do.
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if low > dearest and load > BUSY * cores:
        pytest.skip(f"{too_busy}: {said}, with {load:.0f} programs that want one of {cores} cores")
    print(f"  ({said})")
    expect(
        high <= dearest,
        f"at most {dearest:.0f} % more latency",
        said,
        f"kubectl get pods -n {namespace} -o wide",
    )


def search(to_do: str, **parameters: str) -> dict:
    """What the collector on the learner's port finds: `events`, `milliseconds`, `stored`."""
    answer = ask(f"{os.environ['SEARCH_URL']}/api/search", to_do, params=parameters)
    expect(answer.status_code == 200, "the collector to search", f"HTTP {answer.status_code}", to_do)
    return answer.json()
