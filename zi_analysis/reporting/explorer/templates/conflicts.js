// Facts that pages tell with more than one value, and the value chosen.
const publishersOf = (ids) => [...new Set(ids.map((id) => pages[counts.get(id).page].publisher))];

const conflictValue = (row) => {
  const used = row.chosen === "yes";
  const badge = make("span", { class: used ? "badge chosen" : "badge" }, say(used ? "chosen" : "not_chosen"));
  const told = ` ${say("told_by", { publishers: listing(publishersOf(row.count_ids)) })}`;
  return make("li", {}, make("span", { class: "value" }, number(row.value)), make("span", {}, badge, told));
};

// What a rule says of itself needs no more; a decision and a sum are told as they were written down.
const recordedReason = (fact) => {
  if (!["decision", "arithmetic"].includes(fact.rule)) return null;
  return make("p", {}, `${say("recorded_reason")}: `, make("span", { lang: "en" }, fact.reason));
};

const conflictCard = (id, rows) => {
  const fact = settled.get(id);
  const title = joined(capital(say(`measure.${fact.measure}`)), bodyOf(fact), say(`predicate.${fact.predicate}`), fact.year);
  const label = `${say("panel_heading")} ${title}`;
  const origin = button(say("panel_heading"), () => openSettled(id), { class: "number", "aria-label": label });
  return make("article", { class: "conflict", "data-fact": id },
    make("h3", {}, title),
    make("ul", {}, rows.map(conflictValue)),
    named("how_settled", say(`settle_${fact.rule}`)),
    recordedReason(fact),
    make("p", {}, origin));
};

const fillClashes = (shown) => {
  const clashes = contradictions.filter((line) => shown.includes(line.year));
  const ids = [...new Set(clashes.flatMap((line) => line.evidence))].filter((id) => settled.has(id));
  const told = say("contradictions", { years: listing([...new Set(clashes.map((line) => line.year))]) });
  const item = (id) => make("li", {}, button(settledLabel(settled.get(id)), () => openSettled(id), { class: "number" }));
  const list = make("ul", { class: "limits" }, ids.map(item));
  at("contradictions").replaceChildren(...(clashes.length ? [para(told, "soft"), list] : []));
};

const fillConflicts = () => {
  const shown = chosenYears();
  const facts = new Map();
  for (const row of conflicts.filter((one) => shown.includes(one.year))) {
    facts.set(row.settled_id, [...(facts.get(row.settled_id) ?? []), row]);
  }
  const note = facts.size ? say("conflicts_note", { n: number(facts.size) }) : say("conflicts_none");
  at("conflicts-note").textContent = note;
  at("conflicts").replaceChildren(...[...facts].map(([id, rows]) => conflictCard(id, rows)));
  fillClashes(shown);
};
