// Tonnes by place of origin and of destination, before and after.
const KINDS = ["more", "less", "alike"];
let tonnesRows = [];
function tonnesBy(by) {
  const groups = {};
  for (const load of plan.cargo.loads) {
    const [, from, to] = plan.cargo.consignments[load[0]];
    const key = { pair: `${from}\t${to}`, from, to }[by];
    const group = (groups[key] ||= { by, from, to, kg: [0, 0], flights: new Set() });
    group.kg[loadSide(load)] += load[1];
    for (const [at] of load[2]) group.flights.add(at);
  }
  return Object.values(groups).map((group) => ({ ...group, flights: [...group.flights], apart: group.kg[1] - group.kg[0] }))
    .map((group) => ({ ...group, kind: Math.abs(group.apart) < 1 ? "alike" : group.apart > 0 ? "more" : "less" }))
    .sort((a, b) => Math.abs(b.apart) - Math.abs(a.apart) || b.kg[1] - a.kg[1]);
}
function endsName({ by, from, to }) {
  return { pair: `${airport(from)} – ${airport(to)}`, from: airport(from), to: airport(to) }[by];
}
views.push(function chooseTonnes() {
  options(byId("tonnes-by"), ["pair", "from", "to"].map((by) => [by, word(`by_${by}`)]));
  tonnesRows = tonnesBy(byId("tonnes-by").value);
});
const redrawTonnes = sieve({
  at: "tonnes",
  rows: () => tonnesRows,
  kind: (row) => row.kind,
  order: (a, b) => KINDS.indexOf(a) - KINDS.indexOf(b),
  kindName: (kind) => `${word(kind)} ${number(tonnesRows.filter((row) => row.kind === kind).length)}`,
  texts: (row) => [endsName(row), row.from, row.to],
  columns: () => [[word("from_to")], ["A", true], ["B", true], [word("tonnes_diff"), true]],
  cells: (row) => [chooser(endsName(row), () => endsName(row), row.flights), tonnes(row.kg[0]), tonnes(row.kg[1]),
    swing(row.apart, Math.abs(tonnesRows[0].apart), signedTonnes(row.apart))],
  flights: (row) => row.flights,
});
byId("tonnes-by").addEventListener("change", () => {
  tonnesRows = tonnesBy(byId("tonnes-by").value);
  redrawTonnes();
});
