// Everything about what is chosen: one flight in full, several as a list.
function legTable(flight) {
  return table([[word("leg")], [word("off_block")], [word("on_block")], [word("load"), true], [word("of_cap"), true]],
    flight.legs.map((leg) => [`${airport(leg.from)} – ${airport(leg.to)}${leg.stop === "technical" ? " *" : ""}`,
      clock(leg.off, leg.from), clock(leg.on, leg.to), tonnes(leg.kg), leg.cap_kg ? percent(leg.kg / leg.cap_kg) : "–"]));
}
function cargoTable(flights) {
  const sums = {};
  for (const [c, kg] of loadsOf(flights)) sums[c] = (sums[c] || 0) + kg;
  const rows = Object.entries(sums).sort((a, b) => b[1] - a[1]).slice(0, 12).map(([c, kg]) => {
    const [id, from, to] = plan.cargo.consignments[c];
    return [id, place(from), place(to), tonnes(kg)];
  });
  return table([[word("cargo")], [word("from")], [word("to")], [word("tonnes"), true]], rows);
}
const earned = (at) => sum(Object.values(plan.flights[at].money));
function flightList(flights) {
  const rows = [...flights].sort((a, b) => earned(b) - earned(a)).map((at) => {
    const button = element("button", { type: "button" }, plan.flights[at].id);
    button.addEventListener("click", () => choose(() => flightName(at), [at]));
    return [button, plan.flights[at].route, tonnes(flightTons(at)), number(earned(at))];
  });
  return table([[word("flight")], [word("route")], [word("tonnes"), true], ["USD", true]], rows);
}
function drawChosen() {
  const host = byId("chosen-body");
  if (!state.chosen) {
    host.replaceChildren(element("p", { class: "detail" }, word("nothing_chosen")));
    return;
  }
  const flights = [...state.chosen.flights];
  const button = element("button", { type: "button" }, word("let_go"));
  button.addEventListener("click", letGo);
  const kg = sum(loadsOf(flights).map((load) => load[1]));
  host.replaceChildren(
    element("p", {}, state.chosen.label()),
    element("p", {}, `${flightCount(flights.length)}, ${tonnes(kg)} ${word("tonnes")}, ${word("contribution")} ${number(sum(flights.map(earned)))} USD `, button),
    flights.length === 1 ? legTable(plan.flights[flights[0]]) : flightList(flights),
    cargoTable(flights));
}
views.push(drawChosen);
choiceViews.push(drawChosen);
