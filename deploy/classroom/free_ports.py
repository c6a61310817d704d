#!/usr/bin/env python3
"""Whether these ports of this machine can be listened on, for `local.sh`: free_ports.py PORT…

Exit status 1, and which one cannot, when one of them is taken. One that a program is about to leave is waited for.
"""

import socket
import sys
import time

PATIENCE = 5.0  # seconds


def is_free(port: int) -> bool:
    """Whether a server could listen there, as far as this account may."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("", port))
            listener.listen()
        except (OSError, OverflowError):
            return False
    return True


def main() -> int:
    end = time.monotonic() + PATIENCE
    for port in map(int, sys.argv[1:]):
        while not is_free(port):
            if time.monotonic() > end:
                print(f"classroom: another program has port {port} of this machine.", file=sys.stderr)
                return 1
            time.sleep(0.2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
