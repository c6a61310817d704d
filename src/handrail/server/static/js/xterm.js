/** The terminal emulator and its add-ons, which the build hook fetched. */

export { Terminal } from "../vendor/xterm.mjs";
export { FitAddon } from "../vendor/addon-fit.mjs";
export { WebLinksAddon } from "../vendor/addon-web-links.mjs";
export { SearchAddon } from "../vendor/addon-search.mjs";
export { Unicode11Addon } from "../vendor/addon-unicode11.mjs";
