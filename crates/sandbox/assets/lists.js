// The lists of orders, requests and ledger entries: filters, pages and rows.

import { button, call, element, follow, query, row, time } from "./dom.js";
import { openOrder, openRequest } from "./details.js";

const PAGE = 20;

// From where each list is shown; `null` is the newest page, which follows what happens.
const before = { orders: null, requests: null, ledger: null };

// Where the page after the one that is shown begins, or `null` where there is none.
const older = { orders: null, requests: null, ledger: null };

export function turnPages(refresh) {
  for (const list of Object.keys(before)) {
    element(`${list}-newer`).addEventListener("click", () => {
      before[list] = null;
      refresh();
    });
    element(`${list}-older`).addEventListener("click", () => {
      before[list] = older[list] ?? before[list];
      refresh();
    });
  }
  for (const filter of ["orders-filter", "requests-filter", "ledger-filter"]) {
    element(filter).addEventListener("submit", (event) => event.preventDefault());
    element(filter).addEventListener("input", () => {
      before[filter.split("-")[0]] = null;
      refresh();
    });
  }
}

function turned(list, next) {
  older[list] = next;
  element(`${list}-older`).disabled = next === null;
  element(`${list}-newer`).disabled = before[list] === null;
}

async function orders() {
  const page = await call("GET", `/orders?${query({
    limit: PAGE, before: before.orders, id: element("orders-id").value, status_id: element("orders-status").value,
  })}`);
  turned("orders", page.next_before);
  follow(element("orders"), page.orders, (it) => `${it.store_hash} ${it.id}`, (it) =>
    row(button(it.id, () => openOrder(it)), `${it.status_id} ${it.status}`, `${it.total} ${it.currency}`,
      it.owed, it.customer_id || "guest", it.attempts, it.store_hash));
}

async function requests() {
  const page = await call("GET", `/requests?${query({
    limit: PAGE, before: before.requests, order_id: element("requests-order").value,
    endpoint: element("requests-endpoint").value, faulted: element("requests-faulted").value,
  })}`);
  turned("requests", page.length === PAGE ? page[0].number : null);
  follow(element("requests"), page.reverse(), (it) => it.number, (it) =>
    row(button(it.number, () => openRequest(it)), time(it.at_unix_ms), `${it.method} ${it.path}`,
      it.order_id, it.status ?? "none", it.code, it.fault));
}

// Whose ledger is shown: each store has its own.
export function chooseStore(hash) {
  offerStores([hash]);
  element("ledger-store").value = hash;
}

function offerStores(hashes) {
  const choice = element("ledger-store");
  follow(choice, hashes, (hash) => hash, (hash) => new Option(hash, hash));
}

async function ledger(state) {
  offerStores(state.stores.map((store) => store.hash));
  const page = await call("GET", `/ledger?${query({
    limit: PAGE, store_hash: element("ledger-store").value, before: before.ledger ?? Number.MAX_SAFE_INTEGER,
  })}`);
  turned("ledger", page.length === PAGE && page[0].place > 0 ? page[0].place : null);
  follow(element("ledger"), page.reverse(), (it) => `${it.store_hash} ${it.place}`, (it) =>
    row(button(it.order_id, () => openOrder(it)), it.kind, `${it.amount_text} ${it.currency}`,
      it.payment_method_id, time(it.at_unix_ms), it.store_hash));
}

export async function refreshLists(state) {
  await Promise.all([orders(), requests(), ledger(state)]);
}
