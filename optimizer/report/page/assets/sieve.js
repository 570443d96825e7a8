// A long table with a sieve: by kind, by any text, and the first rows until all are asked for.
const FIRST_ROWS = 60;
// at: prefix of the elements' ids; rows(); kind(row), kindName(kind), order(kind, kind); texts(row) to search in;
// columns(); cells(row); flights(row), if rows stand for any: those that light it up and bring it to the top.
function sieve({ at, rows, kind, kindName, order, texts, columns, cells, flights }) {
  const own = { kind: null, all: false };
  const host = byId(at);
  const isLit = (row) => flights(row).some((flight) => state.chosen.flights.has(flight));
  function drawRows() {
    const text = byId(`${at}-search`).value.trim().toLowerCase();
    const found = rows().filter((row) => (!own.kind || kind(row) === own.kind)
      && (!text || texts(row).some((part) => part.toLowerCase().includes(text))));
    const chosen = flights && state.chosen && !host.contains(document.activeElement); // then these rows come first
    if (chosen) found.sort((a, b) => isLit(b) - isLit(a));
    const shown = own.all ? found : found.slice(0, FIRST_ROWS);
    forget(host);
    const made = table(columns(), shown.map(cells));
    if (flights) [...made.tBodies[0].rows].forEach((node, i) => marks.push({ node, flights: flights(shown[i]) }));
    host.replaceChildren(made);
    const count = byId(`${at}-count`);
    count.replaceChildren(word("shown", number(shown.length), number(found.length)));
    if (shown.length < found.length) {
      const button = element("button", { type: "button" }, word("show_all"));
      button.addEventListener("click", () => { own.all = true; drawRows(); });
      count.append(" ", button);
    }
    light();
  }
  function drawKinds() {
    byId(`${at}-kinds`).replaceChildren(...[...new Set(rows().map(kind))].sort(order).map((name) => {
      const button = element("button", { type: "button", "aria-pressed": own.kind === name }, kindName(name));
      button.addEventListener("click", () => {
        own.kind = own.kind === name ? null : name;
        drawKinds();
      });
      return button;
    }));
    drawRows();
  }
  views.push(drawKinds);
  if (flights) choiceViews.push(() => { if (!host.contains(document.activeElement)) drawRows(); });
  byId(`${at}-search`).addEventListener("input", drawRows);
  return drawKinds;
}
function reasonCell(row) {
  return element("span", {}, reasonName(row.reason), element("br"), element("span", { class: "detail", lang: "en" }, row.detail));
}
