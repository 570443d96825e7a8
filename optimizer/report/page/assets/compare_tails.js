// Who flies when in both plans: two rows for each aircraft.
const SIGNS = { added: "+", dropped: "−", moved: "↔" };
function comparedBar(at, row) {
  const bar = flightBar(at, row);
  const { change, legs } = plan.flights[at];
  if (change === "kept") return bar;
  const [off, on] = [legs[0].off, legs.at(-1).on];
  bar.append(...boxes(off, on, row, { class: `frame ${change}` }, 2));
  const last = pieces(off, on).at(-1);
  if (last) {
    const x = Math.max(across(last[0]), across(last[1]) - 12);
    bar.append(shape("rect", { x, y: row * ROW + 2, width: 12, height: ROW - 4, class: `sign ${change}` }),
      shape("text", { x: x + 6, y: row * ROW + 13, "text-anchor": "middle", class: "sign" }, SIGNS[change]));
  }
  return bar;
}
views.push(function drawTails() {
  const flown = grouped(plan.flights.map((flight, at) => ({ at, row: flight.row, kept: flight.change === "kept" })), (each) => each.row);
  const pairs = new Map();
  plan.rows.forEach((row, i) => {
    const name = tailName(row);
    if (!pairs.has(name)) pairs.set(name, [null, null]);
    pairs.get(name)[row.side] = { ...row, flights: flown[i] || [] };
  });
  const all = byId("alike").checked;
  const shown = [...pairs].filter(([, sides]) => {
    const flights = sides.flatMap((row) => (row ? row.flights : []));
    return flights.length && (all || flights.some((each) => !each.kept));
  });
  const lines = shown.flatMap(([name, sides]) => sides.map((row, side) => ({ row, text: side ? ["", "B"] : [name, "A"] })));
  byId("scale").replaceChildren(...tailLegend(plan.rows), " ",
    ...["added", "dropped", "moved"].map((change) => element("span", { class: "key" }, element("b", { class: `change ${change}` }, SIGNS[change]), `${word(change)} `)));
  if (!lines.length) {
    byId("tails").replaceChildren(element("p", { class: "detail" }, word("all_alike")));
    return;
  }
  chart(byId("tails"), plan.gateways[0], `${word("tails_compared")}. ${word("keys")}`, lines.map((line) => line.text), (body) => {
    lines.forEach(({ row }, i) => { if (row) body.append(...notFlying(row, i)); });
    lines.forEach(({ row }, i) => {
      if (!row) return;
      row.flights.sort((a, b) => plan.flights[a.at].legs[0].off - plan.flights[b.at].legs[0].off)
        .forEach(({ at }) => body.append(comparedBar(at, i)));
    });
  }, 2);
});
byId("alike").addEventListener("change", draw);
