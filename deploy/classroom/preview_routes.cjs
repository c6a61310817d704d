/** The routes of the Hub's proxy (configurable-http-proxy --host-routing --storage-backend=…), with one rule more: the host
 * name of a preview, p8000-LESSON-SERVER.DOMAIN, leads to the learner's server that SERVER stands for, whatever the path.
 * Everything else is as without it, for a Hub with or without a subdomain for each user. It knows no domain: the server
 * looks at that, and at who may see the preview (src/handrail/server/hub/previews.py). */
"use strict";

const { createHash } = require("node:crypto");
const { createServer } = require("node:http");

const PREVIEW = /^p\d+(?:-[a-z0-9]+)?-[0-9a-f]{16}-([0-9a-f]{20})$/;

// Said where the name is nobody's: the Hub's own page for that finds neither its styles nor a way on there.
const ENDED = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nobody's preview</title><style>
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }
main { max-width: 60ch; margin: 14vh auto; padding: 0 24px; }
h1 { font-size: 20px; }
</style></head><body><main><h1>No lesson is running here</h1><p>Its server was ended, perhaps because nobody used it for a
while. Open your lesson again, and then the preview from there.</p></main></body></html>
`;
const ENDED_FIELDS = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
};

/** "/a/b" for whatever slashes are at its ends. @param {string} path */
const clean = (path) => `/${path.replace(/^\/+|\/+$/g, "")}`;

class PreviewRoutes {
  constructor() {
    this.routes = {};
    this.servers = new Map();
    this.nobody = createServer((_, answer) => answer.writeHead(404, ENDED_FIELDS).end(ENDED));
    this.nobody.listen(0, "127.0.0.1").unref();
  }

  cleanPath(path) {
    return clean(path);
  }

  async get(path) {
    return this.routes[clean(path)];
  }

  async getAll() {
    return this.routes;
  }

  /** @param {string} path the host name, then the path of the request */
  async getTarget(path) {
    const [host, ...parts] = clean(path).slice(1).split("/");
    const preview = PREVIEW.exec(host.split(".")[0].toLowerCase());
    if (preview) return this.at(this.servers.get(preview[1])) ?? this.toNobody();
    return this.longest([host, ...parts]) ?? this.longest(clean(parts.join("/")).slice(1).split("/")) ?? this.at("/");
  }

  async add(path, data) {
    this.routes[clean(path)] = data;
    if (data.user !== undefined) this.servers.set(nameOf(data), clean(path));
  }

  async update(path, data) {
    Object.assign(this.routes[clean(path)], data);
  }

  async remove(path) {
    const route = this.routes[clean(path)];
    delete this.routes[clean(path)];
    if (route?.user !== undefined && this.servers.get(nameOf(route)) === clean(path))
      this.servers.delete(nameOf(route));
    return route;
  }

  /** The route of the longest beginning that has one, but not the one of all. @param {string[]} parts */
  longest(parts) {
    for (let length = parts.length; length > 0; length--) {
      const found = this.at(`/${parts.slice(0, length).join("/")}`);
      if (found) return found;
    }
  }

  toNobody() {
    const place = this.nobody.address();
    return place && { prefix: "/nobody", data: { target: `http://127.0.0.1:${place.port}` } };
  }

  /** @param {string | undefined} prefix */
  at(prefix) {
    return prefix !== undefined && Object.hasOwn(this.routes, prefix)
      ? { prefix, data: this.routes[prefix] }
      : undefined;
  }
}

/** As handrail computes it. @param {{user: string, server_name?: string}} route */
function nameOf({ user, server_name: server = "" }) {
  return createHash("sha256").update(`${user}/${server}`).digest("hex").slice(0, 20);
}

module.exports = PreviewRoutes;
