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

const answer = (one, label) => [
  make("p", { class: "answer" }, one.kind === "open" ? `${capital(say("state_open"))} ${number(one.lower, one.decimals)}` : one.kind === "unknown" ? capital(say("state_unknown")) : short(one)),
  make("p", { class: "answer-label" }, label),
  make("p", {}, make("strong", {}, `${say("panel_status")}: `), say(`sure_one_${one.dashed ? "sum" : one.kind}`)),
];

const numberSide = (one, series) => {
  const { origin } = one;
  const tell = { bounds: boundsSide, place: placeSide, rate: rateSide, sum: sumSide, existing: existingSide }[origin.type];
  return tell(one, series, origin);
};

const boundsLabel = (id) => {
  const cell = cells.get(id);
  const row = cell ?? exposures.get(id);
  const what = say(`measure.${cell ? "units_awarded" : row.measure}`);
  return [what, say(`type_${row.agency_type}`), cell ? say(`predicate.${cell.predicate}`) : null, row.year].filter(Boolean).join(" · ");
};

const boundsSide = (one, series, { id }) => {
  const row = cells.get(id) ?? exposures.get(id);
  const content = answer(one, boundsLabel(id));
  if (row.measure === "agencies_existing") content.push(make("p", {}, say("from_register")));
  else content.push(...directSide(row), ...sidesOf(row, one));
  if (contradictions.some((line) => line.year === row.year)) content.push(make("p", { class: "note" }, say("year_warning", { year: row.year })));
  return [...content, ...traceCommands([id])];
};

// The settled count of this very body, predicate and measure, where pages tell one.
const directSide = (row) => {
  const body = row.agency_type === "all" ? "national" : row.agency_type;
  const told = settled.get(`s-${row.year}-${body}-${row.predicate ?? "all"}-${row.measure ?? "units_awarded"}`);
  return told ? [make("h3", {}, say("told_directly")), make("ul", { class: "evidence" }, make("li", {}, settledItem(told, true)))] : [];
};

const sidesOf = (row, one) => {
  if (one.kind === "exact" && row.lower_lines.join() === row.upper_lines.join()) {
    return [make("h3", {}, say("panel_exact")), ...evidenceOf(row.lower_lines)];
  }
  const lower = row.lower_lines.length && row.lower ? evidenceOf(row.lower_lines) : [make("p", {}, say("no_lower"))];
  let upper = evidenceOf(row.upper_lines);
  if (row.upper === null) upper = [make("p", {}, say("no_upper"))];
  else if (onlyLimit(row)) upper = [make("p", {}, say("limit_only", { n: number(row.upper) }))];
  const bounds = [["panel_lower", row.lower, lower], ["panel_upper", row.upper, upper]];
  return bounds.flatMap(([key, value, parts]) => [make("h3", {}, say(key, { n: value === null || (key === "panel_upper" && onlyLimit(row)) ? "–" : number(value) })), ...parts]);
};

const placeSide = (one, series, origin) => {
  const name = provinces.get(origin.province).name;
  const label = [say(`measure.${origin.what}`), groupName(origin.group), name, origin.what.startsWith("units_") ? say(`predicate.${origin.predicate}`) : null, origin.year];
  const content = answer(one, label.filter(Boolean).join(" · "));
  const ids = [...new Set(origin.rows.flatMap((row) => row.settled_ids))];
  const keys = [...new Set(origin.rows.flatMap((row) => row.award_keys))];
  if (origin.empty) content.push(make("p", {}, say("no_body", { place: name })));
  else if (!ids.length && !keys.length) content.push(make("p", {}, say("place_none")));
  else content.push(make("p", {}, say("place_is", { place: name })), ...evidenceLists(ids, keys, "h3"));
  return [...content, ...traceCommands([...ids, ...keys])];
};

const rateSide = (one, series, { won, tried }) => {
  const label = [`${say("predicate." + (series?.predicate ?? "all"))} ${say(`per.${state.exposure}`)}`, series?.name, one.year].filter(Boolean).join(" · ");
  const content = [...answer(one, label), make("p", {}, say("rate_is"))];
  for (const [key, part] of [["numerator", won], ["denominator", tried]]) {
    if (!part) { content.push(make("p", {}, say("rates_place"))); continue; }
    content.push(make("p", {}, make("strong", {}, `${say(key)}: `), numberButton(part, { name: partLabel(part) }, short(part)), ` (${stateName(part)}) · ${partLabel(part)}`));
  }
  if (one.interval) content.push(make("p", { class: "soft" }, `${say("chance")}: ${number(one.interval.low, 1)}–${number(one.interval.high, 1)}. ${say("chance_note")}`));
  return [...content, ...traceCommands([won, tried].map((part) => part?.origin.id).filter(Boolean))];
};

const partLabel = ({ origin }) => {
  if (origin.type === "bounds") return boundsLabel(origin.id);
  return origin.type === "existing" ? `${say("measure.agencies_existing")} · ${origin.place}` : `${say(`measure.${origin.what}`)} · ${provinces.get(origin.province).name}`;
};

const sumSide = (one, series, { numbers }) => {
  const content = [...answer(one, headlineLabel()), make("p", {}, say("sum_is"))];
  const items = numbers.map((part) => make("li", {}, `${part.year}: `, numberButton(part, series), ` (${stateName(part)})`));
  return [...content, make("ul", { class: "listing" }, items)];
};

const existingSide = (one, series, origin) => [...answer(one, `${say("measure.agencies_existing")} · ${origin.place}`), make("p", {}, say("from_register"))];

const traceCommands = (ids) => {
  if (!ids.length) return [];
  const shown = ids.slice(0, 3).map((id) => {
    const command = `zi trace ${id}`;
    return make("div", { class: "command" }, make("code", {}, command), make("button", { type: "button", onclick: (event) => copyText(command, event.currentTarget) }, say("copy")));
  });
  return [make("h3", {}, say("trace_again")), ...shown];
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
