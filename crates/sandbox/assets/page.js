"use strict";

// What a person can inject with one choice; rules of any other kind can be posted to /faults.
const FAULTS = {
  "500 after capture": { kind: "respond", status: 500, when: "after" },
  "500 before processing": { kind: "respond", status: 500, when: "before" },
  "Connection reset after processing": { kind: "reset", when: "after" },
  "Connection reset before reading": { kind: "reset_before_reading" },
  "No answer after processing": { kind: "hang", when: "after" },
  "Answer cut off": { kind: "truncate", bytes: 12 },
  "Answer stalls": { kind: "stall", bytes: 12 },
  "Answer two seconds late": { kind: "delay", ms: 2000, when: "after" },
  "Wrong types": { kind: "wrong_types" },
  "Bytes that are not HTTP": { kind: "garbage", when: "after" },
  "HTML from a proxy": {
    kind: "respond", status: 502, body: "<html><body>Bad gateway</body></html>",
    headers: { "content-type": "text/html" }, when: "before",
  },
  "Redirect": { kind: "respond", status: 307, headers: { location: "/elsewhere" }, when: "before" },
  "Too many requests": {
    kind: "respond", status: 429, headers: { "x-rate-limit-time-reset-ms": "1500" }, when: "before",
  },
  "Clock two hours behind": { kind: "clock_skew", seconds: -7200 },
  "Connections refused for ten seconds": { kind: "refuse", for_ms: 10000 },
};

const element = (id) => document.getElementById(id);

function row(cells) {
  const tr = document.createElement("tr");
  for (const cell of cells) {
    const td = document.createElement("td");
    const isCode = typeof cell === "object" && cell !== null;
    td.textContent = isCode ? cell.code : (cell ?? "");
    td.classList.toggle("code", isCode);
    tr.append(td);
  }
  return tr;
}

function fill(id, rows) {
  element(id).replaceChildren(...rows.map(row));
}

function time(milliseconds) {
  return new Date(milliseconds).toISOString().replace("T", " ").replace("Z", "");
}

function where(fault) {
  const places = [fault.host, fault.endpoint, fault.store_hash, fault.order_id && `order ${fault.order_id}`];
  return places.filter(Boolean).join(", ") || "anywhere";
}

function show(state) {
  const count = (key) => state.stores.reduce((sum, store) => sum + store[key], 0);
  element("summary").textContent =
    `Tokens host ${state.api_url} · payments host ${state.payments_url} · ` +
    `${state.clock.now}${state.clock.fixed ? " (fixed)" : ""} · seed ${state.seed} · ` +
    `${count("order_count")} orders · ${count("ledger_count")} ledger entries`;
  const each = (list, view) => state.stores.flatMap((store) => store[list].map((it) => view(it, store)));
  fill("faults", state.faults.map((it) => [it.id, { code: JSON.stringify(it.steps) }, where(it), it.calls]));
  fill("ledger", each("ledger", (it, store) =>
    [store.hash, it.order_id, it.kind, `${it.amount_text} ${it.currency}`, it.payment_method_id, time(it.at_unix_ms)]));
  fill("orders", each("orders", (it, store) =>
    [store.hash, it.id, `${it.status_id} ${it.status}`, `${it.total} ${it.currency}`, it.customer_id || "guest", it.attempts]));
  fill("requests", state.requests.map((it) =>
    [time(it.at_unix_ms), it.host, { code: `${it.method} ${it.path}` }, it.status ?? "none",
      { code: it.body === null ? "" : JSON.stringify(it.body) }]));
  fill("stores", state.stores.map((it) => [it.hash, it.currency, it.payment_methods.join(", ")]));
}

async function call(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "content-type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  const text = await response.text();
  const answer = text ? JSON.parse(text) : null;
  if (!response.ok) {
    throw new Error(answer?.error ?? `The sandbox answered ${response.status}.`);
  }
  return answer;
}

async function refresh() {
  try {
    show(await call("GET", "/state"));
  } catch (error) {
    element("summary").textContent = `The sandbox cannot be reached: ${error.message}`;
  }
}

async function change(action, done) {
  try {
    await action();
    element("message").textContent = done;
  } catch (error) {
    element("message").textContent = error.message;
  }
  await refresh();
}

function rule(form) {
  const fault = FAULTS[form.fault.value];
  const chosen = { steps: [fault] };
  if (form.endpoint.value) chosen.endpoint = form.endpoint.value;
  // A refusal comes before there is a call that could be counted.
  if (fault.kind === "refuse") return chosen;
  if (form.order.value) chosen.order_id = Number(form.order.value);
  if (form.times.value) chosen.times = Number(form.times.value);
  return chosen;
}

element("fault").replaceChildren(...Object.keys(FAULTS).map((name) => new Option(name)));

element("inject").addEventListener("submit", (event) => {
  event.preventDefault();
  change(() => call("POST", "/faults", rule(event.target.elements)), "The fault is in force.");
});

element("clear").addEventListener("click", () => {
  change(() => call("DELETE", "/faults"), "No fault is in force.");
});

async function watch() {
  await refresh();
  setTimeout(watch, 1000);
}

watch();
