// The charts and the tables that hold the same numbers.
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const dark = matchMedia("(prefers-color-scheme: dark)");
const digits = (hex) => (hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit) : hex.slice(1).match(/../g));
const channels = (hex) => digits(hex).map((pair) => Number.parseInt(pair, 16));
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
  axis: {
    labelColor: style("--soft"),
    labelFontSize: 12,
    gridColor: style("--line"),
    domainColor: style("--edge"),
  },
});

const endOf = ({ kind, lower, upper }) => (kind === "unknown" ? 0 : kind === "range" ? upper : lower);

const chartRows = (numbers) =>
  numbers.map((one, key) => ({
    year: String(one.year),
    lower: one.kind === "unknown" ? 0 : one.lower,
    upper: one.upper,
    end: endOf(one),
    kind: one.kind,
    dashed: one.dashed,
    key,
    label: short(one),
    alt: `${one.year}: ${long(one)}`,
  }));

// The largest number shown, with room for its label and for the arrow of one without an upper bound.
const topOf = (numbers) => {
  const ends = numbers.map((one) => endOf(one) * (one.kind === "open" ? 1.16 : 1));
  return (at("counts").clientWidth < NARROW ? 1.32 : 1.12) * Math.max(0.001, ...ends);
};

const changesOfRules = (shown) =>
  rules
  .filter((rule) => rule.first_year > shown[0] && rule.first_year <= shown.at(-1))
  .map((rule) => ({ year: String(rule.first_year), label: rule.rules }));

const chartColours = (hue) => {
  const own = dark.matches ? mix(hue, "#ffffff", 0.72) : hue;
  const pale = mix(own, style("--paper"), dark.matches ? 0.45 : 0.42);
  return { hue: own, pale, ink: style("--ink"), soft: style("--soft"), paper: style("--paper") };
};

const chartSpec = (series, shown, width, top) => {
  const lying = width < NARROW;
  const spec = structuredClone(charts[lying ? "lying" : "upright"]);
  const set = { ...chartColours(series.hue), top };
  for (const parameter of spec.params) parameter.value = set[parameter.name];
  spec.datasets = { rows: chartRows(series.numbers), rules: changesOfRules(shown) };
  spec.width = Math.max(120, width - (lying ? 62 : 52));
  spec.height = lying ? 30 * shown.length + 6 : 230;
  spec.autosize = { type: "pad" };
  spec.padding = { left: 2, right: lying ? 8 : 2, top: 4, bottom: 2 };
  return spec;
};

const chartBox = (series, title) => {
  const told = make("p", { class: "told", "aria-hidden": "true" });
  const plot = make("div", { class: "plot" });
  return { plot, told, box: make("div", { class: "chart" }, make("h3", {}, title), plot, told) };
};

// Marks take the focus one at a time; arrows move it, Enter and a click open the panel.
const wireMarks = (plot, told, series) => {
  const keyOf = (mark) => mark.__data__.datum.key;
  const marks = [...plot.querySelectorAll('[role="button"]')].sort((a, b) => keyOf(a) - keyOf(b));
  const tell = (mark) => { told.textContent = mark.getAttribute("aria-label"); };
  const open = (mark) => openPanel(series.numbers[keyOf(mark)], series);
  marks.forEach((mark, index) => {
    mark.setAttribute("tabindex", index ? "-1" : "0");
    mark.addEventListener("click", () => open(mark));
    mark.addEventListener("focus", () => tell(mark));
    mark.addEventListener("pointerenter", () => tell(mark));
    mark.addEventListener("keydown", (event) => {
      const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -index, End: marks.length - 1 - index };
      if (event.key === "Enter" || event.key === " ") open(mark);
      else if (event.key in steps) moveFocus(mark, marks[index + steps[event.key]]);
      else return;
      event.preventDefault();
    });
  });
};

const moveFocus = (from, to) => {
  if (!to) return;
  from.setAttribute("tabindex", "-1");
  to.setAttribute("tabindex", "0");
  to.focus();
};

const describeChart = (series, title, shown) => {
  const parts = series.numbers.map((one) => `${one.year} ${long(one)}`).join("; ");
  return say("chart_alt", { title, first: shown[0], last: shown.at(-1), parts });
};

const drawOne = async ({ holder, series, title, top }) => {
  const shown = chosenYears();
  const { plot, told, box } = chartBox(series, title);
  holder.append(box);
  const spec = { ...chartSpec(series, shown, holder.clientWidth, top), description: describeChart(series, title, shown) };
  const result = await vegaEmbed(plot, spec, {
    actions: false,
    ast: true, // expressions are read and not compiled, so that the page's policy can forbid code made from text
    renderer: "svg",
    defaultStyle: false,
    tooltip: false,
    config: chartConfig(),
    formatLocale: { ...separators[language], grouping: [3], currency: ["", ""] },
  });
  wireMarks(plot, told, series);
  return result;
};

// Charts side by side share a scale, unless they are of types whose counts differ by an order of magnitude.
const chartJobs = (id, list, titleOf) => {
  const top = topOf(list.flatMap((series) => series.numbers));
  const own = list.length > 1 && state.split === "type";
  return list.map((series) => ({
    holder: at(id),
    series,
    title: titleOf(series),
    top: own ? topOf(series.numbers) : top,
  }));
};

const drawCharts = async () => {
  for (const result of drawn) result.finalize();
  const mine = [];
  drawn = mine;
  const kinds = { counts: [countSeries(), countTitle], rates: [rateSeries(), rateTitle] };
  const jobs = Object.entries(kinds).flatMap(([id, [list, titleOf]]) => {
    at(id).replaceChildren();
    fillTwin(id, list);
    return chartJobs(id, list, titleOf);
  });
  for (const job of jobs) {
    const result = await drawOne(job);
    if (mine !== drawn) return result.finalize(); // another choice was made meanwhile
    mine.push(result);
  }
};

const seriesName = (series) => (series.name === series.predicate ? groupName(series.group) : series.name);
const countTitle = (series) => {
  const what = `${capital(say(`measure.${measure()}`))}, ${say(`predicate.${series.predicate}`)}`;
  return joined(what, seriesName(series), place()?.name);
};
const rateTitle = (series) => {
  const what = `${say(`predicate.${series.predicate}`)} ${say(`per.${state.exposure}`)}`;
  return joined(what, seriesName(series), place()?.name);
};

const numberButton = (one, series) => {
  const label = say("trace_number", { label: `${series.name} ${one.year ?? ""}`.trim(), value: long(one) });
  return button(short(one), () => openPanel(one, series), { class: "number", "aria-label": label });
};

const chanceOf = ({ interval }) => `${say("chance")} ${number(interval.low, 1)}–${number(interval.high, 1)}`;

const twinCell = (one, series) => {
  const about = joined(stateName(one), one.interval && chanceOf(one));
  return make("td", {}, numberButton(one, series), make("small", {}, about));
};

const fillTwin = (id, list) => {
  const head = [say("year"), ...list.map((series) => series.name)];
  const rows = chosenYears().map((year, index) => {
    const numbers = list.map((series) => twinCell(series.numbers[index], series));
    return make("tr", {}, make("th", { scope: "row" }, String(year)), numbers);
  });
  const table = make("table", {},
    make("caption", {}, say(`${id}_heading`)),
    make("thead", {}, make("tr", {}, head.map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, rows));
  at(`${id}-twin`).querySelector(".wide").replaceChildren(table);
  const note = at(`${id}-twin`).querySelector("p");
  if (note) note.hidden = !list.some((series) => series.numbers.some((one) => one.interval));
};
