"""What the checks of this lesson share: which summer's flowers the detector knows, and the command that sends some."""
from kubernetes import client
from lesson import api, find

ORDINARY = "python client/load.py --seconds 8 --rate 25"
GREENHOUSE = f"{ORDINARY} --stream greenhouse"


def detector_image() -> str:
    """The image of the detector's Deployment; empty where there is none."""
    detector = find(client.AppsV1Api(api()).read_namespaced_deployment, "drift", "drift")
    return detector.spec.template.spec.containers[0].image if detector is not None else ""


def known_flowers() -> str:
    """The command that sends flowers like those that the detector's image was made of."""
    return GREENHOUSE if detector_image().endswith(":0.2") else ORDINARY


def strange_flowers() -> str:
    """The command that sends flowers which the detector has to find strange."""
    return ORDINARY if detector_image().endswith(":0.2") else GREENHOUSE
