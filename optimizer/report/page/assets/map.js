// The routes of the plan, as wide as their tonnes.
views.push(function drawMap() {
  const kg = (way) => way.there.kg + way.back.kg;
  const most = Math.max(1, ...plan.map.ways.map(kg));
  drawRoutes((way) => ({
    label: () => bothWays(way, (one) => `${flightCount(one.flights.length)}, ${tonnes(one.kg)} ${word("tonnes")}`),
    stroke: 1 + 7 * Math.sqrt(kg(way) / most), kind: "", more: [],
  }), (flights) => flightCount(flights.length));
});
