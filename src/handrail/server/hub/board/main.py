"""`handrail hub-board`: the instructor's board, which JupyterHub starts as a service."""

import argparse
import asyncio
import sys

from handrail.server.errors import FAILURES, Unusable, sentence
from handrail.server.hub import secrecy
from handrail.server.hub.activity import Activity
from handrail.server.hub.api import HubApi
from handrail.server.hub.board.app import BoardGuard, create_board
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
        asyncio.run(serve(secrecy.settings()))
    except (Unusable, *FAILURES) as error:
        print(f"handrail: {sentence(error)}", file=sys.stderr)
        return CANNOT_BEGIN
    return 0


async def serve(settings: Settings) -> None:
    """Raises Unusable."""
    listener = bind(settings)
    api = HubApi(settings)
    guard = BoardGuard(
        create_board(Pupils(), settings.public), settings=settings, sign_ins=SignIns(settings, api),
        activity=Activity(api, settings.tell_every),
    ).knows(api)  # fmt: skip
    print(f"handrail: the board is at {settings.prefix}", flush=True)
    await Server(config(guard, LARGEST_FRAME)).serve(sockets=[listener])
