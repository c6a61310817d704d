"""versions.env is the one place where a version is decided; whatever prints one elsewhere agrees with it."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from airgap import versions

REPO = Path(__file__).parents[2]
LINES = (REPO / "versions.env").read_text(encoding="utf-8").splitlines()
VERSIONS = dict(line.split("=", 1) for line in LINES if line and not line.startswith("#"))
SELDON, SCIKIT_LEARN = VERSIONS["SELDON_VERSION"], VERSIONS["SCIKIT_LEARN_VERSION"]

# How a version is written where versions.env cannot be read, and which one it has to be.
PRINTED = [
    (r"seldon-core(?:-standin)?(?:==|:)(\d+\.\d+\.\d+)", SELDON),
    (r"(?:Seldon Core|seldon-core|[Vv]ersion|real|chart) (1\.\d+\.\d+)", SELDON),
    (r"--version (\d+\.\d+\.\d+)", SELDON),
    (r"(?m)^(?:version|appVersion|  tag): (\d+\.\d+\.\d+)", SELDON),
    (r"SELDON_VERSION = \"(.*)\"", SELDON),
    (r"scikit-learn (1\.\d+\.\d+)", SCIKIT_LEARN),
    (r"(?m)^scikit-learn==(\S+)", SCIKIT_LEARN),
    (r"\sk8s\.io/kubernetes v(\S+)", VERSIONS["KUBERNETES_VERSION"]),
]
# Written with one version and read with another: what the lesson on prepackaged servers is about.
MEANT_TO_DIFFER = {"more/prepackaged-server/assets/server/sklearn-version.txt"}
# What learners, charts and installers read; tests/conformance and tests/corpus hold recordings of other programs.
PRINTING = ("*.md", "*.txt", "*.in", "*.yaml", "*.py", "*.sh", "*.mod", "*Containerfile", "*.lock")
APART = (":!tests", ":!src", ":!docs", ":!CHANGELOG.md")


def tracked(*patterns: str) -> list[str]:
    """The files of the repository that match, new ones included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    return subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize(("pattern", "version"), PRINTED, ids=[pattern for pattern, _ in PRINTED])
def test_printed_versions_are_those_of_versions_env(pattern: str, version: str) -> None:
    printed = {
        (name, found)
        for name in tracked(*PRINTING, *APART)
        if name not in MEANT_TO_DIFFER and (REPO / name).is_file()
        for found in re.findall(pattern, (REPO / name).read_text(encoding="utf-8"))
    }
    assert printed, "the pattern finds nothing any more"
    assert {(name, found) for name, found in printed if found != version} == set()


@pytest.mark.parametrize("version", [value for value in VERSIONS.values() if re.fullmatch(r"\d+\.\d+\.\d+", value)])
def test_code_takes_versions_from_versions_env(version: str) -> None:
    folders = ("hack", "tests/steps", "more/*/scripts", "more/*/tests")
    code = tracked("scripts/*.sh", "scripts/*.py", "airgap/*.py", *folders)
    found = [
        f"{path}:{number}: {line.strip()}"
        for path in code
        if (REPO / path).is_file()
        for number, line in enumerate((REPO / path).read_text(encoding="utf-8").splitlines(), 1)
        if re.search(rf"(?<![\d.]){re.escape(version)}(?![\d.])", line.split("#")[0]) and '"""' not in line
    ]
    assert not found


def test_bash_reads_what_python_reads() -> None:
    shown = "; ".join(f'printf "%s\\n" "${name}"' for name in VERSIONS)
    command = ["bash", "-euc", f". ./versions.env; {shown}"]
    said = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == list(VERSIONS.values())
    assert VERSIONS["KUBERNETES_VERSION"] == versions.KUBERNETES


@pytest.mark.parametrize("tool", versions.FETCHED)
def test_what_is_fetched_would_be_accepted_on_the_host(tool: str) -> None:
    assert versions.FETCHED[tool] in versions.ACCEPTED[tool]


def test_kubectl_and_node_image_fit_the_cluster() -> None:
    minor = VERSIONS["KUBERNETES_VERSION"].rsplit(".", 1)[0]
    assert VERSIONS["KUBECTL_VERSION"].startswith(f"{minor}.")
    assert f":v{minor}." in VERSIONS["KINDEST_NODE"]


class TestStandinRequirements:
    """The stand-in's image installs requirements.txt; everything else installs what its pyproject.toml asks for."""

    PROJECT = tomllib.loads((REPO / "standin" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    LOCK = (REPO / "standin" / "requirements.txt").read_text(encoding="utf-8")

    def locked(self) -> dict[str, str]:
        return dict(re.findall(r"(?m)^([a-z0-9._-]+)==(\S+)", self.LOCK))

    def test_each_dependency_is_locked_in_a_version_that_fits(self) -> None:
        wanted = [Requirement(line) for line in self.PROJECT["dependencies"]]
        assert wanted
        for requirement in wanted:
            version = self.locked().get(canonicalize_name(requirement.name))
            assert version is not None, requirement
            assert requirement.specifier.contains(version), requirement

    def test_nothing_is_locked_that_no_dependency_asks_for(self) -> None:
        direct = {canonicalize_name(Requirement(line).name) for line in self.PROJECT["dependencies"]}
        blocks = re.findall(r"(?m)^([a-z0-9._-]+)==\S+.*\n((?:    .*\n)+)", self.LOCK)
        asked = {name for name, notes in blocks if "seldon-core-standin (pyproject.toml)" in notes}
        assert asked == direct
        assert {name for name, notes in blocks if "# via" in notes} == set(self.locked())

    def test_each_package_is_locked_by_hash(self) -> None:
        blocks = re.findall(r"(?m)^([a-z0-9._-]+)==\S+(.*\n(?:    .*\n)+)", self.LOCK)
        assert {name for name, lines in blocks if "--hash=sha256:" in lines} == set(self.locked())

    def test_handrail_asks_for_nothing_of_it(self) -> None:
        project = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        lists = [project["dependencies"], *project["optional-dependencies"].values()]
        handrail = {canonicalize_name(Requirement(line).name) for lines in lists for line in lines}
        standin = {canonicalize_name(Requirement(line).name) for line in self.PROJECT["dependencies"]}
        assert handrail & standin <= {"pyyaml"}
