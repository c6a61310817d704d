"""Reading scenario folders: the corpus, JSON written by hand, and references that must not be followed."""

import json
import os
from pathlib import Path

import pytest

from handrail.lint.engine import lint_scenario
from handrail.problems import ScenarioError
from handrail.scenario.assets import list_assets, to_lay_out
from handrail.scenario.images import find_image
from handrail.scenario.json_problems import Locator
from handrail.scenario.json_problems import parse as parse_json
from handrail.scenario.reader import Scenario, load
from handrail.scenario.safe_paths import PAGE_LIMIT, UnsafePath, read_text

from ..corpus_case import case_folders, facts


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def scenario_with(root: Path, step: dict[str, str], **details: object) -> Scenario:
    index = {"title": "T", "details": {"steps": [step], **details}, "backend": {"imageid": "ubuntu"}}
    return load(write(root, {"index.json": json.dumps(index)}))


@pytest.mark.parametrize("folder", case_folders(), ids=lambda folder: folder.name)
def test_corpus_case_reads_as_expected(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text())
    assert json.loads(json.dumps(facts(folder))) == expected


def test_load_takes_the_index_file_too(tmp_path: Path) -> None:
    write(tmp_path, {"index.json": '{"title": "T"}'})
    assert load(tmp_path / "index.json") == load(tmp_path)


def test_a_folder_without_an_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"holds no index\.json.*handrail lint"):
        load(tmp_path)


def test_a_missing_folder_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="does not exist"):
        load(tmp_path / "gone")


def test_a_file_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("")
    with pytest.raises(ScenarioError, match=r"page\.md is a file\. Name the folder of its scenario"):
        load(tmp_path / "page.md")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '{"a": ' + "9" * 5000 + "}", '{"a": NaN}'])
def test_hostile_json_is_an_error_of_ours(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"index.json": text})
    with pytest.raises(ScenarioError):
        load(tmp_path)


def test_locate_finds_the_last_of_repeated_keys() -> None:
    assert Locator('{"a": 1,\n "a": {"b": [1, 2]}}').locate(("a", "b", 1)) == (2, 17)


def test_every_trailing_comma_has_its_place() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_json('{"a": [1,\n2 , \n]}', "index.json")
    assert (caught.value.problem.line, caught.value.problem.column) == (2, 3)


# References that leave the scenario


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.md"
    path.write_text("do not read me")
    return path


@pytest.mark.parametrize("reference", ["../secret.md", "a/../../secret.md", "/etc/passwd", "~/x", "a\0b"])
def test_a_reference_that_climbs_is_refused(tmp_path: Path, secret: Path, reference: str) -> None:
    scenario = scenario_with(tmp_path / "s", {"text": reference})
    assert scenario.pages[0].text is None
    assert [problem.code for problem in scenario.problems] == ["path-escape"]


def test_a_link_out_of_the_scenario_is_refused(tmp_path: Path, secret: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "step.md").symlink_to(secret)
    scenario = scenario_with(tmp_path / "s", {"text": "step.md"})
    assert scenario.pages[0].text is None
    assert scenario.problems[0].code == "path-escape"


def test_a_link_inside_the_scenario_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "s", {"real.md": "# Real"})
    (tmp_path / "s" / "step.md").symlink_to("real.md")
    scenario = scenario_with(tmp_path / "s", {"text": "step.md"})
    assert scenario.pages[0].text is not None
    assert scenario.read(scenario.pages[0].text) == "# Real"


def test_a_link_to_itself_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "loop.md").symlink_to("loop.md")
    scenario = scenario_with(tmp_path / "s", {"text": "loop.md"})
    assert scenario.problems[0].code == "path-escape"


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A scenario in a checkout, with files of the checkout beside it."""
    write(tmp_path, {"repo/.git/config": "token", "repo/.env": "password", "repo/common/step.md": "# Shared"})
    write(tmp_path, {"repo/common/tool": "tool", "repo/common/deep/t.txt": "t", "repo/lesson/assets/own": "own"})
    return tmp_path / "repo" / "lesson"


def test_a_link_that_stays_in_the_checkout_is_followed(lesson: Path) -> None:
    (lesson / "step.md").symlink_to("../common/step.md")
    scenario = scenario_with(lesson, {"text": "step.md"})
    assert scenario.problems == ()
    assert scenario.pages[0].text == lesson / "step.md"
    assert scenario.read(lesson / "step.md") == "# Shared"


def test_a_folder_that_is_linked_in_the_checkout_is_followed(lesson: Path) -> None:
    (lesson / "pages").symlink_to("../common")
    assert scenario_with(lesson, {"text": "pages/step.md"}).problems == ()


@pytest.mark.parametrize(
    "target", ["../.git/config", "../.env", "../../secret.md", "/dev/zero", "../..", "../common/../../secret.md"]
)
def test_a_link_to_hidden_files_or_out_of_the_checkout_is_refused(lesson: Path, secret: Path, target: str) -> None:
    (lesson / "step.md").symlink_to(target)
    (lesson / "assets" / "linked").symlink_to(f"../{target}")
    scenario = scenario_with(lesson, {"text": "step.md"}, assets={"host01": [{"file": "linked", "target": "/x"}]})
    assert scenario.pages[0].text is None
    assert [each.code for each in scenario.problems] == ["path-escape"]
    assert list_assets(scenario).files == ()


def test_a_chain_of_links_counts_by_where_it_ends(lesson: Path, secret: Path) -> None:
    (lesson.parent / "common" / "chain.md").symlink_to(secret)
    (lesson / "step.md").symlink_to("../common/chain.md")
    assert [each.code for each in scenario_with(lesson, {"text": "step.md"}).problems] == ["path-escape"]


def test_the_home_folder_is_no_repository(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(lesson.parent))
    (lesson / "step.md").symlink_to("../common/step.md")
    assert [each.code for each in scenario_with(lesson, {"text": "step.md"}).problems] == ["path-escape"]


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_a_checkout_that_somebody_else_put_above_is_no_repository(lesson: Path) -> None:
    os.chown(lesson.parent / ".git", 12345, 12345)
    (lesson / "step.md").symlink_to("../common/step.md")
    assert [each.code for each in scenario_with(lesson, {"text": "step.md"}).problems] == ["path-escape"]


def test_a_course_is_as_good_as_a_checkout(tmp_path: Path) -> None:
    write(tmp_path, {"structure.json": "{}", "common/step.md": "# Shared", "a/b.txt": ""})
    (tmp_path / "a" / "step.md").symlink_to("../common/step.md")
    assert scenario_with(tmp_path / "a", {"text": "step.md"}).problems == ()


def test_a_link_turned_out_of_the_checkout_after_loading_is_not_read(lesson: Path, secret: Path) -> None:
    (lesson / "step.md").symlink_to("../common/step.md")
    scenario = scenario_with(lesson, {"text": "step.md"})
    (lesson / "step.md").unlink()
    (lesson / "step.md").symlink_to(secret)
    with pytest.raises(ScenarioError, match="leaves the scenario"):
        scenario.read(lesson / "step.md")


def test_linked_folders_of_assets_are_entered_once(lesson: Path, tmp_path: Path) -> None:
    (lesson / "assets" / "shared").symlink_to("../../common")
    (lesson.parent / "common" / "back").symlink_to("../lesson/assets")
    (lesson / "assets" / "out").symlink_to(tmp_path)
    targets, problems = assets_of(lesson, {"file": "**", "target": "/x"})
    assert targets == ["/x/own", "/x/shared/deep/t.txt", "/x/shared/step.md", "/x/shared/tool"]
    assert problems == []


def test_a_pipe_is_a_problem_and_not_a_hang(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    os.mkfifo(tmp_path / "s" / "pipe.md")
    scenario = scenario_with(tmp_path / "s", {"text": "pipe.md"})
    assert scenario.problems[0].code == "not-a-file"


def test_a_device_behind_a_link_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "zero.md").symlink_to("/dev/zero")
    assert scenario_with(tmp_path / "s", {"text": "zero.md"}).problems[0].code == "path-escape"


def test_a_folder_as_page_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "s" / "folder").mkdir(parents=True)
    assert scenario_with(tmp_path / "s", {"text": "folder"}).problems[0].code == "not-a-file"


def test_a_link_as_index_does_not_leave_the_folder(tmp_path: Path) -> None:
    write(tmp_path, {"outside.json": '{"title": "Outside"}'})
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "index.json").symlink_to("../outside.json")
    with pytest.raises(ScenarioError, match="leaves the scenario"):
        load(tmp_path / "s")


def test_a_file_replaced_by_a_link_after_loading_is_not_read(tmp_path: Path, secret: Path) -> None:
    write(tmp_path / "s", {"step.md": "# One"})
    scenario = scenario_with(tmp_path / "s", {"text": "step.md"})
    page = scenario.pages[0].text
    assert page is not None
    page.unlink()
    page.symlink_to(secret)
    with pytest.raises(ScenarioError, match="leaves the scenario"):
        scenario.read(page)


def test_a_sparse_file_of_a_gigabyte_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "big.md").open("wb") as stream:
        stream.truncate(1_000_000_000)
    with pytest.raises(UnsafePath, match="1,000,000,000 bytes"):
        read_text(tmp_path, "big.md", PAGE_LIMIT)


def test_a_page_above_a_megabyte_is_refused_in_plain_words(tmp_path: Path) -> None:
    write(tmp_path, {"big.md": "x" * (PAGE_LIMIT + 1), "full.md": "x" * PAGE_LIMIT})
    scenario = scenario_with(tmp_path, {"text": "big.md"})
    with pytest.raises(ScenarioError, match=r"big\.md has 1,000,001 bytes; 1,000,000 are the most.* Split it"):
        scenario.read(tmp_path / "big.md")
    assert len(scenario.read(tmp_path / "full.md")) == PAGE_LIMIT
    assert [(each.code, each.severity, each.path) for each in lint_scenario(tmp_path)] == [
        ("file-too-big", "error", "big.md")
    ]


# Assets


def assets_of(root: Path, *entries: dict[str, str]) -> tuple[list[str], list[str]]:
    scenario = scenario_with(root, {"text": "gone.md"}, assets={"host01": list(entries)})
    listing = list_assets(scenario)
    return [file.target for file in listing.files], [problem.code for problem in listing.problems]


@pytest.mark.parametrize("pattern", ["../*", "../secret.md", "/etc/*", "/etc/passwd", "a/../../*"])
def test_an_asset_pattern_cannot_climb(tmp_path: Path, secret: Path, pattern: str) -> None:
    (tmp_path / "s" / "assets").mkdir(parents=True)
    assert assets_of(tmp_path / "s", {"file": pattern, "target": "/x"}) == ([], ["path-escape"])


def test_an_asset_target_cannot_climb(tmp_path: Path) -> None:
    write(tmp_path, {"assets/a": "a"})
    assert assets_of(tmp_path, {"file": "a", "target": "~/../../etc"}) == ([], ["path-escape"])


def test_a_linked_asset_folder_is_not_entered(tmp_path: Path, secret: Path) -> None:
    write(tmp_path / "s", {"assets/in/a.txt": "a"})
    (tmp_path / "s" / "assets" / "out").symlink_to(tmp_path)
    (tmp_path / "s" / "assets" / "in" / "loop").symlink_to("..")
    assert assets_of(tmp_path / "s", {"file": "**", "target": "/x"}) == (["/x/in/a.txt"], [])


def test_a_linked_asset_file_that_leaves_is_refused(tmp_path: Path, secret: Path) -> None:
    write(tmp_path / "s", {"assets/a.txt": "a"})
    (tmp_path / "s" / "assets" / "b.txt").symlink_to(secret)
    targets, problems = assets_of(tmp_path / "s", {"file": "*", "target": "/x"})
    assert (targets, problems) == (["/x/a.txt"], ["path-escape"])


def test_an_asset_of_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    with (tmp_path / "assets" / "disk.img").open("wb") as stream:
        stream.truncate(1_000_000_000)
    assert assets_of(tmp_path, {"file": "disk.img", "target": "/x"}) == ([], ["asset-too-big"])


def test_a_device_among_assets_is_refused(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    os.mkfifo(tmp_path / "assets" / "pipe")
    assert assets_of(tmp_path, {"file": "*", "target": "/x"}) == ([], ["not-a-file"])


def test_a_pattern_of_many_stars_ends(tmp_path: Path) -> None:
    write(tmp_path, {"assets/" + "/".join("abcdefghij") + "/x": "x"})
    targets, _ = assets_of(tmp_path, {"file": "**/*/" * 20 + "nothing", "target": "/x"})
    assert targets == []


def test_carried_folders_are_not_laid_out_here(tmp_path: Path) -> None:
    own = {"assets": {"host01": [{"file": "b", "target": "~/"}]}}
    index = {"title": "T", "details": own, "handrail": {"carry": ["scripts"]}}
    write(
        tmp_path,
        {"index.json": json.dumps(index), "scripts/a.sh": "", "assets/b": ""},
    )
    scenario = load(tmp_path)
    assert [file.target for file in to_lay_out(scenario).files] == ["~/b"]
    assert [file.target for file in list_assets(scenario).files] == ["~/b", "~/scripts/a.sh"]


# Pictures


def test_a_picture_is_found_in_the_repository_only(tmp_path: Path) -> None:
    write(tmp_path / "repository" / "course" / "ship", {"index.json": '{"title": "T"}', "a.md": "", "own.png": ""})
    write(tmp_path, {"repository/course/assets/shared.png": "", "outside.png": "", "repository/.git": ""})
    scenario = load(tmp_path / "repository" / "course" / "ship")
    page = scenario.root / "a.md"
    assert find_image(scenario, page, "own.png") == scenario.root / "own.png"
    assert find_image(scenario, page, "course/assets/shared.png") is not None
    assert find_image(scenario, page, "../../../outside.png") is None
    assert find_image(scenario, page, "/etc/passwd") is None
    assert find_image(scenario, page, "a.md") is None


def test_a_picture_beside_a_lone_scenario_is_not_found(tmp_path: Path) -> None:
    write(tmp_path, {"ship/index.json": '{"title": "T"}', "private.png": ""})
    assert find_image(load(tmp_path / "ship"), None, "../private.png") is None
    assert find_image(load(tmp_path / "ship"), None, "private.png") is None
