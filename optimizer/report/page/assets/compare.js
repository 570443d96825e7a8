// Two plans: sides 0 (A) and 1 (B), and how differences are told.
const SIDES = ["A", "B"];
const CHANGES = ["added", "dropped", "moved", "kept"];
const signedTonnes = (kg) => signed(kg / 1000, Math.abs(kg) < 100000 ? 1 : 0);
const WON = ["won", "lost", "more", "less"];
const counted = (rows, kind) => number(rows.filter((row) => row.change === kind).length);
const ofSide = (flights, side) => flights.filter((at) => plan.flights[at].side === side);
const withTwins = (flights) => [...new Set(flights.flatMap(together))];
const loadSide = (load) => plan.flights[load[2][0][0]].side;
function kgBySide(loads) {
  const kg = [0, 0];
  for (const load of loads) kg[loadSide(load)] += load[1];
  return kg;
}
// A difference as a number with a bar to the left or to the right of the middle.
function swing(value, most, text) {
  const share = Math.min(50, (50 * Math.abs(value)) / (most || 1)).toFixed(1);
  const side = value < 0 ? "right" : "left";
  return element("span", { class: "swing" }, element("span", {}, text),
    element("span", { "aria-hidden": "true" }, element("i", { class: value < 0 ? "less" : "more", style: `width:${share}%;${side}:50%` })));
}
function changeBadge(change) {
  return element("span", { class: `change ${change}` }, word(change));
}
// A table whose rows light up with flights.
function litTable(host, columns, rows) { // rows: [flights, cells]
  forget(host);
  const made = table(columns, rows.map(([, cells]) => cells));
  [...made.tBodies[0].rows].forEach((node, i) => marks.push({ node, flights: rows[i][0] }));
  host.replaceChildren(rows.length ? made : element("p", { class: "detail" }, word("alike")));
}
