// Flights and their cargo.
const flightCount = (count) => (count === 1 ? word("one_flight") : word("flights", number(count)));
const SHADES = ["#d3e4ee", "#a5c8dc", "#6ba3c4", "#357ca6", "#0b4f6c"];
function shade(leg) { // by weight against the cap of the leg
  return SHADES[Math.max(0, Math.min(4, Math.floor(5 * (leg.cap_kg ? leg.kg / leg.cap_kg : 0))))];
}
// A flight, and the same rotation in the other plan of a comparison.
const together = (at) => (plan.flights[at].twin == null ? [at] : [at, plan.flights[at].twin]);
function flightName(at) {
  const flight = plan.flights[at];
  const side = flight.change ? `${SIDES[flight.side]}, ${word(flight.change)}: ` : "";
  return `${side}${flight.id} ${flight.route}, ${operatorName(flight.operator)}, ${flight.type}`;
}
function flightTons(at) { // what a flight uplifts
  return sum(loadsOf([at]).map(([, kg]) => kg));
}
const loadsByFlight = plan.flights.map(() => []);
for (const load of plan.cargo.loads) for (const at of new Set(load[2].map(([at]) => at))) loadsByFlight[at].push(load);
function loadsOf(flights) { // every load once
  return [...new Set(flights.flatMap((at) => loadsByFlight[at]))];
}
