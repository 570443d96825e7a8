// Elements and numbers.
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
const grouped = (items, key) => items.reduce((groups, item) => {
  const name = key(item);
  (groups[name] ||= []).push(item);
  return groups;
}, {});
function key(colour, text) { // an entry of a legend
  return element("span", { class: "key" }, element("i", { style: `background:${colour}` }), text);
}
function options(select, choices) { // in the language of the day, the choice kept
  const { value } = select;
  select.replaceChildren(...choices.map(([name, text]) => element("option", { value: name }, text)));
  if (choices.some(([name]) => name === value)) select.value = value;
}
function badge(kind, text) {
  return element("span", { class: `badge ${kind}` }, text);
}
const known = (value, show) => (value == null ? "–" : show(value));
const dollars = (value) => `${number(value)} USD`;
