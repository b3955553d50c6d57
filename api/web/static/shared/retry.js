// A page that stands in for another one, which can't be made right now: asks for that one again and again, and shows it when it
// is there. Whoever reads is not interrupted by a page that loads itself anew.

const EVERY_MS = 5_000;

setInterval(async () => {
  try {
    const answer = await fetch(location.href, { cache: "no-store", headers: { Accept: "text/html" } });
    if (answer.status !== 503) location.reload();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // no contact: asked again
  }
}, EVERY_MS);
