"""The commands that checks and scripts name: each is one line and works when copied into the lesson's terminal."""

import os
from pathlib import Path

CLUSTER = os.environ["CLUSTER"]
# Checks and scripts have it from versions.env, the learner's own shells from scripts/prepare.sh.
SELDON_VERSION = os.environ["SELDON_VERSION"]
OPERATOR = "deployment/seldon-controller-manager -n seldon-system"

# In a classroom, what the instructor has made is the instructor's to mend.
IN_CLASSROOM = bool(os.environ.get("LESSON_PUSH_TO"))
TELL_IT = "  # and tell your instructor what it says"
TELL = f"kubectl get pods -n seldon-system{TELL_IT}"

# A further lesson is set up by one command, and has no configuration of a cluster.
LESSON = Path(os.environ.get("SCENARIO_DIR", ""))
CREATE = f"scripts/set-up.sh {LESSON.name}" if LESSON.parent.name == "more" else (
    "scripts/have-cluster.sh ||"
    ' kind create cluster --name "$CLUSTER" --image "$NODE_IMAGE" --config manifests/kind.yaml'
)
USE_CONTEXT = f"kubectl config use-context {os.environ.get('LESSON_CONTEXT', f'kind-{CLUSTER}')}"
WAIT_FOR_OPERATOR = f"scripts/wait-for.sh {OPERATOR}"
INSTALL = (
    f'helm install seldon-core "$SELDON_CHART" --version {SELDON_VERSION}'
    " -n seldon-system --create-namespace"
    f" --set executor.resources.cpuRequest=100m && {WAIT_FOR_OPERATOR}"
)
START_OPERATOR = (
    f"kubectl scale deployment seldon-controller-manager -n seldon-system --replicas=1 && {WAIT_FOR_OPERATOR}"
)
RESTART_OPERATOR = f"kubectl rollout restart {OPERATOR} && {WAIT_FOR_OPERATOR}"
# What there is, beyond the lesson's namespace; a learner of a class sees their own alone.
LOOK_AT_CLUSTER = "kubectl get nodes"
LIST_SDEPS = "kubectl get sdep -A"
if IN_CLASSROOM:
    CREATE = f"kubectl version{TELL_IT}"
    INSTALL = START_OPERATOR = RESTART_OPERATOR = TELL
    LOOK_AT_CLUSTER, LIST_SDEPS = CREATE, "kubectl get sdep"


def reinstall(release: str = "seldon-core", namespace: str = "seldon-system") -> str:
    if IN_CLASSROOM:
        return TELL
    return f"helm uninstall {release} -n {namespace} --wait && {INSTALL}"


def build(image: str, folder: str) -> str:
    return f"scripts/build-image.sh {image} {folder} && scripts/load-image.sh {image}"


def create_namespace(namespace: str) -> str:
    return f"kubectl create namespace {namespace} --dry-run=client -o yaml | kubectl apply -f -"


def wait_for_sdep(name: str, namespace: str) -> str:
    return f"scripts/wait-for.sh sdep/{name} -n {namespace}"


TRAIN = "python model/train.py"
OPEN = "scripts/port-forward.sh"
# All that step 2 leads to, whatever the learner's files are like now; they are kept as FILE.mine.
GO_BACK = "scripts/go-back.sh"
