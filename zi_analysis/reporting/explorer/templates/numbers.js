// From the choice to numbers: each has lower, upper, a kind and the origin that the panel tells.
const makeNumber = (year, lower, upper, status, origin, limit = false) => {
  const open = upper === null || limit;
  let kind = open ? "open" : lower === upper ? "exact" : "range";
  if (status === "unknown") kind = "unknown";
  return { year, lower, upper, status, kind, dashed: kind === "range" && status === "sum", origin, decimals: 0 };
};

// Bounds that only the number of existing agencies makes are no knowledge of a count.
const onlyLimit = ({ upper, upper_lines: held }) =>
  upper !== null && held.length > 0 && held.every((line) => !lines[line].evidence.length);

const boundsNumber = (table, id) => {
  const row = table.get(id);
  const limit = table === exposures && onlyLimit(row);
  return makeNumber(row.year, row.lower, row.upper, row.status, { type: "bounds", id }, limit);
};

const countNumber = (what, group, kindOf, year) => {
  const home = place();
  if (home) return placeNumber(home.province_id, group, what, kindOf, year);
  if (what === "units_awarded") return boundsNumber(cells, `c-${year}-${group}-${kindOf}`);
  return boundsNumber(exposures, `e-${year}-${group}-${what}`);
};

const placeNumber = (province, group, what, kindOf, year) => {
  const origin = { type: "place", province, group, what, predicate: kindOf, year, rows: [] };
  const units = what.startsWith("units_");
  const unitMeasure = { proposing: "units_proposed", evaluated: "units_evaluated", awarded: "units_awarded" };
  const told = units ? what : unitMeasure[what.split("_")[1]];
  let lower = 0;
  let upper = 0;
  for (const name of typesOf(group)) {
    if (!local.get(placeKey(province, name, year))?.most) continue;
    const row = places.get(placeKey(province, name, year, told, kindOf));
    if (row) origin.rows.push(row);
    lower += row ? (units ? row.lower : row.bodies) : 0;
    upper = upper === null || !row || !units || row.upper === null ? null : upper + row.upper;
  }
  origin.empty = upper === 0 && !origin.rows.length;
  return makeNumber(year, lower, upper, lower || upper !== null ? "bounded" : "unknown", origin);
};

const existingNumber = (group, year) => {
  const home = place();
  if (!home) return countNumber("agencies_existing", group, "all", year);
  const each = typesOf(group).map((name) => local.get(placeKey(home.province_id, name, year))?.agencies ?? 0);
  const total = each.reduce((sum, one) => sum + one, 0);
  return makeNumber(year, total, total, "exact", { type: "existing", place: home.name });
};

// What awards are compared with; for one province only the register counts it.
const triedNumber = (group, year) => {
  if (state.exposure === "agencies_existing") return existingNumber(group, year);
  return place() ? null : countNumber(state.exposure, group, "all", year);
};

// The bounds of both numbers carried through; no more units are awarded than proposed.
const rateBounds = (won, tried) => {
  const most = state.exposure === "units_proposed" ? 100 : null;
  const lower = tried.upper ? (100 * won.lower) / tried.upper : 0;
  let upper = won.upper !== null && tried.lower > 0 ? (100 * won.upper) / tried.lower : most;
  if (most !== null && upper !== null) upper = Math.min(upper, most);
  return { lower, upper, empty: !lower && (upper === null || upper === most) };
};

const rateNumber = (group, kindOf, year) => {
  const won = countNumber("units_awarded", group, kindOf, year);
  const tried = triedNumber(group, year);
  const unknown = { ...makeNumber(year, 0, null, "unknown", { type: "rate", won, tried }), decimals: 1 };
  if (!tried || won.kind === "unknown" || tried.kind === "unknown") return unknown;
  const { lower, upper, empty } = rateBounds(won, tried);
  if (empty) return unknown;
  const exact = won.kind === "exact" && tried.kind === "exact";
  const kind = upper === null ? "open" : exact ? "exact" : "range";
  const dashed = kind === "range" && (won.status === "sum" || tried.status === "sum");
  const interval = exact ? intervals.get(`${won.origin.id} ${tried.origin.id}`) : null;
  return { ...unknown, lower, upper, status: kind, kind, dashed, interval };
};

const groupName = (group) => say(`type_${group}`);
const hueOf = (group, kindOf) => {
  if (state.split === "predicate" && kindOf !== "all") return colours.predicate[kindOf];
  const typed = state.split === "type" || (state.agency_type !== "all" && !place());
  return typed && group !== "all" ? colours.type[group] : colours.type.central;
};

// The series side by side: name, group, predicate, hue; one of them when nothing is compared.
const listSeries = (withPredicate) => {
  const group = agencyType();
  const kindOf = withPredicate ? state.predicate : "all";
  if (state.split === "predicate" && withPredicate && state.predicate === "all") {
    return ["WBK", "WBBM"].map((name) => ({ name, group, predicate: name }));
  }
  if (state.split === "type" && typesOf(group).length > 1) {
    return typesOf(group).map((name) => ({ name: groupName(name), group: name, predicate: kindOf }));
  }
  return [{ name: groupName(group), group, predicate: kindOf }];
};

const countSeries = () =>
  listSeries(tellsPredicate()).map((one) => ({
    ...one,
    hue: hueOf(one.group, one.predicate),
    numbers: chosenYears().map((year) => countNumber(measure(), one.group, one.predicate, year)),
  }));

const rateSeries = () =>
  listSeries(true).map((one) => ({
    ...one,
    hue: hueOf(one.group, one.predicate),
    numbers: chosenYears().map((year) => rateNumber(one.group, one.predicate, year)),
  }));

// A rate with no bound from below but zero: what it is compared with has no upper bound.
const atMost = ({ kind, lower, decimals }) => kind === "range" && decimals > 0 && lower === 0;
const short = ({ kind, lower, upper, decimals }) => {
  if (kind === "unknown") return "?";
  if (kind === "exact") return number(lower, decimals);
  if (atMost({ kind, lower, decimals })) return `≤${number(upper, decimals)}`;
  return kind === "open" ? `≥${number(lower, decimals)}` : `${number(lower, decimals)}–${number(upper, decimals)}`;
};
const long = (one) => {
  if (one.kind === "unknown") return say("state_unknown");
  if (one.kind === "open") return `${say("state_open")} ${number(one.lower, one.decimals)}`;
  if (atMost(one)) return `${say("state_most")} ${number(one.upper, one.decimals)}`;
  return `${short(one)}, ${stateName(one)}`;
};
const stateName = (one) => say(one.dashed ? "state_sum" : `state_${one.kind}`);

const addYears = (numbers) => {
  const lower = numbers.reduce((sum, one) => sum + one.lower, 0);
  const closed = numbers.every((one) => one.upper !== null && one.kind !== "open" && one.kind !== "unknown");
  const upper = closed ? numbers.reduce((sum, one) => sum + one.upper, 0) : null;
  const status = lower || closed ? "bounded" : "unknown";
  return { ...makeNumber(null, lower, upper, status, { type: "sum", numbers }), dashed: false };
};
