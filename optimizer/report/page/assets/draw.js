// Elements, numbers and clocks.
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
function shape(name, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
function picture(width, height, label, attributes = {}) { // a drawing with things to choose in it
  return shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label, ...attributes });
}
function table(columns, rows) { // columns: [heading, is a number]
  const head = columns.map(([text, number]) => element("th", { scope: "col", ...(number && { class: "number" }) }, text));
  const body = rows.map((row) => element("tr", {}, ...row.map((cell, i) =>
    element("td", columns[i][1] ? { class: "number" } : {}, cell))));
  return element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
}
const number = (value, digits = 0) =>
  value.toLocaleString(["en", "zh"][state.language], { minimumFractionDigits: digits, maximumFractionDigits: digits });
const tonnes = (kg) => number(kg / 1000, kg < 100000 ? 1 : 0);
const percent = (share, digits = 0) => `${number(100 * share, digits)} %`;
const sum = (values) => values.reduce((a, b) => a + b, 0);
const flightCount = (count) => (count === 1 ? word("one_flight") : word("flights", number(count)));
const grouped = (items, key) => items.reduce((groups, item) => {
  const name = key(item);
  (groups[name] ||= []).push(item);
  return groups;
}, {});

const startMs = Date.parse(plan.start);
function offset(minute, code) { // minutes ahead of UTC on the clock that is shown
  if (state.zone === "utc" || !plan.airports[code]) return 0;
  const steps = plan.airports[code].offsets;
  return (steps.findLast(([from]) => from <= minute) || steps[0])[1];
}
function clock(minute, code) {
  const at = new Date(startMs + 60000 * (minute + offset(minute, code)));
  const two = (value) => String(value).padStart(2, "0");
  const day = DAYS[state.language][at.getUTCDay()];
  return `${state.language ? "周" : ""}${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}
function date(minute, code) {
  return new Date(startMs + 60000 * (minute + offset(minute, code))).toISOString().slice(0, 10);
}

const SHADES = ["#d3e4ee", "#a5c8dc", "#6ba3c4", "#357ca6", "#0b4f6c"];
function shade(leg) { // by weight against the cap of the leg
  return SHADES[Math.max(0, Math.min(4, Math.floor(5 * (leg.cap_kg ? leg.kg / leg.cap_kg : 0))))];
}
function key(colour, text) { // an entry of a legend
  return element("span", { class: "key" }, element("i", { style: `background:${colour}` }), text);
}
function flightName(at) {
  const flight = plan.flights[at];
  return `${flight.id} ${flight.route}, ${operatorName(flight.operator)}, ${flight.type}`;
}
function flightTons(at) { // what a flight uplifts
  return sum(loadsOf([at]).map(([, kg]) => kg));
}
const loadsByFlight = plan.flights.map(() => []);
for (const load of plan.cargo.loads) for (const at of new Set(load[2].map(([at]) => at))) loadsByFlight[at].push(load);
function loadsOf(flights) { // every load once
  return [...new Set(flights.flatMap((at) => loadsByFlight[at]))];
}
