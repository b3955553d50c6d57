// Which time it is, whatever the device's clock says: learnt from the server, carried on by steady time, kept over reloads.
//
// Steady time may stand still while the device sleeps, and never runs ahead. So a clock that falls behind it was set back; one
// that gains was set forward where the page was looked at all the while, and else the device slept.

const JUMP = 2_000;
const DOUBT = 60_000;

/**
 * @param {?{offset: number, at: number, learnt: number}} kept what the page before knew; `offset`: server minus device, ms
 * @param {object} with_ `keep(state)`, `doubt(learnt)` called where what was learnt then proves wrong, `date`, `steady`
 */
export function makeClock(kept, { keep, doubt, date = () => Date.now(), steady = () => performance.now() }) {
  let known = kept && kept.at <= date() + JUMP ? kept : null;
  let anchor = { date: date(), steady: steady() };
  let isHidden = false;

  function check() {
    const now = { date: date(), steady: steady() };
    const gap = now.date - anchor.date - (now.steady - anchor.steady);
    if (Math.abs(gap) > JUMP && (gap < 0 || !isHidden)) {
      if (known) known = { ...known, offset: known.offset - gap };
    }
    anchor = now;
    isHidden = document.hidden;
    if (known && now.date - known.at > DOUBT) store(known);
    return now.date;
  }

  function store(state) {
    known = { ...state, at: date() };
    keep(known);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) isHidden = true;
    else check();
  });
  setInterval(check, 1_000);

  return {
    check,
    /** The time, ms. */
    now: () => check() + (known?.offset ?? 0),
    /** How far the device's clock is off, ms: positive, it is ahead. Null: nobody knows. */
    skew: () => (known ? -known.offset : null),
    /** When it was learnt, as a name for what is known now. */
    learnt: () => known?.learnt ?? null,
    /** The server's time was `server` at some moment after `sent` (steady ms) and before now. */
    learn(server, sent) {
      const device = check() - (steady() - sent) / 2;
      const offset = server - device;
      if (known && Math.abs(offset - known.offset) > DOUBT) doubt(known.learnt);
      store({ offset, learnt: date() });
    },
  };
}
