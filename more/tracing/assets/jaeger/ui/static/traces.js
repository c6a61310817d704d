// Draws the latest traces that Jaeger has: one line for each span, indented below the span that caused it.
// Names come from the network: they are set as text, never as HTML.
const SVG = "http://www.w3.org/2000/svg";
const LATEST = 20;

async function ask(path, parameters = {}) {
  const reply = await fetch(`/api/${path}?${new URLSearchParams(parameters)}`);
  if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
  return (await reply.json()).data ?? [];
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function bar(left, width) {
  const svg = document.createElementNS(SVG, "svg");
  const rect = document.createElementNS(SVG, "rect");
  svg.setAttribute("viewBox", "0 0 100 10");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  for (const [key, value] of Object.entries({ x: left, y: 1, width: Math.max(width, 0.5), height: 8 }))
    rect.setAttribute(key, value);
  svg.append(rect);
  return svg;
}

const parentOf = (span) => span.references.find((one) => one.refType === "CHILD_OF")?.spanID;

function draw(trace) {
  const start = Math.min(...trace.spans.map((span) => span.startTime));
  const length = Math.max(...trace.spans.map((span) => span.startTime + span.duration)) - start || 1;
  const known = new Set(trace.spans.map((span) => span.spanID));
  const box = document.createElement("section");
  box.append(
    element("h2", `${trace.traceID}, ${new Date(start / 1000).toLocaleTimeString()}, ${(length / 1000).toFixed(1)} ms`),
  );
  const add = (span, depth) => {
    const line = document.createElement("div");
    line.className = "span";
    const name = element(
      "span",
      `${"\u00a0".repeat(3 * depth)}${trace.processes[span.processID].serviceName}: ${span.operationName}`,
    );
    line.append(
      name,
      bar((100 * (span.startTime - start)) / length, (100 * span.duration) / length),
      element("span", `${(span.duration / 1000).toFixed(1)} ms`),
    );
    box.append(line);
    children(span.spanID).forEach((child) => add(child, depth + 1));
  };
  const inOrder = (spans) => spans.sort((one, other) => one.startTime - other.startTime);
  const children = (id) => inOrder(trace.spans.filter((span) => parentOf(span) === id));
  inOrder(trace.spans.filter((span) => !known.has(parentOf(span)))).forEach((span) => add(span, 0));
  return box;
}

async function show() {
  const state = document.getElementById("state");
  try {
    const services = (await ask("services")).filter((name) => name !== "jaeger");
    const found = await Promise.all(
      services.map((service) => ask("traces", { service, limit: LATEST, lookback: "1h" })),
    );
    const traces = [...new Map(found.flat().map((trace) => [trace.traceID, trace])).values()];
    const startOf = (trace) => Math.min(...trace.spans.map((span) => span.startTime));
    traces.sort((one, other) => startOf(other) - startOf(one));
    document.getElementById("traces").replaceChildren(...traces.slice(0, LATEST).map(draw));
    state.textContent = `${Math.min(traces.length, LATEST)} latest traces of ${services.join(", ") || "no service yet"}`;
  } catch (error) {
    state.textContent = `Jaeger does not answer (${error.message}). Trying again.`;
  }
  setTimeout(show, 3000);
}

show();
