"""Locks an open file of the shell that calls it, as the program flock does, which not every system has.

Usage: python3 scripts/flock.py DESCRIPTOR [SECONDS]     (how long to wait; without it, as long as it takes)
The lock belongs to the open file, so it stays with the shell when this program ends. Status 1: another process has it.
"""
import fcntl
import sys
import time

descriptor = int(sys.argv[1])
deadline = time.monotonic() + float(sys.argv[2] if len(sys.argv) > 2 else "inf")
while True:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        sys.exit(0)
    except BlockingIOError:
        if time.monotonic() >= deadline:
            sys.exit(1)
        time.sleep(0.1)
