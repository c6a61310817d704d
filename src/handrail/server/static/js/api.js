/** Talking to the player over HTTP. The token comes in the address once and then lives in this tab only. There is none
 * behind JupyterHub, where a cookie of the player's, which no script can read, goes along. */

const KEY = "handrail.token";
/** Which lesson this tab shows: {id, title}. */
const LESSON = "handrail.lesson";

/** Called with each answer of the player, whatever it is: it is there. @type {() => void} */
let answered = () => {};

/** @param {() => void} listener */
export function onAnswer(listener) {
  answered = listener;
}

/** A request the server refused: its status, its sentence, what else it said, and the lesson that it serves if this
 * tab is not signed in to it. */
export class Refusal extends Error {
  /** @param {number} status @param {string} message @param {any} detail @param {string | null} lesson */
  constructor(status, message, detail, lesson) {
    super(message);
    this.status = status;
    this.detail = detail;
    this.lesson = lesson;
  }
}

/** Notes which lesson this tab shows, for the time when another one answers at its address.
 * @param {string} id @param {string} title */
export function belongsTo(id, title) {
  sessionStorage.setItem(LESSON, JSON.stringify({ id, title }));
}

/** The title of this tab's lesson when the refusal comes from another one, else "".
 * @param {unknown} error @returns {string} */
export function replaced(error) {
  const kept = JSON.parse(sessionStorage.getItem(LESSON) ?? "null");
  const isOther = error instanceof Refusal && error.status === 401 && error.lesson && kept && kept.id !== error.lesson;
  return isOther ? kept.title : "";
}

/** Moves a token from the address into the tab's own storage and takes it out of the address bar. */
export function signIn() {
  const named = new URLSearchParams(location.hash.slice(1));
  const token = named.get("token");
  if (token) {
    sessionStorage.setItem(KEY, token);
    named.delete("token");
    history.replaceState(null, "", location.pathname + (named.size ? `#${named}` : ""));
  }
}

/** @returns {string} */
export function token() {
  return sessionStorage.getItem(KEY) ?? "";
}

/** The part of the player's paths that belongs to the lesson which this tab shows. */
let lesson = "";

/** From now on, paths without a slash in front are those of this lesson. @param {string} id */
export function enter(id) {
  lesson = `api/lessons/${encodeURIComponent(id)}/`;
}

/** The page lies at the root of all that the player serves, wherever a proxy puts that: addresses are relative to it.
 * @param {string} path of the player, or of the lesson when no slash leads it @returns {URL} */
function whole(path) {
  return new URL(path.startsWith("/") ? path.slice(1) : lesson + path, document.baseURI);
}

/** @param {string} method @param {string} path @param {unknown} [body] a text is sent as it is, else JSON
 * @returns {Promise<Response>} */
async function send(method, path, body) {
  const headers = /** @type {Record<string, string>} */ ({});
  if (token()) headers.Authorization = `Bearer ${token()}`;
  if (body !== undefined) headers["Content-Type"] = typeof body === "string" ? "text/plain" : "application/json";
  let response;
  try {
    response = await fetch(whole(path), {
      method,
      headers,
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    });
  } catch {
    throw new Refusal(0, "", null, null);
  }
  answered();
  if (response.ok) return response;
  const text = await response.text();
  let detail = null;
  try {
    detail = JSON.parse(text);
  } catch {
    // The guard and the server speak plain text.
  }
  throw new Refusal(response.status, detail?.error ?? text.trim(), detail, response.headers.get("Handrail-Lesson"));
}

/** @param {string} path @returns {Promise<any>} */
export async function get(path) {
  return (await send("GET", path)).json();
}

/** @param {string} path @returns {Promise<Blob>} */
export async function getBlob(path) {
  return (await send("GET", path)).blob();
}

/** @param {string} path @param {unknown} [body] @returns {Promise<any>} */
export async function post(path, body = {}) {
  return (await send("POST", path, body)).json();
}

/** @param {string} path @param {string} text @returns {Promise<any>} */
export async function put(path, text) {
  return (await send("PUT", path, text)).json();
}

/** Opens a WebSocket of ours; the token travels as a subprotocol, never in the address.
 * @param {string} path @returns {WebSocket} */
export function openSocket(path) {
  const address = whole(path);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address, ["handrail", ...(token() ? [`handrail.token.${token()}`] : [])]);
  socket.binaryType = "arraybuffer";
  return socket;
}
