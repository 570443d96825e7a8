// What stays behind and why.
const leftKg = Object.fromEntries(Object.entries(grouped(plan.left, (row) => row.reason))
  .map(([reason, rows]) => [reason, sum(rows.map((row) => row.kg))]));
sieve({
  at: "left",
  rows: () => plan.left,
  kind: (row) => row.reason,
  order: (a, b) => leftKg[b] - leftKg[a],
  kindName: (reason) => `${reasonName(reason)} ${tonnes(leftKg[reason])} ${word("tonnes")}`,
  texts: (row) => [row.consignment, row.origin, row.destination, place(row.origin), place(row.destination), row.detail],
  columns: () => [[word("consignment")], [word("tonnes"), true], [word("forgone"), true], [word("reason")]],
  cells: (row) => [
    element("span", {}, row.consignment, element("br"), `${place(row.origin)} – ${place(row.destination)}`),
    tonnes(row.kg), number(row.revenue_forgone_usd),
    reasonCell(row),
  ],
});
