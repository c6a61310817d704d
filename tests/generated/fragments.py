"""Pieces of pages and scripts: healthy ones, among them what only looks like a slip, and slips that people make.

A slip names the code that the linter must report and on which of its lines; nothing else may be reported of it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fragment:
    """A piece of a page with the texts of its blocks, as they are run."""

    text: str
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slip:
    """`line`: which of the text's lines, from 0, the problem stands on. `last`: it must end its page."""

    code: str
    text: str
    line: int = 0
    blocks: tuple[str, ...] = ()
    last: bool = False


HEALTHY = (
    Fragment("## A heading\n\nSome *words* with `code`, a [link](https://example.com/a) and\na second line."),
    Fragment("Run `ls -l`{{exec}} and ``echo `date` ``{{exec}}.", ("ls -l", "echo `date` ")),
    Fragment("```bash\nls\n\npwd\n```{{exec}}", ("ls\n\npwd",)),
    Fragment("```\ncat <<EOF > a\nkind: A\n  b: c\nEOF\n```{{exec}}", ("cat <<EOF > a\nkind: A\n  b: c\nEOF",)),
    Fragment("```\ncat <<-END\n\ta\n\tEND\n```{{exec}}", ("cat <<-END\n\ta\n\tEND",)),
    Fragment("1. First:\n\n   ```\n   make\n   ```{{exec T2}}\n\n2. Second.", ("make",)),
    Fragment("```yaml\na: {{ .Values.open }}\n{{exec}}\n```\n\n    {{exec}}"),
    Fragment("| a | b |\n|---|---|\n| `x`{{copy}} | {{ copy | default('y') }} |", ("x",)),
    Fragment("<details><summary>Solution</summary>\n\n```\ntouch x\n```{{exec}}\n\n</details>", ("touch x",)),
    Fragment("Leave the editor: `:wq<Enter>`{{exec}} and `<C-c>`{{exec interrupt}}", (":wq<Enter>", "<C-c>")),
    Fragment("<!-- handrail: timeout=5 expect=any -->\n`false`{{exec}}", ("false",)),
    Fragment("Open [it]({{TRAFFIC_HOST1_80}}/x) or [another]({{TRAFFIC_SELECTOR}}) at [[HOST_IP]]; `[[ -f x ]]`."),
    Fragment(">>Which one?<<\n( ) this\n(x) that"),
    Fragment("![own](own.png) ![far](/somebody/scenarios/course/assets/far.png)"),
    Fragment("````\n```bash {{1}}\nls\n```\n````\n\nWrite `{{exec}}` after code, or \\{{copy}}."),
    Fragment("```python\nx = '$ ls'\n$y\n```{{copy}}\n\n`echo $HOME`{{exec}}", ("x = '$ ls'\n$y", "echo $HOME")),
    Fragment("```\n```{{exec interrupt}}\n\nThen `q`{{exec no-newline}}", ("", "q")),
)

PAGE_SLIPS = (
    Slip("action-without-code", "*`git status`*{{exec}}"),
    Slip("action-without-code", "> Some quoted words{{copy}}"),
    Slip("action-without-code", "`cat << EOF > x.yaml\n---\nkind: A\nEOF\n`{{exec}}", 4),
    Slip("action-without-code", "``\n# make\nls\n``{{exec}}", 3),
    Slip("block-empty", "```\n\n```{{exec}}", 0, ("",)),
    Slip("block-empty", "Nothing: ` `{{copy}}", 0, (" ",)),
    Slip("command-prompt", "See `$ ls`{{exec}}", 0, ("$ ls",)),
    Slip("command-prompt", "```\npwd\nroot@host:~$ ls\n```{{exec}}", 2, ("pwd\nroot@host:~$ ls",)),
    Slip("command-placeholder", "`curl <address>`{{exec}}", 0, ("curl <address>",)),
    Slip("placeholder-broken", "[A]({{TRAFFIC_HOST1_80})"),
    Slip("placeholder-broken", "Words.\nhttps://[[HOST_SUBDOMAIN]-80-[[KATACODA_HOST]].environments.katacoda.com", 1),
    Slip("heredoc-indented", "```\ncat <<-EOF\n  a\n  EOF\n```{{exec}}", 3, ("cat <<-EOF\n  a\n  EOF",)),
    Slip("heredoc-indented", "```\ncat <<EOF\n  a\n  EOF\n```{{exec}}", 3, ("cat <<EOF\n  a\n  EOF",)),
    Slip("action-misspelt", "```\necho one\n```{{€xecute}}\n\nText.", 2),
    Slip("action-misspelt", "```\necho one\n```{exec}", 2),
    Slip("action-misspelt", "```\nls\n```{{exceute}}", 2, ("ls",)),
    Slip("action-misspelt", "Run `ls`{{run}}"),
    Slip("action-spaced", "`ls` {{exec}}", 0, ("ls",)),
    Slip("action-on-opening-fence", "```{{exec}}\nls\n```", 0, ("ls",)),
    Slip("span-broken", "Run it:\n``\n#make load\nls\n``{{exec}}", 1, ("\n#make load\nls\n",)),
    Slip("fence-not-alone", "1. Add:\n\n   ```\n   cat <<E >> f\nHost\nE```{{exec}}", 5, ("cat <<E >> f\nHost\nE",)),
    Slip("fence-not-alone", "```\nls\n```{{exec}} now", 2, ("ls",)),
    Slip("heading-tight", "#Title"),
    Slip("image-missing", "Words and\n![x](pictures/gone.png)", 1),
    Slip("dead-host", "<https://www.katacoda.com/courses>"),
    Slip("traffic-port-literal", "[A]({{TRAFFIC_HOST1_PORT}})"),
    Slip("directive-unknown", "<!-- handrail: tiemout=3 -->\n`ls`{{exec}}", 0, ("ls",)),
    Slip("directive-unused", "<!-- handrail: skip=later -->\n\nWords.", last=True),
    Slip("quiz-no-answer", ">>Why?<<\n\n(*) because"),
    Slip("fence-unclosed", "```\nls", 0, (), last=True),
)

HEALTHY_SCRIPTS = {
    "verify": (
        '[ -f ~/x ] &&\necho "done"\n',
        "test -e x || exit 1\n",
        "#!/bin/bash\nif ! grep -q a b; then\n  exit 1\nfi\n",
        "#!/usr/bin/env python3\nimport sys\nsys.exit(1)\n",
    ),
    "foreground": (
        "cd ~\nexport A=1\nclear\n",
        "( set -e; ls )\nssh host01 'exit 1'\n",
        "set -e\nls\nset +e\n",
        "cd ~\npython3\nprint((1)\nexit()\n",
        "cat <<EOF > run.sh\nset -e\nexit 1\nEOF\n",
    ),
    "background": ("#!/bin/bash\nset -euo pipefail\ntouch /tmp/finished\nexit 0\n", "apt-get update\n"),
}
SCRIPT_SLIPS = {
    "verify": (
        Slip("verify-exits-0-on-failure", "test -e x\necho done\n", 1),
        Slip("verify-exits-0-on-failure", "if [ -e x ]; then\n  echo 'done with it'\nfi\n", 2),
        Slip("script-syntax", "if true; then\n  exit 1\n", 1),
        Slip("script-crlf", "test -e x || exit 1\r\n"),
    ),
    "foreground": (
        Slip("foreground-ends-shell", "cd ~\nset -euo pipefail\nls\n", 1),
        Slip("foreground-ends-shell", "test -e x || exit 1\n"),
        Slip("heredoc-indented", "cat <<-EOF\n  a\n  EOF\nls\n", 2),
        Slip("foreground-waits-forever", "while [ ! -f /tmp/never ]; do sleep 1; done\n"),
    ),
    "background": (Slip("script-crlf", "apt-get update\r\nls\r\n"), Slip("script-syntax", "for a in b; do\n", 0)),
}
