// The verdict, where the best plans lie, and the figures of both plans.
const VERDICTS = { better: "good", worse: "bad", noise: "open", equal: "open", unknown: "open" };
function gapBars() {
  const ends = plan.figures.flatMap((side) => [side.contribution_usd, side.bound_usd ?? side.contribution_usd]);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const pad = 0.08 * (most - least) || 1;
  const x = (usd) => 30 + ((usd - least + pad) / (most - least + 2 * pad)) * 460;
  const text = plan.figures.map((side, i) =>
    `${SIDES[i]}: ${number(side.contribution_usd)} – ${known(side.bound_usd, number)} USD`).join("; ");
  const svg = shape("svg", { viewBox: "0 0 500 96", role: "img", "aria-label": `${word("best_plans")}. ${text}`, class: "gaps" });
  plan.figures.forEach((side, i) => {
    const [y, from] = [22 + i * 44, x(side.contribution_usd)];
    const until = x(side.bound_usd ?? side.contribution_usd);
    svg.append(shape("text", { x: 6, y: y + 4, "font-weight": "bold" }, SIDES[i]),
      shape("line", { x1: 30, x2: 490, y1: y, y2: y, class: "tick" }),
      shape("rect", { x: from, width: Math.max(1, until - from), y: y - 6, height: 12, class: "reach" }),
      shape("circle", { cx: from, cy: y, r: 5, class: "point" }),
      shape("text", { x: Math.min(from, 380), y: y + 22 }, `${number(side.contribution_usd)} – ${known(side.bound_usd, number)}`));
  });
  return svg;
}
function bothFigures() {
  const rows = [
    ["contribution_usd", "contribution_usd", 1, 0], ["bound_usd", "bound_usd", 1, 0], ["gap", "gap", 100, 2, " %"],
    ["offered_t", "offered_kg", 0.001, 1], ["carried_t", "carried_kg", 0.001, 1], ["rotations", "rotations", 1, 0],
    ["legs_flown", "legs", 1, 0], ["tails_used", "tails_used", 1, 0], ["block_hours", "block_hours", 1, 0],
    ["factor_weight", "load_factor_weight", 100, 1, " %"], ["factor_volume", "load_factor_volume", 100, 1, " %"],
    ["cost_usd_kg", "cost_usd_per_kg", 1, 3], ["co2", "co2_t", 1, 0],
  ];
  const [a, b] = plan.figures;
  return table([[word("figures")], ["A", true], ["B", true], [word("difference"), true]],
    rows.filter(([, name]) => a[name] != null || b[name] != null).map(([name, of, times, digits, unit = ""]) => {
      const show = (value) => `${number(times * value, digits)}${unit}`;
      const apart = a[of] == null || b[of] == null ? "–" : signed(times * (b[of] - a[of]), digits);
      return [word(name), known(a[of], show), known(b[of], show), apart];
    }));
}
views.push(function drawFigures() {
  const names = plan.figures.map((side) => side.instance);
  byId("name").textContent = word("against", names[1], names[0]);
  byId("period").textContent = plan.cyclic
    ? word("cyclic", date(0, state.airport)) : word("dated", date(0, state.airport), date(plan.length_min, state.airport));
  byId("verdict").replaceChildren(badge(VERDICTS[plan.verdict], word(`verdict_${plan.verdict}`)),
    badge("open", `${word("contribution")} ${signed(plan.difference_usd)} USD`));
  byId("sides").replaceChildren(...names.map((name, i) => element("span", {}, element("b", {}, SIDES[i]), ` ${name}`)));
  byId("gaps").replaceChildren(gapBars());
  byId("gaps-hint").replaceChildren(element("span", {}, word("gap_bars")),
    element("span", {}, plan.interval_usd ? word("best_differ", ...plan.interval_usd.map((usd) => signed(usd))) : ""));
  const tally = (rows, kinds) => kinds.map((kind) => counted(rows, kind));
  byId("short").replaceChildren(...[
    word("carried_changed", signed((plan.figures[1].carried_kg - plan.figures[0].carried_kg) / 1000, 1)),
    word("rotations_changed", ...tally(plan.rotations, ["added", "dropped", "moved"])),
    word("cargo_changed", ...tally(plan.changed, WON)),
  ].map((text) => element("li", {}, text)));
  byId("both").replaceChildren(bothFigures());
});
