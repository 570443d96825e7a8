// A chart of rows over the period: labels stay at the left, hours at the top.
const ROW = 18;
const HOUR = 7; // units an hour
const across = (minute) => (minute / 60) * HOUR;
const reach = plan.cyclic ? plan.length_min : Math.max(plan.length_min, ...plan.flights.map((f) => f.legs.at(-1).on));

// [start, end) as pieces within the chart: a cyclic week begins again at its end.
function pieces(start, end) {
  if (!plan.cyclic) return [[Math.max(0, start), Math.min(reach, end)]].filter(([a, b]) => a < b);
  const found = [];
  const week = plan.length_min;
  for (let shift = -Math.floor(start / week) * week - week; start + shift < week; shift += week) {
    const [a, b] = [Math.max(0, start + shift), Math.min(week, end + shift)];
    if (a < b) found.push([a, b]);
  }
  return found;
}
function boxes(start, end, row, attributes, inset = 2) {
  return pieces(start, end).map(([a, b]) => shape("rect", {
    x: across(a).toFixed(1), width: Math.max(1, across(b - a)).toFixed(1), y: row * ROW + inset,
    height: ROW - 2 * inset, ...attributes,
  }));
}
function hatches() { // patterns of maintenance and curfews
  const lines = (id, colour) => shape("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    shape("rect", { width: 6, height: 6, fill: "#fff" }), shape("rect", { width: 2.4, height: 6, fill: colour }));
  return shape("defs", {}, lines("hatch", "#b9a7dd"), lines("closed", "#e7a79c"));
}
// Axis of days and hours on the clock of an airport.
function timeAxis(code) {
  const ticks = [];
  for (let minute = 0; minute < reach; minute += 60) {
    const at = (Math.floor((startMs / 60000 + minute + offset(minute, code)) / 60)) % 24;
    const past = (startMs / 60000 + minute + offset(minute, code)) % 60; // zones of half hours
    const x = across(minute - past);
    if (at % 6 || x < 0) continue;
    const day = `${clock(minute, code).split(" ")[0]} ${date(minute, code).slice(5)}`; // as long as six hours and more
    ticks.push({ x, day: at === 0, text: { 0: day, 6: "" }[at] ?? String(at) });
  }
  return ticks;
}
function chart(host, code, label, labels, fill, band = 1) { // stripes are so many rows wide
  const width = Math.ceil(across(reach)) + 8;
  const height = Math.max(1, labels.length) * ROW;
  const ticks = timeAxis(code);
  const wide = Math.max(60, ...labels.map((text) => [text].flat().join("   ").length * 6.6 + 12));
  const plain = { "aria-hidden": "true" };
  const squeezed = { preserveAspectRatio: "none" }; // on paper, where it is as wide as there is room
  const axis = shape("svg", { width, height: 22, viewBox: `0 0 ${width} 22`, class: "axis", ...squeezed, ...plain });
  const names = shape("svg", { width: wide, height, class: "labels", ...plain });
  const body = picture(width, height, label, { width, height, class: "body", ...squeezed });
  body.append(hatches());
  labels.forEach((text, row) => {
    const [name, side = ""] = [text].flat(); // at the left, at the right
    names.append(shape("text", { x: 6, y: row * ROW + 13 }, name),
      shape("text", { x: wide - 6, y: row * ROW + 13, "text-anchor": "end", "font-weight": "bold" }, side));
    if (Math.floor(row / band) % 2) body.append(shape("rect", { x: 0, y: row * ROW, width, height: ROW, class: "stripe" }));
  });
  for (const { x, day, text } of ticks) {
    axis.append(shape("line", { x1: x, x2: x, y1: day ? 2 : 14, y2: 22, class: day ? "tick day" : "tick" }));
    if (text) axis.append(shape("text", { x: x + 3, y: 15, class: day ? "" : "soft" }, text));
    body.append(shape("line", { x1: x, x2: x, y1: 0, y2: height, class: day ? "tick day" : "tick" }));
  }
  fill(body);
  const corner = element("div", { class: "corner" });
  const axisHost = element("div", { class: "axis" }, axis);
  const labelHost = element("div", { class: "labels" }, names);
  const grid = element("div", { class: "gantt", tabindex: "0", role: "region", "aria-label": label });
  grid.append(corner, axisHost, labelHost, element("div", {}, body));
  host.replaceChildren(grid);
  roving(body);
}
