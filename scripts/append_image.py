"""Makes the image of a folder without a container engine: its files as a layer on a base that was prepared for all.

Usage: append_image.py NAME:VERSION FOLDER      puts LESSON_PUSH_TO/NAME:VERSION into the classroom's registry
       append_image.py --base FOLDER            prints the text of the base's Dockerfile, after a line with its name

It follows the lesson's Dockerfile: what stands there up to the first COPY of files of the learner's is the base, which
classroom/instructor/install.sh has built. Then come COPY, RUN with a program for Python that tries what was copied, and
CMD. Where something else is asked for, the last line on standard error says so.
"""
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn


@dataclass(frozen=True)
class Recipe:
    """A Dockerfile. base: its text up to the first COPY of the learner's files. rest: the instructions after it."""

    base: str
    rest: tuple[tuple[str, str], ...]


def refuse(why: str) -> NoReturn:
    sys.exit(why)


def read(folder: Path) -> Recipe:
    """The two parts of a folder's Dockerfile."""
    text = re.sub(r"\\\n\s*", "", (folder / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    own = next((n for n, line in enumerate(lines) if copies_own_files(line)), len(lines))
    rest = [line.partition(" ") for line in lines[own:]]
    return Recipe("\n".join(lines[:own]) + "\n", tuple((word.upper(), value.strip()) for word, _, value in rest))


def copies_own_files(line: str) -> bool:
    word, _, value = line.partition(" ")
    return word.upper() == "COPY" and value.split()[:-1] != ["requirements.txt"]


def name_of_base(folder: Path, recipe: Recipe) -> str:
    """The same for all folders with the same packages."""
    packages = (folder / "requirements.txt").read_bytes() if "requirements.txt" in recipe.base else b""
    return f"base:{hashlib.sha256(recipe.base.encode() + packages).hexdigest()[:16]}"


def layer(folder: Path, copied: list[str], work: str) -> bytes:
    """A tar archive with the files in the folder in which the image's program will run; the same for the same files."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name in copied:
            content = (folder / name).read_bytes()
            entry = tarfile.TarInfo(f"{work}/{name}".lstrip("/"))
            entry.size, entry.mode = len(content), 0o644
            tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def crane(*words: str) -> str:
    """Nothing where crane has done it, else what it says."""
    done = subprocess.run(["crane", *words, "--insecure"], capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if line.startswith("Error")]
    return (lines or [f"crane ended with status {done.returncode}"])[0] if done.returncode else ""


def make(image: str, folder: Path) -> None:
    recipe = read(folder)
    registry, _, _ = os.environ["LESSON_PUSH_TO"].rpartition("/")
    base = f"{registry}/course/{name_of_base(folder, recipe)}"
    copied: list[str] = []
    options: list[str] = []
    for word, value in recipe.rest:
        files = value.split()
        if word == "COPY" and files[-1] in (".", "./") and all((folder / name).is_file() for name in files[:-1]):
            copied += files[:-1]
        elif word == "RUN" and value.startswith("python "):
            # Tried here, where the lesson's packages are, too: a class that cannot be loaded is to fail now.
            tried = subprocess.run(["bash", "-c", value], cwd=folder, check=False)
            if tried.returncode:
                refuse(f"What {folder}/Dockerfile tries after COPY has failed: {value}")
        elif word == "CMD" and value.startswith("["):
            options = ["--cmd", ",".join(json.loads(value))]
        else:
            refuse(
                f"Your image is made without a container engine, which cannot do this of {folder}/Dockerfile: "
                f"{word} {value}. To have the lesson's file back:  scripts/go-back.sh"
            )
    work = re.findall(r"^WORKDIR (\S+)$", recipe.base, re.MULTILINE)
    archive = Path(os.environ["LESSON_DIR"], ".state", "layer.tar")
    archive.write_bytes(layer(folder, copied, work[-1] if work else "/"))
    fault = crane("mutate", base, "--append", str(archive), *options, "--tag", image)
    if "MANIFEST_UNKNOWN" in fault:
        refuse(
            f"No base with these packages was prepared for the class: {folder}/requirements.txt or the first lines of "
            f"{folder}/Dockerfile are not the lesson's. To have them back:  scripts/go-back.sh"
        )
    if fault:
        refuse(f"The registry of your class did not take it; try again in a minute, then tell your instructor: {fault}")
    print(f"Built: {len(copied)} files of {folder} on the prepared base, without a container engine")


if __name__ == "__main__":
    if sys.argv[1] == "--base":
        found = read(Path(sys.argv[2]))
        print(name_of_base(Path(sys.argv[2]), found), found.base, sep="\n", end="")
    else:
        make(f"{os.environ['LESSON_PUSH_TO']}/{sys.argv[1]}", Path(sys.argv[2]))
