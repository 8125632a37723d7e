// The choice of the reader, kept after the # of the address.
const years = data.years;
const allowed = {
  ...choices,
  language: ["en", "id"],
  province: ["all", ...provinces.keys()],
  from: years.map(String),
  to: years.map(String),
  track: ["any", "national", "own", "unclear"],
  status: ["any", "held", "revoked"],
  sort: ["year", "unit", "agency", "province", "predicate", "track", "status"].flatMap((name) => [name, `-${name}`]),
};
const initial = () => ({
  language: (navigator.language || "en").toLowerCase().startsWith("id") ? "id" : "en",
  predicate: "all",
  stage: "awarded",
  counting: "units",
  agency_type: "all",
  province: "all",
  from: String(years[0]),
  to: String(years.at(-1)),
  split: "none",
  exposure: choices.exposure[0],
  q: "",
  track: "any",
  status: "any",
  sort: "-year",
  page: 1,
});
let state = initial();

const readHash = () => {
  const found = initial();
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    if (name === "q") found.q = value.slice(0, 100);
    else if (name === "page") found.page = Math.max(1, Math.min(999, Number.parseInt(value, 10) || 1));
    else if (allowed[name]?.includes(value)) found[name] = value;
  }
  if (found.from > found.to) [found.from, found.to] = [found.to, found.from];
  return found;
};

const writeHash = () => {
  const usual = initial();
  const told = Object.entries(state).filter(([name, value]) => name === "language" || value !== usual[name]);
  const hash = `#${new URLSearchParams(told.map(([name, value]) => [name, String(value)]))}`;
  if (hash !== location.hash) history.replaceState(null, "", hash);
};

const chosenYears = () => years.filter((year) => year >= Number(state.from) && year <= Number(state.to));
const place = () => (state.province === "all" ? null : provinces.get(state.province));
const parts = {
  all: ["central", "province", "regency", "city"],
  local: ["province", "regency", "city"],
  regency_city: ["regency", "city"],
};
const typesOf = (group) => parts[group] ?? [group];

// For one province only local governments are known, whatever type was chosen.
const agencyType = () => (place() && ["all", "central"].includes(state.agency_type) ? "local" : state.agency_type);
const measure = () => {
  const stage = state.counting === "agencies" && state.stage === "proposed" ? "proposing" : state.stage;
  return `${state.counting}_${stage}`;
};
const tellsPredicate = () => measure() === "units_awarded" || (Boolean(place()) && state.counting === "units");
const predicate = () => (tellsPredicate() ? state.predicate : "all");
