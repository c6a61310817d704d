"""What an export consists of: an index, files by path, and a list of what the platform cannot do. Writes nothing."""

import copy
import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from handrail.export.tokens import Platform, page
from handrail.lint.context import Context
from handrail.lint.rules.portability import uses
from handrail.problems import Problem, ScenarioError
from handrail.scenario import known_keys
from handrail.scenario.assets import BIGGEST, AssetFile, is_glob, match
from handrail.scenario.images import find_image
from handrail.scenario.repository import repository_of
from handrail.scenario.safe_paths import UnsafePath, inside, read_bytes

_OWN_FOLDER = re.compile(r"\$(?:SCENARIO_DIR\b|\{SCENARIO_DIR\})(/\.\.[^\s\"']*)?")
_KEYS = {
    "killercoda": {"code": "foreground", "courseData": "background"},
    "katacoda": {"foreground": "code", "background": "courseData"},
}
# Images of the old platform and what comes closest on the new one.
_IMAGES = {
    "ubuntu": "ubuntu", "docker": "ubuntu", "docker-direct": "ubuntu", "bash": "ubuntu", "python": "ubuntu",
    "node": "ubuntu", "java": "ubuntu", "golang": "ubuntu", "git": "ubuntu", "terraform": "ubuntu",
    "kubernetes": "kubernetes-kubeadm-1node", "kubernetes-cluster": "kubernetes-kubeadm-2nodes",
    "kubernetes-cluster-running": "kubernetes-kubeadm-2nodes", "minikube": "kubernetes-kubeadm-1node",
    "minikube-running": "kubernetes-kubeadm-1node",
}  # fmt: skip


@dataclass(frozen=True)
class Left:
    """Something that cannot be carried over, and what to do about it."""

    path: str
    line: int
    message: str


@dataclass
class Plan:
    """`files`: path in the export to (content, or the file to copy; permission bits)."""

    index: dict[str, Any]
    files: dict[str, tuple[bytes | Path, int]] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)

    def index_text(self) -> str:
        """The index as it is written."""
        return json.dumps(self.index, ensure_ascii=False, indent=2) + "\n"


def plan(context: Context, platform: Platform) -> Plan:
    """The export of a scenario. Raises `ScenarioError` for a file that cannot be carried at all."""
    made = Plan(copy.deepcopy(dict(context.scenario.raw)))
    _add_pages(context, platform, made)
    _add_scripts(context, made)
    _add_assets(context, made)
    _translate_index(context, platform, made)
    made.left += _bound_to_folder(context)
    if platform == "killercoda":
        for case, path, line, column in uses(context):
            placed = case == "uilayout" and context.scenario.layout in known_keys.EDITOR_LAYOUTS
            if not placed and not (case == "placeholder" and _is_translated(context, path)):
                problem = Problem.of("not-on-killercoda", path, line, column, case)
                made.left.append(Left(path, line, problem.message.rstrip(".")))
    else:
        _left_on_katacoda(context, made)
    return made


def _add_pages(context: Context, platform: Platform, made: Plan) -> None:
    for file in context.pages:
        text = page(_with_pictures(context, file.path, made), platform)
        made.files[file.path] = (text.encode(), 0o644)


def _with_pictures(context: Context, path: str, made: Plan) -> str:
    """The page's text. Pictures inside the scenario keep their place; others come along, and their paths change."""
    file = next(page for page in context.pages if page.path == path)
    lines = file.text.split("\n")
    root = os.path.realpath(context.scenario.root)
    for number, reference in file.parsed.images:
        name = unquote(reference)
        found = find_image(context.scenario, Path(root) / path, name)
        if found is None:
            continue
        inner = os.path.relpath(found, root)
        if not inner.startswith(".."):
            made.files[inner] = (found, 0o644)
            continue
        copied = _place_of_picture(context, os.path.relpath(found, repository_of(Path(root))))
        made.files[copied] = (found, 0o644)
        new = os.path.relpath(copied, os.path.dirname(path) or ".")
        written = next((form for form in (reference, name) if form in lines[number]), None)
        if written:
            lines[number] = lines[number].replace(written, new, 1)
    return "\n".join(lines)


def _place_of_picture(context: Context, name: str) -> str:
    """Under assets/, unless a pattern there would make an asset of the picture."""
    is_taken = any(_would_match(asset.file, name) for asset in context.scenario.assets)
    return f"{'pictures' if is_taken else 'assets'}/{name}"


def _add_scripts(context: Context, made: Plan) -> None:
    root = os.path.realpath(context.scenario.root)
    for script in context.scripts:
        mode = stat.S_IMODE(os.stat(os.path.join(root, script.path)).st_mode)
        made.files[script.path] = (script.text.encode(), mode & 0o755 | 0o600)
    cleanup = context.scenario.extra.get("cleanup")
    if isinstance(cleanup, str):
        made.files[cleanup] = (_read(context, cleanup), 0o755)


def _bound_to_folder(context: Context) -> Iterator[Left]:
    """Scripts that need the scenario's own folder, which is nowhere on a platform."""
    for script in context.scripts:
        for number, line in enumerate(script.text.split("\n"), 1):
            if match := _OWN_FOLDER.search(line.partition("#")[0]):
                outside = "is outside the scenario and does not come along" if match[1] else "is known to handrail only"
                remedy = "carry what the script needs, and begin with here=${SCENARIO_DIR:-$HOME}"
                yield Left(script.path, number, f"{match[0]} {outside}; {remedy}")
                break


def _read(context: Context, name: str) -> bytes:
    try:
        return read_bytes(context.scenario.root, name, BIGGEST)
    except UnsafePath as refusal:
        raise ScenarioError(refusal.problem(name)) from None


def _add_assets(context: Context, made: Plan) -> None:
    """Everything under assets/ at its place, and what the scenario carries under assets/ too, with entries.

    Names that begin with a dot are those that the index names; `**` does not match them.
    """
    root = context.scenario.root
    for file in context.assets.files:
        if not file.carried:
            made.files[file.path] = (file.source, stat.S_IMODE(file.source.stat().st_mode) & 0o755)
    for name in match(root, "assets", "**"):
        source = inside(root, f"assets/{name}")
        made.files[f"assets/{name}"] = (source, stat.S_IMODE(source.stat().st_mode) & 0o755)
    before = set(made.files)
    carried = [file for file in context.assets.files if file.carried]
    for file in carried:
        name = f"assets/{file.relative}"
        existing = made.files.get(name)
        if name in before and existing and existing[0] != file.source:
            made.left.append(Left(name, 1, f"{file.relative} is both an asset and carried; the asset was kept"))
            continue
        made.files[name] = (file.source, stat.S_IMODE(file.source.stat().st_mode) & 0o755)
    entries = [entry for entry in context.scenario.assets if entry.carried]
    if entries:
        _write_entries(context, made, carried)
    extra = made.index.get("handrail")
    if isinstance(extra, dict) and extra.pop("carry", None) is not None and not extra:
        del made.index["handrail"]


def _write_entries(context: Context, made: Plan, carried: list[AssetFile]) -> None:
    details = made.index.setdefault("details", {})
    hosts = details.setdefault("assets", {})
    names = {file.relative for file in carried}
    for host, entries in list(hosts.items()):
        hosts[host] = [new for entry in entries for new in _apart(context, entry, names)]
    own = hosts.setdefault("host01", [])
    for entry in context.scenario.assets:
        if entry.carried:
            own.append({"file": entry.file, "target": entry.target, **_chmod(entry.chmod)})
    for file in carried:
        if file.mode is None and file.source.stat().st_mode & 0o100:
            target = os.path.dirname(file.target) or "~/"
            own.append({"file": file.relative, "target": target, "chmod": "+x"})


def _chmod(chmod: str | None) -> dict[str, str]:
    return {"chmod": chmod} if chmod else {}


def _apart(context: Context, entry: Any, carried: set[str]) -> Iterator[Any]:
    """An entry of the author's; named file by file when its pattern would now match what is carried, too."""
    if not isinstance(entry, dict) or not isinstance(entry.get("file"), str) or not is_glob(entry["file"]):
        yield entry
        return
    pattern = entry["file"]
    if not any(_would_match(pattern, name) for name in carried):
        yield entry
        return
    for name in match(context.scenario.root, "assets", pattern):
        folder = os.path.dirname(name)
        target = str(entry.get("target") or "~/").rstrip("/")
        yield {**entry, "file": name, "target": f"{target}/{folder}" if folder else f"{target}/"}


def _would_match(pattern: str, name: str) -> bool:
    """On the safe side: a pattern with `**` may match anything below its first folder."""
    first = pattern.split("/")[0]
    return is_glob(first) or first == name.split("/")[0]


def _translate_index(context: Context, platform: Platform, made: Plan) -> None:
    details = made.index.get("details")
    pages = []
    if isinstance(details, dict):
        steps = details.get("steps")
        pages = [details.get("intro"), details.get("finish"), *(steps if isinstance(steps, list) else [])]
    for raw in pages:
        if isinstance(raw, dict):
            for old, new in _KEYS[platform].items():
                if old in raw and new not in raw:
                    raw[new] = raw.pop(old)
                elif old in raw:
                    del raw[old]
    _translate_backend(context, platform, made)
    layout = context.scenario.layout
    if platform == "killercoda" and layout in known_keys.EDITOR_LAYOUTS:
        made.index["interface"] = {"layout": "ide"}
        environment = made.index.get("environment")
        if isinstance(environment, dict):
            environment.pop("uilayout", None)
            if not environment:
                del made.index["environment"]
    elif platform == "katacoda" and not isinstance(made.index.get("environment"), dict):
        made.index["environment"] = {"uilayout": "editor-terminal" if layout == "ide" else "terminal"}


def _translate_backend(context: Context, platform: Platform, made: Plan) -> None:
    backend = made.index.get("backend")
    if not isinstance(backend, dict):
        return
    old = backend.pop("dockerimage", None)
    if old and not backend.get("imageid"):
        backend["imageid"] = old
    image = context.scenario.imageid
    if platform == "killercoda" and image and not _on_killercoda(image):
        new = _IMAGES.get(image) or _IMAGES.get(image.split(":")[0].rstrip("0123456789."))
        if new:
            backend["imageid"] = new
            made.left.append(Left("index.json", 1, f"The image {image} became {new}; try the steps on it"))
        else:
            made.left.append(Left("index.json", 1, f"Killercoda has no image like {image}; choose one"))


def _on_killercoda(image: str) -> bool:
    return image in ("ubuntu", "ubuntu-4GB") or image.startswith(("kubernetes-kubeadm-", "kubernetes-k3s-"))


def _is_translated(context: Context, path: str) -> bool:
    """Placeholders in this page are all addresses of ports that Killercoda can write."""
    from handrail.markdown import placeholders

    for file in context.pages:
        if file.path == path:
            names = [found.name for found in placeholders.find(file.text)]
            return all(name.startswith("TRAFFIC_") and "CLIENT" not in name for name in names)
    return False


def _left_on_katacoda(context: Context, made: Plan) -> None:
    for one in context.scenario.pages:
        if one.kind == "finish" and (one.foreground or one.background):
            made.left.append(Left("index.json", 1, "Katacoda runs no scripts on the finish page"))
    image = context.scenario.imageid or ""
    if image.startswith("kubernetes-k") or image == "ubuntu-4GB":
        made.left.append(Left("index.json", 1, f"Katacoda has no image {image}; choose one"))
