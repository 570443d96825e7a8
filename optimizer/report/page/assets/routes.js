// The drawing of routes: one line for each pair of airports, one dot for each airport.
// line(way): what is particular about it: label, width, class, and more nodes.
function drawRoutes(line, count) {
  const { width, height, land, airports, ways } = plan.map;
  const svg = picture(width, height, `${word("map")}. ${word("keys")}`, { class: "map-svg" });
  svg.append(shape("path", { d: land, class: "land" }));
  for (const { way, label, stroke, kind, more } of ways.map((way) => ({ way, ...line(way) })).sort((a, b) => b.stroke - a.stroke)) {
    const flights = [...new Set([...way.there.flights, ...way.back.flights])];
    svg.append(chooseable(shape("g", {}, shape("title", {}, label()),
      shape("path", { d: way.path, class: "touch" }),
      shape("path", { d: way.path, class: `way ${kind}`, "stroke-width": stroke.toFixed(1) }), ...more), flights, label));
  }
  // Dots and names already placed, so that no name covers another: busy airports come first.
  const taken = Object.values(airports).map(([x, y]) => [x - 2, y - 2, x + 2, y + 2]);
  const calls = (code) => plan.flights.flatMap((flight, at) =>
    flight.legs.some((leg) => leg.from === code || leg.to === code) ? [at] : []);
  const ordered = Object.keys(airports).map((code) => [code, calls(code)])
    .sort((a, b) => plan.gateways.includes(b[0]) - plan.gateways.includes(a[0]) || b[1].length - a[1].length);
  for (const [code, flights] of ordered) {
    const [x, y] = airports[code];
    const gateway = plan.gateways.includes(code);
    const name = plan.airports[code] ? plan.airports[code].name[state.language] : code;
    const label = () => `${airport(code)}, ${name}: ${count(flights)}`;
    const group = shape("g", {}, shape("title", {}, label()),
      shape("circle", { cx: x, cy: y, r: gateway ? 5 : 3.2, class: gateway ? "dot gateway" : "dot" }));
    const text = place(code);
    const long = text.length * (state.language ? 11.5 : 6.6) + 4;
    const spots = [[x + 6, y + 4, "start"], [x - 6, y + 4, "end"], [x, y - 7, "middle"], [x, y + 15, "middle"]];
    const spot = spots.find(([at, base, anchor]) => {
      const from = at - { start: 0, end: long, middle: long / 2 }[anchor];
      const box = [from, base - 10, from + long, base + 3];
      const free = !taken.some(([a, b, c, d]) => box[0] < c && a < box[2] && box[1] < d && b < box[3]);
      if (free) taken.push(box);
      return free;
    });
    if (spot) group.append(shape("text", { x: spot[0], y: spot[1], "text-anchor": spot[2] }, text));
    svg.append(flights.length ? chooseable(group, flights, label) : group);
  }
  byId("map").replaceChildren(svg);
  roving(svg);
}
// "A → B: …; B → A: …", for the ways on which something flies.
function bothWays(way, text) {
  return [[way.there, way.ends], [way.back, [...way.ends].reverse()]]
    .filter(([one]) => one.flights.length)
    .map(([one, [a, b]]) => `${airport(a)} → ${airport(b)}: ${text(one, a, b)}`).join("; ");
}
