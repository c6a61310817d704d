"""What the documents for maintainers name is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

REPO = Path(__file__).parents[2]
FOLDERS = "src|scripts|hack|tests|docs|standin|airgap|more|manifests|assets"
NAMED = re.compile(rf"(?<![\w/.-])(?:(?:{FOLDERS})/[\w./-]*\w/?|[A-Z]+\.md|pyproject\.toml|versions\.env)")


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"])
def test_files_that_a_document_names_exist(document: str) -> None:
    text = (REPO / document).read_text(encoding="utf-8")
    # Words in capitals stand for a name of the reader's.
    named = {name for name in NAMED.findall(text) if not re.search(r"/(NAME|DIR)\b|stepN", name)}
    assert named, "the document names no file any more"
    assert {name for name in named if not (REPO / name).exists() and not (REPO / "docs" / name).exists()} == set()


def test_what_the_architecture_says_to_look_for_is_defined_in_that_file() -> None:
    text = (REPO / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w./-]+/[\w.-]+)(?::(\w+))?`", text)
    assert len(named) > 40
    missing = []
    for path, name in named:
        # Files of handrail are written from its own folder.
        file = next((root / path for root in (REPO, REPO / "src" / "handrail") if (root / path).exists()), None)
        defined = rf"(?m)^\s*(?:export )?(?:async )?(?:def|class|function) {name}\b"
        if file is None or (name and not re.search(defined, file.read_text(encoding="utf-8"))):
            missing.append((path, name))
    assert not missing


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "README.md"])
def test_targets_that_a_document_names_are_in_the_makefile(document: str) -> None:
    phony = re.search(r"^\.PHONY: (.*)", (REPO / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    text = (REPO / document).read_text(encoding="utf-8")
    named = {word for words in re.findall(r"(?m)(?:`|^)make ([a-z0-9 -]+)", text) for word in words.split()}
    assert named
    assert named <= set(phony[1].split())


def test_commands_page_is_what_the_program_says() -> None:
    command = [sys.executable, str(REPO / "hack" / "cli_docs.py"), "--check"]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stderr == ""


def test_reference_page_is_what_the_program_says() -> None:
    command = [sys.executable, str(REPO / "hack" / "reference_docs.py"), "--check"]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stderr == ""


def _anchors(document: Path) -> set[str]:
    """The names of a page's headings, as links write them."""
    heads = re.findall(r"(?m)^#+ (.+)$", document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("document", sorted((REPO / "docs").glob("*.md")), ids=lambda path: path.name)
def test_links_between_the_documents_lead_somewhere(document: Path) -> None:
    text = re.sub(r"`[^`\n]+`(?!\])", "", document.read_text(encoding="utf-8"))  # without code that shows a link
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text):
        page = document if not target else document.parent / target
        assert page.exists(), f"{document.name} links to {target}"
        assert not anchor or anchor in _anchors(page), f"{document.name} links to {target}#{anchor}"


def test_the_site_has_every_document() -> None:
    index = (REPO / "docs" / "index.md").read_text(encoding="utf-8")
    listed = set(index.partition("{toctree}")[2].split()) | {"index"}
    assert {path.stem for path in (REPO / "docs").glob("*.md")} <= listed


def test_scripts_of_the_documents_can_be_read_by_bash() -> None:
    page = (REPO / "docs" / "checks.md").read_text(encoding="utf-8")
    scripts = re.findall(r"(?ms)^```(?:bash|sh)\n(.*?)^```$", page)
    assert len(scripts) > 3
    for script in scripts:
        read = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
        assert read.returncode == 0, f"{script}\n{read.stderr}"


def test_commands_page_has_every_option() -> None:
    page = (REPO / "docs" / "cli.md").read_text(encoding="utf-8")
    for name in re.findall(r"(?m)^## handrail ([\w-]+)", page):
        said = subprocess.run(
            [sys.executable, "-m", "handrail", name, "--help"], capture_output=True, text=True, check=True
        ).stdout
        options = set(re.findall(r"(?m)^  (--[a-z-]+)", said))
        section = page.split(f"## handrail {name}\n")[1].split("\n## ")[0]
        assert {option for option in options if f"`{option}" not in section} == set(), name


@pytest.mark.parametrize("template", ["config.yml", "handrail.yml", "lesson.yml", "standin.yml"])
def test_issue_template_has_what_the_form_needs(template: str) -> None:
    form = yaml.safe_load((REPO / ".github" / "ISSUE_TEMPLATE" / template).read_text(encoding="utf-8"))
    if template == "config.yml":
        assert form == {"blank_issues_enabled": True}
        return
    assert {"name", "description", "body"} <= set(form)
    identities = [item["id"] for item in form["body"]]
    assert len(identities) == len(set(identities))
    assert all(item["attributes"]["label"] for item in form["body"])
