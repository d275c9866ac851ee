"use strict";
// Filters and sorts what the page already says. Without it, the page only lacks its form.
(() => {
  const form = document.getElementById("filter");
  const status = document.getElementById("shown");
  const root = document.getElementById("findings");
  const groups = [...root.children];
  const articles = [...root.querySelectorAll("article")];
  const homes = new Map(articles.map((article) => [article, article.parentNode]));
  const flat = document.createElement("section");
  flat.setAttribute("aria-label", "Findings, sorted");
  root.append(flat);

  const keys = {
    patient: (a) => [Number(a.dataset.number)],
    rule: (a) => [a.dataset.rule],
    day: (a) => [Number(a.dataset.day)],
  };

  const compare = (a, b) => {
    for (let i = 0; i < a.length; i += 1) {
      if (a[i] < b[i]) return -1;
      if (a[i] > b[i]) return 1;
    }
    return 0;
  };

  const sort = (by) => {
    const key = keys[by];
    if (!key) {
      articles.forEach((article) => homes.get(article).append(article));
      return;
    }
    const keyed = articles.map((article, index) => [[...key(article), index], article]);
    keyed.sort((a, b) => compare(a[0], b[0]));
    flat.append(...keyed.map(([, article]) => article));
  };

  const filter = (state) => {
    const severities = state.getAll("severity");
    const patient = (state.get("patient") || "").trim().toLowerCase();
    let shown = 0;
    for (const article of articles) {
      const fits = severities.includes(article.dataset.severity)
        && (!state.get("rule") || state.get("rule") === article.dataset.rule)
        && article.dataset.patient.toLowerCase().includes(patient);
      article.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const section of root.querySelectorAll("section")) {
      section.hidden = !section.querySelector("article:not([hidden])");
    }
    status.textContent = `${shown} of ${articles.length} findings shown`;
  };

  const apply = () => {
    const state = new URLSearchParams(new FormData(form));
    sort(state.get("sort"));
    filter(state);
    return state;
  };

  // A link can carry the choice: report.html#severity=high&sort=rule
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of ["rule", "patient", "sort"]) {
    if (given.has(name)) form.elements[name].value = given.get(name);
  }
  if (given.has("severity")) {
    form.querySelectorAll("[name=severity]").forEach((box) => {
      box.checked = given.getAll("severity").includes(box.value);
    });
  }
  form.addEventListener("input", () => history.replaceState(null, "", `#${apply()}`));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
