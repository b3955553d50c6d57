// The button for dark or light. A choice that agrees with the device's own setting is not kept: then the page follows
// the device again. theme.js applies a kept choice before the first paint.

const KEY = "platspuls-theme";
const button = document.getElementById("theme");
const device = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  return (document.documentElement.dataset.theme ?? (device.matches ? "dark" : "light")) === "dark";
}

function show() {
  button.setAttribute("aria-pressed", String(isDark()));
}

function choose(theme) {
  const isDevices = (theme === "dark") === device.matches;
  if (isDevices) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (isDevices) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch (error) {
    // Storage may be refused; the choice then holds for this page only.
    if (!(error instanceof DOMException)) throw error;
  }
}

button.addEventListener("click", () => {
  choose(isDark() ? "light" : "dark");
  show();
});
device.addEventListener("change", show);
show();
