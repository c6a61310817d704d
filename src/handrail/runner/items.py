"""Run one item of the plan, and say how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from handrail.markdown.api import Block
from handrail.runner import verdicts
from handrail.runner.events import Result
from handrail.runner.learner import Learner
from handrail.runner.mutants import Mutant
from handrail.runner.outputs import Outputs
from handrail.runner.plan import Item, is_compared
from handrail.runtime.host import FIRST_HOST, about_root
from handrail.session.block_runner import StillRuns
from handrail.session.check import plain, tail
from handrail.session.file_action import write_file
from handrail.session.long_running import FIRST_TERMINAL
from handrail.session.session import Session
from handrail.session.terminals import terminal_for
from handrail.terminal.block_run import CommandResult
from handrail.terminal.terminal import Terminal

_LAST_LINES = 20
# As long as a learner at least reads before the first click (seconds).
BACKGROUND_WAIT = 5.0
_LOOK_EVERY = 0.05


class ItemRunner:
    """Lets `learner` do in `session` what an item says. `warn` takes what fails nothing but should be mended, `say`
    what is good to know. `mutant` is what is done otherwise than the pages say; with `only_changes`, what is marked as
    only looking is left out."""

    def __init__(
        self, session: Session, learner: Learner, warn: Callable[[str], None], say: Callable[[str], None],
        mutant: Mutant | None = None, only_changes: bool = False, outputs: Outputs | None = None,
    ) -> None:  # fmt: skip
        self._session, self._learner, self._warn, self._say = session, learner, warn, say
        self._mutant, self._only_changes, self._outputs = mutant, only_changes, outputs
        self._waited_for: set[str] = set()
        self._loop = asyncio.get_running_loop()

    async def run(self, item: Item) -> Result:
        """How the item ended. Raises what the session raises."""
        if item.kind != "foreground":
            await self._wait_for_background()
        if item.kind == "block":
            return await self._block(item)
        if item.kind == "quiz":
            return await self._quiz(item)
        if item.kind == "output":
            return self._output(item)
        return await (self._foreground(item) if item.kind == "foreground" else self._check(item))

    async def _wait_for_background(self) -> None:
        """Give background scripts that have just been started the time that a learner needs to read, once each."""
        scripts = self._session.scripts
        news = scripts.background_running - self._waited_for
        self._waited_for |= news
        began = self._loop.time()
        while news & scripts.background_running and self._loop.time() < began + BACKGROUND_WAIT:
            await asyncio.sleep(_LOOK_EVERY)
        if news:
            still = news & scripts.background_running
            whose = " and ".join(sorted(news))
            end = ", which still runs" if still else ""
            self._say(f"Waited {self._loop.time() - began:.1f} s for the background script of {whose}{end}.")

    async def _foreground(self, item: Item) -> Result:
        shell = self._session.terminal(FIRST_TERMINAL)
        start, began = shell.seq, self._loop.time()
        try:
            async with asyncio.timeout(self._session.limits.block):
                result = await self._session.wait_foreground()
        except TimeoutError:
            result = CommandResult(None, "timeout", self._session.limits.block)
        duration = self._loop.time() - began
        assert result is not None
        log = str(self._log(f"terminal-{FIRST_TERMINAL}"))
        if result.ended == "left-running":
            return Result("passed", duration, reason="left running", log=log)
        if result.ended != "prompt":
            why = verdicts.of_foreground(result, self._session.limits)
            if result.ended == "timeout":
                why += self._set_up_still_runs(result)
            return Result("failed", duration, result.status, why, _output(shell, start), log)
        if result.status:
            # The platforms never looked at it, and scripts end in all sorts of commands; `exit` would end the shell.
            reason = f"ended with status {result.status}"
            self._warn(f"The foreground script of {item.page} {reason}.")
            return Result("passed", duration, result.status, reason, log=log)
        return Result("passed", duration, result.status, log=log)

    async def _check(self, item: Item) -> Result:
        page_id = item.id.partition("/")[0]
        result = await self._learner.check(page_id)
        log = str(self._log(f"check-{page_id}"))
        if result.timed_out:
            # Before the step too: a learner who is not done yet would wait as long for an answer.
            why = verdicts.of_slow_check(result)
            output = last_lines(tail(self._log(f"check-{page_id}")))
            return Result("failed", result.duration, reason=why, output=output, log=log)
        if item.kind == "check-before":
            if not result.passed:
                return Result("passed", result.duration, log=log)
            why = "the check passes before anything was done, so it proves nothing"
            return Result("failed", result.duration, reason=why, output=tail(self._log(f"check-{page_id}")), log=log)
        if result.passed:
            return Result("passed", result.duration, log=log)
        why = "the check does not pass" if item.kind == "check-after" else "the check passed before and fails now"
        reason = result.reason + (f"\nHint: {result.hint}" if result.hint else "")
        return Result("failed", result.duration, reason=f"{why}: {reason}", log=log)

    async def _quiz(self, item: Item) -> Result:
        """Answers wrongly once, then in each right way, as a learner may."""
        quiz = next(each for each in self._session.texts.quizzes(item.page) if each.id == item.id)
        began = self._loop.time()
        wrong, rights = quiz.wrong_answer(), quiz.right_answers()
        taken = [await self._learner.answer(item.page, quiz.id, answers) for answers in ([wrong] if wrong else [])]
        accepted = [await self._learner.answer(item.page, quiz.id, answers) for answers in rights]
        why = verdicts.of_quiz(wrong is not None and not any(taken), bool(accepted) and all(accepted))
        return Result("failed" if why else "passed", self._loop.time() - began, reason=why)

    def _output(self, item: Item) -> Result:
        """Writes down what the page's blocks have printed, or says how it differs from what was written down."""
        outputs, page = self._outputs, self._session.scenario.page(item.page)
        assert outputs is not None
        name = outputs.name(page)
        if outputs.mode == "record":
            return Result("passed", 0.0, reason="" if outputs.record(page) else f"{name} says the same")
        differences = outputs.compare(page)
        if differences is None:
            return Result("skipped", 0.0, reason=f"there is no {name} yet: handrail test --record writes it")
        if not differences:
            return Result("passed", 0.0)
        why = verdicts.of_drift(name)
        if outputs.fails:
            return Result("failed", 0.0, reason=why, output=differences)
        self._warn(f"{item.id}: {why}\n{differences}")
        return Result("passed", 0.0, reason=why)

    async def _block(self, item: Item) -> Result:
        block = item.block
        assert block is not None
        if block.directives.skip is not None:
            return Result("skipped", 0.0, reason=block.directives.skip)
        if self._only_changes and block.directives.only_looks:
            return Result("skipped", 0.0, reason="it only looks")
        if self._mutant is not None and self._mutant.item.id == block.id:
            return self._mutated(self._mutant, block)
        name = terminal_for(block)
        shell = await self._session.open_terminal(name, block.host or FIRST_HOST)
        start, began = shell.seq, self._loop.time()
        log = str(self._log(f"terminal-{name}"))
        try:
            result = await self._learner.run(block)
        except StillRuns as error:
            why = verdicts.in_the_way(error.what or "the command before")
            return Result("failed", self._loop.time() - began, None, why, _output(shell, start), log)
        duration, output = self._loop.time() - began, _output(shell, start)
        if self._outputs is not None and result.ended == "prompt" and is_compared(block):
            self._outputs.take(self._session.scenario.page(item.page), block.text, shell.output(start))
        if result.ended == "left-running":
            return Result("passed", duration, None, "left running", output, log)
        if verdicts.is_as_expected(block, result):
            if result.ended == "typed" and result.into:
                return Result("typed", duration, None, f"typed into {result.into}", output, log)
            return Result("passed", duration, result.status, verdicts.of_commands(result), output, log)
        why = verdicts.of_block(block, result, self._session.limits, output) + self._set_up_still_runs(result)
        if note := about_root(block.text, self._session.runtime.home):
            why += f"\n{note}"
        said = await self._what_the_check_says(item.page)
        return Result("failed", duration, result.status, why + said, output, log)

    def _mutated(self, mutant: Mutant, block: Block) -> Result:
        """Do what the mutant does in the block's place."""
        if (instead := mutant.instead_of(block)) is not None:
            write_file(self._session.runtime.files, self._session.scenario.editor_root, instead)
        return Result("skipped", 0.0, reason=mutant.change)

    def _set_up_still_runs(self, result: CommandResult) -> str:
        """What a block that was stopped may have waited for: the background scripts that still run."""
        if result.ended not in ("timeout", "stalled"):
            return ""
        return "".join(
            f"\n{page.background.name} (background script of {page.id}) is still running."
            for page in self._session.scenario.pages
            if page.background is not None and page.id in self._session.scripts.background_running
        )

    async def _what_the_check_says(self, page_id: str) -> str:
        if self._session.scenario.page(page_id).verify is None:
            return ""
        result = await self._learner.check(page_id)
        return "\nThe check passes nevertheless." if result.passed else f"\nThe check says: {result.reason}"

    def _log(self, name: str) -> Path:
        return self._session.workspace.logs / f"{name}.log"


def last_lines(text: str, count: int = _LAST_LINES) -> str:
    """The last lines that are not empty."""
    lines = (line.rstrip() for line in reversed(text.splitlines()) if line.strip())
    return "\n".join(reversed(list(islice(lines, count))))


def _output(shell: Terminal, start: int) -> str:
    return last_lines(plain(shell.output(start)))
