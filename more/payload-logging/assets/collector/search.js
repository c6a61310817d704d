// Asks the collector and shows what it finds. Payloads come from strangers: they are set as text, never as HTML.
const form = document.getElementById("form");
const state = document.getElementById("state");
const body = document.getElementById("events");

function cell(content) {
  const made = document.createElement("td");
  made.append(content);
  return made;
}

function requestLink(id) {
  const button = document.createElement("button");
  button.textContent = id;
  button.title = "Show the request and its answers";
  button.addEventListener("click", () => {
    form.reset();
    form.elements.request.value = id;
    search();
  });
  return button;
}

function row(event) {
  const made = document.createElement("tr");
  const time = event.time.replace("T", " ").slice(0, 23);
  made.append(
    ...[time, event.deployment, event.node, event.type, requestLink(event.request), event.body.trim()].map(cell),
  );
  return made;
}

async function search() {
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  try {
    const reply = await fetch(`api/search?${asked}`);
    if (!reply.ok) throw new Error(await reply.text());
    const answer = await reply.json();
    body.replaceChildren(...answer.events.map(row));
    state.textContent = `${answer.events.length} newest matches, ${answer.stored} events in store, ${answer.milliseconds} ms`;
  } catch (error) {
    state.textContent = `The collector does not answer (${error.message}).`;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
search();
