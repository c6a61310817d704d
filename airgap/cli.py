"""The command line: each command holds its flags and calls one function; standard output is the answer alone."""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Sequence
from pathlib import Path

from airgap import base, build, bundle, clean, engine, node, process, progress, publisher, resources, tools, transfer
from airgap.errors import AirgapError


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python3 -m airgap", description=__import__("airgap").__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    commands.add_parser("engine", help="find or install a container engine; prints shell assignments")

    command = commands.add_parser("tools", help="put kubectl, helm and kind into a folder")
    command.add_argument("folder", type=Path, metavar="DIR")
    command.add_argument("names", nargs="*", metavar="NAME", help=", ".join(tools.NAMES))

    command = commands.add_parser("node", help="get or build the node image for kind; prints its name")
    command.add_argument("--preload", action="append", default=[], metavar="IMAGE", help="image that nodes shall hold")

    commands.add_parser("base", help="get or build an image with Python 3.11; prints its name")

    command = commands.add_parser("build", help="build an image on the host's way to package registries")
    command.add_argument("--tag", required=True, metavar="REF")
    command.add_argument("--build-arg", action="append", default=[], metavar="NAME=VALUE")
    command.add_argument("-f", "--file", type=Path, metavar="FILE")
    command.add_argument("context", type=Path, metavar="CONTEXT_DIR")

    command = commands.add_parser("load", help="put images of the engine into a kind cluster")
    command.add_argument("images", nargs="+", metavar="REF")
    command.add_argument("--cluster", required=True, metavar="NAME")

    commands.add_parser("registry-reachable", help="exit 0 when container registries answer, else 1")

    command = commands.add_parser("memory", help="exit 0 when so much memory is free, else 1 with the remedy")
    command.add_argument("gigabytes", type=float, metavar="GB")
    command.add_argument("purpose", help="what needs it, as the subject of a sentence")

    command = commands.add_parser("bundle", help="write tools, images and folders of the cache to one file")
    command.add_argument("target", type=Path, metavar="FILE")
    command.add_argument("--preload", action="append", default=[], metavar="IMAGE", help="as for node")
    command.add_argument("--image", action="append", default=[], metavar="REF", help="a further image")
    command.add_argument("--include", action="append", default=[], type=Path, metavar="PATH", help="part of the cache")

    commands.add_parser("unpack", help="unpack the file that BUNDLE names, as every other command does by itself")

    commands.add_parser("clean", help="remove our images and the cache")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return run(options)
    except KeyboardInterrupt:
        progress.say("airgap: stopped; run the same command again to go on")
        return 130
    except AirgapError as error:
        progress.say(f"airgap: {error}")
        return 1


def _interrupt(number: int, frame: object) -> None:
    # Threads that wait for a child would wait to its end, so the children go first.
    process.stop()
    raise KeyboardInterrupt


def run(options: argparse.Namespace) -> int:
    packed = os.environ.get("BUNDLE")
    if packed and options.command != "clean":
        bundle.unpack(Path(packed).absolute())

    def found() -> engine.Engine:
        chosen = engine.choose()
        if packed:
            bundle.load_images(chosen, Path(packed).absolute())
        return chosen

    match options.command:
        case "engine":
            print(found().exports())
        case "tools":
            tools.link(options.folder, tuple(options.names) or tools.NAMES)
            print(options.folder)
        case "node":
            print(node.ensure(found(), options.preload))
        case "base":
            print(base.ensure(found()))
        case "build":
            build.build(found(), options.tag, options.context, options.file, _assignments(options.build_arg))
            print(options.tag)
        case "load":
            transfer.load(found(), options.images, options.cluster)
            print(options.cluster)
        case "registry-reachable":
            return 0 if publisher.registry_reachable() else 1
        case "memory":
            resources.need_memory(options.gigabytes * resources.GB, options.purpose)
        case "bundle":
            bundle.write(found(), options.target.absolute(), options.preload, options.image, options.include)
            print(options.target)
        case "unpack":
            if not packed:
                raise AirgapError("BUNDLE names no file: set it to the bundle that shall be unpacked")
            print(packed)
        case "clean":
            clean.clean()
    return 0


def _assignments(words: Sequence[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    for name, equals, _ in pairs:
        if not equals:
            raise AirgapError(f"--build-arg {name} has no value: write it as NAME=VALUE")
    return {name: value for name, _, value in pairs}
