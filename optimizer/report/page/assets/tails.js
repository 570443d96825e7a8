// Who flies when: a row for each tail.
function flightBar(at, row) {
  const flight = plan.flights[at];
  const { legs } = flight;
  const label = () => `${flightName(at)}, ${clock(legs[0].off, legs[0].from)} – ${clock(legs.at(-1).on, legs.at(-1).to)}`;
  const group = shape("g", {}, shape("title", {}, label()));
  const [off, on] = [legs[0].off, legs.at(-1).on];
  group.append(...boxes(off, on, row, { fill: "transparent" }, 0), ...boxes(off, on, row, { class: "wait" }, 7));
  for (const leg of legs) group.append(...boxes(leg.off, leg.on, row, { class: "leg", fill: shade(leg) }, 3));
  const [first] = pieces(off, on);
  const away = legs.slice(0, -1).filter((leg) => leg.stop === "full").map((leg) => leg.to).join(" ");
  if (first && across(first[1] - first[0]) > away.length * 7 + 8) {
    const dark = legs[0].cap_kg && legs[0].kg / legs[0].cap_kg >= 0.6;
    group.append(shape("text", { x: across(first[0]) + 4, y: row * ROW + 13, "pointer-events": "none", style: dark ? "fill:#fff" : "" }, away));
  }
  return chooseable(group, [at], label);
}
function tailName(row) { // 5Y B744F 2; the registration where the name says more
  if (row.bought) return `${row.label} ${word("bought")}`;
  const plain = `${row.operator}-${row.type}`;
  const own = row.label.startsWith(plain) ? row.label.slice(plain.length) : ` ${row.label}`;
  return `${row.operator} ${row.type}${own}`;
}
views.push(function drawTails() {
  const flown = new Set(plan.flights.map((flight) => flight.row));
  const rows = plan.rows.map((row, at) => ({ ...row, at })).filter((row) => byId("parked").checked || flown.has(row.at));
  const shown = new Map(rows.map((row, i) => [row.at, i]));
  chart(byId("tails"), plan.gateways[0], `${word("tails")}. ${word("keys")}`,
    rows.map(tailName),
    (body) => {
      rows.forEach((row, i) => {
        if (!plan.cyclic) {
          body.append(...boxes(0, row.from, i, { class: "outside" }, 0), ...boxes(row.until, reach, i, { class: "outside" }, 0));
        }
        if (row.returned) body.append(...boxes(0, reach, i, { class: "outside" }, 0));
        for (const [a, b] of row.maintenance) {
          body.append(...boxes(a, b, i, { class: "maintenance" }, 2).map((box) => {
            box.append(shape("title", {}, word("legend_maintenance")));
            return box;
          }));
        }
      });
      plan.flights.map((flight, at) => [flight, at])
        .filter(([flight]) => shown.has(flight.row))
        .sort(([a], [b]) => a.row - b.row || a.legs[0].off - b.legs[0].off)
        .forEach(([flight, at]) => body.append(flightBar(at, shown.get(flight.row))));
    });
  byId("scale").replaceChildren(
    `${word("legend_load")} `, ...SHADES.map((colour, i) => key(colour, ` ${i * 20}–${i * 20 + 20} % `)),
    ...(rows.some((row) => row.maintenance.length) ? [key("#b9a7dd", word("legend_maintenance"))] : []),
    plan.cyclic ? ` ${word("swapped")}` : "");
});
