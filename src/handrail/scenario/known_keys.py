"""The keys of `index.json` that some player gave a meaning, by place. Others are reported and ignored."""

import difflib

SCENARIO = frozenset(
    {
        "title", "description", "difficulty", "time", "type", "icon", "pathwayTitle", "private", "noindex", "id",
        "live", "embedonly", "embedded_survey_url", "$schema", "files", "asyncFiles", "events", "details",
        "environment", "backend", "interface", "handrail", "credits", "credit",
    }
)  # fmt: skip
DETAILS = frozenset({"intro", "steps", "finish", "assets"})
PAGE = frozenset(
    {
        "title", "text", "code", "foreground", "courseData", "background", "verify", "answer", "hint", "credits",
        "credit",
    }
)  # fmt: skip
ASSET = frozenset({"file", "target", "chmod"})
ENVIRONMENT = frozenset(
    {
        "uilayout", "uimessage1", "showdashboard", "dashboards", "terminals", "hideintro", "hidefinish", "showide",
        "ide", "idePort", "uieditorpath", "uisettings", "hideHiddenFiles", "exclusionPatterns", "hidesidebar",
        "showvisualise", "scope", "scopePort", "delayToSaveFileAfterLastChange", "hideuieditortree",
    }
)  # fmt: skip
BACKEND = frozenset(
    {"imageid", "dockerimage", "port", "url", "autoUpgrade", "trainingid", "reuseConnection", "livetime"}
)
INTERFACE = frozenset({"layout"})
DASHBOARD = frozenset({"name", "port", "href", "host"})
TERMINAL = frozenset({"name", "target", "command"})
HANDRAIL = {
    "carry": "folders and files that the scripts need besides assets; an export takes them along",
    "cleanup": "the script that removes what the scenario made outside its home folder",
    "group": "a name; scenarios of one group share something outside and are tested one after the other",
    "limits": "seconds for all blocks and checks: `block`, `quiet`, `check`, `interrupt`",
    "output": "for `handrail test --compare`: `drift` (`failure` or `warning`), `masks` (names and expressions)",
    "passes_before": "ids of pages whose check may pass before their commands were run",
    "status": "the script that says in its last line what the lesson shares with others, and ends with 0 if that runs",
    "uses": "paths outside the folder that the scenario needs, for `handrail test --changed-since`",
}
"""What the format lacks, and what it is for."""

LAYOUTS = frozenset(
    {
        "terminal", "terminal-iframe", "editor-terminal", "vscode", "vscode-terminal-split", "terminal-terminal",
        "editor", "editor-iframe-split", "terminal-iframe-split", "iframe", "text", "editor-terminal-v1",
        "editor-terminal-split", "ide",
    }
)  # fmt: skip
EDITOR_LAYOUTS = frozenset(layout for layout in LAYOUTS if "editor" in layout or "vscode" in layout or layout == "ide")


def suggestion(key: str, known: frozenset[str]) -> str | None:
    """The known key that `key` looks like, for a message."""
    lowered = {name.lower(): name for name in known}
    if key.lower() in lowered:
        return lowered[key.lower()]
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.75)
    return close[0] if close else None
