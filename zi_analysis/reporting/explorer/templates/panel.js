// "Where does this number come from?": a dialog that goes from a number to the pages it was read on.
const panel = at("panel");
let trail = [];

const openPanel = (one, series = null) => showPanel({ number: one, series });
const openAward = (key) => showPanel({ award: key });
const openSettled = (id) => showPanel({ settled: id });

const showPanel = (view, { keep = true } = {}) => {
  if (!panel.open) trail = [];
  if (keep) trail.push(view);
  at("panel-body").replaceChildren(...panelContent(view));
  at("panel-back").hidden = trail.length < 2;
  if (!panel.open) panel.showModal();
  panel.scrollTop = 0;
  at("panel-heading").focus();
};

const panelContent = (view) => {
  if (view.award) return awardSide(awards.get(view.award));
  if (view.settled) return [settledItem(settled.get(view.settled), true), ...traceCommands([view.settled])];
  return numberSide(view.number, view.series);
};

const wirePanel = () => {
  at("panel-close").addEventListener("click", () => panel.close());
  at("panel-back").addEventListener("click", () => {
    trail.pop();
    showPanel(trail.at(-1), { keep: false });
  });
  panel.addEventListener("click", (event) => {
    if (event.target === panel) panel.close();
  });
};

const answerText = (one) => {
  if (one.kind === "unknown") return capital(say("state_unknown"));
  return one.kind === "open" ? capital(long(one)) : short(one);
};

const sureOf = (one) => say(`sure_one_${one.dashed ? "sum" : one.kind}`);
const named = (key, ...rest) => make("p", {}, make("strong", {}, `${say(key)}: `), ...rest);

const answer = (one, label) => [
  para(answerText(one), "answer"),
  para(label, "answer-label"),
  named("panel_status", sureOf(one)),
];

const numberSide = (one, series) => {
  const tellers = { bounds: boundsSide, place: placeSide, rate: rateSide, sum: sumSide, existing: existingSide };
  return tellers[one.origin.type](one, series, one.origin);
};

const boundsLabel = (id) => {
  const cell = cells.get(id);
  const row = cell ?? exposures.get(id);
  const what = say(`measure.${row.measure ?? "units_awarded"}`);
  return joined(what, say(`type_${row.agency_type}`), cell && say(`predicate.${cell.predicate}`), row.year);
};

const boundsSide = (one, series, { id }) => {
  const row = cells.get(id) ?? exposures.get(id);
  const content = answer(one, boundsLabel(id));
  if (row.measure === "agencies_existing") content.push(para(say("from_register")));
  else content.push(...directSide(row), ...sidesOf(row, one));
  const clash = contradictions.some((line) => line.year === row.year);
  if (clash) content.push(para(say("year_warning", { year: row.year }), "note"));
  return [...content, ...traceCommands([id])];
};

// The settled count of this very body, predicate and measure, where pages tell one.
const directSide = (row) => {
  const body = row.agency_type === "all" ? "national" : row.agency_type;
  const told = settled.get(`s-${row.year}-${body}-${row.predicate ?? "all"}-${row.measure ?? "units_awarded"}`);
  if (!told) return [];
  return [make("h3", {}, say("told_directly")), make("ul", { class: "evidence" }, make("li", {}, settledItem(told, true)))];
};

const lowerSide = (row) => {
  const none = !row.lower || !row.lower_lines.length;
  const title = make("h3", {}, say("panel_lower", { n: number(row.lower) }));
  return [title, ...(none ? [para(say("no_lower"))] : evidenceOf(row.lower_lines))];
};

const upperSide = (row) => {
  const none = row.upper === null || onlyLimit(row);
  const title = make("h3", {}, say("panel_upper", { n: none ? "–" : number(row.upper) }));
  if (row.upper === null) return [title, para(say("no_upper"))];
  return [title, ...(none ? [para(say("limit_only", { n: number(row.upper) }))] : evidenceOf(row.upper_lines))];
};

const sidesOf = (row, one) => {
  if (one.kind === "exact" && row.lower_lines.join() === row.upper_lines.join()) {
    return [make("h3", {}, say("panel_exact")), ...evidenceOf(row.lower_lines)];
  }
  return [...lowerSide(row), ...upperSide(row)];
};

const placeSide = (one, series, origin) => {
  const name = provinces.get(origin.province).name;
  const split = origin.what.startsWith("units_") && say(`predicate.${origin.predicate}`);
  const label = joined(say(`measure.${origin.what}`), groupName(origin.group), name, split, origin.year);
  const ids = [...new Set(origin.rows.flatMap((row) => row.settled_ids))];
  const keys = [...new Set(origin.rows.flatMap((row) => row.award_keys))];
  const content = answer(one, label);
  if (origin.empty) content.push(para(say("no_body", { place: name })));
  else if (!ids.length && !keys.length) content.push(para(say("place_none")));
  else content.push(para(say("place_is", { place: name })), ...evidenceLists(ids, keys, "h3"));
  return [...content, ...traceCommands([...ids, ...keys])];
};

const ratePart = (key, part) => {
  if (!part) return para(say("rates_place"));
  const label = partLabel(part);
  return named(key, numberButton(part, { name: label }), ` (${stateName(part)}) · ${label}`);
};

const rateSide = (one, series, { won, tried }) => {
  const what = `${say(`predicate.${series.predicate}`)} ${say(`per.${state.exposure}`)}`;
  const content = answer(one, joined(what, series.name, one.year));
  content.push(para(say("rate_is")), ratePart("numerator", won), ratePart("denominator", tried));
  if (one.interval) content.push(para(`${chanceOf(one)}. ${say("chance_note")}`, "soft"));
  return [...content, ...traceCommands([won, tried].map((part) => part?.origin.id).filter(Boolean))];
};

const partLabel = ({ origin }) => {
  if (origin.type === "bounds") return boundsLabel(origin.id);
  if (origin.type === "existing") return joined(say("measure.agencies_existing"), origin.place);
  return joined(say(`measure.${origin.what}`), provinces.get(origin.province).name);
};

const sumSide = (one, series, { numbers }) => {
  const item = (part) => make("li", {}, `${part.year}: `, numberButton(part, series), ` (${stateName(part)})`);
  return [...answer(one, headlineLabel()), para(say("sum_is")), make("ul", { class: "listing" }, numbers.map(item))];
};

const existingSide = (one, series, { place: name }) => [
  ...answer(one, joined(say("measure.agencies_existing"), name)),
  para(say("from_register")),
];

const traceCommand = (id) => {
  const command = `zi trace ${id}`;
  const copy = button(say("copy"), (event) => copyText(command, event.currentTarget));
  return make("div", { class: "command" }, make("code", {}, command), copy);
};

const traceCommands = (ids) => {
  if (!ids.length) return [];
  const rest = ids.length - FEW;
  const more = rest > 0 && para(say("trace_more", { n: number(rest) }), "soft");
  return [make("h3", {}, say("trace_again")), ...ids.slice(0, FEW).map(traceCommand), more].filter(Boolean);
};

const copyText = async (text, button) => {
  const usual = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = say("copied");
  } catch {
    button.textContent = say("copy_by_hand");
  }
  setTimeout(() => { button.textContent = usual; }, 2000);
};
