// What is half written is still there after a reload or a step back: in this tab alone, and for whoever wrote it.

/**
 * Keep what is filled into a form until it is sent.
 * @param {HTMLFormElement} form
 * @param {string} name of the draft: what, where and whose
 * @param {(name: string) => boolean} isKept whether a field belongs to it
 */
export function keepDraft(form, name, isKept = () => true) {
  const key = `platspuls-draft-${name}`;
  form.addEventListener("input", () => {
    const fields = [...new FormData(form)].filter(([field, value]) => typeof value === "string" && isKept(field));
    sessionStorage.setItem(key, JSON.stringify(fields));
  });
  return {
    forget: () => sessionStorage.removeItem(key),
    restore() {
      for (const [field, value] of JSON.parse(sessionStorage.getItem(key) ?? "[]")) {
        const element = form.elements[field];
        if (element instanceof RadioNodeList) {
          for (const pill of element) pill.checked = pill.value === value;
        } else if (element) element.value = value;
      }
    },
  };
}
