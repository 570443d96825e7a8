// Differences as text, and what can be chosen in tables.
const signed = (value, digits = 0) => {
  const text = number(value, digits);
  if (!/[1-9]/.test(text)) return text.replace("-", "");
  return value > 0 ? `+${text}` : text;
};
function chooser(text, label, flights) { // a button in a table
  const button = element("button", { type: "button" }, text);
  button.addEventListener("click", () => choose(label, flights));
  return flights.length ? button : text;
}
