"""What Katacoda had and Killercoda does not have."""

from handrail.problems.entry import Entry, Text

_FEATURES = {
    "terminal": ("a terminal by number (T2)", "Ask the learner to open a second tab."),
    "host": ("a host in the braces", "Use ssh in the command."),
    "ctrl_seq": ("ctrl-seq", "Tell the learner which keys to press."),
    "no_newline": ("no-newline", "Tell the learner what to type."),
    "open": ("{{open}}", "Name the file in the text."),
    "file": ('<pre class="file">', "Write the file with a here-document in a block with {{exec}}."),
    "quiz": ("a quiz", "Check the answer with a verify script."),
    "placeholder": ("a [[…]] placeholder", "For the address of a port write {{TRAFFIC_HOST1_80}}."),
    "address": ("a [[…]] placeholder", "Write {{$name}}; `handrail export --to killercoda` does it."),
    "uilayout": ("environment.uilayout", 'Use "interface": {"layout": "ide"} for an editor.'),
    "dashboards": ("environment.dashboards", "Link to {{TRAFFIC_HOST1_80}} on a page."),
    "terminals": ("environment.terminals", "Open them from a page."),
    "answer": ("an answer page", "Put it into <details><summary>Solution</summary>."),
    "hint": ("a hint script", "Print the hint from the verify script."),
    "challenge": ("a challenge", "Use steps with verify scripts."),
}

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "not-on-killercoda",
        "warning",
        "Killercoda does not have this",
        "It works here; on Killercoda a learner sees it as text, or not at all.",
        {case: Text(f"Killercoda does not have {name}.", remedy) for case, (name, remedy) in _FEATURES.items()},
    ),
)
