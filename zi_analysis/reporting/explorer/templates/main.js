// The headline, the wiring of the controls, and the first view.
const numberWords = (one) => {
  if (one.kind === "unknown") return say("number_unknown");
  if (one.kind === "range") return say("number_range", { low: number(one.lower), high: number(one.upper) });
  return say(one.kind === "exact" ? "number_exact" : "number_least", { n: number(one.lower) });
};

const yearsWords = (shown) => {
  const key = shown.length === 1 ? "years_one" : "years_many";
  return say(key, { first: shown[0], last: shown.at(-1) });
};

const headlineRest = (shown, single = false) => {
  const form = single ? "one" : "many";
  return say(`head_${measure()}`, {
    units: say(`units_${form}`),
    were: say(`were_${form}`),
    who: say(`in_${agencyType()}`),
    bodies: say(`agencies_${agencyType()}`),
    place: place() ? say("in_place", { place: place().name }) : "",
    predicate: say(`won_${predicate()}`),
    years: yearsWords(shown),
  });
};
const headlineLabel = () => headlineRest(chosenYears()).replace(/\.$/, "");

const sureWords = (numbers) => {
  if (numbers.length === 1) return sureOf(numbers[0]);
  const told = ["exact", "range", "open", "unknown"].flatMap((kind) => {
    const those = numbers.filter((one) => one.kind === kind).map((one) => one.year);
    return those.length ? [say(`sure_${kind}`, { n: those.length, which: those.join(", ") })] : [];
  });
  return say("sure_many", { parts: told.join("; ") });
};

// One number for the choice: of the only year, the sum of years, or for agencies the latest year that is known.
const headlineNumber = (numbers) => {
  if (numbers.length === 1) return [numbers[0], ""];
  if (state.counting === "units") return [addYears(numbers), say("twice")];
  const known = numbers.filter((one) => one.kind !== "unknown");
  return [known.at(-1) ?? numbers.at(-1), say("latest_year")];
};

const fillHeadline = () => {
  const shown = chosenYears();
  const group = agencyType();
  const numbers = shown.map((year) => countNumber(measure(), group, predicate(), year));
  const [one, extra] = headlineNumber(numbers);
  const series = { name: groupName(group), group, predicate: predicate() };
  const marks = { id: "headline-number", "aria-describedby": "sure" };
  const told = headlineRest(one.year ? [one.year] : shown, one.lower === 1 && one.kind !== "range");
  at("headline").replaceChildren(button(numberWords(one), () => openPanel(one, series), marks), ` ${told}`);
  at("sure").textContent = `${sureWords(numbers)} ${extra}`.trim();
};

const fillNote = (id, text) => {
  at(id).textContent = text;
  at(id).hidden = !text;
};

const fillNotes = () => {
  const notes = [];
  if (place()) notes.push(say(state.agency_type === "central" ? "note_central_place" : "note_place"));
  const apart = state.predicate !== "all" || state.split === "predicate";
  if (apart && !tellsPredicate()) notes.push(say(state.counting === "agencies" ? "note_agencies" : "note_predicate"));
  fillNote("note", notes.join(" "));
  fillNote("rates-note", place() && state.exposure !== "agencies_existing" ? say("rates_place") : "");
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

// What only the list of awards depends on; all else draws the charts again.
const ofList = ["q", "track", "status", "sort", "page"];

const change = (changes) => {
  const before = state;
  state = { ...state, ...changes };
  if (state.from > state.to) state = { ...state, ...("from" in changes ? { to: state.from } : { from: state.to }) };
  const chosen = Object.keys(state).filter((name) => before[name] !== state[name]);
  if (!chosen.length) return; // a row drawn anew between the press and the release of a button would lose the click
  if (chosen.some((name) => name !== "page" && name !== "language")) state.page = 1;
  render();
  if (chosen.some((name) => !ofList.includes(name))) drawCharts();
};

const followAddress = () => {
  if (location.hash && !location.hash.includes("=")) return;
  state = readHash();
  render();
  drawCharts();
};

const skipToResults = (event) => {
  event.preventDefault(); // the address keeps the choice
  at("results").focus();
  at("results").scrollIntoView();
};

const wire = () => {
  const takes = ({ target }) => {
    if (target.name in state) change({ [target.name]: target.value });
  };
  for (const id of ["choices", "find", "exposure"]) at(id).addEventListener("change", takes);
  for (const id of ["choices", "find"]) at(id).addEventListener("submit", (event) => event.preventDefault());
  at("find").elements.q.addEventListener("input", takes);
  at("choices").addEventListener("reset", (event) => {
    event.preventDefault();
    change({ ...initial(), language: state.language });
  });
  at("share").addEventListener("click", (event) => copyText(location.href, event.currentTarget));
  at("download").addEventListener("click", downloadAwards);
  for (const one of document.querySelectorAll("[data-language]")) {
    one.addEventListener("click", () => change({ language: one.dataset.language }));
  }
  document.querySelector(".skip").addEventListener("click", skipToResults);
  addEventListener("hashchange", followAddress);
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

const fillProvinces = () => {
  const collator = new Intl.Collator("id");
  const sorted = [...provinces.values()].sort((a, b) => collator.compare(a.name, b.name));
  const options = sorted.map((one) => make("option", { value: one.province_id }, one.name));
  at("choices").elements.province.append(...options);
};

const start = async () => {
  state = readHash();
  at("explorer").hidden = false;
  fillProvinces();
  buildTiles();
  wirePanel();
  wire();
  render();
  await drawCharts();
  watchWidth();
  document.documentElement.dataset.ready = "yes";
};
start();
