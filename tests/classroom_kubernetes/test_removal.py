"""A learner leaves the class."""

from __future__ import annotations

import subprocess

from ..classroom.conftest import BEN, CLEO
from ..waiting import until
from .conftest import KUBERNETES, NAMESPACE, Cluster


def test_who_is_removed_is_signed_out_and_nothing_of_theirs_is_left(classroom: Cluster) -> None:
    password = classroom.password(CLEO)
    client, other = classroom.enter(CLEO), classroom.enter(BEN)
    done = subprocess.run(
        [KUBERNETES / "learners.sh", "--remove", CLEO], env=classroom.as_administrator, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = classroom.kubectl("get", "pods,pvc,serviceaccounts,networkpolicies", "-n", NAMESPACE, "-o", "name")
    assert CLEO not in found
    assert f"learner-{CLEO}" not in classroom.kubectl("get", "namespaces", "-o", "name")

    def is_signed_out() -> bool:
        return client.get("/hub/home", follow_redirects=False).status_code == 302

    until(is_signed_out, "the Hub's knowledge that she is no learner any more")
    form = client.get("/hub/login")
    given = {"username": CLEO, "password": password, "_xsrf": client.cookies.get("_xsrf", path="/hub/")}
    assert client.post("/hub/login", data=given).status_code == 403, form.text
    assert other.get(f"/user/{BEN}/", follow_redirects=True).url.path == f"/user/{BEN}/"
