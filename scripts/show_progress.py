"""Watches scripts/prepare.sh: a line for each phase as it ends, the running one with elapsed and expected time.

Usage: show_progress.py STATE_DIR. Reads STATE_DIR/events.jsonl (JSON lines with t in Unix seconds, phase,
state start|progress|done|failed, detail, estimate in seconds, fraction 0 to 1). Ends with status 0 when
prepared.env is there, 1 with the reason when preparation failed or stopped.
"""
import fcntl
import json
import shutil
import sys
import time
from pathlib import Path


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def is_running(lock: Path) -> bool:
    """Whether prepare.sh holds its lock."""
    with lock.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def read_phases(events: Path) -> dict[str, dict]:
    """Phases in the order they began: start, end (or None), state, detail, estimate, fraction."""
    phases: dict[str, dict] = {}
    lines = events.read_text(errors="replace").split("\n")[:-1] if events.exists() else []
    for line in lines:
        event = json.loads(line)
        phase = phases.setdefault(
            event["phase"], {"start": event["t"], "end": None, "detail": "", "estimate": None, "fraction": None}
        )
        phase["state"] = event["state"]
        phase["detail"] = event.get("detail") or phase["detail"]
        phase["estimate"] = event.get("estimate") or phase["estimate"]
        phase["fraction"] = event.get("fraction")
        phase["end"] = event["t"] if event["state"] in ("done", "failed") else None
    return phases


def running_line(name: str, phase: dict, now: float) -> str:
    elapsed = now - phase["start"]
    remains = ""
    if phase["fraction"]:
        remains = f", about {clock(elapsed / phase['fraction'] - elapsed)} left"
    elif phase["estimate"]:
        left = phase["estimate"] - elapsed
        over = f", longer than the estimated {clock(phase['estimate'])}"
        remains = f", about {clock(left)} left" if left > 0 else over
    detail = f": {phase['detail']}" if phase["detail"] else ""
    return f"  … {name}{detail} ({clock(elapsed)}{remains})"


def main() -> int:
    state = Path(sys.argv[1])
    live = sys.stdout.isatty()
    told: set[str] = set()
    while True:
        # Asked before the events are read, so that what was written last is not missed.
        running = is_running(state / "prepare.lock")
        phases = read_phases(state / "events.jsonl")
        if live:
            print("\r\x1b[K", end="")
        for name, phase in phases.items():
            if phase["end"] and name not in told:
                told.add(name)
                mark = "✓" if phase["state"] == "done" else "✗"
                print(f"  {mark} {name} ({clock(phase['end'] - phase['start'])})", flush=True)
        if not running:
            break
        if live:
            line = next((running_line(n, p, time.time()) for n, p in reversed(phases.items()) if not p["end"]), "  …")
            # A line that is wider than the terminal could not be drawn over.
            print(line[: shutil.get_terminal_size().columns - 1], end="", flush=True)
        time.sleep(0.5)
    if (state / "prepared.env").exists() and not (state / "failed").exists():
        print("Everything is ready.")
        return 0
    failed = state / "failed"
    reason = failed.read_text().strip() if failed.exists() else "it was stopped half-way."
    print(f"The preparation did not finish: {reason}")
    print("What was whole is kept. To go on, run  source scripts/ready.sh  again.")
    print("The full log is ~/seldon-iris/.state/prepare.log")
    return 1


if __name__ == "__main__":
    sys.exit(main())
