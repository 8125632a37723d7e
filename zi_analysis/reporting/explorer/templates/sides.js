// Evidence in the panel: settled counts with their pages, named awards, and what follows from the words.
const bodyOf = (row) => row.agency ?? say(`type_${row.scope === "national" ? "all" : row.agency_type}`);

const settledLabel = (row) => {
  const value = row.value !== null ? (row.rule === "part" || row.coverage === "partial" ? say("settled_at_least", { n: number(row.value) }) : number(row.value)) : say("settled_range", { low: number(row.low), high: number(row.high) });
  const extra = [row.basis === "cumulative" ? say("cumulative") : null, row.coverage === "partial" ? say("partial") : null];
  return [`${value} ${say(`measure.${row.measure}`)}`, bodyOf(row), say(`predicate.${row.predicate}`), row.year, ...extra].filter(Boolean).join(" · ");
};

const pageLink = (page, extra = null) => {
  const shown = page.publisher || page.source_id;
  const link = page.url ? make("a", { href: page.url, rel: "noopener noreferrer", target: "_blank" }, shown) : make("span", {}, `${shown} (${say("no_address")})`);
  const about = [page.published ?? say("undated"), page.title_or_subject].filter(Boolean).join(" · ");
  return make("li", {}, link, extra ? ` ${extra}` : null, " ", make("small", {}, about), " ", make("small", { class: "id" }, page.source_id));
};

const pageList = (ids) =>
  make("ul", { class: "pagelist" }, ids.map((id) => {
    const count = counts.get(id);
    const how = count.derived === "no" ? "" : ` (${say(`derived_${count.derived}`)})`;
    return pageLink(pages[count.page], say("tells", { n: number(count.value) }) + how);
  }));

const settleSentence = (row) => {
  const told = [say(`settle_${row.rule}`), row.publishers === 1 ? say("publishers_one") : say("publishers_n", { n: row.publishers })];
  if (row.low !== row.high && row.low !== null) told.push(say("told_range", { low: number(row.low), high: number(row.high) }));
  return `${told[0]} ${told[1]}. ${told[2] ?? ""}`;
};

const settledItem = (row, open) =>
  make("details", { open }, make("summary", {}, settledLabel(row)), make("p", {}, settleSentence(row)), pageList(row.count_ids), make("small", { class: "id" }, row.settled_id));

const awardLabel = (award) => [award.unit, award.agency, award.predicate ?? say("not_split"), award.year].join(" · ");

const awardItem = (award, open = false) =>
  make("details", { open }, make("summary", {}, awardLabel(award)), make("ul", { class: "pagelist" }, award.pages.map((page) => pageLink(pages[page]))), make("small", { class: "id" }, award.award_key));

const FEW = 6;
const folded = (items) => {
  const list = make("ul", { class: "evidence" }, items.slice(0, FEW).map((item) => make("li", {}, item)));
  if (items.length <= FEW) return [list];
  const more = make("button", { type: "button", onclick: () => {
    const first = items.slice(FEW).map((item) => make("li", {}, item));
    list.append(...first);
    more.remove();
    first[0].querySelector("summary").focus();
  } }, say("more_lines", { n: number(items.length) }));
  return [list, more];
};

const evidenceLists = (ids, keys, heading = "h4") => {
  const rows = ids.map((id) => settled.get(id)).filter(Boolean);
  const named = keys.map((key) => awards.get(key)).filter(Boolean);
  const wide = (row) => (row.scope === "national" ? 0 : row.scope === "agency_type" ? 1 : 2);
  rows.sort((a, b) => wide(a) - wide(b) || (b.value ?? b.low) - (a.value ?? a.low) || (a.settled_id < b.settled_id ? -1 : 1));
  const content = [];
  if (rows.length) content.push(make(heading, {}, `${say("published")} (${number(rows.length)})`), ...folded(rows.map((row) => settledItem(row, rows.length <= 2))));
  if (named.length) content.push(make(heading, {}, `${say("names")} (${number(named.length)})`), ...folded(named.map((award) => awardItem(award, named.length <= 2))));
  return content;
};

const evidenceOf = (places) => {
  const held = places.map((line) => lines[line]);
  const ids = [...new Set(held.flatMap((line) => line.evidence))];
  const logic = held.filter((line) => !line.evidence.length);
  const content = evidenceLists(ids.filter((id) => settled.has(id)), ids.filter((id) => awards.has(id)));
  if (logic.length) {
    const list = make("ul", { class: "listing", lang: "en" }, logic.map((line) => make("li", {}, line.text)));
    content.push(make("details", {}, make("summary", {}, `${say("logic")} (${number(logic.length)})`), make("p", { class: "soft" }, say("logic_note")), list));
  }
  return content;
};

const awardSide = (award) => [
  make("p", { class: "answer" }, award.unit),
  make("p", { class: "answer-label" }, [award.agency, award.predicate ?? say("not_split"), award.year].join(" · ")),
  make("p", {}, `${say("track")}: ${say(`track_${award.track}`)}. ${say("status")}: ${say(`status_${award.status}`)}.${award.year_basis === "stated" ? "" : ` ${capital(say("year_inferred"))}.`}`),
  make("h3", {}, say("sources")),
  make("ul", { class: "pagelist" }, award.pages.map((page) => pageLink(pages[page]))),
  ...traceCommands([award.award_key]),
];
