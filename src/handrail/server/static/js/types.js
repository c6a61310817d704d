/**
 * Shapes that the server sends. The page draws itself from one State, pushed whole after each change.
 *
 * @typedef {{id: string, kind: "intro"|"step"|"finish", number: number, title: string, check: boolean,
 *   answer: boolean, background: string, passed: boolean, open: boolean, revision: string}} PageInfo
 * @typedef {{state: "running"|"ended"|"typed", status: number|null, terminal: string, since: number,
 *   ended: "prompt"|"shell-exited"|"timeout"|"stalled"|"incomplete"|null,
 *   commands: {status: number, text: string}[], stopping: boolean}} BlockState
 * @typedef {{state: "running"|"passed"|"failed", since: number, reason: string, hint: string,
 *   parts: {text: string, block?: string}[], verified: string[], duration: number, quiet: boolean}} CheckState
 * @typedef {{name: string, state: "starting"|"prompt"|"running"|"exited", epoch: string,
 *   awaits: ""|"keys"|"lines"|"answer"|"hidden", suspended: boolean, stopped: boolean}} TerminalInfo
 * @typedef {{id: string, name: string, host: string, port: number, path: string, href: string,
 *   listening: boolean|null, anothers: boolean}} PreviewInfo
 * @typedef {{code: string, severity: string, path: string, line: number, message: string, remedy: string}} Problem
 * @typedef {{
 *   lamp: Lamp | null, board: {agreed: boolean, help: boolean, grades: boolean} | null, lesson: string, begun: string, layout: string, epoch: string, title: string, description: string, difficulty: string, time: string,
 *   current: string, pages: PageInfo[], blocks: Record<string, BlockState>,
 *   checks: Record<string, CheckState>, rechecking: string[], quizzes: Record<string, boolean[]>, terminals: TerminalInfo[],
 *   preparations: Record<string, {state: "running"|"done"|"failed", line: string, log: string, status: number}>,
 *   forward: {target: string, doing: string} | null, notice: string, notices: number, watch: boolean, broken: string,
 *   canSkip: boolean, autoCheck: boolean, resetting: boolean, services: {port: number, host: string, url: string}[],
 *   elsewhere: boolean, editor: {root: string, files: string[], first: boolean},
 *   previews: PreviewInfo[], now: number }} State
 * @typedef {{id: string, action: "execute"|"copy"|"open"|"file", terminal: string|null, text: string,
 *   interrupt: boolean, filename: string|null, inline: boolean, line: number}} BlockInfo
 * @typedef {{id: string, question: string, kind: "single"|"multiple"|"text", options: string[]}} QuizInfo
 * @typedef {{id: string, html: string, blocks: BlockInfo[], quizzes: QuizInfo[], problems: Problem[],
 *   credits: string, revision: string}} PageContent
 * @typedef {{id: string, group: string, path: string, title: string, description: string, time: string,
 *   difficulty: string, standing: "new"|"begun"|"done"|"broken"|"gone", passed: number, checks: number, last: number,
 *   reason: string, open: boolean, closed: boolean}} LessonInfo
 * @typedef {{id: string, title: string, description: string, single: boolean, lamp: Lamp | null, stopping: boolean,
 *   said: string, removes: string, lessons: LessonInfo[]}} Course
 * @typedef {{on: boolean, line: string}} Lamp
 */

export {};
