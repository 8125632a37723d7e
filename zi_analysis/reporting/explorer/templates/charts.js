// The charts and the tables that hold the same numbers.
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const dark = matchMedia("(prefers-color-scheme: dark)");
const channels = (hex) => (hex.length === 4 ? [...hex.slice(1)].map((c) => c + c) : hex.slice(1).match(/../g)).map((c) => Number.parseInt(c, 16));
const mix = (hex, other, share) => {
  const [one, two] = [channels(hex), channels(other)];
  return `#${one.map((c, i) => Math.round(c * share + two[i] * (1 - share)).toString(16).padStart(2, "0")).join("")}`;
};
const separators = { en: { decimal: ".", thousands: "," }, id: { decimal: ",", thousands: "." } };
const NARROW = 640;
let drawn = [];

const chartConfig = () => ({
  background: "transparent",
  font: getComputedStyle(document.body).fontFamily,
  view: { stroke: null },
  axis: { labelColor: style("--soft"), labelFontSize: 12, gridColor: style("--line"), domainColor: style("--edge") },
});

const chartRows = (numbers, top) =>
  numbers.map((one, key) => {
    const { lower, upper, kind, dashed } = one;
    return { year: String(one.year), lower: kind === "unknown" ? 0 : lower, upper, kind, dashed, key, end: kind === "range" ? upper : kind === "unknown" ? 0 : Math.min(lower, top), label: short(one), alt: `${one.year}: ${long(one)}` };
  });

// The largest number shown, with room for its label and for the arrow of one without an upper bound.
const topOf = (numbers) => {
  const ends = numbers.map((one) => (one.kind === "unknown" ? 0 : one.kind === "range" ? one.upper : one.kind === "open" ? 1.16 * one.lower : one.lower));
  return (at("counts").clientWidth < NARROW ? 1.32 : 1.12) * Math.max(0.001, ...ends);
};

const changesOfRules = (shown) =>
  rules
    .filter((rule) => rule.first_year > shown[0] && rule.first_year <= shown.at(-1))
    .map((rule) => ({ year: String(rule.first_year), label: rule.rules }));

const chartSpec = (series, shown, width, top) => {
  const lying = width < NARROW;
  const spec = structuredClone(charts[lying ? "lying" : "upright"]);
  const hue = dark.matches ? mix(series.hue, "#ffffff", 0.72) : series.hue;
  const set = { hue, pale: mix(hue, style("--paper"), dark.matches ? 0.45 : 0.42), ink: style("--ink"), soft: style("--soft"), paper: style("--paper"), top };
  for (const parameter of spec.params) parameter.value = set[parameter.name];
  spec.datasets = { rows: chartRows(series.numbers, top), rules: changesOfRules(shown) };
  spec.width = Math.max(120, width - 52);
  spec.height = lying ? 30 * shown.length + 6 : 230;
  spec.autosize = { type: "pad" };
  spec.padding = { left: 2, right: lying ? 8 : 2, top: 4, bottom: 2 };
  if (lying) spec.width = Math.max(120, width - 62);
  return spec;
};

const chartBox = (series, title) => {
  const told = make("p", { class: "told", "aria-hidden": "true" });
  const plot = make("div", { class: "plot" });
  return { plot, told, box: make("div", { class: "chart" }, make("h3", {}, title), plot, told) };
};

// Marks take the focus one at a time; arrows move it, Enter and a click open the panel.
const wireMarks = (plot, told, series) => {
  const marks = [...plot.querySelectorAll('[role="button"]')];
  const numberOf = (mark) => series.numbers[mark.__data__.datum.key];
  marks.sort((a, b) => a.__data__.datum.key - b.__data__.datum.key);
  const tell = (mark) => { told.textContent = mark.getAttribute("aria-label"); };
  marks.forEach((mark, index) => {
    mark.setAttribute("tabindex", index ? "-1" : "0");
    mark.addEventListener("click", () => openPanel(numberOf(mark), series));
    mark.addEventListener("focus", () => tell(mark));
    mark.addEventListener("pointerenter", () => tell(mark));
    mark.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const to = event.key === "Home" ? 0 : event.key === "End" ? marks.length - 1 : step ? index + step : null;
      if (event.key === "Enter" || event.key === " ") openPanel(numberOf(mark), series);
      else if (to === null) return;
      else if (marks[to]) {
        mark.setAttribute("tabindex", "-1");
        marks[to].setAttribute("tabindex", "0");
        marks[to].focus();
      }
      event.preventDefault();
    });
  });
};

const drawOne = async (holder, series, title, top) => {
  const shown = chosenYears();
  const { plot, told, box } = chartBox(series, title);
  holder.append(box);
  const told_parts = listing(series.numbers.map((one) => `${one.year} ${long(one)}`));
  const spec = chartSpec(series, shown, holder.clientWidth, top);
  spec.description = say("chart_alt", { title, first: shown[0], last: shown.at(-1), parts: told_parts });
  const shape = separators[language];
  const result = await vegaEmbed(plot, spec, {
    actions: false, ast: true, renderer: "svg", defaultStyle: false, tooltip: false, config: chartConfig(),
    formatLocale: { ...shape, grouping: [3], currency: ["", ""] },
  });
  result.view.description(spec.description);
  wireMarks(plot, told, series);
  return result;
};

const drawCharts = async () => {
  const previous = drawn;
  drawn = [];
  for (const result of previous) result.finalize();
  const jobs = [];
  for (const [id, list, what] of [["counts", countSeries(), countTitle], ["rates", rateSeries(), rateTitle]]) {
    const holder = at(id);
    holder.replaceChildren();
    const top = topOf(list.flatMap((series) => series.numbers));
    for (const series of list) jobs.push([holder, series, what(series), list.length > 1 && state.split === "type" ? topOf(series.numbers) : top]);
    fillTwin(id, list);
  }
  const mine = drawn;
  for (const job of jobs) {
    const result = await drawOne(...job);
    if (mine !== drawn) return result.finalize();
    drawn.push(result);
  }
};

const seriesName = (series) => (series.name === series.predicate ? groupName(series.group) : series.name);
const countTitle = (series) =>
  `${capital(say(`measure.${measure()}`))}, ${say(`predicate.${series.predicate}`)} · ${seriesName(series)}${inPlace()}`;
const rateTitle = (series) =>
  `${say(`predicate.${series.predicate}`)} ${say(`per.${state.exposure}`)} · ${seriesName(series)}${inPlace()}`;
const inPlace = () => (place() ? ` · ${place().name}` : "");
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const numberButton = (one, series, label = short(one)) =>
  make("button", { type: "button", class: "number", "aria-label": say("trace_number", { label: `${series.name} ${one.year ?? ""}`.trim(), value: long(one) }), onclick: () => openPanel(one, series) }, label);

const fillTwin = (id, list) => {
  const withChance = id === "rates" && list.some((series) => series.numbers.some((one) => one.interval));
  const head = [say("year"), ...list.map((series) => series.name)];
  const rows = chosenYears().map((year, index) =>
    make("tr", {}, make("th", { scope: "row" }, String(year)),
      list.map((series) => {
        const one = series.numbers[index];
        const chance = one.interval ? ` · ${say("chance")} ${number(one.interval.low, 1)}–${number(one.interval.high, 1)}` : "";
        return make("td", {}, numberButton(one, series), make("small", {}, stateName(one) + chance));
      })),
  );
  const table = make("table", {},
    make("caption", {}, say(id === "counts" ? "counts_heading" : "rates_heading")),
    make("thead", {}, make("tr", {}, head.map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, rows));
  const holder = at(`${id}-twin`);
  holder.querySelector(".wide").replaceChildren(table);
  const note = holder.querySelector("p");
  if (note) note.hidden = !withChance;
};
