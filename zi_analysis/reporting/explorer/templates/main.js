// The headline, the wiring of the controls, and the first view.
const numberWords = (one) => {
  if (one.kind === "unknown") return say("number_unknown");
  if (one.kind === "range") return say("number_range", { low: number(one.lower), high: number(one.upper) });
  return say(one.kind === "exact" ? "number_exact" : "number_least", { n: number(one.lower) });
};

const yearsWords = (shown) => say(shown.length === 1 ? "years_one" : "years_many", { first: shown[0], last: shown.at(-1) });

const headlineRest = (shown, single = false) => {
  const form = single ? "one" : "many";
  const home = place() ? say("in_place", { place: place().name }) : "";
  return say(`head_${measure()}`, { units: say(`units_${form}`), were: say(`were_${form}`), who: say(`in_${agencyType()}`), bodies: say(`agencies_${agencyType()}`), place: home, predicate: say(`won_${predicate()}`), years: yearsWords(shown) });
};
const headlineLabel = () => headlineRest(chosenYears()).replace(/\.$/, "");

const sureWords = (numbers) => {
  if (numbers.length === 1) return say(`sure_one_${numbers[0].dashed ? "sum" : numbers[0].kind}`);
  const told = ["exact", "range", "open", "unknown"].flatMap((kind) => {
    const those = numbers.filter((one) => one.kind === kind);
    return those.length ? [say(`sure_${kind}`, { n: those.length, which: those.map((one) => one.year).join(", ") })] : [];
  });
  return say("sure_many", { parts: told.join("; ") });
};

const fillHeadline = () => {
  const shown = chosenYears();
  const group = agencyType();
  const numbers = shown.map((year) => countNumber(measure(), group, predicate(), year));
  const known = numbers.filter((one) => one.kind !== "unknown");
  const latest = state.counting === "agencies" && shown.length > 1;
  const one = numbers.length === 1 ? numbers[0] : latest ? (known.at(-1) ?? numbers.at(-1)) : addYears(numbers);
  const series = { name: groupName(group), group, predicate: predicate() };
  const button = make("button", { type: "button", id: "headline-number", "aria-describedby": "sure", onclick: () => openPanel(one, series) }, numberWords(one));
  at("headline").replaceChildren(button, ` ${headlineRest(latest ? [one.year] : shown, one.lower === 1 && one.kind !== "range")}`);
  const extra = latest ? say("latest_year") : measure() === "units_awarded" && shown.length > 1 ? say("twice") : "";
  at("sure").textContent = `${sureWords(numbers)} ${extra}`.trim();
};

const fillNotes = () => {
  const notes = [];
  if (place()) notes.push(say(state.agency_type === "central" ? "note_central_place" : "note_place"));
  if (!tellsPredicate() && (state.predicate !== "all" || state.split === "predicate")) notes.push(say(state.counting === "agencies" ? "note_agencies" : "note_predicate"));
  at("note").textContent = notes.join(" ");
  at("note").hidden = !notes.length;
  const rates = place() && state.exposure !== "agencies_existing";
  at("rates-note").textContent = rates ? say("rates_place") : "";
  at("rates-note").hidden = !rates;
};

const fillControls = () => {
  for (const form of [at("choices"), at("find")]) {
    for (const control of form.elements) {
      if (!(control.name in state)) continue;
      if (control.type === "radio") control.checked = control.value === state[control.name];
      else if (control.value !== String(state[control.name])) control.value = state[control.name];
    }
  }
  at("exposure").value = state.exposure;
};

const fillCite = () => {
  at("cite").textContent = say("cite", { program: data.program, version: data.version });
  at("version").textContent = data.version;
};

const render = () => {
  if (language !== state.language || !render.done) {
    language = state.language;
    translate();
  }
  render.done = true;
  fillHeadline();
  fillNotes();
  fillTiles();
  fillAwards();
  fillConflicts();
  fillControls();
  fillCite();
  writeHash();
};

const redrawn = ["language", "predicate", "stage", "counting", "agency_type", "province", "from", "to", "split", "exposure"];
const change = (changes) => {
  const before = state;
  state = { ...state, ...changes };
  if (state.from > state.to) state = { ...state, ...("from" in changes ? { to: state.from } : { from: state.to }) };
  const chosen = Object.keys(state).filter((name) => before[name] !== state[name]);
  if (!chosen.length) return; // a row drawn anew between the press and the release of a button would lose the click
  if (chosen.some((name) => name !== "page" && name !== "language")) state.page = changes.page ?? 1;
  render();
  if (chosen.some((name) => redrawn.includes(name))) drawCharts();
};

const wire = () => {
  const takes = (event) => { if (event.target.name in state) change({ [event.target.name]: event.target.value }); };
  at("choices").addEventListener("change", takes);
  at("choices").addEventListener("submit", (event) => event.preventDefault());
  at("choices").addEventListener("reset", (event) => { event.preventDefault(); change({ ...initial(), language: state.language }); });
  at("find").addEventListener("submit", (event) => event.preventDefault());
  at("find").addEventListener("change", takes);
  at("find").addEventListener("input", (event) => { if (event.target.name === "q") change({ q: event.target.value }); });
  at("exposure").addEventListener("change", takes);
  at("share").addEventListener("click", (event) => copyText(location.href, event.currentTarget));
  at("download").addEventListener("click", downloadAwards);
  for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", () => change({ language: button.dataset.language }));
  document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); at("results").focus(); at("results").scrollIntoView(); });
  addEventListener("hashchange", () => { if (location.hash.includes("=") || !location.hash) { state = readHash(); render(); drawCharts(); } });
  dark.addEventListener("change", drawCharts);
};

const watchWidth = () => {
  let width = at("counts").clientWidth;
  let timer = 0;
  new ResizeObserver(() => {
    if (Math.abs(at("counts").clientWidth - width) < 8) return;
    width = at("counts").clientWidth;
    clearTimeout(timer);
    timer = setTimeout(drawCharts, 150);
  }).observe(at("counts"));
};

const start = async () => {
  state = readHash();
  const select = at("choices").elements.province;
  const collator = new Intl.Collator("id");
  for (const one of [...provinces.values()].sort((a, b) => collator.compare(a.name, b.name))) select.append(make("option", { value: one.province_id }, one.name));
  at("explorer").hidden = false;
  buildTiles();
  wirePanel();
  wire();
  render();
  await drawCharts();
  watchWidth();
  document.documentElement.dataset.ready = "yes";
};
start();
