// From revenue to contribution: by line, or by who earns it.
const MOST_STEPS = 16;
function lineSteps() { // of all flights, or of those chosen
  const chosen = state.chosen && [...state.chosen.flights];
  const sums = {};
  const groups = chosen ? chosen.map((at) => plan.flights[at].money) : Object.values(plan.money.operator);
  for (const group of groups) for (const [code, usd] of Object.entries(group)) sums[code] = (sums[code] || 0) + usd;
  return Object.keys(plan.names).filter((code) => sums[code])
    .map((code) => ({ text: `${code} ${moneyName(code)}`, usd: sums[code], flights: [] }));
}
function groupSteps(by) {
  const flights = {
    route: (name) => plan.flights.flatMap((flight, at) => (flight.route === name ? [at] : [])),
    operator: (name) => plan.flights.flatMap((flight, at) => (flight.operator === name ? [at] : [])),
    origin: (name) => [...new Set(plan.cargo.loads
      .filter((load) => plan.cargo.consignments[load[0]][1] === name).flatMap((load) => load[2].map(([at]) => at)))],
  }[by];
  const show = { route: (name) => name, operator: operatorName, origin: place }[by];
  const steps = Object.entries(plan.money[by]).map(([name, codes]) => ({
    text: name ? show(name) : word("no_flight"), usd: sum(Object.values(codes)), flights: name ? flights(name) : [],
  })).sort((a, b) => b.usd - a.usd);
  if (steps.length <= MOST_STEPS) return steps;
  const kept = new Set([...steps].sort((a, b) => Math.abs(b.usd) - Math.abs(a.usd)).slice(0, MOST_STEPS - 1));
  const rest = steps.filter((step) => !kept.has(step));
  const others = { text: `${word("others")} (${rest.length})`, usd: sum(rest.map((step) => step.usd)), flights: [] };
  return [...kept, others].sort((a, b) => b.usd - a.usd);
}
function drawMoney() {
  const by = byId("money-by").value || "line";
  for (let i = marks.length - 1; i >= 0; i -= 1) if (byId("money").contains(marks[i].node)) marks.splice(i, 1);
  const steps = by === "line" ? lineSteps() : groupSteps(by);
  const total = sum(steps.map((step) => step.usd));
  let run = 0;
  const bars = steps.map((step) => {
    const from = run;
    run += step.usd;
    return { ...step, from, to: run };
  });
  bars.push({ text: word("contribution"), usd: total, from: 0, to: total, flights: [], total: true });
  const low = Math.min(0, ...bars.flatMap((bar) => [bar.from, bar.to]));
  const high = Math.max(1, ...bars.flatMap((bar) => [bar.from, bar.to]));
  const [left, right, step] = [190, 500, 20];
  const x = (usd) => left + ((usd - low) / (high - low)) * (right - left);
  const svg = picture(600, bars.length * step + 4, `${word("waterfall")}. ${word("keys")}`);
  bars.forEach((bar, row) => {
    const kind = bar.total ? "bar total" : bar.usd < 0 ? "bar loss" : "bar";
    const [a, b] = [x(Math.min(bar.from, bar.to)), x(Math.max(bar.from, bar.to))];
    const label = () => `${bar.text}: ${number(bar.usd)} USD`;
    const text = bar.text.length > 30 ? `${bar.text.slice(0, 29)}…` : bar.text;
    const group = shape("g", {}, shape("title", {}, label()),
      shape("rect", { x: 0, y: row * step, width: 600, height: step, fill: "transparent" }),
      shape("text", { x: left - 6, y: row * step + 14, "text-anchor": "end" }, text),
      shape("rect", { x: a, width: Math.max(1, b - a), y: row * step + 3, height: step - 6, class: kind }),
      shape("text", { x: 596, y: row * step + 14, "text-anchor": "end" }, number(bar.usd)));
    svg.append(bar.flights.length ? chooseable(group, bar.flights, label) : group);
  });
  byId("money").replaceChildren(svg);
  byId("money-hint").textContent = by === "line" && state.chosen ? `${word("of_chosen")}: ${state.chosen.label()}` : "USD";
  roving(svg);
  light();
}
views.push(function drawWaterfall() {
  options(byId("money-by"), ["line", "route", "operator", "origin"].map((by) => [by, word(`by_${by}`)]));
  drawMoney();
});
function options(select, choices) { // in the language of the day, the choice kept
  const { value } = select;
  select.replaceChildren(...choices.map(([name, text]) => element("option", { value: name }, text)));
  if (choices.some(([name]) => name === value)) select.value = value;
}
