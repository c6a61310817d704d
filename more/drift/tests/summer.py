"""What the checks of this lesson share: which summer's flowers the detector knows, and the command that sends some."""
import re

from kubernetes import client
from lesson import api, find

ORDINARY = "python client/load.py --seconds 8 --rate 25"
GREENHOUSE = f"{ORDINARY} --stream greenhouse"


def detector_image() -> str:
    """The image of the detector's Deployment; empty where there is none."""
    detector = find(client.AppsV1Api(api()).read_namespaced_deployment, "drift", "drift")
    return detector.spec.template.spec.containers[0].image if detector is not None else ""


def is_retrained(text: str) -> bool:
    """Whether a text names an image that was made of the new summer's flowers: step 4's exercise makes a later one."""
    return re.search(r"drift:0\.[2-9]", text) is not None


def known_flowers() -> str:
    """The command that sends flowers like those that the detector's image was made of."""
    return GREENHOUSE if is_retrained(detector_image()) else ORDINARY


def strange_flowers() -> str:
    """The command that sends flowers which the detector has to find strange."""
    return ORDINARY if is_retrained(detector_image()) else GREENHOUSE
