"""Each mistake of a learner: the check says what is wrong, and the command that it prints mends it as it stands.

Tests run in file order on one cluster; each leaves it as it found it.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .conftest import Lesson, command_in

pytestmark = pytest.mark.timeout(1800)

# Answers like the model, and even gives the right probabilities: only the pod's own counter can tell it from the model.
IMPOSTOR = """
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
import joblib
model = joblib.load(sys.argv[2])
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        rows = json.loads(body)["data"]["ndarray"]
        try:
            status, answer = 200, {"data": {"ndarray": model.predict_proba(rows).tolist()}}
        except ValueError as error:
            status, answer = 500, {"status": {"info": str(error)}}
        reply = json.dumps(answer).encode()
        self.send_response(status)
        self.end_headers()
        self.wfile.write(reply)
    def log_message(self, *args): pass
server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print("listening", flush=True)
server.serve_forever()
"""


@contextmanager
def impostor(lesson: Lesson) -> Iterator[None]:
    python = lesson.sh('echo "$LESSON_PYTHON"').strip()
    model = lesson.home / "seldon-iris" / "model" / "model.joblib"
    command = [python, "-c", IMPOSTOR, lesson.env["LESSON_PORT"], str(model)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "listening\n"
        try:
            yield
        finally:
            server.kill()


@contextmanager
def edited(lesson: Lesson, file: str, old: str, new: str) -> Iterator[None]:
    """A file of the learner's with other words in it."""
    path = lesson.folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")


def apply_spoilt(lesson: Lesson, old: str, new: str) -> None:
    """The manifest with a mistake is applied, and stays in the learner's folder."""
    path = lesson.folder / "manifests" / "iris.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    lesson.sh("kubectl apply -f manifests/iris.yaml")


def why_in_vain(lesson: Lesson) -> str:
    """What the waiting command of step 2 says when it stops; it has to stop before its limit."""
    result = lesson.run("scripts/wait-for.sh sdep/iris-model -n seldon")
    assert result.returncode == 1
    assert "after 240 seconds" not in result.stderr
    return result.stderr


def test_without_ready_the_terminal_names_it(lesson: Lesson) -> None:
    prepared = lesson.folder / ".state" / "prepared.env"
    aside = prepared.rename(prepared.with_name("aside"))
    try:
        for block in ("kind create cluster", "helm install x y", "kubectl get pods", "scripts/have-cluster.sh"):
            result = lesson.run(block)
            assert result.returncode == 1
            assert "source scripts/ready.sh" in result.stderr
            assert len(result.stderr.splitlines()) == 1
        assert command_in(lesson.check(1)) == "source scripts/ready.sh"
    finally:
        aside.rename(prepared)


def test_without_a_cluster_step_1_says_to_create_one(lesson: Lesson) -> None:
    reason = lesson.check(1)
    assert "kind create cluster" in reason
    lesson.sh(command_in(reason))


def test_release_in_the_wrong_namespace_is_moved(lesson: Lesson) -> None:
    lesson.sh('helm install seldon-core "$SELDON_CHART" --version 1.17.1 -n default')
    assert "in the namespace default" in lesson.mend(1)


def test_without_the_release_step_1_says_to_install_it(lesson: Lesson) -> None:
    lesson.sh("helm uninstall seldon-core -n seldon-system --wait")
    assert "helm install" in lesson.mend(1)


def test_step_1_passes_when_done(lesson: Lesson) -> None:
    lesson.do("step1", but="helm install")
    assert lesson.check(1) == ""


def test_wrong_context_is_named(lesson: Lesson) -> None:
    lesson.sh(
        "kubectl config set-cluster nowhere --server=https://127.0.0.1:9; "
        "kubectl config set-context elsewhere --cluster=nowhere --user=kind-seldon-iris-faults; "
        "kubectl config use-context elsewhere"
    )
    assert "kubectl config use-context kind-seldon-iris-faults" in lesson.mend(1)
    lesson.sh("kubectl config delete-context elsewhere")


def test_syntax_error_in_the_class_is_told_by_file_and_line(lesson: Lesson) -> None:
    lesson.sh("python model/train.py")
    with edited(lesson, "model/IrisModel.py", "predict_proba(X)", "predict_proba(X"):
        result = lesson.run("scripts/build-image.sh iris-classifier:0.1 model")
        assert result.returncode == 1
        assert "model/IrisModel.py, line 9: '(' was never closed" in result.stderr
        assert "--mount" not in result.stderr
        assert "model/IrisModel.py, line 9" in lesson.check(2)


def test_class_that_cannot_be_loaded_is_told_by_file_and_line(lesson: Lesson) -> None:
    with edited(lesson, "model/IrisModel.py", "import joblib", "import joblibb"):
        result = lesson.run("scripts/build-image.sh iris-classifier:0.1 model")
        assert result.returncode == 1
        assert "model/IrisModel.py, line 1: ModuleNotFoundError: No module named 'joblibb'" in result.stderr
        assert "--mount" not in result.stderr


def test_without_the_image_step_2_says_to_build_it(lesson: Lesson) -> None:
    reason = lesson.check(2)
    assert "scripts/build-image.sh" in reason
    lesson.sh(command_in(reason))


def test_without_the_manifest_step_2_says_to_apply_it(lesson: Lesson) -> None:
    assert "manifests/iris.yaml" in lesson.mend(2)


def test_step_2_passes_when_done(lesson: Lesson) -> None:
    lesson.do("step2")
    assert lesson.check(2) == ""


def test_applied_into_default_is_said_and_moved(lesson: Lesson) -> None:
    lesson.sh("kubectl delete sdep iris-model -n seldon")
    apply_spoilt(lesson, "  namespace: seldon\n", "")
    assert "it is in the namespace default" in lesson.mend(2)
    assert "iris-model" not in lesson.sh("kubectl get sdep -n default 2>&1")
    lesson.sh("cp .state/original/manifests/iris.yaml manifests/")


def test_tag_that_does_not_exist_is_named_beside_those_that_do(lesson: Lesson) -> None:
    apply_spoilt(lesson, "iris-classifier:0.1", "iris-classifier:0.7")
    said = why_in_vain(lesson)
    assert "iris-classifier:0.7 is not in the cluster's node; the tags there are 0.1" in said
    assert "iris-classifier:0.7 is not in the cluster's node; the tags there are 0.1" in lesson.mend(2)


def test_image_that_was_built_and_not_loaded_is_loaded(lesson: Lesson) -> None:
    lesson.sh("scripts/build-image.sh iris-classifier:0.8 model")
    apply_spoilt(lesson, "iris-classifier:0.1", "iris-classifier:0.8")
    why_in_vain(lesson)  # not before the pod has found out
    assert "scripts/load-image.sh iris-classifier:0.8" in lesson.mend(2)
    lesson.sh("scripts/go-back.sh")
    lesson.forget("0.8")


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ("\n          args: [seldon-core-microservice, NoSuch]", "exit code 1: ModuleNotFoundError"),
        ("\n          resources: {limits: {memory: 20Mi}}", "more memory than its limit (OOMKilled)"),
        ('\n          resources: {requests: {cpu: "64"}}', "Insufficient cpu"),
    ],
    ids=["crash", "memory", "unschedulable"],
)
def test_pod_that_cannot_run_is_told_by_its_reason(lesson: Lesson, spoilt: str, reason: str) -> None:
    apply_spoilt(lesson, "imagePullPolicy: IfNotPresent", f"imagePullPolicy: IfNotPresent{spoilt}")
    assert reason in why_in_vain(lesson)
    assert reason in lesson.mend(2)


def test_quota_is_named_and_taken_away(lesson: Lesson) -> None:
    lesson.sh("kubectl create quota small -n seldon --hard=pods=0")
    lesson.sh("kubectl delete pods -n seldon -l seldon-deployment-id=iris-model")
    assert "exceeded quota: small" in why_in_vain(lesson)
    assert "exceeded quota: small" in lesson.mend(2)


def test_cordoned_node_is_uncordoned(lesson: Lesson) -> None:
    lesson.sh('kubectl cordon "$CLUSTER-control-plane"')
    assert "uncordon" in lesson.mend(1)


def test_without_a_port_forward_step_3_says_to_open_one(lesson: Lesson) -> None:
    lesson.stop_port_forward()
    assert "scripts/port-forward.sh" in lesson.mend(3)


def test_step_3_passes_when_done(lesson: Lesson) -> None:
    lesson.do("step3")
    assert lesson.check(3) == ""


def test_another_server_on_the_port_is_found_out_and_another_port_taken(lesson: Lesson) -> None:
    lesson.stop_port_forward()
    lesson.sh('until ! (exec 3<>"/dev/tcp/127.0.0.1/${SELDON_URL##*:}") 2>/dev/null; do sleep 0.1; done')
    with impostor(lesson):
        assert "another program answers" in lesson.check(3)
        with pytest.raises(AssertionError, match="is taken by another program"):
            lesson.sh("scripts/port-forward.sh")
        assert "LESSON_PORT=18220" in lesson.mend(3)
        # Clients and new terminals follow the port that was opened last.
        assert lesson.sh('echo "$SELDON_URL"').strip() == "http://127.0.0.1:18220"
        assert "setosa" in lesson.sh("python client/with_requests.py")
    lesson.stop_port_forward()
    lesson.sh("export LESSON_PORT=18200; source scripts/env.sh; scripts/port-forward.sh")
    assert lesson.check(3) == ""


def test_forward_of_an_earlier_lesson_is_taken_over(lesson: Lesson) -> None:
    lesson.stop_port_forward()
    # Another workspace: it has a state of its own and the same port.
    state = lesson.folder / ".state"
    lesson.sh(
        f"export HOME=$HOME/other; mkdir -p ~/seldon-iris/.state"
        f"; cp {state}/prepared.env {state}/kubeconfig ~/seldon-iris/.state/; $SCENARIO_DIR/scripts/port-forward.sh"
    )
    assert "of an earlier lesson: taking it over" in lesson.sh("scripts/port-forward.sh")
    assert lesson.check(3) == ""


def test_scaled_to_zero_fails_step_2(lesson: Lesson) -> None:
    patch = json.dumps([{"op": "replace", "path": "/spec/predictors/0/replicas", "value": 0}])
    lesson.sh(f"kubectl patch sdep iris-model -n seldon --type=json -p '{patch}'")
    lesson.sh("kubectl wait pod -n seldon -l seldon-deployment-id=iris-model --for=delete --timeout=90s")
    assert "replicas" in lesson.check(2)
    assert "replicas" in lesson.mend(3)
    assert lesson.check(2) == ""


def test_model_that_predicts_nonsense_fails_step_3(lesson: Lesson) -> None:
    nonsense = lesson.home / "seldon-iris" / "nonsense"
    lesson.sh("cp -R model nonsense")
    source = (nonsense / "IrisModel.py").read_text()
    (nonsense / "IrisModel.py").write_text(source.replace("predict_proba(X)", "predict_proba(X)[:, ::-1]"))
    lesson.sh("scripts/build-image.sh iris-classifier:9.9 nonsense && scripts/load-image.sh iris-classifier:9.9")
    lesson.sh("sed 's/iris-classifier:0.1/iris-classifier:9.9/' manifests/iris.yaml | kubectl apply -f -")
    lesson.sh("scripts/port-forward.sh; scripts/wait-for-version.sh 9.9")
    assert "agree with the local model" in lesson.mend(3)
    lesson.forget("9.9")


def test_each_stage_of_the_exercise_is_told(lesson: Lesson) -> None:
    assert "first hint" in lesson.check(4)
    source = '[["setosa", "versicolor", "virginica"][n] for n in self.model.predict(X)]'
    model = lesson.folder / "model" / "IrisModel.py"
    model.write_text(model.read_text().replace("self.model.predict_proba(X)", source).replace(
        '["setosa", "versicolor", "virginica"]\n', '["species"]\n'
    ))
    reason = lesson.check(4)
    assert "scripts/build-image.sh iris-classifier:0.2 model" in reason
    lesson.sh("scripts/build-image.sh iris-classifier:0.2 model")
    assert command_in(lesson.check(4)) == "scripts/load-image.sh iris-classifier:0.2"
    lesson.mend(4)
    assert "names" not in lesson.sh("python client/with_requests.py")


def test_the_exercise_is_no_fault_of_earlier_steps_and_one_command_goes_back(lesson: Lesson) -> None:
    lesson.do("step4")
    for step in (1, 2, 3, 4):
        assert lesson.check(step) == ""
    assert "is virginica" in lesson.sh("python client/with_requests.py")
    lesson.sh("scripts/go-back.sh")
    assert (lesson.folder / "mine" / "model" / "IrisModel.py").exists()
    for step in (1, 2, 3):
        assert lesson.check(step) == ""
    assert "probability" in lesson.sh("python client/with_requests.py")


def test_operator_gone_fails_every_step(lesson: Lesson) -> None:
    for step in (1, 2, 3):
        lesson.sh("kubectl scale deployment seldon-controller-manager -n seldon-system --replicas=0")
        lesson.sh("kubectl wait pod -n seldon-system --all --for=delete --timeout=60s")
        assert "operator" in lesson.mend(step)


def test_deleted_cluster_is_said_in_every_step(lesson: Lesson) -> None:
    kubeconfig = Path(lesson.sh('echo "$KUBECONFIG"').strip())
    saved = kubeconfig.read_bytes()
    lesson.sh('kind delete cluster --name "$CLUSTER"')
    # kind takes its context away, too; with the old file kubectl would still try.
    assert "kind create cluster" in lesson.check(1)
    kubeconfig.write_bytes(saved)
    for step in (1, 2, 3):
        assert "no answer: the cluster was stopped or deleted" in lesson.check(step)
    # From nothing to the last step by what the checks say alone.
    lesson.mend(3)
