// How far each variant is from the base, and the curves.
views.push(function drawIntervals() {
  const rows = plan.variants.map((row, at) => ({ row, at })).filter(({ row }) => row.difference_usd != null);
  const ends = rows.flatMap(({ row }) => [row.difference_usd, row.least_difference_usd ?? 0, row.most_difference_usd ?? 0]);
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const [left, right, step] = [210, 520, 24];
  const pad = 0.04 * (most - least) || 1;
  const x = (usd) => left + ((usd - least + pad) / (most - least + 2 * pad)) * (right - left);
  const height = Math.max(1, rows.length) * step + 24;
  const svg = picture(600, height, `${word("against_base")}. ${word("keys")}`);
  svg.append(shape("line", { x1: x(0), x2: x(0), y1: 0, y2: height - 18, class: "zero" }),
    shape("text", { x: x(0), y: height - 6, "text-anchor": "middle" }, `0 = ${word("base")}`));
  rows.forEach(({ row, at }, i) => {
    const y = i * step + 12;
    const within = row.least_difference_usd == null ? "" : ` (${signed(row.least_difference_usd)} … ${signed(row.most_difference_usd)})`;
    const label = () => `${row.variant}: ${signed(row.difference_usd)} USD${within}, ${word(row.verdict)}`;
    const [a, b] = row.least_difference_usd == null ? [0, 0] : [x(row.least_difference_usd), x(row.most_difference_usd)];
    const text = row.variant.length > 32 ? `${row.variant.slice(0, 31)}…` : row.variant;
    const group = shape("g", {}, shape("title", {}, label()),
      shape("rect", { x: 0, y: y - 12, width: 600, height: step, fill: "transparent" }),
      shape("text", { x: left - 8, y: y + 4, "text-anchor": "end" }, text),
      shape("rect", { x: a, width: Math.max(1, b - a), y: y - 5, height: 10, class: `reach bar ${row.verdict}` }),
      shape("circle", { cx: x(row.difference_usd), cy: y, r: 4, class: "point" }),
      shape("text", { x: 596, y: y + 4, "text-anchor": "end" }, signed(row.difference_usd)));
    svg.append(chooseable(group, [at], label));
  });
  byId("intervals").replaceChildren(svg);
  roving(svg);
});
views.push(function drawCurves() {
  const host = byId("curves");
  byId("curves-hint").textContent = word(plan.curves.length ? "curves_hint" : "no_curves");
  const places = new Map(plan.variants.map((row, at) => [row.variant, at]));
  const drawings = new DOMParser();
  host.replaceChildren(...plan.curves.map((texts) => {
    const svg = document.importNode(drawings.parseFromString(texts[state.language], "image/svg+xml").documentElement, true);
    svg.setAttribute("role", "group"); // for there is something to choose in it
    for (const node of svg.querySelectorAll("[data-variant]")) {
      const at = places.get(node.dataset.variant);
      const label = node.querySelector("title").textContent;
      chooseable(node, [at], () => label);
    }
    return svg;
  }));
  for (const svg of host.children) roving(svg);
});
