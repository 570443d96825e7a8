// Routes of both plans: what there is more and less of.
const ALIKE_KG = 50;
function onWay(way) { // [A, B]: legs and kg both ways
  const sums = [{ legs: 0, kg: 0 }, { legs: 0, kg: 0 }];
  for (const at of new Set([...way.there.flights, ...way.back.flights])) {
    const flight = plan.flights[at];
    for (const leg of flight.legs) {
      if (!way.ends.includes(leg.from) || !way.ends.includes(leg.to)) continue;
      sums[flight.side].legs += 1;
      sums[flight.side].kg += leg.kg;
    }
  }
  return sums;
}
function oneWay(one, from, to) {
  const [a, b] = [0, 1].map((side) => {
    const legs = ofSide([...new Set(one.flights)], side).flatMap((at) =>
      plan.flights[at].legs.filter((leg) => leg.from === from && leg.to === to));
    return { legs: legs.length, kg: sum(legs.map((leg) => leg.kg)) };
  });
  return `${word("flights", `${a.legs} → ${b.legs}`)}, ${tonnes(a.kg)} → ${tonnes(b.kg)} ${word("tonnes")} (${signedTonnes(b.kg - a.kg)})`;
}
// Where more or fewer flights are told: near the far end, the greatest first, none over another.
function flightNumbers(ways) {
  const taken = [];
  const found = new Map();
  for (const { way, more } of [...ways].filter((each) => each.more).sort((a, b) => Math.abs(b.more) - Math.abs(a.more))) {
    const points = way.path.split("M")[1].split("L").map((pair) => pair.split(",").map(Number));
    const share = plan.gateways.includes(way.ends[0]) ? 0.68 : 0.32;
    const [x, y] = points[Math.round(share * (points.length - 1))];
    if (taken.some(([a, b]) => Math.abs(a - x) < 22 && Math.abs(b - y) < 13)) continue;
    taken.push([x, y]);
    found.set(way, shape("text", { x, y: y + 4, "text-anchor": "middle", class: `number ${more > 0 ? "more" : "less"}`, "pointer-events": "none" }, signed(more)));
  }
  return found;
}
views.push(function drawMap() {
  const sums = new Map(plan.map.ways.map((way) => [way, onWay(way)]));
  const most = Math.max(1, ...[...sums.values()].flat().map((side) => side.kg));
  const numbers = flightNumbers([...sums].map(([way, [a, b]]) => ({ way, more: b.legs - a.legs })));
  drawRoutes((way) => {
    const [a, b] = sums.get(way);
    const kind = Math.abs(b.kg - a.kg) < ALIKE_KG ? "alike" : b.kg > a.kg ? "more" : "less";
    return {
      label: () => bothWays(way, oneWay),
      stroke: 1 + 7 * Math.sqrt(Math.max(a.kg, b.kg) / most),
      kind: a.legs && b.legs ? kind : `${kind} alone`,
      more: numbers.has(way) ? [numbers.get(way)] : [],
    };
  }, (flights) => word("flights", [0, 1].map((side) => ofSide(flights, side).length).join(" → ")));
  byId("map-legend").replaceChildren(key("var(--more)", word("more_cargo")), " ", key("var(--less)", word("less_cargo")), " ",
    key("var(--same)", word("same_cargo")), ` – – ${word("only_a")} / ${word("only_b")}`);
});
