// Load factors by weight and by volume, out and back.
function share(row) {
  if (!row) return "–";
  const bars = element("span", {}, ...["load_factor_weight", "load_factor_volume"].map((name) =>
    element("i", { style: `width:${Math.min(100, 100 * row[name]).toFixed(1)}%` })));
  const text = `${percent(row.load_factor_weight)} / ${percent(row.load_factor_volume)}`;
  return element("span", { class: "share", title: text }, element("span", {}, percent(row.load_factor_weight)), bars);
}
function drawFactors() {
  const scope = byId("factors-by").value || "operator";
  const name = { operator: operatorName, route: (key) => key }[scope];
  const flights = (key) => plan.flights.flatMap((flight, at) => (!key || flight[scope] === key ? [at] : []));
  const groups = Object.entries(grouped(plan.load_factors.filter((row) => row.scope === scope || row.scope === "all"), (row) => row.key))
    .map(([key, rows]) => ({ key, ...Object.fromEntries(rows.map((row) => [row.direction, row])) }))
    .sort((a, b) => (b.key === "") - (a.key === "") || b.all.tonne_km - a.all.tonne_km);
  const columns = [[word(scope)], [word("outbound")], [word("inbound")], [word("all")]];
  const rows = groups.map((group) => [group.key ? name(group.key) : word("all"), share(group.outbound), share(group.inbound), share(group.all)]);
  const host = byId("factors");
  forget(host);
  const made = table(columns, rows);
  [...made.tBodies[0].rows].forEach((row, i) => marks.push({ node: row, flights: groups[i].key ? flights(groups[i].key) : [] }));
  host.replaceChildren(made, element("p", { class: "hint" }, word("weight_volume")));
  light();
}
views.push(function drawLoadFactors() {
  options(byId("factors-by"), ["operator", "route"].map((by) => [by, word(by)]));
  drawFactors();
});
byId("factors-by").addEventListener("change", drawFactors);
