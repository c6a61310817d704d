"""seldon_core's own clients against the stand-in: SeldonClient, raw stubs, and the contract testers."""

from __future__ import annotations

import itertools
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .exchanges import close
from .processes import Running, Workshop
from .result import Result

Json = dict[str, Any]

SECONDS = 120.0
ENGINE_HOST = "iris-model-default"
WRAPPER_HOST = "iris-model-default-classifier"
FRACTION = re.compile(r"-?\d+\.\d*(?:e[-+]?\d+)?")
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def compare_clients(case: str, recorded: list[Json], workshop: Workshop, running: Running) -> Iterator[Result]:
    """Recorded `seldonClient`: what printing each result gives."""
    services = running.plan.services
    order = {
        "names": [one["case"] for one in recorded],
        "rest": services[ENGINE_HOST, 8000],
        "grpc": services[ENGINE_HOST, 5001],
        "wrapper": services[WRAPPER_HOST, 9000],
        "wrapperGrpc": services[WRAPPER_HOST, 9500],
    }
    script = Path(__file__).parent / "client_cases.py"
    answer = workshop.lesson([str(script)], json.dumps(order), SECONDS)
    printed = {}
    for line in answer.stdout.splitlines():
        one = json.loads(line)
        printed[one["case"]] = one["printed"]
    for one in recorded:
        name = one["case"]
        if name not in printed:
            yield Result(case, "seldonClient", name, "differs", f"no result: {answer.stderr[-300:]}")
        elif printed[name] is None:
            yield Result(case, "seldonClient", name, "skipped", "the recording does not say how it was called")
        else:
            # The recorder split some prints at their first line: the name has the first part.
            whole = one["printed"] if printed[name].startswith(("success", "meta")) else f"{name}\n{one['printed']}"
            same = close(_steady(whole, "random" in name), _steady(printed[name], "random" in name))
            detail = "" if same else f"recorded {whole!r}, ours {printed[name]!r}"
            yield Result(case, "seldonClient", name, "agreed" if same else "differs", detail)


def _steady(text: str, random: bool) -> str:
    """A text without what changes from run to run."""
    text = "\n".join(line.strip() for line in ID.sub("<uuid>", text).strip().splitlines())
    text = re.sub(r" \(.*?\)$", " ()", text) if "StatusCode" in text and "RPC" not in text else text
    text = re.sub(r'debug_error_string = ".*"', "debug_error_string", text)
    return FRACTION.sub("#", text) if random else text


def compare_testers(case: str, raw: Json, workshop: Workshop, running: Running) -> Iterator[Result]:
    """Recorded `testers`: exit status and output of the contract testers; their numbers are random."""
    contract = raw.get("contract") or {}
    (workshop.folder / "iris-contract.json").write_text(json.dumps(contract))
    features = contract.get("features", [])[:3]
    (workshop.folder / "three-features-contract.json").write_text(json.dumps({**contract, "features": features}))
    known: list[tuple[Json, list[str]]] = []
    for one in raw["testers"]:
        words = shlex.split(one["command"])
        host = next((word for word in words if word.endswith(".seldon")), None)
        if host is not None:
            at = words.index(host)
            port = running.plan.services.get((host.removesuffix(".seldon"), int(words[at + 1])))
            if port is None:
                yield Result(case, "testers", one["about"], "skipped", f"nothing stands for {host}:{words[at + 1]}")
                continue
            words[at : at + 2] = ["127.0.0.1", str(port)]
        known.append((one, words))
    script = Path(__file__).parent / "client_cases.py"
    answer = workshop.lesson([str(script)], json.dumps({"testers": [words for _, words in known]}), SECONDS)
    for (one, _), line in itertools.zip_longest(known, answer.stdout.splitlines()):
        lines = _compare_tester(one, json.loads(line)) if line else [f"did not run: {answer.stderr[-300:]}"]
        yield Result(case, "testers", one["about"], "differs" if lines else "agreed", "; ".join(lines))


def _compare_tester(recorded: Json, ours: Json) -> list[str]:
    lines = []
    if ours["exit"] != recorded["exit"]:
        lines.append(f"exit: recorded {recorded['exit']}, ours {ours['exit']} {ours['stderr'][-200:]}")
    if _shape(ours["stdout"]) != _shape(recorded["stdout"]):
        lines.append(f"stdout: recorded {_shape(recorded['stdout'])!r}, ours {_shape(ours['stdout'])!r}")
    last = recorded["stderr"].rpartition("(a Python traceback whose last line is) ")[2]
    if last and last.partition(":")[0] not in ours["stderr"]:
        lines.append(f"stderr: recorded {last!r}, ours {ours['stderr'][-300:]!r}")
    return lines


def _shape(text: str) -> str:
    """The text with its numbers and the spaces that align them taken out."""
    return re.sub(r"\s+", " ", FRACTION.sub("#", text)).replace("[ ", "[").replace(" ]", "]").strip()
