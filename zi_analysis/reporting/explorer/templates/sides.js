// Evidence in the panel: settled counts with their pages, named awards, and what follows from the words.
const FEW = 6;
const bodyOf = (row) => row.agency ?? say(`type_${row.scope === "national" ? "all" : row.agency_type}`);

const settledValue = (row) => {
  if (row.value === null) return say("settled_range", { low: number(row.low), high: number(row.high) });
  const part = row.rule === "part" || row.coverage === "partial";
  return part ? say("settled_at_least", { n: number(row.value) }) : number(row.value);
};

const settledLabel = (row) => {
  const what = `${capital(say(`measure.${row.measure}`))}: ${settledValue(row)}`;
  const stock = row.basis === "cumulative" && say("cumulative");
  const part = row.coverage === "partial" && say("partial");
  return joined(what, bodyOf(row), say(`predicate.${row.predicate}`), row.year, stock, part);
};

const pageLink = (page, extra = "") => {
  const shown = page.publisher || page.source_id;
  const link = page.url
    ? make("a", { href: page.url, rel: "noopener noreferrer", target: "_blank" }, shown)
    : make("span", {}, `${shown} (${say("no_address")})`);
  const about = make("small", {}, joined(page.published ?? say("undated"), page.title_or_subject));
  return make("li", {}, link, ` ${extra} `, about, " ", make("small", { class: "id" }, page.source_id));
};

const countLink = (id) => {
  const count = counts.get(id);
  const how = count.derived === "no" ? "" : ` (${say(`derived_${count.derived}`)})`;
  return pageLink(pages[count.page], say("tells", { n: number(count.value) }) + how);
};

const pageList = (items) => make("ul", { class: "pagelist" }, items);

const settleSentence = (row) => {
  const told = [say(`settle_${row.rule}`)];
  if (row.publishers > 1) told.push(`${say("publishers_n", { n: row.publishers })}.`);
  const { low, high } = row;
  if (low !== null && low !== high) told.push(say("told_range", { low: number(low), high: number(high) }));
  return told.join(" ");
};

const evidenceItem = (label, id, open, ...content) =>
  make("details", { open }, make("summary", {}, label), ...content, make("small", { class: "id" }, id));

const settledItem = (row, open) => {
  const told = pageList(row.count_ids.map(countLink));
  return evidenceItem(settledLabel(row), row.settled_id, open, para(settleSentence(row)), told);
};

const awardLabel = (award) => joined(award.unit, award.agency, award.predicate ?? say("not_split"), award.year);
const awardPages = (award) => pageList(award.pages.map((page) => pageLink(pages[page])));
const awardItem = (award, open) => evidenceItem(awardLabel(award), award.award_key, open, awardPages(award));

// The first few items; a button brings the rest and moves the focus to them.
const folded = (items) => {
  const entries = items.map((item) => make("li", {}, item));
  const list = make("ul", { class: "evidence" }, entries.slice(0, FEW));
  if (items.length <= FEW) return [list];
  const show = (event) => {
    list.append(...entries.slice(FEW));
    event.currentTarget.remove();
    items[FEW].querySelector("summary").focus();
  };
  return [list, button(say("more_lines", { n: number(items.length) }), show)];
};

// Counts of the whole country first, then of types, then of agencies; the larger first.
const bySize = (a, b) => {
  const scopes = ["national", "agency_type", "agency"];
  const wider = scopes.indexOf(a.scope) - scopes.indexOf(b.scope);
  return wider || (b.value ?? b.low) - (a.value ?? a.low) || (a.settled_id < b.settled_id ? -1 : 1);
};

const evidenceLists = (ids, keys, heading = "h4") => {
  const listed = (key, rows, item) => {
    if (!rows.length) return [];
    const title = make(heading, {}, `${say(key)} (${number(rows.length)})`);
    return [title, ...folded(rows.map((row) => item(row, rows.length <= 2)))];
  };
  const rows = ids.map((id) => settled.get(id)).sort(bySize);
  return [...listed("published", rows, settledItem), ...listed("names", keys.map((key) => awards.get(key)), awardItem)];
};

const logicList = (held) => {
  const list = make("ul", { class: "listing", lang: "en" }, held.map((line) => make("li", {}, line.text)));
  const title = `${say("logic")} (${number(held.length)})`;
  return make("details", {}, make("summary", {}, title), para(say("logic_note"), "soft"), list);
};

const evidenceOf = (numbers) => {
  const held = numbers.map((line) => lines[line]);
  const ids = [...new Set(held.flatMap((line) => line.evidence))];
  const logic = held.filter((line) => !line.evidence.length);
  const content = evidenceLists(ids.filter((id) => settled.has(id)), ids.filter((id) => awards.has(id)));
  return logic.length ? [...content, logicList(logic)] : content;
};

const awardSide = (award) => {
  const told = [`${say("track")}: ${say(`track_${award.track}`)}.`, `${say("status")}: ${say(`status_${award.status}`)}.`];
  if (award.year_basis !== "stated") told.push(`${capital(say("year_inferred"))}.`);
  return [
    para(award.unit, "answer"),
    para(joined(award.agency, award.predicate ?? say("not_split"), award.year), "answer-label"),
    para(told.join(" ")),
    make("h3", {}, say("sources")),
    awardPages(award),
    ...traceCommands([award.award_key]),
  ];
};
