// From the contribution of A to that of B: by line, or by who earns it.
const usdOf = (codes) => sum(Object.values(codes || {}));
function drawMoney() {
  const by = byId("money-by").value || "line";
  const host = byId("money");
  forget(host);
  const chosen = by === "line" && state.chosen;
  const [a, b] = [0, 1].map((side) => added(chosen
    ? ofSide([...state.chosen.flights], side).map((at) => plan.flights[at].money) : Object.values(plan.money[side].operator)));
  const apart = Object.fromEntries(Object.keys(plan.names).map((code) => [code, (b[code] || 0) - (a[code] || 0)])
    .filter(([, usd]) => Math.abs(usd) >= 0.5));
  const [before, after] = plan.money.map((groups) => groups[by] || {});
  const steps = by === "line" ? lineSteps(apart) : fewer([...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((name) => [name, usdOf(after[name]) - usdOf(before[name])]).filter(([, usd]) => Math.abs(usd) >= 0.5)
    .map(([name, usd]) => earner(by, name, usd)).sort((x, y) => y.usd - x.usd));
  const name = (i) => `${word("contribution")} ${SIDES[i]}`;
  const { svg, broken } = waterfall(word("waterfall_compared"), { text: name(0), usd: usdOf(a) }, steps, { text: name(1), usd: usdOf(b) });
  host.replaceChildren(svg);
  byId("money-hint").textContent = [chosen ? `${word("of_chosen_both")}: ${state.chosen.label()}.` : "", broken ? word("cut_axis") : "USD"].join(" ");
  roving(svg);
  light();
}
views.push(function drawWaterfall() { moneyChoices(drawMoney); });
choiceViews.push(drawMoney);
byId("money-by").addEventListener("change", drawMoney);
