/** A WebSocket that comes back: at once the first time, then with a growing, jittered pause up to 5 s. */

import { openSocket } from "./api.js";

const LONGEST = 5000;

export class Reconnecting {
  /** @param {string} path
   * @param {{open?: (socket: WebSocket) => void, message: (data: any) => void, lost?: (delay: number) => void}} handlers */
  constructor(path, handlers) {
    this.path = path;
    this.handlers = handlers;
    this.attempt = 0;
    this.closed = false;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.retryNow = () => {
      if (this.timer !== undefined) this.connect();
    };
    window.addEventListener("online", this.retryNow);
    document.addEventListener("visibilitychange", this.retryNow);
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.closed) return;
    const socket = openSocket(this.path);
    this.socket = socket;
    socket.onopen = () => {
      this.attempt = 0;
      this.handlers.open?.(socket);
    };
    socket.onmessage = (event) => {
      if (this.socket === socket) this.handlers.message(event.data);
    };
    socket.onclose = () => {
      if (this.socket !== socket || this.closed) return;
      this.socket = null;
      const delay = this.attempt === 0 ? 100 : Math.min(LONGEST, 250 * 2 ** this.attempt) * (0.7 + 0.3 * Math.random());
      this.attempt += 1;
      this.timer = setTimeout(() => this.connect(), delay);
      this.handlers.lost?.(delay);
    };
  }

  /** Sends when the connection is open; says whether it did.
   * @param {string | ArrayBuffer} data @returns {boolean} */
  send(data) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(data);
    return true;
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    window.removeEventListener("online", this.retryNow);
    document.removeEventListener("visibilitychange", this.retryNow);
    this.socket?.close();
    this.socket = null;
  }
}
