// Draws what Prometheus knows about the model: the panels of panels.json and the state of the alert rules.
// Everything that comes from outside is set as text, never as HTML.
const MINUTES = 5;
const STEP = 2;
const WIDTH = 400;
const HEIGHT = 140;
const LEFT = 44;
const SVG = "http://www.w3.org/2000/svg";

async function ask(path, parameters) {
  const reply = await fetch(`../api/v1/${path}?${new URLSearchParams(parameters)}`);
  const answer = await reply.json();
  if (answer.status !== "success") throw new Error(answer.error);
  return answer.data;
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function shape(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// One name has one colour, whatever else is on the panel and in whatever order: what panels.json says, else the next free.
const given = new Map();

function colour(panel, name) {
  const names = given.get(panel.title) ?? new Map(Object.entries(panel.colours ?? {}));
  given.set(panel.title, names);
  if (!names.has(name)) {
    const taken = [...names.values()];
    const free = [0, 1, 2, 3].find((number) => !taken.includes(number));
    names.set(name, free ?? names.size % 4);
  }
  return `c${names.get(name)}`;
}

const readable = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

// The next round number above a value: 1, 2 or 5 times a power of ten.
function ceiling(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= value);
}

async function series(panel, end) {
  const range = { start: end - MINUTES * 60, end, step: STEP };
  const found = await Promise.all(
    panel.queries.map(async (query) => {
      const { result } = await ask("query_range", { query: query.expr, ...range });
      return result.map((one) => ({
        name: query.name ?? one.metric[query.label] ?? "all",
        points: one.values.map(([at, value]) => [at, Number(value)]).filter(([, value]) => Number.isFinite(value)),
      }));
    }),
  );
  const lines = found.flat().filter((line) => line.points.length > 0);
  // Prometheus promises no order.
  return panel.queries.length > 1 ? lines : lines.sort((one, other) => one.name.localeCompare(other.name));
}

function chart(panel, lines, end) {
  const top = ceiling(Math.max(...lines.flatMap((line) => line.points.map(([, value]) => value))));
  const limit = panel.max === undefined ? top : Math.min(top, panel.max);
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
  const x = (at) => LEFT + ((at - (end - MINUTES * 60)) / (MINUTES * 60)) * (WIDTH - LEFT - 4);
  const y = (value) => HEIGHT - 18 - (value / limit) * (HEIGHT - 28);
  for (const part of [0, 0.5, 1]) {
    svg.append(shape("line", { class: "grid", x1: LEFT, x2: WIDTH, y1: y(limit * part), y2: y(limit * part) }));
    svg.append(shape("text", { x: LEFT - 6, y: y(limit * part) + 4, "text-anchor": "end" }, readable(limit * part)));
  }
  svg.append(shape("text", { x: LEFT, y: HEIGHT - 3 }, `${MINUTES} min ago`));
  svg.append(shape("text", { x: WIDTH, y: HEIGHT - 3, "text-anchor": "end" }, "now"));
  lines.forEach((line) => {
    let last = -Infinity;
    const path = line.points.map(([at, value]) => {
      const command = at - last > 2 * STEP ? "M" : "L";
      last = at;
      return `${command}${x(at).toFixed(1)} ${y(Math.min(value, limit)).toFixed(1)}`;
    });
    svg.append(shape("path", { class: colour(panel, line.name), d: path.join("") }));
  });
  return svg;
}

function legend(panel, lines, end) {
  const list = element("ul");
  lines.forEach((line) => {
    const [at, value] = line.points.at(-1);
    const item = element("li");
    item.append(element("span", "━ ", colour(panel, line.name)));
    item.append(`${line.name}: ${end - at > 5 * STEP ? "none now" : readable(value)}`);
    list.append(item);
  });
  return list;
}

async function drawPanel(panel, box, end) {
  const lines = await series(panel, end);
  box.hidden = panel.optional === true && lines.length === 0;
  const parts = [element("h2", `${panel.title} (${panel.unit})`), element("p", panel.about)];
  if (lines.length === 0) parts.push(element("p", "No data yet."));
  else parts.push(chart(panel, lines, end), legend(panel, lines, end));
  box.replaceChildren(...parts);
}

async function drawAlerts(list) {
  const { groups } = await ask("rules", { type: "alert" });
  const items = groups
    .flatMap((group) => group.rules)
    .map((rule) =>
      element(
        "li",
        `${rule.name} is ${rule.state}. Its meaning: ${rule.annotations.summary ?? "not given"}`,
        rule.state,
      ),
    );
  list.replaceChildren(...(items.length ? items : [element("li", "no alert rules")]));
}

async function start() {
  const state = document.getElementById("state");
  const panels = await (await fetch("panels.json")).json();
  const boxes = panels.map(() => element("section", undefined, "panel"));
  document.getElementById("panels").append(...boxes);
  for (;;) {
    try {
      const end = Date.now() / 1000;
      await Promise.all([
        drawAlerts(document.querySelector("#alerts ul")),
        ...panels.map((panel, number) => drawPanel(panel, boxes[number], end)),
      ]);
      state.textContent = `Live, ${new Date().toLocaleTimeString()}`;
      state.className = "";
    } catch (error) {
      state.textContent = `Prometheus does not answer (${error.message}). Trying again.`;
      state.className = "bad";
    }
    await new Promise((resolve) => setTimeout(resolve, STEP * 1000));
  }
}

start();
