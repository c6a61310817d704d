"""A learner's vcluster is taken away: by the labels of what it is and has made, which stand here for one."""

from __future__ import annotations

import subprocess

from ..classroom.conftest import BEN
from .conftest import KUBERNETES, Cluster


def test_it_goes_and_what_the_learner_has_made_beside_it_stays(classroom: Cluster) -> None:
    there = ("--namespace", f"learner-{BEN}")
    for name in ("vc-vcluster", "vc-made", "own"):
        classroom.kubectl("create", "secret", "generic", name, *there)
    classroom.kubectl("label", "secret", "vc-vcluster", "app=vcluster", *there)
    classroom.kubectl("label", "secret", "vc-made", "vcluster.loft.sh/managed-by=vcluster", *there)
    done = subprocess.run(
        [KUBERNETES / "vcluster.sh", "--remove", BEN], env=classroom.as_administrator, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert classroom.kubectl("get", "secrets", "--output", "name", *there).split() == ["secret/own"]
    classroom.kubectl("delete", "secret", "own", *there)
