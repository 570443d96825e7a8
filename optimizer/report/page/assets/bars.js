// A waterfall: steps from one amount to another, and what is drawn of many steps.
const MOST_STEPS = 16;
// start, end: {text, usd} of the whole bars; steps: {text, usd, flights}. Without a start it begins at 0.
function waterfall(label, start, steps, end) {
  let run = start ? start.usd : 0;
  const whole = (bar) => ({ ...bar, from: 0, to: bar.usd, flights: [], total: true });
  const bars = [...(start ? [whole(start)] : []), ...steps.map((step) => {
    const from = run;
    run += step.usd;
    return { ...step, from, to: run };
  }), whole(end)];
  const ends = bars.flatMap((bar) => (bar.total ? [bar.to] : [bar.from, bar.to]));
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const broken = start && least * most > 0 && most - least < 0.4 * Math.max(Math.abs(least), Math.abs(most));
  const pad = broken ? 0.25 * (most - least) || 1 : 0;
  const low = broken ? least - pad : Math.min(0, least);
  const high = broken ? most + pad : Math.max(1, most);
  const [left, right, step] = [190, 500, 20];
  const x = (usd) => left + ((Math.min(high, Math.max(low, usd)) - low) / (high - low)) * (right - left);
  const svg = picture(600, bars.length * step + 4, `${label}. ${word("keys")}`);
  bars.forEach((bar, row) => {
    const kind = bar.total ? "bar total" : bar.usd < 0 ? "bar loss" : "bar";
    const [a, b] = [x(Math.min(bar.from, bar.to)), x(Math.max(bar.from, bar.to))];
    const told = start && !bar.total && bar.usd > 0 ? `+${number(bar.usd)}` : number(bar.usd);
    const name = () => `${bar.text}: ${told} USD`;
    const text = bar.text.length > 30 ? `${bar.text.slice(0, 29)}…` : bar.text;
    const group = shape("g", {}, shape("title", {}, name()),
      shape("rect", { x: 0, y: row * step, width: 600, height: step, fill: "transparent" }),
      shape("text", { x: left - 6, y: row * step + 14, "text-anchor": "end" }, text),
      shape("rect", { x: a, width: Math.max(1, b - a), y: row * step + 3, height: step - 6, class: kind }),
      shape("text", { x: 596, y: row * step + 14, "text-anchor": "end" }, told));
    if (bar.total && broken) { // two slanted cuts: the bar does not begin at 0
      const cut = bar.usd > 0 ? left + 14 : right - 14;
      for (const at of [cut, cut + 6]) group.append(shape("path", { d: `M${at},${row * step + 18}l5,-16`, class: "cut" }));
    }
    svg.append(bar.flights.length ? chooseable(group, bar.flights, name) : group);
  });
  return { svg, broken };
}
// The greatest steps, and the others together.
function fewer(steps) {
  if (steps.length <= MOST_STEPS) return steps;
  const kept = new Set([...steps].sort((a, b) => Math.abs(b.usd) - Math.abs(a.usd)).slice(0, MOST_STEPS - 1));
  const rest = steps.filter((step) => !kept.has(step));
  const others = { text: `${word("others")} (${rest.length})`, usd: sum(rest.map((step) => step.usd)), flights: [] };
  return [...kept, others].sort((a, b) => b.usd - a.usd);
}
// Amounts by money line as steps, in the order of the lines.
function lineSteps(usd) {
  return Object.keys(plan.names).filter((code) => usd[code])
    .map((code) => ({ text: `${code} ${moneyName(code)}`, usd: usd[code], flights: [] }));
}
function added(groups) { // amounts by line over several groups
  const sums = {};
  for (const group of groups) for (const [code, usd] of Object.entries(group)) sums[code] = (sums[code] || 0) + usd;
  return sums;
}
