// Facts that pages tell with more than one value, and the value chosen.
const publishersOf = (ids) => [...new Set(ids.map((id) => pages[counts.get(id).page].publisher))];

const conflictCard = (id, rows) => {
  const fact = settled.get(id);
  const title = [say(`measure.${fact.measure}`), bodyOf(fact), say(`predicate.${fact.predicate}`), fact.year].join(" · ");
  const items = rows.map((row) =>
    make("li", {}, make("span", { class: "value" }, number(row.value)),
      make("span", {}, make("span", { class: row.chosen === "yes" ? "badge chosen" : "badge" }, say(row.chosen === "yes" ? "chosen" : "not_chosen")), ` ${say("told_by", { publishers: listing(publishersOf(row.count_ids)) })}`)));
  return make("article", { class: "conflict", "data-fact": id },
    make("h3", {}, capital(title)), make("ul", {}, items),
    make("p", {}, make("strong", {}, `${say("how_settled")}: `), say(`settle_${fact.rule}`)),
    fact.rule === "decision" || fact.rule === "arithmetic" ? make("p", {}, `${say("recorded_reason")}: `, make("span", { lang: "en" }, fact.reason)) : null,
    make("p", {}, make("button", { type: "button", class: "number", "aria-label": `${say("panel_heading")} ${title}`, onclick: () => openSettled(id) }, say("panel_heading"))));
};

const fillConflicts = () => {
  const shown = chosenYears();
  const facts = new Map();
  for (const row of conflicts) {
    if (!shown.includes(row.year)) continue;
    facts.set(row.settled_id, [...(facts.get(row.settled_id) ?? []), row]);
  }
  at("conflicts-note").textContent = facts.size ? say("conflicts_note", { n: number(facts.size) }) : say("conflicts_none");
  at("conflicts").replaceChildren(...[...facts].map(([id, rows]) => conflictCard(id, rows)));
  const clashes = contradictions.filter((line) => shown.includes(line.year));
  const ids = [...new Set(clashes.flatMap((line) => line.evidence))].filter((id) => settled.has(id));
  const told = say("contradictions", { years: listing([...new Set(clashes.map((line) => line.year))]) });
  const list = ids.map((id) => make("li", {}, make("button", { type: "button", class: "number", onclick: () => openSettled(id) }, settledLabel(settled.get(id)))));
  at("contradictions").replaceChildren(...(clashes.length ? [make("p", { class: "soft" }, told), make("ul", { class: "limits" }, list)] : []));
};
