"""The step checks fail for the right reason. Tests run in file order on one cluster; each leaves it as it found it."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .conftest import Lesson

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


def test_without_a_cluster_step_1_says_to_create_one(lesson: Lesson) -> None:
    assert "kind create cluster" in lesson.check(1)


def test_without_the_release_step_1_says_to_install_it(lesson: Lesson) -> None:
    lesson.do("step1", but="seldon-system")
    assert "helm install" in lesson.check(1)


def test_step_1_passes_when_done(lesson: Lesson) -> None:
    lesson.do("step1", but="kind create cluster")
    assert lesson.check(1) == ""


def test_wrong_context_is_named(lesson: Lesson) -> None:
    lesson.sh(
        "kubectl config set-cluster nowhere --server=https://127.0.0.1:9; "
        "kubectl config set-context elsewhere --cluster=nowhere --user=kind-seldon-iris-faults; "
        "kubectl config use-context elsewhere"
    )
    assert "kubectl config use-context kind-seldon-iris-faults" in lesson.check(1)
    lesson.sh("kubectl config use-context kind-seldon-iris-faults && kubectl config delete-context elsewhere")


def test_without_the_image_step_2_says_to_build_it(lesson: Lesson) -> None:
    assert "scripts/build-image.sh" in lesson.check(2)


def test_without_the_manifest_step_2_says_to_apply_it(lesson: Lesson) -> None:
    # The learner's assets are laid out by the player.
    lesson.sh('cp -R "$SCENARIO_DIR/assets/model" "$SCENARIO_DIR/assets/client" .')
    for block in (
        "python model/train.py",
        "scripts/build-image.sh iris-classifier:0.1 model && scripts/load-image.sh iris-classifier:0.1",
    ):
        lesson.sh(block)
    assert "kubectl apply -f manifests/iris.yaml" in lesson.check(2)


def test_step_2_passes_when_done(lesson: Lesson) -> None:
    lesson.do("step2")
    assert lesson.check(2) == ""


def test_without_a_port_forward_step_3_says_to_open_one(lesson: Lesson) -> None:
    assert "scripts/port-forward.sh" in lesson.check(3)


def test_step_3_passes_when_done(lesson: Lesson) -> None:
    lesson.do("step3")
    assert lesson.check(3) == ""


def test_another_server_on_the_port_is_found_out(lesson: Lesson) -> None:
    lesson.stop_port_forward()
    lesson.sh('until ! (exec 3<>"/dev/tcp/127.0.0.1/$LESSON_PORT") 2>/dev/null; do sleep 0.1; done')
    with impostor(lesson):
        assert "another program answers" in lesson.check(3)
        with pytest.raises(AssertionError, match="is taken by another program"):
            lesson.sh("scripts/port-forward.sh")
    lesson.sh("scripts/port-forward.sh")
    assert lesson.check(3) == ""


def test_scaled_to_zero_fails_step_2(lesson: Lesson) -> None:
    patch = json.dumps([{"op": "replace", "path": "/spec/predictors/0/replicas", "value": 0}])
    lesson.sh(f"kubectl patch sdep iris-model -n seldon --type=json -p '{patch}'")
    lesson.sh("kubectl wait pod -n seldon -l seldon-deployment-id=iris-model --for=delete --timeout=90s")
    assert "replicas" in lesson.check(2) or "Available" in lesson.check(2)
    assert "To do:" in lesson.check(3)
    lesson.sh("kubectl apply -f manifests/iris.yaml")
    lesson.sh("kubectl wait sdep/iris-model -n seldon --for=jsonpath='{.status.state}'=Available --timeout=120s")


def test_model_that_predicts_nonsense_fails_step_3(lesson: Lesson) -> None:
    nonsense = lesson.home / "seldon-iris" / "nonsense"
    lesson.sh("cp -R model nonsense")
    source = (nonsense / "IrisModel.py").read_text()
    (nonsense / "IrisModel.py").write_text(source.replace("predict_proba(X)", "predict_proba(X)[:, ::-1]"))
    lesson.sh("scripts/build-image.sh iris-classifier:9.9 nonsense && scripts/load-image.sh iris-classifier:9.9")
    lesson.sh("sed 's/iris-classifier:0.1/iris-classifier:9.9/' manifests/iris.yaml | kubectl apply -f -")
    lesson.sh("scripts/port-forward.sh; scripts/wait-for-version.sh 9.9")
    assert "agree with the local model" in lesson.check(3)
    lesson.sh("kubectl apply -f manifests/iris.yaml && scripts/wait-for-version.sh 0.1")
    assert lesson.check(3) == ""


def test_the_exercise_is_no_fault_of_step_3(lesson: Lesson) -> None:
    lesson.do("finish", but="clean.sh")
    assert "names: ['setosa']" in lesson.check(3)
    lesson.sh('cp "$SCENARIO_DIR/assets/model/IrisModel.py" model/; cp "$SCENARIO_DIR/manifests/iris.yaml" manifests/')
    lesson.sh("kubectl apply -f manifests/iris.yaml && scripts/wait-for-version.sh 0.1")
    assert lesson.check(3) == ""


def test_operator_gone_fails_every_step(lesson: Lesson) -> None:
    lesson.sh("kubectl scale deployment seldon-controller-manager -n seldon-system --replicas=0")
    lesson.sh("kubectl wait pod -n seldon-system --all --for=delete --timeout=60s")
    for step in (1, 2, 3):
        assert "operator" in lesson.check(step)
    lesson.sh("kubectl scale deployment seldon-controller-manager -n seldon-system --replicas=1")
    lesson.sh("kubectl rollout status deployment/seldon-controller-manager -n seldon-system --timeout=120s")


def test_deleted_cluster_is_said_in_every_step(lesson: Lesson) -> None:
    kubeconfig = Path(lesson.sh('echo "$KUBECONFIG"').strip())
    saved = kubeconfig.read_bytes()
    lesson.sh('kind delete cluster --name "$CLUSTER"')
    # kind takes its context away, too; with the old file kubectl would still try.
    assert "kind create cluster" in lesson.check(1)
    kubeconfig.write_bytes(saved)
    for step in (1, 2, 3):
        assert "no answer: the cluster was stopped or deleted" in lesson.check(step)


