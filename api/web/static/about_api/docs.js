// Shows the API's description with Swagger UI, in the appearance that the reader chose.

const root = document.documentElement;
const device = matchMedia("(prefers-color-scheme: dark)");
const viewer = document.getElementById("viewer");

function followAppearance() {
  root.classList.toggle("dark-mode", (root.dataset.theme ?? (device.matches ? "dark" : "light")) === "dark");
}

// Keys are typed into fields that the browser neither keeps for another time nor sends to a speller.
function forgetful(Input, { React }) {
  return (props) => React.createElement(Input, { ...props, autoComplete: "off", spellCheck: false });
}

function withoutStreams(request) {
  if (request.url.endsWith("/stream")) throw new Error(`${viewer.dataset.stream} '${request.url}'`);
  return request;
}

new MutationObserver(followAppearance).observe(root, { attributeFilter: ["data-theme"] });
device.addEventListener("change", followAppearance);
followAppearance();

globalThis.SwaggerUIBundle({
  domNode: viewer,
  url: viewer.dataset.openapi,
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  docExpansion: "list",
  filter: true,
  persistAuthorization: false,
  plugins: [{ wrapComponents: { Input: forgetful } }],
  requestInterceptor: withoutStreams,
  syntaxHighlight: { activated: false }, // its colours are too faint
  validatorUrl: null,
});
