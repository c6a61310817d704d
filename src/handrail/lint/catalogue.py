"""Every code that `handrail lint` can print, and which function finds it.

The reader and the page parser find some problems by themselves; they are named here too, so that each can be
switched off and is described in SARIF.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from handrail.lint.context import Context
from handrail.lint.rules import assets, commands, images, index, network, pages, portability, scripts
from handrail.problems import Problem, Severity

Check = Callable[[Context], Iterable[Problem]]


@dataclass(frozen=True)
class Rule:
    """`check` is None for what the reader or the parser reports while it reads."""

    code: str
    severity: Severity
    summary: str
    check: Check | None = None
    network: bool = False


RULES: tuple[Rule, ...] = (
    Rule("json-syntax", "error", "The index is not JSON"),
    Rule("yaml-syntax", "error", "The index is not YAML"),
    Rule("duplicate-key", "error", "A key occurs twice in one object"),
    Rule("no-index", "error", "The folder holds no index"),
    Rule("file-missing", "error", "A file that the index names does not exist"),
    Rule("file-too-big", "error", "A file is too big to read"),
    Rule("file-unreadable", "error", "A file cannot be read"),
    Rule("not-a-file", "error", "A reference leads to a folder or a device"),
    Rule("path-escape", "error", "A reference leaves the scenario's folder"),
    Rule("encoding", "error", "A file is not UTF-8"),
    Rule("byte-order-mark", "warning", "A file begins with a byte order mark"),
    Rule("unknown-key", "warning", "No player knows this key"),
    Rule("wrong-type", "warning", "A value has the wrong type"),
    Rule("asset-incomplete", "warning", "An asset names no file"),
    Rule("fence-unclosed", "error", "A code fence is never closed"),
    Rule("fence-not-alone", "warning", "A closing fence shares its line"),
    Rule("fence-shorter", "warning", "A closing fence is shorter than the opening one"),
    Rule("action-misspelt", "error", "A word in the braces is misspelt"),
    Rule("action-unknown-word", "info", "A word in the braces has no meaning"),
    Rule("action-spaced", "warning", "Blanks stand before the braces"),
    Rule("action-on-opening-fence", "warning", "Braces stand on the opening fence"),
    Rule("code-on-opening-fence", "warning", "Code begins on the opening fence"),
    Rule("span-broken", "warning", "A command in a code span goes over a line break"),
    Rule("span-triple", "info", "A one-line command stands in triple backticks"),
    Rule("pre-unclosed", "error", 'A <pre class="file"> is never closed'),
    Rule("file-unnamed", "warning", "data-target without data-filename"),
    Rule("marker-missing", "warning", "An insertion without a marker"),
    Rule("heading-tight", "info", "A heading without a blank after the #"),
    Rule("quiz-no-answer", "error", "A question without answers"),
    Rule("quiz-mixed", "warning", "Answers of different kinds"),
    Rule("quiz-right-answers", "warning", "Not the right number of right answers"),
    Rule("mark-unknown", "warning", "A handrail comment that is not understood"),
    Rule("mark-unused", "warning", "A handrail comment without a block"),
    Rule("html-tangled", "warning", "Raw HTML hides blocks", pages.html_tangled),
    Rule("asset-no-match", "error", "An asset's pattern matches no file", assets.check_assets),
    Rule("asset-too-big", "warning", "An asset is too big for a platform"),
    Rule("asset-host-unknown", "warning", "Assets for a machine that no image has", assets.host_unknown),
    Rule("asset-target-is-file", "warning", "An asset's target names the file, not a folder", assets.target_is_file),
    Rule("asset-too-many", "error", "An asset's pattern matches too many files"),
    Rule("title-missing", "warning", "The scenario has no title", index.title_missing),
    Rule("imageid-missing", "warning", "The scenario names no image", index.imageid_missing),
    Rule("steps-missing", "info", "The scenario has no steps", index.steps_missing),
    Rule("layout-unknown", "warning", "No player knows this layout", index.layout_unknown),
    Rule("dashboards-hidden", "warning", "Dashboards without showdashboard", index.dashboards_hidden),
    Rule("step-number-in-title", "warning", "A step's title repeats its number", index.step_number_in_title),
    Rule("legacy-key", "warning", "A key that only Katacoda knew", index.legacy_key),
    Rule("page-empty", "warning", "A page without content", pages.page_empty),
    Rule("page-crlf", "warning", "A page with Windows line ends", pages.page_crlf),
    Rule("action-in-html", "warning", "An action inside raw HTML is not seen", pages.action_in_html),
    Rule("traffic-port-literal", "warning", "PORT was not replaced by a number", pages.traffic_port_literal),
    Rule("dead-host", "warning", "A host that no longer serves what it did", pages.dead_host),
    Rule("image-missing", "warning", "A picture does not exist", images.image_missing),
    Rule("command-odd-character", "warning", "A character that a shell reads differently", commands.odd_character),
    Rule("command-placeholder", "warning", "A <placeholder> in a command", commands.placeholder),
    Rule("heredoc-indented", "warning", "A here-document's delimiter is indented", commands.heredoc_indented),
    Rule("script-crlf", "error", "A script with Windows line ends", scripts.script_crlf),
    Rule("script-syntax", "error", "A script that bash cannot read", scripts.script_syntax),
    Rule("verify-exits-0-on-failure", "warning", "A check that cannot fail", scripts.verify_exits_0),
    Rule("foreground-waits-forever", "warning", "A wait for a file that nothing makes", scripts.waits_forever),
    Rule("not-on-killercoda", "warning", "Killercoda does not have this", portability.not_on_killercoda),
    Rule("structure-path-missing", "warning", "A listing leads nowhere"),
    Rule("link-unreachable", "warning", "A link does not answer", network.link_unreachable, network=True),
)
BY_CODE = {rule.code: rule for rule in RULES}
