// What can go wrong, in words.

// What a person can inject with one choice; rules of any other kind can be posted to /faults.
export const FAULTS = {
  "500 after capture": { kind: "respond", status: 500, when: "after" },
  "500 before processing": { kind: "respond", status: 500, when: "before" },
  "Connection reset after processing": { kind: "reset", when: "after" },
  "Connection reset before reading": { kind: "reset_before_reading" },
  "No answer after processing": { kind: "hang", when: "after" },
  "Charge lands five seconds later": { kind: "land_later", ms: 5000, answer: "reset" },
  "Charge lands when the clock is advanced": {
    kind: "land_later", ms: 60000, by: "sandbox_clock", answer: { respond: { status: 504 } },
  },
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
  "Too many requests, with a code": {
    kind: "respond", status: 429, body: '{"status":429,"code":30105}',
    headers: { "content-type": "application/json" }, when: "after",
  },
  "Slow new connections": { kind: "slow_connection", ms: 400 },
  "Clock two hours behind": { kind: "clock_skew", seconds: -7200 },
  "Connections refused for ten seconds": { kind: "refuse", for_ms: 10000 },
};

// Faults that come before there is a call, and that know no order.
const OF_CONNECTIONS = ["refuse", "slow_connection"];

const side = (step) => (step.when === "after" ? "after processing" : "before processing");
const seconds = (ms) => `${ms / 1000} s`;

const WORDS = {
  pass: () => "nothing",
  refuse: (it) => `connections are refused${it.for_ms ? ` for ${seconds(it.for_ms)}` : ""}`,
  slow_connection: (it) => `new connections wait ${seconds(it.ms)}`,
  delay: (it) => `the answer is ${seconds(it.ms)} late, ${side(it)}`,
  reset_before_reading: () => "the connection is reset before the body is read",
  reset: (it) => `the connection is reset ${side(it)}`,
  hang: (it) => `no answer comes, ${side(it)}`,
  truncate: (it) => `the answer ends after ${it.bytes} bytes`,
  stall: (it) => `the answer stops after ${it.bytes} bytes`,
  respond: (it) => `status ${it.status} ${side(it)}`,
  respond_truncated: (it) => `status ${it.status} ${side(it)}, cut off after ${it.bytes} bytes`,
  land_later: (it) => `it takes effect ${seconds(it.ms)} later${it.by === "sandbox_clock" ? " by the clock" : ""}`,
  garbage: (it) => `bytes that are not HTTP, ${side(it)}`,
  wrong_types: () => "every value of the answer has another type",
  gigantic: (it) => `the answer has ${it.bytes} bytes`,
  clock_skew: (it) => `the clock is off by ${it.seconds} s`,
};

// A fault, or the steps of a script, in words.
export function inWords(steps) {
  return steps.map((step) => WORDS[step.kind]?.(step) ?? step.kind).join("; then ");
}

// Where a rule strikes, in words.
export function where(rule) {
  const places = [rule.host, rule.endpoint?.replaceAll("_", " "), rule.store_hash,
    rule.order_id != null && `order ${rule.order_id}`];
  return places.filter(Boolean).join(", ") || "anywhere";
}

// The rule that a choice of the form stands for.
export function ruleOf(name, endpoint, order, times) {
  const step = FAULTS[name];
  const rule = { steps: [step] };
  if (endpoint) rule.endpoint = endpoint;
  if (step.kind === "refuse") return rule;
  if (times) rule.times = Number(times);
  if (order && !OF_CONNECTIONS.includes(step.kind)) rule.order_id = Number(order);
  return rule;
}
