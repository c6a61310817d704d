"""Starts components quickly: loads their libraries, which its arguments name, once and forks for each.

Run by the Python that has the libraries, the lesson's or the one with MLServer. Reads one JSON object a line on
standard input: {"id", "argv", "env", "cwd", "log"}; answers {"id", "pid"}. Each component is the leader of a
session of its own. When the input ends, everything started here is killed.
"""

import contextlib
import importlib
import json
import os
import runpy
import signal
import sys


def run(argv: list[str]) -> None:
    """Be the component: a wrapper, MLServer, a script, or a line of Python."""
    if argv[0].endswith("seldon-core-microservice"):
        # The package reads some of its environment while it is imported.
        for name in [name for name in sys.modules if name.split(".")[0] == "seldon_core"]:
            del sys.modules[name]
        from seldon_core.microservice import main

        sys.argv = argv
        main()
        return
    if argv[0] == "mlserver":
        from mlserver.cli.main import main

        sys.argv = argv
        main()
        return
    arguments = [word for word in argv[1:] if word != "-u"]
    if arguments[0] == "-c":
        sys.argv = arguments
        exec(arguments[1], {"__name__": "__main__"})
        return
    sys.argv = arguments
    runpy.run_path(arguments[0], run_name="__main__")


def fork(order: dict) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    status = 0
    try:
        run(order["argv"])
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def main() -> None:
    for module in sys.argv[1:]:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    pids = []
    for line in sys.stdin:
        order = json.loads(line)
        pid = fork(order)
        pids.append(pid)
        print(json.dumps({"id": order["id"], "pid": pid}), flush=True)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
