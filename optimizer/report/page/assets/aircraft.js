// A flight as a bar of its legs, an aircraft as a row.
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
  return chooseable(group, together(at), label);
}
function tailName(row) { // 5Y B744F 2; the registration where the name says more
  if (row.bought) return `${row.label} ${word("bought")}`;
  const plain = `${row.operator}-${row.type}`;
  const own = row.label.startsWith(plain) ? row.label.slice(plain.length) : ` ${row.label}`;
  return `${row.operator} ${row.type}${own}`;
}
function notFlying(row, i) { // where an aircraft is not there, handed back or in maintenance
  const away = row.returned ? [[0, reach]] : plan.cyclic ? [] : [[0, row.from], [row.until, reach]];
  return [
    ...away.flatMap(([a, b]) => boxes(a, b, i, { class: "outside" }, 0)),
    ...row.maintenance.flatMap(([a, b]) => boxes(a, b, i, { class: "maintenance" }, 2)).map((box) => {
      box.append(shape("title", {}, word("legend_maintenance")));
      return box;
    }),
  ];
}
function tailLegend(rows) {
  return [`${word("legend_load")} `, ...SHADES.map((colour, i) => key(colour, ` ${i * 20}–${i * 20 + 20} % `)),
    ...(rows.some((row) => row.maintenance.length) ? [key("#b9a7dd", word("legend_maintenance"))] : []),
    plan.cyclic ? ` ${word("swapped")}` : ""];
}
