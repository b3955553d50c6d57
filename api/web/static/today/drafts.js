// What is half written is still there after a reload or a step back: in this tab alone, and for whoever wrote it.

/**
 * A place for one draft.
 * @param {string|(() => string)} name what it is of, where and whose
 */
export function kept(name) {
  const key = () => `platspuls-draft-${typeof name === "string" ? name : name()}`;
  return {
    save: (value) => sessionStorage.setItem(key(), JSON.stringify(value)),
    read: () => JSON.parse(sessionStorage.getItem(key())),
    forget: () => sessionStorage.removeItem(key()),
  };
}

/**
 * Keep what is filled into a form until it is sent.
 * @param {HTMLFormElement} form
 * @param {string|(() => string)} name of the draft: what, where and whose
 * @param {(name: string) => boolean} isKept whether a field belongs to it
 */
export function keepDraft(form, name, isKept = () => true) {
  const place = kept(name);
  form.addEventListener("input", () => {
    const fields = [...new FormData(form)].filter(([field, value]) => typeof value === "string" && isKept(field));
    place.save(fields);
  });
  return {
    forget: place.forget,
    restore() {
      for (const [field, value] of place.read() ?? []) {
        const element = form.elements[field];
        if (element instanceof RadioNodeList) {
          for (const pill of element) pill.checked = pill.value === value;
        } else if (element) element.value = value;
      }
    },
  };
}
