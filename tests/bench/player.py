"""Measures the player beside other terminal servers, interleaved in one run, and writes it into docs/benchmarks.md.

    python tests/bench/player.py [--rounds N] [--no-browser]

Exit status 1 when echo or throughput is worse than terminado's: only that ratio gates, for absolute numbers say
more about the machine than about the player.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

from page import machine, write_section
from rivals import Handrail, Link, Rival, prepare
from websockets.exceptions import ConnectionClosed

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "handrail-bench"
KEYS = 200
FLOOD = 48 * 1024 * 1024  # bytes
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# How much worse than terminado counts as worse: the noise between two rounds on a busy machine.
NOISE = 1.10

ROWS = (
    ("start to first 200", "ms", "start"),
    ("echo at the socket, p50", "ms", "echo50"),
    ("echo at the socket, p95", "ms", "echo95"),
    ("echo to the DOM, p50", "ms", "dom50"),
    ("echo to the DOM, p95", "ms", "dom95"),
    ("throughput", "MB/s", "throughput"),
    ("processor time for 100 MB", "s", "cpu"),
    ("Ctrl-C under flood", "ms", "interrupt"),
    ("growth with a stalled client", "MiB", "growth"),
)


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def settle(link: Link) -> None:
    """Waits for the shell, with a prompt that cannot be mistaken for typed text."""
    link.type(b"PS0=; PROMPT_COMMAND=; PS1='READ''Y> '; bind 'set enable-bracketed-paste off'\r")
    link.until(b"READY> ")


def echo(link: Link) -> list[float]:
    """Milliseconds from a typed byte to the byte that `cat` sends back, terminal echo off."""
    link.type(b"stty raw -echo; echo GO''ING; cat\r")
    link.until(b"GOING")
    times = []
    for _ in range(KEYS):
        time.sleep(0.002)  # a typist's keys do not arrive back to back
        began = time.perf_counter()
        link.type(b"k")
        link.until(b"k")
        times.append((time.perf_counter() - began) * 1000)
    return times


def throughput(link: Link) -> float:
    """Megabytes a second from the shell to a client that reads as fast as it can."""
    line = "x" * 99
    link.type(f"stty raw -echo; echo GO''ING; yes {line} | head -c {FLOOD}; echo FLOOD''END\r".encode())
    link.until(b"GOING")
    began = time.perf_counter()
    seen = link.until(b"FLOODEND", timeout=90)
    return seen / 1e6 / (time.perf_counter() - began)


def interrupt(link: Link) -> float:
    """Milliseconds from Ctrl-C in a flood to the prompt, the client still reading."""
    link.type(b"yes\r")
    seen = 0
    while seen < 4 * 1024 * 1024:
        seen += len(link.read())
    began = time.perf_counter()
    link.type(b"\x03")
    link.until(b"READY> ", timeout=120)
    return (time.perf_counter() - began) * 1000


def growth(rival: Rival, link: Link) -> float:
    """MiB that the server grows by while a client does not read for five seconds of `yes`."""
    before = rival.memory()
    link.type(b"yes\r")
    most = before
    end = time.monotonic() + 5
    while time.monotonic() < end:
        time.sleep(0.1)
        most = max(most, rival.memory())
    return most - before


IN_PAGE = """async count => {
  const area = document.querySelector(".terminal-panel:not([hidden]) textarea");
  const rows = document.querySelector(".terminal-panel:not([hidden]) .xterm-rows");
  const times = [];
  for (let n = 0; n < count; n += 1) {
    await new Promise(done => setTimeout(done, 12));
    const seen = new Promise(done => {
      const observer = new MutationObserver(() => { observer.disconnect(); done(performance.now()); });
      observer.observe(rows, { childList: true, subtree: true, characterData: true });
    });
    const began = performance.now();
    area.dispatchEvent(new KeyboardEvent("keypress", { key: "k", charCode: 107, keyCode: 107, bubbles: true }));
    times.push((await seen) - began);
  }
  return times;
}"""


def echo_in_browser(rival: Handrail) -> list[float]:
    """Milliseconds from a key in the page to the changed rows of the terminal."""
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=quiet)
        page = browser.new_page()
        page.goto(f"{rival.address}#token={rival.token}")
        page.wait_for_selector(".xterm-rows")
        page.locator(".terminal-panel:not([hidden]) textarea").focus()
        page.keyboard.type("stty -echo -icanon min 1; echo GO''ING; cat\n")
        page.wait_for_function("() => document.querySelector('.xterm-rows').textContent.includes('GOING')")
        times = list(page.evaluate(IN_PAGE, 100))
        browser.close()
    return [float(each) for each in times]


def measure(kind: type[Rival], browser: bool) -> dict[str, float]:
    """One round of one server."""
    rival = kind(CACHE)
    result = {"start": rival.start() * 1000}
    try:
        for name, job in (("echo", echo), ("throughput", throughput), ("interrupt", interrupt)):
            link = rival.link()
            try:
                settle(link)
                used = rival.seconds()
                value = job(link)
                if name == "throughput":
                    result["cpu"] = (rival.seconds() - used) / FLOOD * 1e8
            except (TimeoutError, ConnectionClosed) as error:
                # A rival that gives up is a result too; ours giving up ends the run.
                if isinstance(rival, Handrail):
                    raise
                print(f"bench: {rival.name}, {name}: {error}", file=sys.stderr)
                continue
            finally:
                link.close()
            if isinstance(value, list):
                result["echo50"], result["echo95"] = statistics.median(value), quantile(value, 0.95)
            else:
                result[name] = value
        if browser and isinstance(rival, Handrail):
            times = echo_in_browser(rival)
            result["dom50"], result["dom95"] = statistics.median(times), quantile(times, 0.95)
        link = rival.link()
        settle(link)
        result["growth"] = growth(rival, link)
        link.close()
    finally:
        rival.stop()
    return result


def table(names: list[str], results: dict[str, list[dict[str, float]]]) -> str:
    """Medians over the rounds, as Markdown."""
    lines = ["| | " + " | ".join(names) + " |", "|---|" + "--:|" * len(names)]
    for label, unit, key in ROWS:
        cells = []
        for name in names:
            values = [each[key] for each in results[name] if key in each]
            cells.append(f"{statistics.median(values):.{2 if unit == 's' else 1}f} {unit}" if values else "-")
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-browser", action="store_true", help="leave out the echo to the DOM")
    args = parser.parse_args()
    where = machine()
    kinds = prepare(CACHE)
    results: dict[str, list[dict[str, float]]] = defaultdict(list)
    for number in range(args.rounds):
        for kind in kinds if number % 2 == 0 else kinds[::-1]:
            print(f"bench: round {number + 1}, {kind.name}", file=sys.stderr)
            results[kind.name].append(measure(kind, not args.no_browser))
    names = [kind.name for kind in kinds]
    text = table(names, results)
    print(text)
    write_section(
        "The player",
        "Written by `make bench`: the player beside other terminal servers on loopback, rounds interleaved, medians of "
        f"{args.rounds} rounds.\nOnly the ratios mean something; each server runs bash behind its own protocol, "
        f"and the same Python client reads them all.\n\nMachine: {where}.\n\n{text}",
    )
    ours, theirs = ({key: statistics.median(each[key] for each in results[name]) for key in ("echo95", "throughput")}
                    for name in ("handrail", "terminado"))  # fmt: skip
    if ours["echo95"] > theirs["echo95"] * NOISE or ours["throughput"] * NOISE < theirs["throughput"]:
        print("bench: the player is slower than terminado", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
