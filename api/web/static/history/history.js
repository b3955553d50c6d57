// The page is whole without this: it says a bar or a cell in words where it is tapped, and arrows go to other days.

function readOut(list, readout) {
  for (const part of list) {
    for (const name of ["pointerenter", "pointerdown"]) {
      part.addEventListener(name, () => { readout.textContent = part.dataset.sentence; });
    }
  }
}

for (const section of document.querySelectorAll("section")) {
  const readout = section.querySelector(".readout");
  if (readout) readOut(section.querySelectorAll("[data-sentence]"), readout);
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest("input, select, textarea, .scroll")) return;
  const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const link = way && document.querySelector(`a[rel="${way}"]`);
  if (link) link.click();
});
