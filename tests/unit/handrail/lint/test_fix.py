"""`handrail lint --fix`: what it mends, and what it leaves."""

import json
from pathlib import Path

from handrail.lint.engine import lint_scenario
from handrail.lint.fix import fix, mend_index

from .conftest import good, write


def test_fix_mends_and_the_scenario_is_then_clean(tmp_path: Path) -> None:
    good(tmp_path, "\ufeff#One\r\n\r\n`a`{{exeucte}} `b` {{ exec }}\r\n\r\n```\r\nls\r\n``` {{Exec interupt}}\r\n")
    assert fix(tmp_path, "index.json") == 1
    assert (tmp_path / "one.md").read_bytes() == (
        b"# One\n\n`a`{{execute}} `b`{{ exec }}\n\n```\nls\n```{{exec interrupt}}\n"
    )
    assert lint_scenario(tmp_path) == ()
    assert fix(tmp_path, "index.json") == 0


def test_fix_takes_trailing_commas_out_of_the_index(tmp_path: Path) -> None:
    good(tmp_path)
    text = (
        '{"title": "T, ]", "details": {"steps": [{"title": "O", "text": "one.md",},],},\n "backend": {"imageid": "u"},}'
    )
    write(tmp_path, {"index.json": text})
    assert fix(tmp_path, "index.json") == 1
    assert json.loads((tmp_path / "index.json").read_text())["title"] == "T, ]"


def test_fix_leaves_what_it_cannot_mend(tmp_path: Path) -> None:
    assert mend_index('{"a": 1 "b": 2,}') == '{"a": 1 "b": 2,}'


def test_fix_gives_scripts_unix_line_ends_and_keeps_their_mode(tmp_path: Path) -> None:
    good(tmp_path, details={"steps": [{"title": "O", "text": "one.md", "verify": "v.sh"}]})
    write(tmp_path, {"v.sh": "test -e a\r\n"})
    (tmp_path / "v.sh").chmod(0o755)
    fix(tmp_path, "index.json")
    assert (tmp_path / "v.sh").read_bytes() == b"test -e a\n"
    assert (tmp_path / "v.sh").stat().st_mode & 0o777 == 0o755


def test_fix_writes_nothing_outside_the_scenario(tmp_path: Path) -> None:
    outside = write(tmp_path, {"outside.md": "#Tight\r\n"}) / "outside.md"
    good(tmp_path / "s")
    (tmp_path / "s" / "one.md").unlink()
    (tmp_path / "s" / "one.md").symlink_to(outside)
    assert fix(tmp_path / "s", "index.json") == 0
    assert outside.read_bytes() == b"#Tight\r\n"
