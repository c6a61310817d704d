/** Questions of a page. The server knows the right answers and keeps what was answered rightly. */

import { post } from "./api.js";
import { announce, el } from "./dom.js";
import { problem } from "./notices.js";
import { state } from "./store.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").QuizInfo} QuizInfo */

/** @param {string} page @param {QuizInfo} quiz @param {number} index */
function form(page, quiz, index) {
  const isRight = () => state().quizzes[page]?.[index] === true;
  const said = el("span", { class: "quiz-said", role: "status" }, isRight() ? t("quiz.right") : "");
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
        try {
          const { right } = await post(`/api/quizzes/${page}/${index}`, { answer });
          said.textContent = t(right ? "quiz.right" : "quiz.wrong");
          node.dataset.state = right ? "right" : "wrong";
          announce(said.textContent);
        } catch (error) {
          problem(error);
        }
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
  if (isRight()) node.dataset.state = "right";
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
