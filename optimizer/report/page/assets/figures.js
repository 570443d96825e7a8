// The verdict of the audit, and the figures of the plan.
views.push(function drawFigures() {
  const { figures } = plan;
  const end = plan.length_min;
  byId("name").textContent = plan.instance;
  byId("period").textContent = plan.cyclic
    ? word("cyclic", date(0, state.airport)) : word("dated", date(0, state.airport), date(end, state.airport));
  const { audit } = figures;
  const verdict = [];
  if (audit) {
    const broken = sum(Object.values(audit.violations || {}));
    verdict.push(audit.feasible ? badge("good", word("feasible")) : badge("bad", word("infeasible", broken)));
    verdict.push(audit.costs_match ? badge("good", word("money_right")) : badge("bad", word("money_wrong")));
    if (audit.bound_verified === true) verdict.push(badge("good", word("bound_right")));
    else if (audit.bound_verified === false) verdict.push(badge("bad", word("bound_wrong")));
    else verdict.push(badge("open", word("bound_open")));
  }
  if (figures.gap != null) verdict.push(badge("open", `${word("gap")} ${percent(figures.gap, 2)}`));
  byId("verdict").replaceChildren(...verdict);
  const items = [
    ["contribution", known(figures.contribution_usd, dollars),
      figures.plan_adds_usd == null ? "" : `+${number(figures.plan_adds_usd)} ${word("rule_of_thumb")}`],
    ["bound", known(figures.bound_usd, dollars)],
    ["carried", `${tonnes(figures.carried_kg)} ${word("tonnes")}`, `${word("of")} ${tonnes(figures.offered_kg)}`],
    ["left_kg", `${tonnes(figures.left_behind_kg)} ${word("tonnes")}`],
    ["rotations", number(figures.rotations), `${number(figures.legs)} ${word("legs")}`],
    ["tails_used", number(figures.tails_used), `${word("of")} ${number(figures.tails)}`],
    ["block_hours", number(figures.block_hours)],
    ["factor_weight", percent(figures.load_factor_weight, 1)],
    ["factor_volume", percent(figures.load_factor_volume, 1)],
    ["cost_kg", known(figures.cost_usd_per_kg, (value) => `${number(value, 3)} USD`)],
  ];
  byId("figures").replaceChildren(...items.map(([name, value, more]) =>
    element("div", {}, element("dt", {}, word(name)),
      element("dd", {}, `${value} `, ...(more ? [element("small", {}, more)] : [])))));
});
