// The list of named awards: search, filters, order, pages of rows, download.
const ROWS = 20;
const columns = ["year", "unit", "agency", "province", "predicate", "track", "status"];
const folding = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
for (const award of awards.values()) award.sought = folding(`${award.unit} ${award.agency} ${award.agency_id}`);

const columnName = (name) => say(name);
const shownValue = (award, name) => {
  if (name === "province") return award.province_id ? provinces.get(award.province_id).name : say("not_located");
  if (name === "predicate") return award.predicate ?? say("not_split");
  if (name === "track" || name === "status") return say(`${name}_${award[name]}`);
  return String(award[name]);
};

const filterAwards = ({ anywhere = false, search = true } = {}) => {
  const types = new Set(anywhere ? typesOf(state.agency_type) : typesOf(agencyType()));
  const sought = search ? folding(state.q).split(/\s+/).filter(Boolean) : [];
  return [...awards.values()].filter((award) =>
    award.year >= Number(state.from) && award.year <= Number(state.to)
    && types.has(award.agency_type)
    && (state.predicate === "all" || award.predicate === state.predicate)
    && (anywhere || state.province === "all" || award.province_id === state.province)
    && (state.track === "any" || award.track === state.track)
    && (state.status === "any" || award.status === state.status)
    && sought.every((word) => award.sought.includes(word)));
};

const sortAwards = (rows) => {
  const down = state.sort.startsWith("-");
  const name = state.sort.replace("-", "");
  const collator = new Intl.Collator(locales[language], { numeric: true });
  const compare = (a, b) => (name === "year" ? a.year - b.year : collator.compare(shownValue(a, name), shownValue(b, name)));
  return rows.sort((a, b) => (down ? -compare(a, b) : compare(a, b)) || (a.award_key < b.award_key ? -1 : 1));
};

const awardRow = (award) =>
  make("tr", { role: "row" }, columns.map((name) => {
    const heading = columnName(name);
    if (name === "unit") return make("th", { scope: "row", role: "rowheader" }, award.unit);
    if (name === "status" && award.status === "revoked") return make("td", { role: "cell", "data-h": heading }, make("span", { class: "badge revoked" }, shownValue(award, name)));
    return make("td", { role: "cell", "data-h": heading, class: name === "year" ? "y" : null }, shownValue(award, name));
  }), make("td", { role: "cell", "data-h": say("sources") }, sourcesButton(award)));

const sourcesButton = (award) => {
  const count = award.pages.length;
  return make("button", { type: "button", class: "number", "aria-label": say("award_from", { unit: award.unit }), onclick: () => openAward(award.award_key) }, say(count === 1 ? "award_pages" : "award_pages_many", { n: count }));
};

const fillHead = () => {
  const down = state.sort.startsWith("-");
  const name = state.sort.replace("-", "");
  const heads = columns.map((column) => {
    const sorted = column === name ? (down ? "descending" : "ascending") : null;
    const next = column === name && !down ? `-${column}` : column;
    return make("th", { scope: "col", "aria-sort": sorted, role: "columnheader" }, make("button", { type: "button", "data-sort": column, onclick: () => { change({ sort: next }); at("awards").querySelector(`[data-sort="${column}"]`).focus(); } }, columnName(column)));
  });
  at("awards").tHead.replaceChildren(make("tr", { role: "row" }, heads, make("th", { scope: "col", role: "columnheader" }, say("sources"))));
  const order = columns.flatMap((column) => [[column, "sort_up"], [`-${column}`, "sort_down"]].map(([value, key]) => make("option", { value }, say(key, { column: columnName(column) }))));
  at("find").elements.sort.replaceChildren(...order);
  at("find").elements.sort.value = state.sort;
};

const fillAwards = () => {
  fillHead();
  const rows = sortAwards(filterAwards());
  const last = Math.max(1, Math.ceil(rows.length / ROWS));
  state.page = Math.min(state.page, last);
  const start = (state.page - 1) * ROWS;
  const shown = rows.slice(start, start + ROWS);
  at("awards").tBodies[0].replaceChildren(...shown.map(awardRow));
  const found = say("rows_found", { n: number(rows.length), all: number(awards.size) });
  at("found").textContent = rows.length ? `${found}; ${say("rows_shown", { first: number(start + 1), last: number(start + shown.length) })}` : say("rows_none");
  at("awards").hidden = !rows.length;
  at("download").disabled = !rows.length;
  fillPages(last);
  const all = addYears(years.map((year) => { const cell = cells.get(`c-${year}-all-all`); return makeNumber(year, cell.lower, cell.upper, cell.status, { type: "bounds", id: cell.id }); }));
  const national = [...awards.values()].filter((award) => award.track === "national").length;
  const total = say("awards_total", { number: long({ ...all, kind: all.kind === "open" ? "open" : "exact" }).replace(/,[^,]*$/, (tail) => (all.kind === "open" ? tail : "")), first: years[0], last: years.at(-1) });
  at("awards-note").textContent = say("awards_note", { named: number(national), total });
};

const fillPages = (last) => {
  const go = (page, key) => make("button", { type: "button", "data-go": key, disabled: page < 1 || page > last, onclick: () => { change({ page }); (at("pages").querySelector(`[data-go="${key}"]:not([disabled])`) ?? at("pages").querySelector("button:not([disabled])"))?.focus(); } }, say(key));
  at("pages").hidden = last < 2;
  at("pages").replaceChildren(go(state.page - 1, "previous"), make("span", {}, `${number(state.page)} / ${number(last)}`), go(state.page + 1, "next"));
};

// A cell that a spreadsheet would run as a formula gets an apostrophe before it.
const csvCell = (value) => {
  let text = String(value ?? "");
  if (/^[\s]*[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const csvText = () => {
  const head = ["award_key", "year", "unit", "agency_id", "agency", "agency_type", "province", "predicate", "track", "status", "year_basis", "source_ids", "addresses"];
  const rows = sortAwards(filterAwards()).map((award) => {
    const read = award.pages.map((page) => pages[page]);
    const home = award.province_id ? provinces.get(award.province_id).name : "";
    return [award.award_key, award.year, award.unit, award.agency_id, award.agency, award.agency_type, home, award.predicate, award.track, award.status, award.year_basis, read.map((page) => page.source_id).join("|"), read.map((page) => page.url).filter(Boolean).join("|")];
  });
  return `\ufeff${[head, ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
};

const downloadAwards = () => {
  const address = URL.createObjectURL(new Blob([csvText()], { type: "text/csv;charset=utf-8" }));
  make("a", { href: address, download: `zi-awards-${data.version}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};
