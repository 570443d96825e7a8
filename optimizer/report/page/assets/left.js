// What stays behind and why, with a sieve by reason and by text.
const leftState = { reason: null, all: false };
const FIRST_ROWS = 60;
function drawLeft() {
  const text = byId("left-search").value.trim().toLowerCase();
  const found = plan.left.filter((row) => (!leftState.reason || row.reason === leftState.reason)
    && (!text || [row.consignment, row.origin, row.destination, place(row.origin), place(row.destination), row.detail]
      .some((part) => part.toLowerCase().includes(text))));
  const shown = leftState.all ? found : found.slice(0, FIRST_ROWS);
  const columns = [[word("consignment")], [word("tonnes"), true], [word("forgone"), true], [word("reason")]];
  byId("left").replaceChildren(table(columns, shown.map((row) => [
    element("span", {}, row.consignment, element("br"), `${place(row.origin)} – ${place(row.destination)}`), tonnes(row.kg), number(row.revenue_forgone_usd),
    element("span", {}, reasonName(row.reason), element("br"), element("span", { class: "detail", lang: "en" }, row.detail)),
  ])));
  const count = byId("left-count");
  count.replaceChildren(word("shown", number(shown.length), number(found.length)));
  if (shown.length < found.length) {
    const button = element("button", { type: "button" }, word("show_all"));
    button.addEventListener("click", () => { leftState.all = true; drawLeft(); });
    count.append(" ", button);
  }
}
views.push(function drawLeftBehind() {
  const groups = Object.entries(grouped(plan.left, (row) => row.reason))
    .map(([reason, rows]) => [reason, sum(rows.map((row) => row.kg))]).sort((a, b) => b[1] - a[1]);
  byId("reasons").replaceChildren(...groups.map(([reason, kg]) => {
    const button = element("button", { type: "button", "aria-pressed": leftState.reason === reason },
      `${reasonName(reason)} ${tonnes(kg)} ${word("tonnes")}`);
    button.addEventListener("click", () => {
      leftState.reason = leftState.reason === reason ? null : reason;
      drawLeftBehind();
    });
    return button;
  }));
  drawLeft();
});
