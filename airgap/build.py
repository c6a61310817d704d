"""Builds of the caller's images, on the host's own way to package registries."""

from __future__ import annotations

import functools
import http.server
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from airgap import process, progress, settings
from airgap.cache import key_of, locked, workspace
from airgap.engine import OWN, Engine
from airgap.errors import AirgapError

# To be raised when images come out differently for a reason that the caller's files do not show.
LAYOUT = "1"
# With packages to install, on two cores; what the engine has cached takes seconds.
ABOUT_SECONDS = 130.0
_RUN = re.compile(r"^(\s*RUN)(?=\s)", re.IGNORECASE)
_MAVEN = re.compile(r"^\s*RUN\s.*\bmvn\b", re.IGNORECASE | re.MULTILINE)
_HEREDOC = re.compile(r"<<-?\s*[\"']?(\w+)[\"']?")


def build(engine: Engine, tag: str, context: Path, file: Path | None, arguments: Mapping[str, str]) -> None:
    """Build ``context`` as ``tag`` unless that image was made from the very same inputs."""
    usual = (context / name for name in ("Containerfile", "Dockerfile"))
    recipe = file or next((path for path in usual if path.exists()), None)
    if recipe is None or not recipe.is_file():
        raise AirgapError(f"{context} holds no Containerfile or Dockerfile: name the file with --file")
    text = recipe.read_text()
    key = key_of(LAYOUT, text, context, *(f"{name}={value}" for name, value in sorted(arguments.items())))
    with locked("build", key_of(tag)):
        if engine.label(tag) == key:
            progress.say(f"build: {tag} is built already, from these very files")
            return
        with progress.phase("build", f"building {tag}", ABOUT_SECONDS), workspace("build", key_of(tag)) as folder:
            _build(engine, tag, key, context, text, arguments, folder)


def _build(
    engine: Engine, tag: str, key: str, context: Path, text: str, arguments: Mapping[str, str], folder: Path
) -> None:
    with ExitStack() as stack:
        wheels = settings.wheel_folders()
        page = stack.enter_context(_served(wheels)) if wheels else None
        ours = OWN in text or any(OWN in value for value in arguments.values())
        mounts = settings.collect(folder, page, debian_sources=ours, with_maven=_MAVEN.search(text) is not None)
        recipe = folder / "Containerfile"
        recipe.write_text(with_mounts(text, [mount.option for mount in mounts]))
        # The host's network, so that a proxy or a folder of wheels that is served on loopback can be reached.
        options: list[str | Path] = ["--network", "host", "--file", recipe]
        for mount in mounts:
            options += ["--secret", f"id=airgap-{mount.name},src={mount.source}"]
        for name, value in arguments.items():
            options += ["--build-arg", f"{name}={value}"]
        # Engines know these by themselves and leave them out of the image's history.
        for name in settings.PROXIES:
            if os.environ.get(name):
                options += ["--build-arg", f"{name}={os.environ[name]}"]
        try:
            engine.build(context, tag, key, *options, log=f"build-{tag.replace('/', '-').replace(':', '-')}")
        except process.ChildFailed as error:
            raise AirgapError(
                f"{tag} could not be built: {error}; mend what it names and run the same command again"
            ) from error


def with_mounts(text: str, options: Sequence[str]) -> str:
    """The text of a Containerfile in which each RUN instruction has the options added."""
    if not options:
        return text
    lines: list[str] = []
    continued = False
    ending: str | None = None
    for line in text.splitlines(keepends=True):
        if ending is not None:
            if line.strip() == ending:
                ending = None
            lines.append(line)
            continue
        if not continued:
            line = _RUN.sub(lambda found: f"{found[1]} {' '.join(options)}", line)
        heredoc = _HEREDOC.search(line) if not line.lstrip().startswith("#") else None
        ending = heredoc[1] if heredoc else None
        # A comment may stand between the lines of one instruction.
        if not (continued and line.lstrip().startswith("#")):
            continued = line.rstrip().endswith("\\")
        lines.append(line)
    return "".join(lines)


@contextmanager
def _served(folders: Sequence[Path]) -> Iterator[str]:
    """Serve the wheels of the folders on one page on loopback while a build lasts."""
    wheels = {path.name: path for folder in folders for path in sorted(folder.iterdir()) if path.is_file()}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            body = _page(wheels) if not name else wheels[name].read_bytes() if name in wheels else None
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "text/html" if not name else "application/octet-stream")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=functools.partial(server.serve_forever, poll_interval=0.1))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _page(wheels: Mapping[str, Path]) -> bytes:
    return "".join(f'<a href="/{name}">{name}</a>\n' for name in wheels).encode()
