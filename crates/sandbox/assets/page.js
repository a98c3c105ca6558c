// The page: looks once a second, and does what the buttons say.

import { call, element, follow, row, button, setText } from "./dom.js";
import * as details from "./details.js";
import { FAULTS, inWords, ruleOf, where } from "./faults.js";
import { chooseStore, refreshLists, turnPages } from "./lists.js";

const FORMS = {
  success: ["201_enveloped", "201_flat", "202_enveloped", "202_flat", "200_enveloped", "200_flat"],
  error: ["problem", "code_as_string", "code_as_float", "errors_as_objects", "errors_as_strings",
    "code_in_errors", "code_in_second_error", "code_in_object_of_errors", "status_message_list", "empty", "html"],
  claims: ["strings", "integers"],
  transactions: ["full", "required_only", "nulls"],
};

const STATUSES = ["Incomplete", "Pending", "Shipped", "Partially Shipped", "Refunded", "Cancelled", "Declined",
  "Awaiting Payment", "Awaiting Pickup", "Awaiting Shipment", "Completed", "Awaiting Fulfillment",
  "Manual Verification Required", "Disputed", "Partially Refunded"];

let forms = null;

function show(state) {
  details.setUrls(state);
  const count = (key) => state.stores.reduce((sum, store) => sum + store[key], 0);
  const forgotten = count("forgotten_orders");
  // Each in its own element: the clock runs, and what is selected beside it stays selected.
  setText("summary-hosts", `Tokens host ${state.api_url} · payments host ${state.payments_url} · seed ${state.seed} ·`);
  setText("summary-clock", `${state.clock.now}${state.clock.fixed ? " (fixed)" : ""} ·`);
  setText("summary-counts", `${count("order_count")} orders${forgotten ? `, ${forgotten} forgotten` : ""} · ` +
    `${count("ledger_count")} ledger entries`);
  setText("landings", state.landings ? `${state.landings} requests have yet to land.` : "Nothing has yet to land.");
  follow(element("faults"), state.faults, (it) => it.id, (it) =>
    row(it.id, inWords(it.steps), where(it), it.calls,
      button(`Remove ${it.id}`, () => change(() => call("DELETE", `/faults/${it.id}`), "The fault is removed."))));
  follow(element("stores"), state.stores, (it) => it.hash, (it) =>
    row(it.hash, it.currency, it.order_count, it.forgotten_orders, it.ledger_count, it.payment_methods.join(", ")));
  showForms(state.forms);
}

// A choice that a person is making is not overwritten; what somebody else chose is shown.
function showForms(now) {
  if (JSON.stringify(now) === JSON.stringify(forms)) return;
  forms = now;
  for (const name of Object.keys(FORMS)) element(`form-${name}`).value = now[name];
}

let wasReached = true;

async function refresh() {
  try {
    const state = await call("GET", "/state");
    show(state);
    await refreshLists(state);
    await details.refresh();
    if (!wasReached) setText("message", "The sandbox answers again.");
    wasReached = true;
  } catch (error) {
    setText("summary-hosts", `The sandbox cannot be reached: ${error.message}`);
    setText("summary-clock", "");
    setText("summary-counts", "");
    wasReached = false;
  }
}

async function change(action, done) {
  try {
    const told = await action();
    setText("message", typeof told === "string" ? told : done);
  } catch (error) {
    setText("message", error.message);
  }
  await refresh();
}

// What a form does when it is sent, and what is said of it.
function on(id, action, done) {
  element(id).addEventListener("submit", (event) => {
    event.preventDefault();
    change(action, done);
  });
}

on("inject", () => call("POST", "/faults", ruleOf(element("fault").value, element("endpoint").value,
  element("fault-order").value, element("times").value)), "The fault is in force.");
on("clock-form", () => call("POST", "/clock/advance", { seconds: Number(element("seconds").value) }),
  "The clock is advanced.");
on("forms-form", () => call("PUT", "/forms", Object.fromEntries(
  Object.keys(FORMS).map((name) => [name, element(`form-${name}`).value]))), "The forms are in use.");
on("landings-form", () => call("POST", "/landings/land"), "Everything has landed.");
on("reset-form", async () => {
  await call("POST", "/reset");
  details.close("timeline");
  details.close("inspector");
}, "Everything is as it was in the beginning.");

element("clear").addEventListener("click", () =>
  change(() => call("DELETE", "/faults"), "No fault is in force."));
element("copy").addEventListener("click", () => change(details.copyCurl));
for (const id of ["timeline", "inspector"]) {
  element(`${id}-close`).addEventListener("click", () => details.close(id));
}
for (const node of document.querySelectorAll("[data-change]")) {
  node.addEventListener("click", () => changeOrder(node.dataset));
}

function changeOrder({ change: what, succeeds }) {
  const { store, id } = details.openedOrder();
  const amount = element("refund-amount").value;
  const body = {
    settle: { succeeds: succeeds === "true" },
    refund: amount ? { amount } : {},
  }[what] ?? {};
  change(() => call("POST", `/stores/${store}/orders/${id}/${what}`, body).then(() => null), `Done: ${what}.`);
}

async function showFirstUse() {
  const first = await call("GET", "/first-use");
  const state = await call("GET", "/state");
  element("first").open = state.requests_received === 0;
  chooseStore(first.store_hash);
  setText("first-store", first.store_hash);
  setText("first-token", first.access_token);
  setText("first-order", first.order_id === null ? "No order can be paid; create one." :
    `Order ${first.order_id} can be paid.`);
  setText("first-curl-token", `curl ${first.api_url}/stores/${first.store_hash}/v3/payments/access_tokens \\
  -H "X-Auth-Token: ${first.access_token}" -H "Accept: application/json" \\
  -H "Content-Type: application/json" -d '{"order": {"id": ${first.order_id ?? "ORDER"}}}'`);
  setText("first-curl-payment", `curl ${first.payments_url}/stores/${first.store_hash}/payments \\
  -H "Authorization: PAT $PAT" -H "Accept: application/vnd.bc.v1+json" \\
  -H "Content-Type: application/json" -d '{"payment": {"payment_method_id": "stripe.card",
    "instrument": {"type": "card", "cardholder_name": "Jane Doe", "number": "4242424242424242",
    "expiry_month": 12, "expiry_year": 2040, "verification_value": "123"}}}'`);
}

const options = (id, values) => element(id).replaceChildren(...values.map(([text, value]) => new Option(text, value)));
options("fault", Object.keys(FAULTS).map((name) => [name, name]));
for (const [name, values] of Object.entries(FORMS)) options(`form-${name}`, values.map((it) => [it, it]));
options("orders-status", [["Any", ""], ...STATUSES.map((name, id) => [`${id} ${name}`, id])]);
options("requests-endpoint", [["Any", ""],
  ...[...element("endpoint").options].filter((it) => it.value).map((it) => [it.text, it.value])]);
turnPages(refresh);

async function watch() {
  await refresh();
  setTimeout(watch, 1000);
}

showFirstUse().catch((error) => setText("message", error.message));
watch();
