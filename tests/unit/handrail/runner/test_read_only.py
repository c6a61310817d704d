"""Which commands are known to change nothing, so that no check can miss them."""

import pytest

from handrail.runner.read_only import only_reads


@pytest.mark.parametrize(
    "text",
    [
        "cat note.txt",
        "cat a | grep -n 'a > b' | wc -l",
        "kubectl get pods -n shop -o jsonpath='{range .items[*]}{.name} > {end}'",
        "ls missing 2>/dev/null || true",
        "kubectl logs deployment/shop 2>&1 | tail -n 3\nhelm list -A",
        "curl -s -H 'Accept: text/plain' \\\n  http://localhost:8000/metrics | grep requests",
        "sed -n '/spec:/,$p' shop.yaml",
        "sed -n '/^model = /,/^])/p; /export/p' train.py",
        "kubectl logs deployment/shop | sort -u -k 2",
        "kubectl rollout status deployment/shop",
        "git status && git log --oneline",
        "# What is there?\nls -l",
    ],
)
def test_what_reads(text: str) -> None:
    assert only_reads(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cat a > b",
        "echo one >> note.txt",
        "echo hello &> log",
        "ls; rm note.txt",
        "cat note.txt | tee copy",
        "echo $(rm note.txt)",
        "echo `rm note.txt`",
        "cat <<< hello",
        "cat <<'EOF' | sh\nrm note.txt\nEOF",
        "NAME=Ada",
        "LANG=C rm note.txt",
        "cat log &",
        "tail -f log & wait",
        "(rm note.txt)",
        "kubectl delete pod shop",
        "kubectl -n shop delete pod shop",
        "kubectl config use-context other",
        "helm install shop ./shop",
        "curl -s -d '{}' http://localhost",
        "curl -sXDELETE http://localhost/shop",
        "curl -so page http://localhost",
        "curl --output page http://localhost",
        "sed -i s/a/b/ note.txt",
        "sed -n 'w copy' note.txt",
        "sed -n p -i note.txt",
        "sed -n '1e rm -r shop' note.txt",
        "sed -n 'e touch leaf; p' note.txt",
        "sed -n '1e touch leap' note.txt",
        "sed -n 'p; w copy' note.txt",
        "sort -uo note.txt note.txt",
        "sort --output=note.txt note.txt",
        "kubectl rollout restart deployment/shop",
        "git checkout main",
        "for file in *; do cat $file; done",
        "echo 'a quote that\ngoes on'",
        "python3",
        "cd shop",
    ],
)
def test_what_changes_something_or_may(text: str) -> None:
    assert not only_reads(text)
