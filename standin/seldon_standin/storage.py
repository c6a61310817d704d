"""Fetches a model for a prepackaged server: `python -m seldon_standin.storage SOURCE DESTINATION`.

SOURCE is http(s)://…, s3://bucket/key, gs://bucket/key (public buckets), file://… or a path (a mounted claim).
A folder of a bucket is fetched whole; a file lands in DESTINATION under its own name; .tar, .tar.gz, .tgz and .zip are
unpacked. The settings of an s3 server come from the environment (usually a Secret, by envSecretRefName), either as
rclone has them (RCLONE_CONFIG_S3_ENDPOINT, …_ACCESS_KEY_ID, …_SECRET_ACCESS_KEY, …_REGION; S3 being the scheme in
capitals) or as AWS has them (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION). Sources in
rclone's own form, `name:bucket/key`, work too when RCLONE_CONFIG_NAME_… are set. Exit status 0 only when all is there.
"""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .bucket import Bucket, BucketError, bucket_for

CHUNK = 1 << 20
TIMEOUT = 60


class StorageError(Exception):
    """The model could not be fetched; the message says what, why and what to try."""


def unpack(archive: Path, folder: Path) -> bool:
    """Unpack a tar or zip archive beside its contents' destination and remove it; False if it is neither."""
    name = archive.name.lower()
    if name.endswith((".tar", ".tar.gz", ".tgz")):
        with tarfile.open(archive) as tar:
            _extract(tar, folder)
    elif name.endswith(".zip"):
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
    else:
        return False
    archive.unlink()
    return True


def _extract(tar: tarfile.TarFile, folder: Path) -> None:
    """Files and folders only, none outside the folder. (Debian 12's tarfile has no extraction filters.)"""
    for member in tar:
        target = (folder / member.name).resolve()
        if not target.is_relative_to(folder.resolve()) or not (member.isdir() or member.isfile()):
            raise tarfile.TarError(f"{member.name} is not a file or folder inside the archive")
        (target if member.isdir() else target.parent).mkdir(parents=True, exist_ok=True)
        content = tar.extractfile(member)
        if content is not None:
            with content, target.open("wb") as file:
                shutil.copyfileobj(content, file, CHUNK)


def _download(request: urllib.request.Request, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response, part.open("wb") as file:
        shutil.copyfileobj(response, file, CHUNK)
    part.rename(target)


def _from_web(source: str, destination: Path) -> list[Path]:
    name = Path(unquote(urlsplit(source).path)).name
    if not name:
        raise StorageError(f"{source} names no file; give the address of model.joblib itself or of an archive.")
    target = destination / name
    _download(urllib.request.Request(source), target)
    return [target]


def _from_bucket(bucket: Bucket, key: str, destination: Path) -> list[Path]:
    fetched = []
    for found in bucket.keys(key):
        inside = found.removeprefix(key.rstrip("/")).lstrip("/") if found != key else Path(key).name
        if not inside or inside.endswith("/"):
            continue
        target = destination / inside
        if not target.resolve().is_relative_to(destination.resolve()):
            raise StorageError(f"The key {found} would land outside {destination}; rename it in the bucket.")
        _download(bucket.request(found), target)
        fetched.append(target)
    return fetched


def _from_folder(source: Path, destination: Path) -> list[Path]:
    if source.is_dir():
        shutil.copytree(source, destination, dirs_exist_ok=True)
        return [path for path in destination.rglob("*") if path.is_file()]
    if not source.exists():
        raise StorageError(f"{source} does not exist in the claim or image; check the modelUri.")
    return [Path(shutil.copy2(source, destination / source.name))]


def fetch(source: str, destination: Path, env: Mapping[str, str]) -> list[Path]:
    """Bring SOURCE into the folder `destination`, made if it is not there; gives the files' paths.

    Raises StorageError. Safe to repeat: files are written aside and renamed.
    """
    destination.mkdir(parents=True, exist_ok=True)
    try:
        scheme, separator, rest = source.partition("://")
        if separator and scheme in ("http", "https"):
            files = _from_web(source, destination)
        elif separator and scheme == "file":
            files = _from_folder(Path(rest), destination)
        elif not separator and (source.startswith("/") or ":" not in source):
            files = _from_folder(Path(source), destination)
        else:
            remote, path = (scheme, rest) if separator else source.split(":", 1)
            name, _, key = path.lstrip("/").partition("/")
            files = _from_bucket(bucket_for(remote, name, env), key, destination)
    except BucketError as error:
        raise StorageError(str(error)) from None
    except urllib.error.HTTPError as error:
        error.close()
        raise StorageError(
            f"{source} answered {error.code} {error.reason}; check the address and the rights."
        ) from None
    except OSError as error:
        reason = getattr(error, "reason", None) or error
        raise StorageError(f"{source} could not be fetched: {reason}; check that this pod can reach it.") from None
    if not files:
        raise StorageError(f"Nothing was found at {source}; check the bucket and the path.")
    try:
        return [path for file in files if file.is_file() for path in ([] if unpack(file, destination) else [file])]
    except (tarfile.TarError, zipfile.BadZipFile) as error:
        raise StorageError(f"{source} could not be unpacked: {error}; make the archive anew.") from None


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("usage: python -m seldon_standin.storage SOURCE DESTINATION", file=sys.stderr)
        return 2
    source, destination = arguments
    try:
        files = fetch(source, Path(destination), os.environ)
    except StorageError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Fetched {source} to {destination}: {', '.join(path.name for path in files) or 'an archive'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
