// What is known, what is chosen, and who wants to be told.
const plan = JSON.parse(document.getElementById("plan").textContent);
const state = {
  language: navigator.language.startsWith("zh") ? 1 : 0,
  zone: "local",
  airport: plan.gateways[0],
  chosen: null, // {label, flights: Set} or null
};
const views = []; // functions that draw, called again when language or clock change
const marks = []; // {node, flights} of everything that lights up
const choiceViews = []; // functions that draw, called again when the choice changes
const byId = (id) => document.getElementById(id);

function word(key, ...values) {
  return values.reduce((text, value, i) => text.replace(`{${i}}`, value), WORDS[key][state.language]);
}
function place(name) {
  const pair = plan.places[name];
  return pair ? pair[state.language] : name;
}
function airport(code) { // the code with its city: CGO Zhengzhou; a city as it is
  return plan.codes.includes(code) && place(code) !== code ? `${code} ${place(code)}` : place(code);
}
function operatorName(code) {
  const name = plan.operators[code];
  return name && name !== code ? `${name} (${code})` : code;
}
function moneyName(code) {
  return state.language ? MONEY_ZH[code] || plan.names[code] : plan.names[code];
}
function reasonName(reason) {
  return state.language ? REASON_ZH[reason] || reason : reason;
}

function draw() {
  marks.length = 0;
  document.documentElement.lang = state.language ? "zh-CN" : "en";
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const view of views) view();
  light();
}
function light() {
  const flights = state.chosen && state.chosen.flights;
  document.body.classList.toggle("picking", Boolean(flights));
  for (const mark of marks) {
    const lit = Boolean(flights) && mark.flights.some((flight) => flights.has(flight));
    mark.node.classList.toggle("lit", lit);
    if (mark.node.hasAttribute("aria-pressed")) mark.node.setAttribute("aria-pressed", lit);
  }
}
function choose(label, flights) {
  const same = state.chosen && state.chosen.flights.size === flights.length
    && flights.every((flight) => state.chosen.flights.has(flight));
  state.chosen = same || !flights.length ? null : { label, flights: new Set(flights) };
  light();
  for (const view of choiceViews) view();
}
// Marks of a part of the page that is drawn again by itself.
function forget(host) {
  for (let i = marks.length - 1; i >= 0; i -= 1) if (host.contains(marks[i].node)) marks.splice(i, 1);
}
function letGo() {
  choose(() => "", []);
}

// A mark that can be chosen: by pointer, by Enter or Space; lit when it shares a flight with the choice.
function chooseable(node, flights, label) {
  node.classList.add("mark");
  node.setAttribute("role", "button");
  node.setAttribute("aria-pressed", "false");
  node.setAttribute("aria-label", label());
  node.tabIndex = -1;
  node.addEventListener("click", () => choose(label, flights));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose(label, flights);
  });
  marks.push({ node, flights });
  return node;
}
// One tab stop for many marks; arrows move between them.
function roving(container) {
  const nodes = [...container.querySelectorAll("[role=button]")];
  if (nodes.length) nodes[0].setAttribute("tabindex", "0");
  container.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const at = nodes.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = nodes[(at + step + nodes.length) % nodes.length];
    nodes[at].setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
}
