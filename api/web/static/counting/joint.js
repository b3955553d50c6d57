// Two phones, one count: a code that one makes and the other types, and the sum of both once they are saved.

const LETTERS = "ABCDEFHJKLMNPRSTUVXYZ2345679";
const LENGTH = 4;

/** A code without letters and digits that look alike. */
export function makeCode() {
  const drawn = crypto.getRandomValues(new Uint8Array(LENGTH));
  return [...drawn].map((number) => LETTERS[number % LETTERS.length]).join("");
}

/** The count of all phones with the code at that time, or null where it can't be asked for now. */
export async function jointCount(api, code, startsAt) {
  try {
    const answer = await fetch(`${api}/joint-counts?${new URLSearchParams({ joint: code, from: startsAt, limit: "20" })}`);
    if (!answer.ok) return null;
    return (await answer.json()).records.find((one) => one.manual_counts.length > 0) ?? null;
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    return null;
  }
}
