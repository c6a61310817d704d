/**
 * One terminal's byte streams over connections that come and go: nothing lost, nothing twice.
 *
 * Output: each binary frame is [number of its first byte, u64][input bytes received so far, u64][bytes].
 * Input: each binary frame is [number of its first byte, u64][bytes]; what the server has not confirmed is
 * kept and sent again after a reconnect. Text frames are JSON: hello, ack, size, and the server's news.
 */

const ACK_EVERY = 64 * 1024;
/** The server takes frames up to 128 KiB. */
const INPUT_FRAME = 32 * 1024;

export class Wire {
  /** @param {(text: string) => boolean} sendText @param {(data: ArrayBuffer) => boolean} sendBytes */
  constructor(sendText, sendBytes) {
    this.sendText = sendText;
    this.sendBytes = sendBytes;
    this.client = crypto.randomUUID();
    /** The server's name for the terminal's life; another one means another shell. */
    this.epoch = "";
    /** Number of the output byte that comes next. */
    this.next = 0;
    /** Number of the last output byte that the page has drawn. */
    this.drawn = 0;
    this.acknowledged = 0;
    /** Input typed so far, and what of it the server may not have. */
    this.typed = 0;
    /** @type {Uint8Array[]} */
    this.pending = [];
    this.open = false;
  }

  /** Asks to be attached where we are. @param {number} columns @param {number} lines */
  hello(columns, lines) {
    this.sendText(
      JSON.stringify({ hello: { client: this.client, epoch: this.epoch, from: this.next, columns, lines } }),
    );
  }

  /** Takes the server's answer; says whether this is the shell we knew and whether bytes are missing.
   * @param {{epoch: string, start: number, received: number}} answer
   * @returns {{isNew: boolean, isGap: boolean}} */
  attached(answer) {
    const isNew = answer.epoch !== this.epoch;
    const isGap = isNew ? answer.start > 0 : answer.start > this.next;
    // What was typed for a shell that is gone is not for the next one; what came before the first answer is.
    if (isNew && this.epoch) {
      this.pending = [];
      this.typed = 0;
    }
    this.epoch = answer.epoch;
    this.next = answer.start;
    this.drawn = answer.start;
    this.acknowledged = answer.start;
    this.open = true;
    this.confirm(answer.received);
    this.resend();
    return { isNew, isGap };
  }

  lost() {
    this.open = false;
  }

  /** The new bytes of an output frame, empty when we have them all.
   * @param {ArrayBuffer} frame @returns {Uint8Array} */
  take(frame) {
    const view = new DataView(frame);
    const first = Number(view.getBigUint64(0));
    this.confirm(Number(view.getBigUint64(8)));
    const bytes = new Uint8Array(frame, 16);
    const known = this.next - first;
    if (known >= bytes.length) return new Uint8Array(0);
    this.next = first + bytes.length;
    return known > 0 ? bytes.subarray(known) : bytes;
  }

  /** Reports drawn bytes, every 64 KiB. @param {number} count */
  drew(count) {
    this.drawn += count;
    if (this.drawn - this.acknowledged >= ACK_EVERY && this.open) {
      this.acknowledged = this.drawn;
      this.sendText(JSON.stringify({ ack: this.drawn }));
    }
  }

  /** Sends typed bytes now, or after the next reconnect. @param {Uint8Array} bytes */
  type(bytes) {
    for (let at = 0; at < bytes.length; at += INPUT_FRAME) {
      const piece = bytes.slice(at, at + INPUT_FRAME);
      this.pending.push(piece);
      if (this.open) this.sendInput(this.typed, piece);
      this.typed += piece.length;
    }
  }

  /** @param {number} first @param {Uint8Array} bytes */
  sendInput(first, bytes) {
    const frame = new Uint8Array(8 + bytes.length);
    new DataView(frame.buffer).setBigUint64(0, BigInt(first));
    frame.set(bytes, 8);
    this.sendBytes(frame.buffer);
  }

  /** Forgets input that the server has. @param {number} received */
  confirm(received) {
    let first = this.typed - this.pending.reduce((sum, piece) => sum + piece.length, 0);
    while (this.pending[0] && first + this.pending[0].length <= received) {
      first += this.pending[0].length;
      this.pending.shift();
    }
  }

  resend() {
    let first = this.typed - this.pending.reduce((sum, piece) => sum + piece.length, 0);
    for (const piece of this.pending) {
      this.sendInput(first, piece);
      first += piece.length;
    }
  }
}
