// The list of named awards: search, filters, order, pages of rows, download.
const ROWS = 20;
const columns = ["year", "unit", "agency", "province", "predicate", "track", "status"];
const folding = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
for (const award of awards.values()) award.sought = folding(`${award.unit} ${award.agency} ${award.agency_id}`);

const shownValue = (award, name) => {
  if (name === "province") return award.province_id ? provinces.get(award.province_id).name : say("not_located");
  if (name === "predicate") return award.predicate ?? say("not_split");
  if (name === "track" || name === "status") return say(`${name}_${award[name]}`);
  return String(award[name]);
};

const filterAwards = ({ types = typesOf(agencyType()), province = state.province, sought = state.q } = {}) => {
  const wanted = folding(sought).split(/\s+/).filter(Boolean);
  return [...awards.values()].filter((award) =>
    award.year >= Number(state.from) && award.year <= Number(state.to) &&
    types.includes(award.agency_type) &&
    (state.predicate === "all" || award.predicate === state.predicate) &&
    (province === "all" || award.province_id === province) &&
    (state.track === "any" || award.track === state.track) &&
    (state.status === "any" || award.status === state.status) &&
    wanted.every((word) => award.sought.includes(word)));
};

const sorting = () => ({ name: state.sort.replace("-", ""), down: state.sort.startsWith("-") });

const sortAwards = (rows) => {
  const { name, down } = sorting();
  const collator = new Intl.Collator(locales[language], { numeric: true });
  const values = new Map(rows.map((award) => [award, shownValue(award, name)]));
  const compare = (a, b) => collator.compare(values.get(a), values.get(b)) * (down ? -1 : 1);
  return rows.sort((a, b) => compare(a, b) || (a.award_key < b.award_key ? -1 : 1));
};

const awardCell = (award, name) => {
  const value = shownValue(award, name);
  if (name === "unit") return make("th", { scope: "row", role: "rowheader" }, value);
  const lost = name === "status" && award.status === "revoked";
  const shown = lost ? make("span", { class: "badge revoked" }, value) : value;
  return make("td", { role: "cell", "data-h": say(name), class: name === "year" ? "y" : null }, shown);
};

const awardRow = (award) => {
  const read = make("td", { role: "cell", "data-h": say("sources") }, sourcesButton(award));
  return make("tr", { role: "row" }, columns.map((name) => awardCell(award, name)), read);
};

const sourcesButton = (award) => {
  const count = award.pages.length;
  const text = say(count === 1 ? "award_pages" : "award_pages_many", { n: count });
  const label = say("award_from", { unit: award.unit });
  return button(text, () => openAward(award.award_key), { class: "number", "aria-label": label });
};

const headCell = (column) => {
  const { name, down } = sorting();
  const mine = column === name;
  const press = () => {
    change({ sort: mine && !down ? `-${column}` : column });
    at("awards").querySelector(`[data-sort="${column}"]`).focus();
  };
  const way = mine ? (down ? "descending" : "ascending") : null;
  const pressed = button(say(column), press, { "data-sort": column });
  return make("th", { scope: "col", role: "columnheader", "aria-sort": way }, pressed);
};

const fillHead = () => {
  const sources = make("th", { scope: "col", role: "columnheader" }, say("sources"));
  at("awards").tHead.replaceChildren(make("tr", { role: "row" }, columns.map(headCell), sources));
};

// On a phone the heads are out of sight: a list of the same orders stands in for them.
const fillOrder = () => {
  const order = at("find").elements.sort;
  const option = (value, key, column) => make("option", { value }, say(key, { column: say(column) }));
  const both = (name) => [option(name, "sort_up", name), option(`-${name}`, "sort_down", name)];
  order.replaceChildren(...columns.flatMap(both));
  order.value = state.sort;
};

const foundWords = (all, first, last) => {
  if (!all) return say("rows_none");
  const shown = say("rows_shown", { first: number(first), last: number(last) });
  return `${say("rows_found", { n: number(all), all: number(awards.size) })}; ${shown}`;
};

const fillAwards = () => {
  const rows = sortAwards(filterAwards());
  const last = Math.max(1, Math.ceil(rows.length / ROWS));
  state.page = Math.min(state.page, last);
  const start = (state.page - 1) * ROWS;
  const shown = rows.slice(start, start + ROWS);
  fillHead();
  fillOrder();
  at("awards").tBodies[0].replaceChildren(...shown.map(awardRow));
  at("found").textContent = foundWords(rows.length, start + 1, start + shown.length);
  at("awards").hidden = !rows.length;
  at("download").disabled = !rows.length;
  fillPages(last);
  fillAwardsNote();
};

// How few of the awards counted are known by name.
const fillAwardsNote = () => {
  const counted = addYears(years.map((year) => boundsNumber(cells, `c-${year}-all-all`)));
  const total = say("awards_total", { number: numberWords(counted).toLowerCase(), first: years[0], last: years.at(-1) });
  const known = [...awards.values()].filter((award) => award.track === "national").length;
  at("awards-note").textContent = say("awards_note", { named: number(known), total });
};

const fillPages = (last) => {
  const go = (page, key) => {
    const press = () => {
      change({ page });
      const again = at("pages").querySelector(`[data-go="${key}"]:not([disabled])`);
      (again ?? at("pages").querySelector("button:not([disabled])"))?.focus();
    };
    return button(say(key), press, { "data-go": key, disabled: page < 1 || page > last });
  };
  const place = make("span", {}, `${number(state.page)} / ${number(last)}`);
  at("pages").hidden = last < 2;
  at("pages").replaceChildren(go(state.page - 1, "previous"), place, go(state.page + 1, "next"));
};

// A cell that a spreadsheet would run as a formula gets an apostrophe before it.
const csvCell = (value) => {
  let text = String(value ?? "");
  if (/^[\s]*[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const csvColumns = {
  award_key: (award) => award.award_key,
  year: (award) => award.year,
  unit: (award) => award.unit,
  agency_id: (award) => award.agency_id,
  agency: (award) => award.agency,
  agency_type: (award) => award.agency_type,
  province: (award) => provinces.get(award.province_id)?.name,
  predicate: (award) => award.predicate,
  track: (award) => award.track,
  status: (award) => award.status,
  year_basis: (award) => award.year_basis,
  source_ids: (award) => award.pages.map((page) => pages[page].source_id).join("|"),
  addresses: (award) => award.pages.map((page) => pages[page].url).filter(Boolean).join("|"),
};

const csvText = () => {
  const rows = sortAwards(filterAwards()).map((award) => Object.values(csvColumns).map((tell) => tell(award)));
  const lined = [Object.keys(csvColumns), ...rows].map((row) => row.map(csvCell).join(","));
  return `\ufeff${lined.join("\r\n")}\r\n`; // the mark at the start tells spreadsheets that this is UTF-8
};

const downloadAwards = () => {
  const address = URL.createObjectURL(new Blob([csvText()], { type: "text/csv;charset=utf-8" }));
  make("a", { href: address, download: `zi-awards-${data.version}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};
