"""Step 1: the image with the Java program and its model is in the node."""
import os

import remedies
from lesson import NODE, expect, run


def test_image_is_in_node():
    """The image of the Java component is in the cluster's node."""
    listed = run(os.environ["ENGINE"], "exec", NODE, "ctr", "--namespace", "k8s.io", "images", "list", "--quiet")
    image = "localhost/java-iris:0.1"
    expect(image in listed.stdout.split(), f"the image {image} in the node", "no image of that name",
           remedies.build("java-iris:0.1", "java"))
