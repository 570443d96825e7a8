// Everything about what is chosen, in both plans.
function bothLegs(flights) { // one rotation: its legs, before and after
  const legs = [0, 1].map((side) => ofSide(flights, side).flatMap((at) => plan.flights[at].legs));
  const longest = Math.max(...legs.map((own) => own.length));
  const when = (leg) => (leg ? clock(leg.off, leg.from) : "–");
  const rows = Array.from({ length: longest }, (_, i) => {
    const [a, b] = legs.map((own) => own[i]);
    const leg = a || b;
    return [`${leg.from} – ${leg.to}${leg.stop === "technical" ? " *" : ""}`, when(a), when(b), a ? tonnes(a.kg) : "–", b ? tonnes(b.kg) : "–"];
  });
  return table([[word("leg")], [word("off_a")], [word("off_b")], [word("tonnes_a"), true], [word("tonnes_b"), true]], rows);
}
function bothFlights(flights) {
  const earned = (at) => usdOf(plan.flights[at].money);
  const rows = [...new Set(flights.map((at) => together(at).sort((a, b) => a - b).join(" ")))].map((pair) => {
    const own = pair.split(" ").map(Number);
    return { own, usd: [0, 1].map((side) => (ofSide(own, side).length ? earned(ofSide(own, side)[0]) : null)) };
  }).sort((x, y) => Math.abs((y.usd[1] || 0) - (y.usd[0] || 0)) - Math.abs((x.usd[1] || 0) - (x.usd[0] || 0)));
  return table([[word("route")], [word("change")], [word("usd_a"), true], [word("usd_b"), true]], rows.map(({ own, usd }) => {
    const flight = plan.flights[own[0]];
    return [chooser(flight.route, () => flightName(own[0]), own), changeBadge(flight.change), known(usd[0], number), known(usd[1], number)];
  }));
}
function bothCargo(loads) {
  const sums = {};
  for (const load of loads) (sums[load[0]] ||= [0, 0])[loadSide(load)] += load[1];
  const rows = Object.entries(sums).sort(([, a], [, b]) => Math.abs(b[1] - b[0]) - Math.abs(a[1] - a[0]) || b[1] - a[1]).slice(0, 12);
  return table([[word("cargo")], [word("from_to")], [word("tonnes_a"), true], [word("tonnes_b"), true]], rows.map(([c, kg]) => {
    const [id, from, to] = plan.cargo.consignments[c];
    return [id, `${place(from)} – ${place(to)}`, tonnes(kg[0]), tonnes(kg[1])];
  }));
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
  const [a, b] = [0, 1].map((side) => {
    const own = ofSide(flights, side);
    return { count: own.length, kg: kgBySide(loadsOf(own))[side], usd: sum(own.map((at) => usdOf(plan.flights[at].money))) };
  });
  const row = (name, of, digits = 0) => [name, number(a[of], digits), number(b[of], digits), signed(b[of] - a[of], digits)];
  [a, b].forEach((side) => { side.t = side.kg / 1000; });
  host.replaceChildren(
    element("p", {}, state.chosen.label(), " ", button),
    table([[""], ["A", true], ["B", true], [word("difference"), true]],
      [row(word("rotations"), "count"), row(word("tonnes_all"), "t", 1), row(word("contribution_usd"), "usd")]),
    a.count <= 1 && b.count <= 1 ? bothLegs(flights) : bothFlights(flights),
    bothCargo(loadsOf(flights)));
}
views.push(drawChosen);
choiceViews.push(drawChosen);
