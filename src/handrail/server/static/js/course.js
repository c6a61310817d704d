/** The course that this tab's lesson belongs to, as it was when the page was loaded. */

/** @typedef {import("./types.js").Course} Course */
/** @typedef {import("./types.js").LessonInfo} LessonInfo */

/** @type {{course: Course | null, lesson: string}} */
const known = { course: null, lesson: "" };

/** @param {Course} course @param {string} lesson the id of the one that is shown */
export function belong(course, lesson) {
  Object.assign(known, { course, lesson });
}

/** @returns {string} the id of the lesson that is shown */
export function lessonId() {
  return known.lesson;
}

/** Whether there is a list of lessons to go back to. */
export function isInCourse() {
  return known.course !== null && !known.course.single;
}

/** The scenario that is played alone, when what it has made can be removed: a course does that in its list.
 * @returns {Course | null} */
export function toStop() {
  return known.course?.single && known.course.removes ? known.course : null;
}

/** @returns {LessonInfo | undefined} the lesson after this one */
export function nextLesson() {
  const lessons = known.course?.lessons ?? [];
  const at = lessons.findIndex(({ id }) => id === known.lesson);
  return lessons.slice(at + 1).find(canBePlayed);
}

/** What a relative link on the page names: the folder of another lesson, as in the repository that the course is kept in.
 * @param {string} href @returns {LessonInfo | undefined} */
export function lessonAt(href) {
  const lessons = known.course?.lessons ?? [];
  const here = lessons.find(({ id }) => id === known.lesson);
  if (!here) return undefined;
  const folder = (/** @type {string} */ path, /** @type {string} */ from) =>
    new URL(`${path}/`, from).pathname.replace(/(\/index\.json)?\/+$/, "/");
  const root = "http://course/";
  const wanted = folder(href.replace(/[?#].*$/, ""), new URL(`${encodeURI(here.path)}/`, root).href);
  return lessons.find((lesson) => canBePlayed(lesson) && folder(encodeURI(lesson.path), root) === wanted);
}

/** @param {LessonInfo} lesson */
export function canBePlayed({ standing }) {
  return standing !== "broken" && standing !== "gone";
}
