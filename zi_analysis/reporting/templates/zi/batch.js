"use strict";
(() => {
  const form = document.querySelector(".find");
  const table = document.querySelector("table");
  const body = table.tBodies[0];
  const language = document.documentElement.lang;
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const numbers = new Intl.NumberFormat(language);
  const heads = [...table.tHead.rows[0].cells];
  const find = (id) => document.getElementById(id);
  const controls = ["q", "type", "place", "sort"].map(find).filter(Boolean);
  const [search, count, reset] = [find("q"), find("count"), form.querySelector("[type=reset]")];

  const fold = (text) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const textOf = (element, mark) => element.querySelector(mark)?.textContent ?? "";

  // the pictures' words are left out of the search: every row holds every year
  const items = [...body.rows, ...document.querySelectorAll(".failed li")].map((element, place) => ({
    element,
    place,
    words: ` ${["th, .t", ".g", ".p"].map((mark) => fold(textOf(element, mark))).join(" ")} ${[
      ...element.querySelectorAll(".f"),
    ].map((cell) => fold(cell.textContent)).join(" ")}`,
    type: textOf(element, ".g"),
    home: textOf(element, ".p"),
  }));
  const rows = items.filter((item) => item.element.parentNode === body);
  let sorted = "";

  const chosen = (id) => {
    const select = find(id);
    return select?.value ? select.selectedOptions[0].text : "";
  };

  // a term is the beginning of a word, so that "batu" finds Kota Batu and not Sumbatu
  const terms = () =>
    fold(search.value)
      .split(" ")
      .filter(Boolean)
      .map((term) => ` ${term.replace(/^pem(?=kab|kot|prov)/, "")}`);

  const filter = () => {
    const [wanted, type, home] = [terms(), chosen("type"), chosen("place")];
    let shown = 0;
    for (const item of items) {
      const fits =
        (!type || item.type === type) && (!home || item.home === home) && wanted.every((term) => item.words.includes(term));
      if (item.element.hidden === fits) item.element.hidden = !fits;
      shown += fits;
    }
    for (const cause of document.querySelectorAll(".cause")) cause.hidden = !cause.querySelector("li:not([hidden])");
    for (const box of document.querySelectorAll(".failed")) box.hidden = !box.querySelector("li:not([hidden])");
    const words = shown ? count.dataset.some : count.dataset.none;
    const told = words.replace("{shown}", numbers.format(shown)).replace("{all}", numbers.format(items.length));
    if (count.textContent !== told) count.textContent = told;
    reset.hidden = controls.every((control) => !control.value);
  };

  const compareNumbers = (one, two) => {
    for (let part = 0; part < 2; part += 1) {
      const difference = (one[part] ?? Infinity) - (two[part] ?? Infinity);
      if (difference) return difference;
    }
    return 0;
  };

  const sort = () => {
    const wanted = find("sort").value;
    if (wanted === sorted) return;
    sorted = wanted;
    const [down, key] = wanted.startsWith("-") ? [-1, wanted.slice(1)] : [1, wanted];
    const column = heads.findIndex((head) => key && head.dataset.key === key);
    const numeric = heads[column]?.dataset.kind === "number";
    const keyed = rows.map((row) => {
      const cell = row.element.cells[column];
      const value = numeric ? cell.dataset.v?.split(" ").map(Number) : cell?.textContent;
      return { row, value: value || null };
    });
    const compare = numeric ? compareNumbers : collator.compare;
    if (column >= 0)
      keyed.sort((one, two) => {
        // what is unknown stands last, whichever way
        if (one.value === null || two.value === null) return (one.value === null) - (two.value === null) || one.row.place - two.row.place;
        return down * compare(one.value, two.value) || one.row.place - two.row.place;
      });
    body.append(...keyed.map((entry) => entry.row.element));
    for (const head of heads.filter((candidate) => candidate.dataset.key))
      head.setAttribute("aria-sort", head !== heads[column] ? "none" : down < 0 ? "descending" : "ascending");
  };

  const remember = () => {
    const state = new URLSearchParams(controls.filter((one) => one.value).map((one) => [one.id, one.value]));
    const hash = state.size ? `#${state}` : "";
    if (location.hash !== hash) history.replaceState(null, "", location.href.split("#")[0] + hash);
  };

  const show = () => {
    sort();
    filter();
  };

  const recall = () => {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const control of controls) {
      control.value = (state.get(control.id) ?? "").slice(0, 200);
      if (control.selectedIndex === -1) control.value = "";
    }
    show();
  };

  let waiting;
  const change = () => {
    clearTimeout(waiting);
    show();
    remember();
  };

  // rows drawn as boxes lose their meaning in some browsers
  const mean = (elements, role) => [...elements].forEach((element) => element.setAttribute("role", role));
  mean([table], "table");
  mean([table.tHead, body], "rowgroup");
  mean(table.rows, "row");
  mean(heads, "columnheader");
  mean(body.querySelectorAll("th"), "rowheader");
  mean(body.querySelectorAll("td"), "cell");
  for (const head of heads.filter((candidate) => candidate.dataset.key)) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const [up, down] = [head.dataset.key, `-${head.dataset.key}`];
      const [first, second] = head.dataset.kind === "number" ? [down, up] : [up, down];
      find("sort").value = find("sort").value === first ? second : first;
      change();
    });
  }
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(change, 120);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && search.value) {
      search.value = "";
      event.preventDefault();
      change();
    }
  });
  form.addEventListener("change", change);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    change();
    body.querySelector("tr:not([hidden]) a")?.focus();
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const control of controls) control.value = "";
    change();
    search.focus();
  });
  addEventListener("hashchange", () => {
    if (location.hash !== "#list") recall();
  });
  form.hidden = false;
  recall();
})();
