"use strict";
// Filters, sorts and opens what the page already says. Without it, the page only lacks its form.
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const status = document.getElementById("shown");
  const body = document.querySelector("#work tbody");
  const all = [...document.querySelectorAll("details.finding")];
  const sections = [...document.querySelectorAll("section.patient")];
  const rows = [...body.rows].map((row, index) => ({
    row,
    index,
    details: document.getElementById(row.dataset.for),
    count: Number(row.dataset.count),
    words: null,
  }));
  const total = rows.reduce((sum, { count }) => sum + count, 0);

  // How a click on a column's head sorts.
  const keys = {
    severity: ({ row }) => -Number(row.dataset.rank),
    patient: ({ row }) => Number(row.dataset.number),
    rule: ({ row }) => row.dataset.rule,
    clean: ({ row }) => Number(row.dataset.clean),
    prescriber: ({ row }) => row.cells[4].textContent || "\uffff",
  };

  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  const sort = (by, down) => {
    const key = keys[by];
    const sorted = [...rows];
    if (key) {
      const sign = down ? -1 : 1;
      const keyed = sorted.map((entry) => [key(entry), entry]);
      keyed.sort((a, b) => sign * compare(a[0], b[0]) || a[1].index - b[1].index);
      body.append(...keyed.map(([, entry]) => entry.row));
    } else {
      body.append(...sorted.map((entry) => entry.row));
    }
    document.querySelectorAll("#work th[data-key]").forEach((head) => {
      if (head.dataset.key === by) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  };

  const words = (entry) => {
    entry.words ??= `${entry.row.textContent} ${entry.details.textContent}`.toLowerCase();
    return entry.words;
  };

  const filter = (state) => {
    const severities = state.getAll("severity");
    const rule = state.get("rule");
    const text = (state.get("text") || "").trim().toLowerCase();
    let shown = 0;
    for (const entry of rows) {
      const { row, details } = entry;
      const fits = severities.includes(row.dataset.severity)
        && (!rule || rule === row.dataset.rule)
        && (!text || words(entry).includes(text));
      row.hidden = !fits;
      details.hidden = !fits;
      shown += fits ? entry.count : 0;
    }
    for (const section of sections) {
      section.hidden = !section.querySelector("details.finding:not([hidden])");
    }
    status.textContent = `${shown} of ${total} findings shown`;
  };

  let order = { by: "", down: false };
  const apply = () => {
    const state = new URLSearchParams(new FormData(form));
    if (order.by) state.set("sort", `${order.down ? "-" : ""}${order.by}`);
    filter(state);
    history.replaceState(null, "", `#${state}`);
  };

  document.querySelectorAll("#work th[data-key]").forEach((head) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const by = head.dataset.key;
      order = { by, down: order.by === by && !order.down };
      sort(order.by, order.down);
      apply();
    });
  });

  const open = document.getElementById("open");
  const openAll = (now) => {
    all.forEach((details) => { details.open = now; });
    open.textContent = now ? "Close all details" : "Open all details";
  };
  open.addEventListener("click", () => openAll(open.textContent.startsWith("Open")));

  // A link to a finding or rule opens it. A link can also carry a choice: report.html#severity=high&sort=patient
  const follow = () => {
    const hash = decodeURIComponent(location.hash.slice(1));
    const target = hash.includes("=") ? null : document.getElementById(hash);
    if (target && target.tagName === "DETAILS") {
      target.open = true;
      target.scrollIntoView();
      target.querySelector("summary").focus();
    }
  };
  const given = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
  for (const name of ["rule", "text"]) {
    if (given.has(name)) form.elements[name].value = given.get(name);
  }
  if (given.has("severity")) {
    form.querySelectorAll("[name=severity]").forEach((box) => {
      box.checked = given.getAll("severity").includes(box.value);
    });
  }
  const by = given.get("sort") || "";
  order = { by: by.replace(/^-/, ""), down: by.startsWith("-") };
  if (order.by) sort(order.by, order.down);
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", follow);
  form.hidden = false;
  filter(new URLSearchParams(new FormData(form)));
  follow();
})();
