// From revenue to contribution: by line, or by who earns it.
function drawMoney() {
  const by = byId("money-by").value || "line";
  const host = byId("money");
  forget(host);
  const chosen = by === "line" && state.chosen;
  const groups = chosen ? [...state.chosen.flights].map((at) => plan.flights[at].money) : Object.values(plan.money.operator);
  const steps = by === "line" ? lineSteps(added(groups)) : fewer(Object.entries(plan.money[by])
    .map(([name, codes]) => earner(by, name, sum(Object.values(codes)))).sort((a, b) => b.usd - a.usd));
  const { svg } = waterfall(word("waterfall"), null, steps,
    { text: word("contribution"), usd: sum(steps.map((step) => step.usd)) });
  host.replaceChildren(svg);
  byId("money-hint").textContent = chosen ? `${word("of_chosen")}: ${state.chosen.label()}` : "USD";
  roving(svg);
  light();
}
views.push(function drawWaterfall() { moneyChoices(drawMoney); });
choiceViews.push(drawMoney);
byId("money-by").addEventListener("change", drawMoney);
