// What is known of one order, and of one request.

import { button, call, element, follow, make, setText, time } from "./dom.js";

const shown = { order: null, request: null };
let urls = {};

export function setUrls(state) {
  urls = { api: state.api_url, payments: state.payments_url };
}

export function openOrder(order) {
  shown.order = { store: order.store_hash, id: order.id ?? order.order_id };
  open("timeline");
}

export function openRequest(request) {
  shown.request = request;
  open("inspector");
}

async function open(id) {
  await refresh();
  element(id).hidden = false;
  element(`${id}-title`).focus();
}

export function close(id) {
  shown[id === "timeline" ? "order" : "request"] = null;
  element(id).hidden = true;
}

export function openedOrder() {
  return shown.order;
}

export async function refresh() {
  if (shown.order) {
    const { store, id } = shown.order;
    showTimeline(await call("GET", `/stores/${store}/orders/${id}`));
  }
  if (shown.request) showRequest(shown.request);
}

function showTimeline(timeline) {
  const { order } = timeline;
  setText("timeline-title", `Order ${order.id}`);
  setText("timeline-state", `${order.status_id} ${order.status} · ${order.total} ${order.currency}, ` +
    `of which ${order.owed} is owed · store ${order.store_hash}`);
  const events = [
    ...timeline.requests.map((it) => ({ at: it.at_unix_ms, request: it })),
    ...timeline.ledger.map((it) => ({ at: it.at_unix_ms, entry: it })),
  ];
  // What a request did to the ledger comes after it.
  events.sort((a, b) => a.at - b.at || (a.request ? 0 : 1) - (b.request ? 0 : 1));
  follow(element("timeline-events"), events, keyOf, eventItem);
}

function keyOf(event) {
  return event.request ? `request ${event.request.number}` : `entry ${event.entry.transaction_id}`;
}

function eventItem({ at, request, entry }) {
  if (entry) {
    return make("li", `${time(at)} · ledger: ${entry.kind} of ${entry.amount_text} ${entry.currency} ` +
      `by ${entry.payment_method_id}`);
  }
  const what = request.endpoint?.replaceAll("_", " ") ?? `${request.method} ${request.path}`;
  const fault = request.fault ? ` · fault: ${request.fault}` : "";
  const told = request.status === null ? "no answer" : `answered ${request.status}`;
  const code = request.code ? `, code ${request.code}` : "";
  const link = button(what, () => openRequest(request));
  return make("li", `${time(at)} · `, link, `${fault} · ${told}${code}`);
}

function showRequest(request) {
  setText("inspector-title", `Request ${request.number}`);
  const fault = request.fault ? ` · struck by the fault ${request.fault}` : "";
  const reason = request.reason ? ` · ${request.reason}` : "";
  setText("inspector-state", `${time(request.at_unix_ms)} · correlation id ${request.correlation_id}${fault}${reason}`);
  setText("inspector-request", message(`${request.method} ${request.path}`, request.headers, request.body));
  const status = request.status === null ? "No answer" : `Status ${request.status}`;
  setText("inspector-answer", message(status, request.answer_headers, request.answer));
  setText("inspector-curl", curl(request));
}

function message(first, headers, body) {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  const text = body === null ? [] : ["", JSON.stringify(body, null, 2)];
  return [first, ...lines, ...text].join("\n");
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

// The request as a command. Secrets are not known here: variables stand for the credentials.
function curl(request) {
  const SENT_BY_CURL = ["host", "content-length", "connection", "user-agent", "accept-encoding", "transfer-encoding"];
  const credentials = { "x-auth-token": '"X-Auth-Token: $TOKEN"', authorization: '"Authorization: PAT $PAT"' };
  const headers = request.headers
    .filter(([name]) => !SENT_BY_CURL.includes(name))
    .map(([name, value]) => `-H ${credentials[name] ?? quoted(`${name}: ${value}`)}`);
  const data = request.body === null ? [] : [`-d ${quoted(JSON.stringify(request.body))}`];
  const url = quoted(`${urls[request.host] ?? ""}${request.path}`);
  return [`curl -X ${request.method} ${url}`, ...headers, ...data].join(" \\\n  ");
}

export async function copyCurl() {
  const pre = element("inspector-curl");
  try {
    await navigator.clipboard.writeText(pre.textContent);
    return "The command is on the clipboard.";
  } catch {
    // Without the right to the clipboard, the text is selected for the person to copy.
    getSelection().selectAllChildren(pre);
    return "The command is selected.";
  }
}
