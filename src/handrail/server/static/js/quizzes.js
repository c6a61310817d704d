/** Questions of a page. The server knows the right answers and keeps what was answered rightly. */

import { answerQuiz } from "./actions.js";
import { announce, el } from "./dom.js";
import { state } from "./store.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").QuizInfo} QuizInfo */

/** @param {string} page @param {QuizInfo} quiz @param {number} index */
function form(page, quiz, index) {
  const wasRight = () => state().quizzes[page]?.[index] === true;
  const said = el("span", { class: "quiz-said", role: "status" }, wasRight() ? t("quiz.right") : "");
  const name = `${page}-${quiz.id}`;
  const inputs =
    quiz.kind === "text"
      ? [el("input", { type: "text", name, "aria-label": t("quiz.input"), autocomplete: "off" })]
      : quiz.options.map((_, number) =>
          el("input", { type: quiz.kind === "single" ? "radio" : "checkbox", name, value: String(number) }),
        );
  const rows =
    quiz.kind === "text"
      ? inputs
      : inputs.map((input, number) =>
          el("label", { class: "quiz-option" }, input, el("span", {}, quiz.options[number] ?? "")),
        );
  const node = el(
    "form",
    {
      class: "quiz",
      "data-quiz": quiz.id,
      onsubmit: async (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        const answer =
          quiz.kind === "text"
            ? (inputs[0]?.value ?? "")
            : inputs.filter((input) => input.checked).map((input) => Number(input.value));
        const isRight = await answerQuiz(page, index, answer);
        if (isRight === undefined) return;
        said.textContent = t(isRight ? "quiz.right" : "quiz.wrong");
        node.dataset.state = isRight ? "right" : "wrong";
        announce(said.textContent);
      },
    },
    el(
      "fieldset",
      {},
      el("legend", {}, quiz.question),
      ...rows,
      el("div", { class: "quiz-bar" }, el("button", { type: "submit", class: "button small" }, t("quiz.answer")), said),
    ),
  );
  if (wasRight()) node.dataset.state = "right";
  return node;
}

/** Replaces each question's place in the page by a form.
 * @param {HTMLElement} root @param {string} page @param {QuizInfo[]} quizzes */
export function drawQuizzes(root, page, quizzes) {
  quizzes.forEach((quiz, index) => {
    const place = root.querySelector(`[data-quiz="${quiz.id}"]`);
    if (place) place.replaceWith(form(page, quiz, index));
    else root.append(form(page, quiz, index));
  });
}
