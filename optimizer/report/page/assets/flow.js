// Cargo from places of origin to places of destination; the smaller ones together.
const MOST_PLACES = 22;
function ends(at) { // names of the greatest places at one end, 1 origin, 2 destination
  const totals = {};
  for (const [c, kg] of plan.cargo.loads) {
    const name = plan.cargo.consignments[c][at];
    totals[name] = (totals[name] || 0) + kg;
  }
  return new Set(Object.keys(totals).sort((a, b) => totals[b] - totals[a]).slice(0, MOST_PLACES));
}
views.push(function drawFlow() {
  const [origins, destinations] = [ends(1), ends(2)];
  const bands = {};
  for (const [c, kg, parts] of plan.cargo.loads) {
    const [, from, to] = plan.cargo.consignments[c];
    const pair = [origins.has(from) ? from : "", destinations.has(to) ? to : ""];
    const band = (bands[pair.join("\t")] ||= { from: pair[0], to: pair[1], kg: 0, flights: new Set() });
    band.kg += kg;
    for (const [at] of parts) band.flights.add(at);
  }
  const all = Object.values(bands);
  const total = sum(all.map((band) => band.kg)) || 1;
  const side = (end) => Object.entries(grouped(all, (band) => band[end]))
    .map(([name, own]) => ({ name, own, kg: sum(own.map((band) => band.kg)) }))
    .sort((a, b) => (a.name === "") - (b.name === "") || b.kg - a.kg);
  const [left, right] = [side("from"), side("to")];
  const gapHeight = 7;
  const most = Math.max(left.length, right.length);
  const height = 420 + gapHeight * most;
  const scale = (height - gapHeight * most - 10) / total;
  const svg = picture(600, height, `${word("flow")}. ${word("keys")}`);
  const stack = (nodes, end) => {
    let y = 4;
    for (const node of nodes) {
      node.y = y;
      let inner = y;
      const order = nodes === left ? right : left;
      const rank = new Map(order.map((other, i) => [other.name, i]));
      for (const band of [...node.own].sort((a, b) => rank.get(a[end]) - rank.get(b[end]))) {
        band[nodes === left ? "y1" : "y2"] = inner;
        inner += band.kg * scale;
      }
      y = inner + gapHeight;
    }
  };
  stack(left, "to");
  stack(right, "from");
  const shown = (name) => (name ? airport(name) : word("others"));
  const [x1, x2] = [150, 450];
  for (const band of all.sort((a, b) => b.kg - a.kg)) {
    const thick = Math.max(0.6, band.kg * scale);
    const [a, b, mid] = [band.y1, band.y2, (x1 + x2) / 2];
    const d = `M${x1},${a.toFixed(1)}C${mid},${a.toFixed(1)} ${mid},${b.toFixed(1)} ${x2},${b.toFixed(1)}v${thick.toFixed(1)}C${mid},${(b + thick).toFixed(1)} ${mid},${(a + thick).toFixed(1)} ${x1},${(a + thick).toFixed(1)}z`;
    const label = () => `${shown(band.from)} → ${shown(band.to)}: ${tonnes(band.kg)} ${word("tonnes")}`;
    svg.append(chooseable(shape("g", {}, shape("title", {}, label()), shape("path", { d, class: "band" })), [...band.flights], label));
  }
  const node = (item, x, anchor) => {
    const tall = Math.max(1, item.kg * scale);
    const flights = [...new Set(item.own.flatMap((band) => [...band.flights]))];
    const label = () => `${shown(item.name)}: ${tonnes(item.kg)} ${word("tonnes")}`;
    const textX = anchor === "end" ? x - 6 : x + 14;
    return chooseable(shape("g", {}, shape("title", {}, label()),
      shape("rect", { x, y: item.y, width: 8, height: tall, class: "node" }),
      shape("text", { x: textX, y: item.y + Math.max(tall / 2, 3) + 4, "text-anchor": anchor },
        `${shown(item.name)} ${tonnes(item.kg)}`)), flights, label);
  };
  svg.append(...left.map((item) => node(item, x1 - 8, "end")), ...right.map((item) => node(item, x2, "start")));
  byId("flow").replaceChildren(svg);
  roving(svg);
});
