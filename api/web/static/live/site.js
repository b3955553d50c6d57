// The page of one site: puts the parts together.

import { follow } from "../shared/stream.js";
import { keepDay } from "./today.js";
import { keepNow } from "./now.js";
import { openEntries } from "./entries.js";
import { keepPicture } from "./picture.js";
import { _, makeWriter, put } from "../shared/text.js";

const start = JSON.parse(document.getElementById("start").textContent);
const write = makeWriter(start.site.time_zone);
const [link, linkText, linkTime] = ["link", "link-text", "link-time"].map((id) => document.getElementById(id));

function showState(state, ageS) {
  link.dataset.state = state === "stalled" ? "reconnecting" : state;
  const words = { live: _("Live"), connecting: _("Connecting"), reconnecting: _("Reconnecting"), stalled: _("The numbers stand still") };
  put(linkText, words[state]);
  if (state === "stalled") put(linkTime, _("for {seconds} s", { seconds: write.count(ageS) }));
}

// A record is stored within moments of its interval's end; the day is asked for a little later.
const STORED_AFTER_MS = 1_500;

const showNow = keepNow(start.site, write);
const entries = openEntries(start.site.entry_ways, start.site.stale_after_s);
entries.take(start.live);
showNow(start.live);
showState("connecting");
const picture = keepPicture(start.site, write);
picture.take(start.live);
const day = keepDay(start.today, start.addresses.day, write, entries, picture);
follow(start.addresses.stream, ["live"], (snapshot) => {
  showNow(snapshot);
  picture.take(snapshot);
  if (entries.take(snapshot)) setTimeout(day.fetch, STORED_AFTER_MS);
  day.showTotal();
  put(linkTime, write.seconds(Date.parse(snapshot.at)));
}, showState);
