// Runs before the first paint, so that a reader who chose light or dark never sees the other one flash.
// localStorage may be refused (private windows, policies): then the device's own setting holds.
(() => {
  try {
    const chosen = localStorage.getItem("platspuls-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
  document.documentElement.classList.add("script");
})();
