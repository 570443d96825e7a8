// Clocks of airports.
const startMs = Date.parse(plan.start);
function offset(minute, code) { // minutes ahead of UTC on the clock that is shown
  if (state.zone === "utc" || !plan.airports[code]) return 0;
  const steps = plan.airports[code].offsets;
  return (steps.findLast(([from]) => from <= minute) || steps[0])[1];
}
function clock(minute, code) {
  const at = new Date(startMs + 60000 * (minute + offset(minute, code)));
  const two = (value) => String(value).padStart(2, "0");
  const day = DAYS[state.language][at.getUTCDay()];
  return `${state.language ? "周" : ""}${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}
function date(minute, code) {
  return new Date(startMs + 60000 * (minute + offset(minute, code))).toISOString().slice(0, 10);
}
