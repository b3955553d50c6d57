// Today's entries: the page's own address answers with cells that are ready to show (what is a gap, an estimate or
// unfinished is decided once, on the server), and this module puts them into the chart and its table.

import { drawDay, drawLegend } from "../shared/chart.js";
import { _, field, put } from "../shared/text.js";

function rowOf(cell, write) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = cell.label;
  row.append(head);
  for (const [text, name] of [[write.count(cell.value), "number"], [cell.beside, "number"], [cell.note, "note"]]) {
    const data = document.createElement("td");
    data.textContent = text;
    data.className = name;
    row.append(data);
  }
  return row;
}

function showTotal(root, total, open, write) {
  put(field(root, "count"), write.count(total.entries === null ? null : total.entries + open));
  put(field(root, "open"), open ? _("of which {count} in an open interval", { count: write.count(open) }) : "");
  put(field(root, "coverage"), total.coverage_text);
  put(field(root, "compared"), total.compared_text);
  field(root, "estimate").hidden = !total.estimate;
}

function showWays(ways, write) {
  for (const way of ways) {
    const line = document.querySelector(`[data-line="${CSS.escape(way.line)}"] [data-way="${way.direction}"]`);
    put(field(line, "today"), write.count(way.today));
  }
}

function showFacts(facts) {
  for (const fact of facts) {
    const element = document.querySelector(`[data-fact="${CSS.escape(fact.key)}"]`);
    put(field(element, "value"), fact.value);
    put(field(element, "beside"), fact.beside);
  }
}

/**
 * Keep the day fresh.
 *
 * @param {object} first the day as it came with the page
 * @param {string} address of the day; takes `bucket`
 * @param {ReturnType<typeof import("../shared/text.js").makeWriter>} write
 * @param {ReturnType<typeof import("./entries.js").openEntries>} entries of the intervals that are open
 * @param {ReturnType<typeof import("./picture.js").keepPicture>} picture of rooms and doors
 * @returns {{fetch: () => void, showTotal: () => void}} to ask for the day anew, and to show its sum with what is open
 */
export function keepDay(first, address, write, entries, picture) {
  const [chart, readout, state] = ["chart", "readout", "today-state"].map((id) => document.getElementById(id));
  let [day, bucket] = [first, "hour"];

  const draw = () => drawDay(chart, day.cells, { write, title: day.title, onRead: (text) => put(readout, text) });
  const showSum = () => showTotal(document.getElementById("today-total"), day.total, entries.count(), write);
  const show = () => {
    put(document.getElementById("curve-title"), day.title);
    put(document.querySelector("#today-table caption"), day.caption);
    put(document.getElementById("before-name"), day.before_name);
    drawLegend(document.getElementById("legend"), day.cells, day.before_name);
    document.getElementById("today-rows").replaceChildren(...day.cells.map((cell) => rowOf(cell, write)));
    showSum();
    showWays(day.ways, write);
    showFacts(day.facts);
    picture.show(day);
    put(state, day.fetched_text);
    draw();
  };
  const fetchDay = async () => {
    const [wanted, askedAtMs] = [bucket, Date.now()];
    let answer;
    try {
      answer = await fetch(`${address}&bucket=${wanted}`, { cache: "no-cache" });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    // The session is over: the page itself says so, and what to do.
    if (answer?.status === 401) location.reload();
    if (!answer?.ok) {
      put(state, _("Could not be fetched; last {time}.", { time: write.minutes(Date.parse(day.at)) }));
    } else if (wanted === bucket) {
      day = await answer.json();
      entries.settled(askedAtMs);
      picture.settled(askedAtMs);
      show();
    }
  };

  show();
  new ResizeObserver(draw).observe(chart);
  setInterval(() => document.hidden || fetchDay(), 60_000);
  document.addEventListener("visibilitychange", () => document.hidden || fetchDay());
  for (const button of document.querySelectorAll("[data-bucket]")) {
    button.addEventListener("click", () => {
      bucket = button.dataset.bucket;
      for (const other of document.querySelectorAll("[data-bucket]")) other.setAttribute("aria-pressed", String(other === button));
      fetchDay();
    });
  }
  chooseForm();
  return { fetch: fetchDay, showTotal: showSum };
}

/** The button that shows the table in place of the chart. */
function chooseForm() {
  const [button, table, chart] = ["as-table", "today-table", "chart-part"].map((id) => document.getElementById(id));
  button.addEventListener("click", () => {
    const isTable = table.classList.toggle("is-hidden") === false;
    chart.hidden = isTable;
    button.setAttribute("aria-expanded", String(isTable));
    put(button, isTable ? button.dataset.hide : button.dataset.show);
  });
}
