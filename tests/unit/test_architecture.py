"""The parts depend in one direction, and so do the rooms of handrail: each imports from the floors below its own."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
PARTS = {
    "handrail": REPO / "src" / "handrail",
    "airgap": REPO / "airgap",
    "seldon_standin": REPO / "standin" / "seldon_standin",
}
HANDRAIL = PARTS["handrail"]

# From the bottom up. A room imports from the floors below its own, and from itself.
FLOORS = [
    {"atomic_write", "errors", "problems", "workflow_commands", "handrail"},
    {"markdown", "terminal"},
    {"scenario"},
    {"runtime", "lint"},
    {"session", "export"},
    {"runner", "browser", "server"},
    {"cli", "__main__"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# Beside the floors: what one room of a floor may take from another of the same floor.
SAME_FLOOR = {("problems", "errors"), ("__main__", "cli"), ("runner", "browser"), ("browser", "server")}


def imported_modules(source: Path) -> Iterator[tuple[int, str]]:
    """(line, module) of each import of the file; `from a import b` counts as a.b where that is a module of ours."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            package = package_of(source, node.level) if node.level else ""
            for alias in node.names:
                yield node.lineno, ".".join(filter(None, (package, node.module, alias.name)))


def package_of(source: Path, level: int) -> str:
    """The package that so many leading dots mean in `source`."""
    folder = source.parents[level - 1]
    part = next(path.parent for path in PARTS.values() if source.is_relative_to(path))
    return ".".join(folder.relative_to(part).parts)


def room_of(source: Path) -> str:
    inside = source.relative_to(HANDRAIL)
    return "handrail" if str(inside) == "__init__.py" else inside.parts[0].removesuffix(".py")


def upward(source: Path) -> Iterator[str]:
    room = room_of(source)
    for line, module in imported_modules(source):
        package, _, rest = module.partition(".")
        target = rest.split(".")[0]
        if package != "handrail" or target == room:
            continue
        target = target if target in FLOOR else "handrail"
        if FLOOR[target] >= FLOOR[room] and (room, target) not in SAME_FLOOR:
            where = f"{source.relative_to(REPO)}:{line}"
            yield f"{where}: {room} (floor {FLOOR[room]}) imports {module} (floor {FLOOR[target]})"


def test_every_room_of_handrail_has_a_floor() -> None:
    rooms = {room_of(source) for source in HANDRAIL.rglob("*.py")}
    assert rooms == set(FLOOR)
    assert len(FLOORS) <= 7


def test_no_import_of_handrail_goes_up() -> None:
    assert not [found for source in sorted(HANDRAIL.rglob("*.py")) for found in upward(source)]


def test_an_import_that_goes_up_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "HANDRAIL", tmp_path)
    monkeypatch.setitem(globals(), "REPO", tmp_path)
    (tmp_path / "terminal").mkdir()
    source = tmp_path / "terminal" / "pty.py"
    source.write_text("def late():\n    from handrail.session import session\n    import handrail.errors\n")
    assert list(upward(source)) == [
        "terminal/pty.py:2: terminal (floor 1) imports handrail.session.session (floor 4)",
    ]


@pytest.mark.parametrize("room", sorted(room for room in FLOOR if (HANDRAIL / room).is_dir()))
def test_a_room_says_what_it_is_for_and_what_it_may_import(room: str) -> None:
    said = ast.get_docstring(ast.parse((HANDRAIL / room / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert 2 <= len(said.splitlines()) <= 5
    assert "May import:" in said


@pytest.mark.parametrize("part", PARTS)
def test_part_imports_no_other_part(part: str) -> None:
    others = set(PARTS) - {part}
    sources = list(PARTS[part].rglob("*.py"))
    assert sources
    found = [
        f"{source.relative_to(REPO)}:{line}: {module}"
        for source in sources
        for line, module in imported_modules(source)
        if module.split(".")[0] in others
    ]
    assert not found


@pytest.mark.parametrize(
    ("part", "words"),
    [("handrail", r"seldon|kind (create|load)|helm (install|upgrade)"), ("airgap", r"seldon|handrail\.")],
)
def test_part_does_not_mention_what_it_must_not_know(part: str, words: str) -> None:
    sources = list(PARTS[part].rglob("*.py"))
    assert sources
    found = [
        f"{source.relative_to(REPO)}:{number}: {line.strip()}"
        for source in sources
        for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(words, line, re.IGNORECASE)
    ]
    assert not found


LONGEST_MODULE = 300  # lines
LONGEST_FUNCTION = 60  # lines, decorators and docstring included
# What is longer all the same: "part/module.py" or "part/module.py:function". ARCHITECTURE.md names each and says why.
LONGER: set[str] = set()


def too_long(part: Path) -> Iterator[str]:
    for source in sorted(part.rglob("*.py")):
        name = f"{part.name}/{source.relative_to(part).as_posix()}"
        text = source.read_text(encoding="utf-8")
        if len(text.splitlines()) > LONGEST_MODULE:
            yield name
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                if (node.end_lineno or first) - first >= LONGEST_FUNCTION:
                    yield f"{name}:{node.name}"


def test_modules_and_functions_are_short() -> None:
    assert {name for part in PARTS.values() for name in too_long(part)} == LONGER


def test_what_is_longer_is_named_in_the_architecture() -> None:
    said = (REPO / "ARCHITECTURE.md").read_text(encoding="utf-8") if LONGER else ""
    assert not [name for name in LONGER if name not in said]


def test_what_is_too_long_is_seen(tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.mkdir()
    lines = "    pass\n" * LONGEST_FUNCTION
    (part / "short.py").write_text("def well():\n" + lines.removesuffix("    pass\n"))
    (part / "long.py").write_text("@decorated\nasync def slow():\n" + lines + "#\n" * LONGEST_MODULE)
    assert list(too_long(part)) == ["part/long.py", "part/long.py:slow"]
