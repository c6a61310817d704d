/** Talking to the player over HTTP. The token comes in the address once and then lives in this tab only. */

const KEY = "handrail.token";

/** A request the server refused: its status, its sentence, and what else it said. */
export class Refusal extends Error {
  /** @param {number} status @param {string} message @param {any} detail */
  constructor(status, message, detail) {
    super(message);
    this.status = status;
    this.detail = detail;
  }
}

/** Moves a token from the address into the tab's own storage and takes it out of the address bar. */
export function signIn() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) {
    sessionStorage.setItem(KEY, token);
    history.replaceState(null, "", location.pathname);
  }
}

/** @returns {string} */
export function token() {
  return sessionStorage.getItem(KEY) ?? "";
}

/** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<Response>} */
async function send(method, path, body) {
  const headers = /** @type {Record<string, string>} */ ({ Authorization: `Bearer ${token()}` });
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refusal(0, "", null);
  }
  if (response.ok) return response;
  const text = await response.text();
  let detail = null;
  try {
    detail = JSON.parse(text);
  } catch {
    // The guard and the server speak plain text.
  }
  throw new Refusal(response.status, detail?.error ?? text.trim(), detail);
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

/** Opens a WebSocket of ours; the token travels as a subprotocol, never in the address.
 * @param {string} path @returns {WebSocket} */
export function openSocket(path) {
  const socket = new WebSocket(`ws://${location.host}${path}`, ["handrail", `handrail.token.${token()}`]);
  socket.binaryType = "arraybuffer";
  return socket;
}
