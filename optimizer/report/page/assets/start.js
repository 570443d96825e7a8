// Switches, then the first drawing.
for (const input of document.querySelectorAll("input[name=language]")) {
  input.checked = Number(input.value === "zh") === state.language;
  input.addEventListener("change", () => { state.language = Number(input.value === "zh"); draw(); });
}
for (const input of document.querySelectorAll("input[name=zone]")) {
  input.addEventListener("change", () => { state.zone = input.value; draw(); });
}
document.addEventListener("keydown", (event) => { if (event.key === "Escape") letGo(); });
draw();
document.body.dataset.ready = performance.now(); // milliseconds since the request
