"""Finds ports that nobody has, for a lesson whose own are taken.   Usage: free_port.py PORT    prints another one."""
import socket
import sys

# Some lessons use the ports after the model's, too; scripts/env.sh names them.
TOGETHER = 4
STEP = 20


def is_free(port: int) -> bool:
    with socket.socket() as tried:
        # As a server does: a port whose connections are only just closed is free.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(taken: int) -> int:
    """The next port above `taken`, in steps, that is free together with those after it."""
    port = taken + STEP
    while port < 65000 and not all(is_free(port + number) for number in range(TOGETHER)):
        port += STEP
    return port


def other_port(taken: int, again: str) -> str:
    """The command that moves the lesson to other ports and then runs `again`."""
    return f"export LESSON_PORT={free_port(taken)}; source scripts/env.sh; {again}"


if __name__ == "__main__":
    print(free_port(int(sys.argv[1])))
