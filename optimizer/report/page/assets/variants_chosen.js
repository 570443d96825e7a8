// The variant that is chosen: what is different from the base, line by line.
function drawChosen() {
  const host = byId("chosen-body");
  const at = state.chosen && [...state.chosen.flights][0];
  const row = plan.variants[at];
  if (!row) {
    host.replaceChildren(element("p", { class: "detail" }, word("nothing_chosen_variant")));
    return;
  }
  const button = element("button", { type: "button" }, word("let_go"));
  button.addEventListener("click", letGo);
  const head = [element("p", {}, element("b", {}, row.variant), " ", badge(TONES[outcomeOf(row)], word(outcomeOf(row))), " ", button)];
  if (outcomeOf(row) === "no_plan") {
    host.replaceChildren(...head, element("p", { class: "detail", lang: "en" }, row.status));
    return;
  }
  const { svg } = waterfall(word("waterfall_base"), { text: word("base"), usd: plan.base.contribution_usd },
    lineSteps(row.money), { text: word("variant"), usd: row.contribution_usd });
  svg.setAttribute("role", "img"); // nothing to choose in it
  const told = [
    word("rotations_changed", ...["added", "dropped", "moved"].map((kind) => number(row.counts[kind] || 0))),
    word("cargo_changed", ...["won", "lost", "more", "less"].map((kind) => number(row.counts[kind] || 0))),
  ];
  const tons = row.tonnes.map(([from, to, a, b]) => [`${place(from)} – ${place(to)}`, number(a, 1), number(b, 1), signed(b - a, 1)]);
  host.replaceChildren(...head, element("p", { class: "links" }, ...links(row)), svg,
    element("ul", {}, ...told.map((text) => element("li", {}, text))),
    tons.length ? table([[word("from_to")], [word("base_t"), true], [word("variant_t"), true], [word("tonnes_diff"), true]], tons) : "");
}
views.push(drawChosen);
choiceViews.push(drawChosen);
