"""Brings the alert rules of a namespace into its Prometheus at once; says which there are, or what is wrong with them.

The kubelet looks once a minute whether a ConfigMap has changed, and at once when the pod does; Prometheus reads its
files again when it is told to (SIGHUP).

Usage: python scripts/load_rules.py NAMESPACE
"""
import json
import subprocess
import sys
import time

LIMIT = 120.0  # seconds
FILES = "/etc/monitor/rules.yml /etc/monitor-more/*.yml"


def kubectl(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["kubectl", *words], capture_output=True, text=True, check=False)


def in_pod(namespace: str, text: str) -> subprocess.CompletedProcess[str]:
    return kubectl("exec", "-n", namespace, "deployment/monitor", "-c", "prometheus", "--", "sh", "-c", text)


def written(namespace: str) -> str:
    """The rules as the ConfigMaps have them, in the order of FILES."""
    found = kubectl("get", "configmaps", "-n", namespace, "-o", "json")
    if found.returncode:
        sys.exit(found.stderr.strip())
    data = {one["metadata"]["name"]: one.get("data") or {} for one in json.loads(found.stdout)["items"]}
    if "rules.yml" not in data.get("monitor", {}):
        apply = f"kubectl apply -n {namespace} -f manifests/monitor.yaml"
        sys.exit(f"There is no Prometheus in {namespace} yet.\nTo do:    {apply}")
    more = data.get("monitor-more", {})
    return data["monitor"]["rules.yml"] + "".join(more[name] for name in sorted(more) if name.endswith(".yml"))


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/load_rules.py NAMESPACE")
    namespace, started = sys.argv[1], time.monotonic()
    wanted = written(namespace)
    kubectl("annotate", "pods", "-n", namespace, "-l", "app=monitor", f"rules/asked={time.time():.0f}", "--overwrite")
    while in_pod(namespace, f"cat {FILES} 2>/dev/null").stdout != wanted:
        if time.monotonic() - started > LIMIT:
            look = f"kubectl get pods -n {namespace}"
            sys.exit(f"The rules were not in the pod after {LIMIT:.0f} seconds.\nTo do:    {look}")
        time.sleep(1)
    checked = in_pod(namespace, f"promtool check rules $(ls {FILES} 2>/dev/null)")
    if checked.returncode:
        said = f"{checked.stdout}{checked.stderr}".strip()
        sys.exit(f"Prometheus cannot read these rules, and keeps those it has:\n{said}")
    told = in_pod(namespace, "kill -HUP 1")
    if told.returncode:
        sys.exit(told.stderr.strip())
    names = [line.split()[-1] for line in wanted.splitlines() if line.strip().removeprefix("- ").startswith("alert:")]
    print(f"Prometheus has the rules {', '.join(names)} ({time.monotonic() - started:.0f} s)")


if __name__ == "__main__":
    main()
