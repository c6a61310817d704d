"""`handrail hub-board`: the instructor's board, which JupyterHub starts as a service."""

import argparse
import asyncio
import os
import sys

from handrail.server.errors import FAILURES, Unusable, sentence
from handrail.server.hub import secrecy
from handrail.server.hub.activity import Activity
from handrail.server.hub.api import HubApi
from handrail.server.hub.board.app import BoardGuard, create_board
from handrail.server.hub.board.grades import Grades, Platform, platform_of
from handrail.server.hub.board.pupils import Pupils
from handrail.server.hub.main import bind
from handrail.server.hub.settings import Settings
from handrail.server.hub.sign_ins import SignIns
from handrail.server.main import CANNOT_BEGIN
from handrail.server.serve import LARGEST_FRAME, Server, config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none: the Hub says all."""


def run(args: argparse.Namespace) -> int:
    """Serves until SIGINT, SIGTERM or SIGHUP. Returns the exit status."""
    try:
        settings = secrecy.settings()
        asyncio.run(serve(settings, platform_of(os.environ)))
    except (Unusable, *FAILURES) as error:
        print(f"handrail: {sentence(error)}", file=sys.stderr)
        return CANNOT_BEGIN
    return 0


async def serve(settings: Settings, platform: Platform | None) -> None:
    """`platform`: gets grades. Raises Unusable."""
    listener = bind(settings)
    api = HubApi(settings)
    grades = Grades(platform, api) if platform is not None else None
    guard = BoardGuard(
        create_board(Pupils(), settings.public, grades), settings=settings, sign_ins=SignIns(settings, api),
        activity=Activity(api, settings.tell_every),
    ).knows(api)  # fmt: skip
    print(f"handrail: the board is at {settings.prefix}", flush=True)
    sending = asyncio.create_task(grades.follow()) if grades is not None else None
    try:
        await Server(config(guard, LARGEST_FRAME)).serve(sockets=[listener])
    finally:
        if sending is not None:
            sending.cancel()
        await api.close()
