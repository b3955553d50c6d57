// The page of one site: puts the parts together.

import { follow } from "./stream.js";
import { keepDay } from "./today.js";
import { keepNow } from "./now.js";
import { makeWriter, put } from "./text.js";

const start = JSON.parse(document.getElementById("start").textContent);
const write = makeWriter(start.texts, start.site.time_zone);
const [link, linkText, linkTime] = ["link", "link-text", "link-time"].map((id) => document.getElementById(id));

function showState(state) {
  link.dataset.state = state;
  put(linkText, { live: start.texts.state_live, connecting: start.texts.state_connecting, reconnecting: start.texts.state_reconnecting }[state]);
}

const showNow = keepNow(start.site, write);
showNow(start.live);
showState("connecting");
keepDay(start.today, start.addresses.day, write);
follow(start.addresses.stream, ["live"], (snapshot) => {
  showNow(snapshot);
  put(linkTime, write.seconds(Date.parse(snapshot.at)));
}, showState);
