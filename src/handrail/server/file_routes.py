"""The routes of a lesson's files. The page names files; the place that the lesson runs in says which it may touch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.requests import Request

from handrail.errors import SessionError
from handrail.runtime.files import FileChanged, FileMissing, FileRefused
from handrail.server.answers import body, text_of
from handrail.server.errors import RequestError
from handrail.server.player import Player

Result = TypeVar("Result")

MOST_VERSIONS = 50
"""So many files are asked about at once."""


async def entries(player: Player, request: Request) -> Any:
    return await done(player.editor.entries, request.query_params.get("path", ""))


async def read(player: Player, request: Request) -> Any:
    return await done(player.editor.read, request.query_params.get("path", ""))


async def write(player: Player, request: Request) -> Any:
    """The body is the text. Answers 409 with the text that is there when it is not the one of this version."""
    query = request.query_params
    return await done(player.editor.write, query.get("path", ""), await request.body(), query.get("version", ""))


async def versions(player: Player, request: Request) -> Any:
    paths = (await body(request)).get("paths")
    if not isinstance(paths, list) or len(paths) > MOST_VERSIONS:
        raise RequestError(400, "The request names no files, or too many.")
    return await done(player.editor.versions, [str(path) for path in paths])


async def make(player: Player, request: Request) -> Any:
    asked = await body(request)
    await done(player.editor.make, text_of(asked, "path"), text_of(asked, "kind"))


async def rename(player: Player, request: Request) -> Any:
    asked = await body(request)
    await done(player.editor.files.rename, text_of(asked, "path"), text_of(asked, "to"))


async def delete(player: Player, request: Request) -> Any:
    await done(player.editor.files.delete, text_of(await body(request), "path"))


async def of_block(player: Player, request: Request) -> Any:
    return {"path": player.editor.file_of(request.path_params["block"])}


async def apply(player: Player, request: Request) -> Any:
    return {"path": await done(player.editor.apply, request.path_params["block"])}


async def done(act: Callable[..., Result], *arguments: Any) -> Result:
    """The result of what a disk or a container may take its time for. Raises RequestError."""
    try:
        return await asyncio.to_thread(act, *arguments)
    except FileChanged as changed:
        raise RequestError(409, str(changed), changed=True, **there_now(changed, arguments[0])) from None
    except FileMissing as missing:
        raise RequestError(404, str(missing)) from None
    except FileRefused as refusal:
        raise RequestError(403, str(refusal)) from None
    except SessionError as error:
        raise RequestError(409, str(error)) from None


def there_now(changed: FileChanged, path: str) -> dict[str, str | None]:
    """The text and version on the disk; no text for what is none, "" as version when the file is gone."""
    if changed.now is None:
        return {"text": None, "version": ""}
    try:
        return {"text": changed.now.text(path), "version": changed.now.version}
    except FileRefused:
        return {"text": None, "version": changed.now.version}
