// Small helpers for elements, lists and calls.

export const element = (id) => document.getElementById(id);

// A table cell's or list item's parts: text, or nodes.
export function make(tag, ...parts) {
  const node = document.createElement(tag);
  node.append(...parts.map((part) => part ?? ""));
  return node;
}

export function button(text, action) {
  const node = make("button", text);
  node.type = "button";
  node.addEventListener("click", action);
  return node;
}

// Sets a text only where it changed, so that what is selected stays selected.
export function setText(id, text) {
  const node = element(id);
  if (node.textContent !== text) node.textContent = text;
}

// Makes the children of a node follow a list. Children of items that did not change stay as they
// are: a selection in them survives. The focus survives a change, too.
export function follow(node, items, keyOf, render) {
  const known = node.known ?? new Map();
  const next = new Map();
  let focused = null;
  let place = node.firstElementChild;
  for (const item of items) {
    const signature = JSON.stringify(item);
    const old = known.get(keyOf(item));
    const child = old?.signature === signature ? old.child : render(item);
    if (old && child !== old.child && old.child.contains(document.activeElement)) focused = child;
    next.set(keyOf(item), { signature, child });
    if (child === place) {
      place = place.nextElementSibling;
    } else {
      node.insertBefore(child, place);
    }
  }
  const kept = new Set([...next.values()].map((it) => it.child));
  for (const child of [...node.children]) {
    if (!kept.has(child)) child.remove();
  }
  focused?.querySelector("button")?.focus();
  node.known = next;
}

export const row = (...cells) => make("tr", ...cells.map((cell) => make("td", cell)));

export function time(milliseconds) {
  return new Date(milliseconds).toISOString().replace("T", " ").replace("Z", "");
}

export async function call(method, path, body) {
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

// A query of those parameters that have a value.
export function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "" && value != null);
  return new URLSearchParams(given).toString();
}
