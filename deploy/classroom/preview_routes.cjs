/** The routes of the Hub's proxy (configurable-http-proxy --host-routing --storage-backend=…), with one rule more: the host
 * name of a preview, p8000-LESSON-SERVER.DOMAIN, leads to the learner's server that SERVER stands for, whatever the path.
 * Everything else is as without it, for a Hub with or without a subdomain for each user. It knows no domain: the server
 * looks at that, and at who may see the preview (src/handrail/server/hub/previews.py). */
"use strict";

const { createHash } = require("node:crypto");

const PREVIEW = /^p\d+(?:-[a-z0-9]+)?-[0-9a-f]{16}-([0-9a-f]{20})$/;

/** "/a/b" for whatever slashes are at its ends. @param {string} path */
const clean = (path) => `/${path.replace(/^\/+|\/+$/g, "")}`;

class PreviewRoutes {
  constructor() {
    this.routes = {};
    this.servers = new Map();
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
    if (preview) return this.at(this.servers.get(preview[1]));
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
