"""Hosts, paths and interfaces that public scenarios still name and that are gone, with what took their place."""

DEAD_HOSTS: dict[str, str] = {
    "katacoda.com": "Katacoda closed in 2022: link to another place, or remove the link.",
    "dl.bintray.com": "Bintray closed in 2021: use the project's releases.",
    "gcr.io/google-samples": "Use us-docker.pkg.dev/google-samples.",
    "gcr.io/google_containers": "Use registry.k8s.io.",
    "kubernetes-helm.storage.googleapis.com": "Helm is at get.helm.sh.",
    "storage.googleapis.com/kubernetes-helm": "Helm is at get.helm.sh.",
    "kubernetes-charts.storage.googleapis.com": "The old charts are at charts.helm.sh/stable, archived.",
    "quay.io/coreos": "Look for the project's present registry; CoreOS' images are no longer kept up.",
    "k8s.gcr.io": "Use registry.k8s.io; k8s.gcr.io is frozen.",
    "extensions/v1beta1": "Use apps/v1 for Deployments and networking.k8s.io/v1 for Ingresses.",
    "goo.gl/": "Google ended its link shortener: write the full address.",
    "git.io/": "GitHub froze its link shortener: write the full address.",
}
