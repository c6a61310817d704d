"""The rules by the code of the problem that they find; the reader and the page parser find the other problems."""

from collections.abc import Callable, Iterable

from handrail.lint.context import Context
from handrail.lint.rules import (
    assets,
    commands,
    foreground,
    images,
    index,
    network,
    pages,
    placeholders,
    portability,
    scripts,
)
from handrail.problems import Problem

Check = Callable[[Context], Iterable[Problem]]

CHECKS: dict[str, Check] = {
    "html-tangled": pages.html_tangled,
    "asset-no-match": assets.check_assets,
    "asset-prefix": assets.prefix,
    "asset-host-unknown": assets.host_unknown,
    "asset-target-is-file": assets.target_is_file,
    "title-missing": index.title_missing,
    "imageid-missing": index.imageid_missing,
    "steps-missing": index.steps_missing,
    "layout-unknown": index.layout_unknown,
    "dashboards-hidden": index.dashboards_hidden,
    "step-number-in-title": index.step_number_in_title,
    "legacy-key": index.legacy_key,
    "page-empty": pages.page_empty,
    "page-crlf": pages.page_crlf,
    "action-in-html": pages.action_in_html,
    "traffic-port-literal": pages.traffic_port_literal,
    "placeholder-broken": placeholders.broken,
    "dead-host": pages.dead_host,
    "image-missing": images.image_missing,
    "command-odd-character": commands.odd_character,
    "command-placeholder": commands.placeholder,
    "command-prompt": commands.prompt,
    "heredoc-indented": commands.heredoc_indented,
    "script-crlf": scripts.script_crlf,
    "script-syntax": scripts.script_syntax,
    "verify-exits-0-on-failure": scripts.verify_exits_0,
    "foreground-ends-shell": foreground.ends_shell,
    "foreground-waits-forever": foreground.waits_forever,
    "not-on-killercoda": portability.not_on_killercoda,
    "link-unreachable": network.link_unreachable,
}
NETWORK = frozenset({"link-unreachable"})
"""Those that ask the network, and run only when that is wanted."""
