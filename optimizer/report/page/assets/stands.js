// Who stands where when at one airport, with its curfews and slots above.
function slotCells(limits, row) {
  return limits.flatMap((slot) => boxes(slot.from, slot.until, row,
    { class: slot.used >= slot.movements ? "slot full" : "slot" }, 1).map((box) => {
    box.append(shape("title", {}, `${slot.id}: ${slot.used} ${word("of")} ${slot.movements}`));
    return box;
  }));
}
function slotText(slot, row) {
  const [piece] = pieces(slot.from, slot.until);
  if (!piece || across(piece[1] - piece[0]) < 26) return [];
  return [shape("text", { x: across(piece[0]) + 3, y: row * ROW + 13, "pointer-events": "none" }, `${slot.used}/${slot.movements}`)];
}
// Limits whose windows overlap go to rows of their own.
function strips(limits) {
  const rows = [];
  for (const slot of limits) {
    const free = rows.find((row) => row.every((other) => other.until <= slot.from || slot.until <= other.from));
    if (free) free.push(slot);
    else rows.push([slot]);
  }
  return rows;
}
views.push(function drawStands() {
  const code = state.airport;
  const data = plan.airports[code];
  const select = byId("airport");
  select.replaceChildren(...Object.keys(plan.airports)
    .sort((a, b) => plan.airports[b].stays.length - plan.airports[a].stays.length)
    .map((each) => element("option", { value: each, ...(each === code && { selected: "" }) },
      `${airport(each)}: ${plan.airports[each].stays.length}`)));
  const closed = ["arrival", "departure"].map((movement) => [movement, data.closed.filter((x) => x.movement === movement)])
    .filter(([, rules]) => rules.length);
  const slots = strips([...data.slots].sort((a, b) => a.from - b.from));
  const above = closed.length + slots.length;
  const depth = Math.max(0, ...data.stays.map((stay) => stay[3] + 1));
  const labels = [
    ...closed.map(([movement]) => word(movement === "arrival" ? "closed_arrivals" : "closed_departures")),
    ...slots.map(() => word("slots")),
    ...Array.from({ length: depth }, (_, i) => String(i + 1)),
  ];
  chart(byId("stands"), code, `${word("stands")}, ${airport(code)}. ${word("keys")}`, labels, (body) => {
    closed.forEach(([, rules], row) => {
      for (const rule of rules) for (const [a, b] of rule.windows) {
        const concerned = [...rule.operators, ...rule.types].join(", ");
        body.append(...boxes(a, b, row, { class: "closed" }, 1).map((box) => {
          box.append(shape("title", {}, `${labels[row]} ${concerned}`));
          return box;
        }));
      }
    });
    slots.forEach((limits, i) => {
      const row = closed.length + i;
      body.append(...slotCells(limits, row), ...limits.flatMap((slot) => slotText(slot, row)));
    });
    for (const held of data.held) {
      const x = across(held.at);
      body.append(shape("line", { x1: x, x2: x, y1: 0, y2: labels.length * ROW, class: "held" },
        shape("title", {}, `${held.operator} ${held.movement} × ${held.slots}`)));
    }
    for (const [at, start, end, row] of data.stays) {
      const label = () => `${word("taken", flightName(at))}, ${clock(start, code)} – ${clock(end, code)}`;
      const group = shape("g", {}, shape("title", {}, label()));
      group.append(...boxes(start, end, above + row, { class: "leg", fill: "#6ba3c4" }, 3));
      body.append(chooseable(group, [at], label));
    }
  });
  const stands = data.stands.map(([size, count]) => `${size} ${count}`).join(", ");
  byId("stands-hint").replaceChildren(stands ? word("stand_limit", stands) : word("no_stand_limit"), "  ",
    ...(slots.length ? [key("#dcebdf", ""), key("#f3c9b8", word("legend_slot"))] : []),
    ...(closed.length ? [key("#e7a79c", word("legend_closed"))] : []));
});
byId("airport").addEventListener("change", (event) => { state.airport = event.target.value; draw(); });
