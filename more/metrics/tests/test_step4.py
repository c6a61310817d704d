"""Step 4, the exercise: an alert for silence. Each test is one stage; the rule is compared with what happened."""

import time

from history import LONG, SLACK, STEP, absences, cried_wolf, missed
from kubernetes import client
from lesson import api, expect, expect_hint, find
from monitoring import ask_prometheus, query
from serving import expect_available, expect_running, predict

NAME = "ModelGone"
DASHBOARD = "scripts/open-dashboard.sh metrics"
APPLY = "scripts/apply-when-ready.sh manifests/iris.yaml"
BACK = f"{APPLY} && scripts/wait-for.sh sdep/iris-model -n metrics"
AWAY = f"kubectl delete -f manifests/iris.yaml && sleep 60 && {BACK}"
REMEMBERED = 1800.0  # seconds
THERE = 'count(up{pod=~"iris-model-.*"} == 1)'


def rule() -> dict | None:
    """The rule as Prometheus has it, or None."""
    groups = ask_prometheus("rules", DASHBOARD, type="alert")["groups"]
    return next((one for group in groups for one in group["rules"] if one["name"] == NAME), None)


def written() -> bool:
    """Whether a ConfigMap in the cluster has it."""
    read = client.CoreV1Api(api()).read_namespaced_config_map
    maps = [find(read, name, "metrics") for name in ("monitor", "monitor-more")]
    return any(NAME in text for one in maps if one is not None for text in (one.data or {}).values())


def moments(expression: str, start: float, end: float) -> set[float]:
    """When an expression had a value."""
    asked = {"query": expression, "start": f"{start:.0f}", "end": f"{end:.0f}", "step": f"{STEP:.0f}"}
    series = ask_prometheus("query_range", DASHBOARD, **asked)["result"]
    return {float(at) for one in series for at, _ in one["values"]}


def remembered() -> tuple[float, float]:
    """From when to when Prometheus remembers anything, in the last half hour."""
    now = round(time.time())
    known = moments("count(up)", now - REMEMBERED, now)
    return min(known, default=float(now)), float(now)


def gone(start: float, end: float) -> set[float]:
    """When no pod of the model could be read."""
    every = {start + number * STEP for number in range(int((end - start) / STEP) + 1)}
    return every - moments(THERE, start, end)


def said(start: float, end: float) -> set[float]:
    """When the rule's expression held; not at first, where nobody knows what was before."""
    return moments(rule()["query"], start + SLACK, end)


def test_prometheus_has_the_rule():
    """Prometheus has a rule ModelGone."""
    expect_running("monitor", "metrics", "kubectl apply -n metrics -f manifests/monitor.yaml")
    if rule() is None and written():
        unread = "it is in a ConfigMap, and Prometheus has not read it"
        expect(False, f"an alert rule {NAME} in Prometheus", unread, "python scripts/load_rules.py metrics")
    hint = "write it beside the two rules of manifests/monitor.yaml; the second hint on the page says how it gets in"
    expect_hint(rule() is not None, f"an alert rule {NAME} in Prometheus", "none", hint)


def test_rule_tells_when_the_model_is_gone():
    """Its expression holds when no pod of iris-model is there."""
    start, end = remembered()
    away = gone(start, end)
    expect(
        bool(absences(away)), f"the model to have been away for {LONG:.0f} seconds in the last half hour",
        "it was there all the time", AWAY,
    )
    unsaid = missed(away, said(start, end))
    expect_hint(
        not unsaid, f"the expression of {NAME} to hold while no pod of iris-model is there",
        f"silence, {end - unsaid[-1]:.0f} s ago: {rule()['query']}" if unsaid else "",
        "a pod that has gone has no series up, not even one of 0: use absent(…), with the label pod",
    )


def test_rule_is_silent_while_the_model_is_there():
    """It does not hold when one is there."""
    start, end = remembered()
    wrong = cried_wolf(gone(start, end), said(start, end))
    expect_hint(
        not wrong, f"the expression of {NAME} not to hold while a pod of iris-model is there",
        f"it held {end - wrong[-1]:.0f} s ago: {rule()['query']}" if wrong else "",
        'ask only for pods of iris-model: up{pod=~"iris-model-.*"} == 1',
    )


def test_alert_fired():
    """The alert fired while the model was gone."""
    fired = query(f'max_over_time(ALERTS{{alertname="{NAME}",alertstate="firing"}}[30m])', DASHBOARD)
    waits = rule()["duration"]
    expect_hint(
        bool(fired) or waits <= 30, f"{NAME} to fire after ten seconds", f"it waits for {waits:.0f} s",
        "write for: 10s, and load the rule again",
    )
    quiet = "the model was not away since you wrote it"
    expect(bool(fired), f"{NAME} to have fired in the last half hour", quiet, AWAY)


def test_model_is_back():
    """The model is back on your port, and the alert is resolved."""
    expect_available("iris-model", "metrics", APPLY)
    state = rule()["state"]
    wait = f"scripts/wait-for-alert.sh {NAME} inactive"
    expect(state == "inactive", f"{NAME} to be resolved", f"it is {state}", wait)
    predict([[5.1, 3.5, 1.4, 0.2]], "scripts/reopen-port.sh iris-model-default metrics")
