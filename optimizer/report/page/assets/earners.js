// Whom money can be told by, other than by line: how they are called and which flights they stand for.
const EARNERS = {
  route: [(name) => name, (name) => plan.flights.flatMap((flight, at) => (flight.route === name ? [at] : []))],
  operator: [operatorName, (name) => plan.flights.flatMap((flight, at) => (flight.operator === name ? [at] : []))],
  origin: [place, (name) => [...new Set(plan.cargo.loads
    .filter((load) => plan.cargo.consignments[load[0]][1] === name).flatMap((load) => load[2].map(([at]) => at)))]],
};
function earner(by, name, usd) { // a step of a waterfall
  const [show, flights] = EARNERS[by];
  return { text: name ? show(name) : word("no_flight"), usd, flights: name ? flights(name) : [] };
}
function moneyChoices(redraw) {
  options(byId("money-by"), ["line", ...Object.keys(EARNERS)].map((by) => [by, word(`by_${by}`)]));
  redraw();
}
