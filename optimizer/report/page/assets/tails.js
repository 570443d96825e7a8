// Who flies when: a row for each tail.
views.push(function drawTails() {
  const flown = new Set(plan.flights.map((flight) => flight.row));
  const rows = plan.rows.map((row, at) => ({ ...row, at })).filter((row) => byId("parked").checked || flown.has(row.at));
  const shown = new Map(rows.map((row, i) => [row.at, i]));
  chart(byId("tails"), plan.gateways[0], `${word("tails")}. ${word("keys")}`,
    rows.map(tailName),
    (body) => {
      rows.forEach((row, i) => body.append(...notFlying(row, i)));
      plan.flights.map((flight, at) => [flight, at])
        .filter(([flight]) => shown.has(flight.row))
        .sort(([a], [b]) => a.row - b.row || a.legs[0].off - b.legs[0].off)
        .forEach(([flight, at]) => body.append(flightBar(at, shown.get(flight.row))));
    });
  byId("scale").replaceChildren(...tailLegend(rows));
});
byId("parked").addEventListener("change", draw);
