// What the page holds, and how it says it: tables as objects, words and numbers in the reader's language.
const holdings = JSON.parse(document.getElementById("holdings").textContent);
const { data, words, charts, choices, colours } = holdings;

const unpack = ({ columns, rows }) => rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));
const byKey = (rows, key) => new Map(rows.map((row) => [row[key], row]));

const cells = byKey(unpack(data.cells), "id");
const exposures = byKey(unpack(data.exposures), "id");
const settled = byKey(unpack(data.settled), "settled_id");
const counts = byKey(unpack(data.counts), "figure_id");
const awards = byKey(unpack(data.awards), "award_key");
const provinces = byKey(unpack(data.provinces), "province_id");
const intervals = new Map(unpack(data.intervals).map((row) => [`${row.cell_id} ${row.exposure_id}`, row]));
const lines = unpack(data.lines);
const pages = unpack(data.pages);
const rules = unpack(data.rules);
const conflicts = unpack(data.conflicts);
const contradictions = unpack(data.contradictions);
const placeKey = (...parts) => parts.join();
const placeOf = ({ province_id, agency_type, year }) => placeKey(province_id, agency_type, year);
const places = new Map(unpack(data.places).map((row) => [placeKey(placeOf(row), row.measure, row.predicate), row]));
const local = new Map(unpack(data.local).map((row) => [placeOf(row), row]));

let language = "en";
const locales = { en: "en-GB", id: "id-ID" };
const formats = {};

const say = (key, values = {}) => {
  const entry = words[key];
  if (!entry) throw new Error(`no words for ${key}`);
  return entry[language].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
};

const number = (value, decimals = 0) => {
  const key = language + decimals;
  formats[key] ??= new Intl.NumberFormat(locales[language], {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    roundingMode: "halfEven", // as the reports round
  });
  return formats[key].format(value);
};

const listing = (items) => new Intl.ListFormat(locales[language], { type: "conjunction" }).format(items.map(String));

// An element with attributes and children; text only ever becomes text, so nothing collected can act.
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

const para = (text, kind = null) => make("p", { class: kind }, text);
const button = (label, press, attributes = {}) => make("button", { type: "button", onclick: press, ...attributes }, label);
const joined = (...parts) => parts.filter(Boolean).join(" · ");
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const at = (id) => document.getElementById(id);

const translate = () => {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", say(element.dataset.label));
  }
  for (const one of document.querySelectorAll("[data-language]")) {
    one.setAttribute("aria-pressed", String(one.dataset.language === language));
  }
};
