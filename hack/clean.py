"""make clean: removes what runs of the lessons left, that is their port-forwards, clusters, images and workspaces.

Usage: hack/clean.py [CLUSTER …] [--caches]     (all lessons' clusters when none is named)
A workspace that a player or `handrail test` has open is left alone, with its cluster, and named; so is
a cluster that runs and belongs to no workspace here. The status is 1 then.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from handrail.runtime.workspace import Workspace, WorkspaceError, state_folder

REPO = Path(__file__).resolve().parents[1]
OWN = REPO / ".e2e"
KINDS = ("e2e", "browser", "faults", "more", "mutants")
CLUSTERS = ("seldon-iris", *(f"seldon-iris-{kind}" for kind in KINDS))
CLOSE_PORTS = '. "$SCENARIO_DIR/scripts/lib.sh"; close_port_forwards'


def workspaces(cluster: str) -> list[Path]:
    """The folders in which lessons with this cluster were played or tested; further lessons share the cluster."""
    folders: Iterable[Path] = {
        "seldon-iris": sorted(state_folder().glob("*")),
        "seldon-iris-e2e": [OWN / "workspace"],
        "seldon-iris-browser": sorted((OWN / "browser-workspace").glob("*")),
        "seldon-iris-faults": sorted((OWN / "faults").glob("*")),
        "seldon-iris-more": [OWN / "more", *sorted((OWN / "more").glob("*"))],
        "seldon-iris-mutants": sorted((OWN / "mutants").glob("*")),
    }[cluster]
    return [folder for folder in folders if (folder / "home" / "seldon-iris").is_dir()]


def clean(cluster: str) -> bool:
    """Remove the cluster and its workspaces; whether all of that is gone."""
    opened: list[Workspace] = []
    try:
        for folder in workspaces(cluster):
            # Opening ends what a run that was killed left behind.
            opened.append(Workspace.open(folder))
        if opened:
            print(f"Cleaning up the cluster {cluster} and what belongs to it", flush=True)
        # The cluster is deleted once, with the tools of a lesson that has them.
        with_tools = next((one for one in opened if (state(one) / "prepared.env").exists()), None)
        for one in opened:
            command = [str(REPO / "scripts" / "clean.sh")] if one is with_tools else ["-c", CLOSE_PORTS]
            if subprocess.run(["bash", *command], env=environment(one, cluster), check=False).returncode:
                return False
        for one in opened:
            one.remove()
            print(f"Removed the workspace {one.path}", flush=True)
        return clean_nodes(cluster)
    except WorkspaceError as error:
        print(f"The cluster {cluster} was left alone. {error}", file=sys.stderr)
        return False
    finally:
        for one in opened:
            one.close()


def clean_nodes(cluster: str) -> bool:
    """Remove what is left of a cluster that no workspace here has made; whether nothing is.

    A run that is killed early leaves a cluster before it has a workspace that says so. One that runs may be that of
    another checkout, or of a player whose workspace lies elsewhere, so it is named and stays.
    """
    for engine in filter(shutil.which, ("docker", "podman")):
        running = nodes(engine, cluster)
        for node in nodes(engine, cluster, "--all"):
            remove = [engine, "rm", "--force", "--volumes", node]
            if node in running:
                told = f"The cluster {cluster} runs, and no workspace that is known here belongs to it."
                print(f"{told} If nobody needs it:  {' '.join(remove)}", file=sys.stderr)
                return False
            subprocess.run(remove, check=True, stdout=subprocess.DEVNULL)
            print(f"Removed {node}, which a run left that was killed", flush=True)
    return True


def nodes(engine: str, cluster: str, *options: str) -> list[str]:
    """The containers of a kind cluster; those that run, without `--all`."""
    listed = [engine, "ps", *options, "--filter", f"label=io.x-k8s.kind.cluster={cluster}", "--format", "{{.Names}}"]
    return subprocess.run(listed, capture_output=True, text=True, check=False).stdout.split()


def state(workspace: Workspace) -> Path:
    """Where the lesson's scripts keep what they found and started."""
    return workspace.home / "seldon-iris" / ".state"


def environment(workspace: Workspace, cluster: str) -> dict[str, str]:
    """What handrail gives the lesson's scripts, for a script that is run without it."""
    home = os.environ["HOME"]
    return os.environ | {
        "HOME": str(workspace.home),
        "HANDRAIL_HOST_HOME": home,
        "XDG_CACHE_HOME": str(cache()),
        "SCENARIO_DIR": str(REPO),
        "LESSON_CLUSTER": cluster,
    }


def cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("clusters", nargs="*", metavar="CLUSTER", help=f"one of {', '.join(CLUSTERS)}")
    parser.add_argument("--caches", action="store_true", help="also what was downloaded or built, images included")
    options = parser.parse_args()
    if unknown := set(options.clusters) - set(CLUSTERS):
        parser.error(f"{', '.join(sorted(unknown))}: choose from {', '.join(CLUSTERS)}")
    # Each of them, whatever becomes of the others.
    cleaned = [clean(cluster) for cluster in options.clusters or CLUSTERS]
    if all(cleaned) and not options.clusters:
        shutil.rmtree(OWN, ignore_errors=True)
    if all(cleaned) and options.caches:
        subprocess.run([sys.executable, "-m", "airgap", "clean"], cwd=REPO, check=True)
        shutil.rmtree(cache() / "handrail-lesson", ignore_errors=True)
    return 0 if all(cleaned) else 1


if __name__ == "__main__":
    sys.exit(main())
