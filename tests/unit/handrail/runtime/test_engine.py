"""Which container engine there is: said the same by `handrail doctor` and by what starts containers."""

from __future__ import annotations

from pathlib import Path

import pytest

from handrail.runtime import doctor
from handrail.runtime.engine import EngineError, find_engine

ANSWERS, NO_DAEMON = "exit 0", '[ "$1" = info ]'  # a client that can tell of itself, but reach no daemon


@pytest.mark.parametrize(
    ("docker", "podman", "chosen"),
    [(ANSWERS, ANSWERS, "docker"), (NO_DAEMON, ANSWERS, "podman"), (NO_DAEMON, None, None), (None, None, None)],
)
def test_doctor_names_the_engine_that_is_used(
    docker: str | None, podman: str | None, chosen: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (("docker", docker), ("podman", podman)):
        if text is not None:
            (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
            (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = next(finding for finding in doctor.examine() if finding.subject == "container")
    if chosen is None:
        with pytest.raises(EngineError):
            find_engine()
        assert said.well is None
        assert said.found == ("docker is installed but does not answer" if docker else "neither docker nor podman")
    else:
        assert find_engine() == str(tmp_path / chosen)
        assert (said.well, said.found) == (True, f"{chosen} answers")
