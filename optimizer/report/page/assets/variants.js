// Variants of an instance against its base; what is chosen is a variant, by its place in the table.
const TONES = { better: "good", worse: "bad", noise: "open", equal: "open", unknown: "open", no_plan: "open" };
const TALLIES = ["better", "worse", "noise", "equal", "unknown", "no_plan"];
const outcomeOf = (row) => (row.contribution_usd == null ? "no_plan" : row.verdict);
byId("times").remove();
document.querySelector("footer p").dataset.word = "footer_plain"; // it has no coast lines
views.push(function drawHead() {
  byId("name").textContent = word("variants_of", plan.instance, number(plan.variants.length));
  byId("period").textContent = `${word("base")}: ${word("contribution")} ${dollars(plan.base.contribution_usd)}, `
    + `${word("bound")} ${known(plan.base.bound_usd, dollars)}`;
  const outcomes = plan.variants.map(outcomeOf);
  byId("verdict").replaceChildren(...TALLIES.filter((name) => outcomes.includes(name)).map((name) =>
    badge(TONES[name], `${word(name)}: ${number(outcomes.filter((each) => each === name).length)}`)));
});
function links(row) {
  return [["solution", "its_plan"], ["comparison", "its_comparison"]].filter(([name]) => row[name])
    .map(([name, text]) => element("a", { href: row[name] }, word(text)));
}
sieve({
  at: "variants",
  rows: () => plan.variants.map((row, at) => ({ ...row, at })),
  kind: outcomeOf,
  order: (a, b) => TALLIES.indexOf(a) - TALLIES.indexOf(b),
  kindName: (name) => `${word(name)} ${number(plan.variants.filter((row) => outcomeOf(row) === name).length)}`,
  texts: (row) => [row.variant, row.status],
  columns: () => [[word("variant")], [word("result")], [word("contribution_usd"), true], [word("bound_short"), true], [word("gap"), true],
    [word("usd_diff"), true], [word("least_most"), true], [word("carried_t"), true], [word("rotations"), true], [word("co2"), true], [word("status")]],
  cells: (row) => [chooser(row.variant, () => row.variant, [row.at]), badge(TONES[outcomeOf(row)], word(outcomeOf(row))),
    known(row.contribution_usd, number), known(row.bound_usd, number), known(row.gap, (gap) => percent(gap, 2)),
    known(row.difference_usd, (usd) => signed(usd)),
    row.least_difference_usd == null ? "–" : `${signed(row.least_difference_usd)} … ${signed(row.most_difference_usd)}`,
    known(row.carried_t, (t) => number(t, 1)), known(row.rotations, number), known(row.co2_t, (t) => number(t)), row.status.replace("_", " ")],
  flights: (row) => [row.at],
});
