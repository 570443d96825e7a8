// Rotations, slots, aircraft and consignments that are not as they were.
function offBlock(row, side) {
  const [at] = ofSide(row.flights, side);
  if (at === undefined) return "–";
  const [leg] = plan.flights[at].legs;
  return clock(leg.off, leg.from);
}
sieve({
  at: "rotations",
  rows: () => plan.rotations,
  kind: (row) => row.change,
  order: (a, b) => CHANGES.indexOf(a) - CHANGES.indexOf(b),
  kindName: (change) => `${word(change === "kept" ? "kept_other" : change)} ${counted(plan.rotations, change)}`,
  texts: (row) => [row.route, row.operator, row.type, row.a_flight, row.b_flight].map(String),
  columns: () => [[word("change")], [word("route")], [word("operator")], [word("off_a")], [word("off_b")], [word("moved_h"), true],
    [word("tonnes_a"), true], [word("tonnes_b"), true], [word("usd_a"), true], [word("usd_b"), true], [word("usd_diff"), true]],
  cells: (row) => [changeBadge(row.change), chooser(row.route, () => `${row.operator} ${row.route}`, row.flights),
    `${row.operator} ${row.type}`, offBlock(row, 0), offBlock(row, 1), row.moved_h ? signed(row.moved_h, 1) : "",
    known(row.a_kg, tonnes), known(row.b_kg, tonnes), known(row.a_contribution_usd, number), known(row.b_contribution_usd, number),
    signed((row.b_contribution_usd || 0) - (row.a_contribution_usd || 0))],
  flights: (row) => row.flights,
});
views.push(function drawSlots() {
  const used = (row, side) => (row[`movements_${side}`] == null ? "–" : `${row[`${side}_used`]} / ${row[`movements_${side}`]}`);
  litTable(byId("slots"), [[word("airport")], [word("slot_window")], ["A", true], ["B", true], [word("difference"), true]],
    plan.slots.map((row) => {
      const minute = (Date.parse(row.from_local) - startMs) / 60000;
      const label = () => `${airport(row.airport)} ${clock(minute, row.airport)}`;
      return [row.flights, [chooser(airport(row.airport), label, row.flights), clock(minute, row.airport), used(row, "a"), used(row, "b"),
        signed((row.b_used || 0) - (row.a_used || 0))]];
    }));
});
views.push(function drawFleet() {
  litTable(byId("fleet"), [[word("operator")], [word("flights_a"), true], [word("flights_b"), true], [word("hours_a"), true], [word("hours_b"), true], [word("difference"), true]],
    plan.tails.map((row) => {
      const flights = plan.flights.flatMap((flight, at) => (flight.operator === row.operator && flight.type === row.type ? [at] : []));
      const name = () => `${operatorName(row.operator)}, ${row.type}`;
      return [flights, [chooser(`${row.operator} ${row.type}`, name, flights), number(row.a_flights), number(row.b_flights),
        number(row.a_block_hours, 1), number(row.b_block_hours, 1), signed(row.b_block_hours - row.a_block_hours, 1)]];
    }));
});
const carriers = {};
for (const [c, , parts] of plan.cargo.loads) {
  const own = (carriers[plan.cargo.consignments[c].join("\t")] ||= new Set());
  for (const [at] of parts) own.add(at);
}
const carriersOf = (row) => [...(carriers[[row.consignment, row.origin, row.destination].join("\t")] || [])];
sieve({
  at: "cargo",
  rows: () => plan.changed,
  kind: (row) => row.change,
  order: (a, b) => WON.indexOf(a) - WON.indexOf(b),
  kindName: (change) => `${word(change)} ${counted(plan.changed, change)}`,
  texts: (row) => [row.consignment, row.origin, row.destination, place(row.origin), place(row.destination), row.reason || "", row.detail || ""],
  columns: () => [[word("change")], [word("consignment")], [word("from_to")], [word("tonnes_a"), true], [word("tonnes_b"), true],
    [word("tonnes_diff"), true], [word("why_less")]],
  cells: (row) => [changeBadge(row.change), chooser(row.consignment, () => row.consignment, carriersOf(row)),
    `${place(row.origin)} – ${place(row.destination)}`, tonnes(row.a_kg), tonnes(row.b_kg), signedTonnes(row.difference_kg), reasonCell(row)],
  flights: carriersOf,
});
