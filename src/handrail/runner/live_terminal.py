"""`handrail test --shell`: where a run stopped, its terminal becomes the user's own, before anything is cleaned up."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
import tty

from handrail.terminal.terminal import Terminal

LEAVE = b"\x1d"  # Ctrl-], as in telnet


async def attend(terminal: Terminal) -> None:
    """Hand keys and output on between standard input, standard output and `terminal`, until Ctrl-] or the end of
    either. Standard input must be a terminal."""
    loop, keys, screen = asyncio.get_running_loop(), sys.stdin.fileno(), sys.stdout.fileno()
    left = asyncio.Event()

    def press() -> None:
        try:
            typed = os.read(keys, 4096)
        except OSError:
            typed = b""
        before, leave, _ = typed.partition(LEAVE)
        terminal.write(before)
        if leave or not typed:
            left.set()

    def fit() -> None:
        size = os.get_terminal_size(screen)
        terminal.resize(size.columns, size.lines)

    attachment = terminal.attach(terminal.seq)

    async def show() -> None:
        received = 0
        async for _, data in attachment:
            received += len(data)
            attachment.ack(received)
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()

    before = termios.tcgetattr(keys)
    showing, leaving = asyncio.create_task(show()), asyncio.create_task(left.wait())
    tty.setraw(keys)
    loop.add_reader(keys, press)
    loop.add_signal_handler(signal.SIGWINCH, fit)
    try:
        # Not before keys are taken: what is typed ahead is thrown away, so that it goes nowhere by accident.
        told = f"This is {terminal.name} of the lesson, live: Ctrl-] leaves it and ends the run."
        print(f"\r\nStopped. {told}\r", flush=True)
        fit()
        if not terminal.busy:
            terminal.write(b"\r")  # so that the prompt is seen
        await asyncio.wait({showing, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        loop.remove_reader(keys)
        loop.remove_signal_handler(signal.SIGWINCH)
        termios.tcsetattr(keys, termios.TCSADRAIN, before)
        attachment.detach()
        for task in (showing, leaving):
            task.cancel()
        await asyncio.gather(showing, leaving, return_exceptions=True)
        print(flush=True)
