"""Kubernetes built from its Go modules: one binary for every program of a node, and the images of its control plane."""

from __future__ import annotations

import shutil
from pathlib import Path

from airgap import archive, debian, golang, places, policies, process, progress, resources, versions
from airgap.cache import artefact, key_of

PROGRAMS = ("coredns", "etcd", "kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler")
# What containerd of Debian 12 asks for, beside the tag that kubeadm names.
PAUSE = "registry.k8s.io/pause:3.10"
# To be raised when the way in which the images are put together changes, which no other input shows.
LAYOUT = "1"

# Measured on two otherwise idle cores, in seconds.
DOWNLOAD_SECONDS = 30.0
BUILD_SECONDS = 440.0


def binary() -> Path:
    """The multi-call binary, built in about eight minutes the first time."""
    sources = places.SOURCES / "kubernetes"
    folder = artefact("kubernetes", key_of(versions.KUBERNETES, archive.architecture(), sources), _build)
    return folder / "kubernetes"


def _build(folder: Path) -> None:
    purpose = "building Kubernetes from source"
    space = golang.scratch("kubernetes")
    # A build that goes on has taken part of its room already.
    if not space.exists():
        resources.need_disk(places.cache(), resources.SOURCE_BUILD_DISK, purpose)
    resources.need_memory(resources.SOURCE_BUILD_MEMORY, purpose)
    go = golang.toolchain()
    env = golang.environment(space)
    sources = places.SOURCES / "kubernetes"
    what = f"Kubernetes {versions.KUBERNETES}"
    detail = f"downloading the sources of {versions.KUBERNETES}"
    with progress.phase("kubernetes", detail, DOWNLOAD_SECONDS), golang.explained(what):
        # Lists what will be compiled, which fetches just the modules that are needed for it.
        listed = process.run([go, "list", "-deps", "."], cwd=sources, env=env)
    with progress.phase("kubernetes", f"building {versions.KUBERNETES} from source", BUILD_SECONDS) as phase:
        command: list[str | Path] = ["nice", "-n", "10", go, "build", "-v", "-tags", "grpcnotrace"]
        command += ["-ldflags", _flags(), "-o", folder / "kubernetes", "."]
        log = places.cache() / "logs" / "kubernetes.log"
        with golang.explained(what):
            process.run_long(command, cwd=sources, env=env, log=log, on_line=golang.counted(phase, listed))
    # Three gigabytes that would only be of use for another version of this file.
    shutil.rmtree(space, ignore_errors=True)


def _flags() -> str:
    major, minor, _ = versions.KUBERNETES.split(".")
    values = {
        "gitVersion": f"v{versions.KUBERNETES}",
        "gitMajor": major,
        "gitMinor": minor,
        "gitTreeState": "clean",
    }
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    settings = [f"-X {package}.{name}={value}" for package in packages for name, value in values.items()]
    return " ".join(["-s -w", *settings])


def images() -> Path:
    """An archive of the images that ``kubeadm`` will start, under the names by which it asks for them, and of ours.

    The former names belong to Kubernetes' publisher: the archive is for a node's image store, never for the host's.
    """
    return artefact("kubernetes-images", key_of(*inputs()), _write_images) / "images.tar"


def inputs() -> tuple[str | Path, ...]:
    """All that the binary and the images are made from, for keys."""
    sources = (places.SOURCES / "kubernetes", places.SOURCES / "pause")
    return (archive.architecture(), _flags(), LAYOUT, PAUSE, *PROGRAMS, *sources, *policies.inputs())


def _write_images(folder: Path) -> None:
    multicall = binary()
    network = debian.iptables()
    pause = _pause()
    judge = policies.program()
    with progress.phase("kubernetes", "packing the images of the control plane", 5.0):
        programs = archive.write_layer(
            folder / "programs.tar",
            {"usr/local/bin/kubernetes": multicall} | {f"usr/local/bin/{name}": "kubernetes" for name in PROGRAMS},
        )
        # kube-proxy and ours call them by these names; Debian leaves the choice between two kinds to a later step.
        names = [f"{family}{suffix}" for family in ("iptables", "ip6tables") for suffix in ("", "-save", "-restore")]
        rules = archive.write_layer(
            folder / "rules.tar", {f"usr/sbin/{name}": "xtables-nft-multi" for name in names}, base=network
        )
        holder = archive.write_layer(folder / "pause.tar", {"pause": pause})
        enforcing = archive.write_layer(folder / "policies.tar", {"usr/local/bin/network-policies": judge})
        built = [archive.Image((policies.IMAGE,), (rules, enforcing), ("/usr/local/bin/network-policies",))]
        for name in _names(multicall):
            program = name.rsplit("/", 1)[-1].split(":")[0]
            if program == "pause":
                built.append(archive.Image(tuple({name, PAUSE}), (holder,), ("/pause",)))
            elif program == "coredns":
                # kubeadm gives this container arguments only.
                built.append(archive.Image((name,), (programs,), ("/usr/local/bin/coredns",)))
            elif program == "kube-proxy":
                built.append(archive.Image((name,), (programs, rules)))
            else:
                built.append(archive.Image((name,), (programs,)))
        with (folder / "images.tar").open("wb") as stream:
            archive.write_images(stream, built)
        for layer in (programs, rules, holder, enforcing):
            layer.path.unlink()


def _names(multicall: Path) -> list[str]:
    version = f"v{versions.KUBERNETES}"
    return process.run([multicall, "kubeadm", "config", "images", "list", "--kubernetes-version", version]).split()


def _pause() -> Path:
    sources = places.SOURCES / "pause"

    def build(folder: Path) -> None:
        space = golang.scratch("pause")
        process.run(
            [golang.toolchain(), "build", "-ldflags=-s -w", "-o", folder / "pause", "."],
            cwd=sources,
            env=golang.environment(space),
        )
        shutil.rmtree(space, ignore_errors=True)

    return artefact("pause", key_of(archive.architecture(), sources), build) / "pause"
