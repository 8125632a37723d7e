// From the choice to numbers: each has lower, upper, a kind and the origin that the panel tells.
const makeNumber = (year, lower, upper, status, origin, limit = false) => {
  const open = upper === null || limit;
  let kind = open ? "open" : lower === upper ? "exact" : "range";
  if (status === "unknown" || (open && !lower)) kind = "unknown";
  return { year, lower, upper, status, kind, dashed: kind === "range" && status === "sum", origin, decimals: 0 };
};

// Bounds that only the number of existing agencies makes are no knowledge of a count.
const onlyLimit = (row) => row.upper !== null && row.upper_lines.length > 0 && row.upper_lines.every((line) => !lines[line].evidence.length);

const countNumber = (what, group, kindOf, year) => {
  const home = place();
  if (home) return placeNumber(home.province_id, group, what, kindOf, year);
  if (what === "units_awarded") {
    const id = `c-${year}-${group}-${kindOf}`;
    const cell = cells.get(id);
    return makeNumber(year, cell.lower, cell.upper, cell.status, { type: "bounds", id });
  }
  const id = `e-${year}-${group}-${what}`;
  const exposure = exposures.get(id);
  return makeNumber(year, exposure.lower, exposure.upper, exposure.status, { type: "bounds", id }, onlyLimit(exposure));
};

const placeNumber = (province, group, what, kindOf, year) => {
  const origin = { type: "place", province, group, what, predicate: kindOf, year, rows: [] };
  const units = what.startsWith("units_");
  const unitMeasure = { proposing: "units_proposed", evaluated: "units_evaluated", awarded: "units_awarded" };
  const told = units ? what : unitMeasure[what.split("_")[1]];
  let lower = 0;
  let upper = 0;
  for (const name of typesOf(group)) {
    if (!local.get([province, name, year].join())?.most) continue;
    const row = places.get([province, name, year, told, kindOf].join());
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
  const total = typesOf(group).reduce((sum, name) => sum + (local.get([home.province_id, name, year].join())?.agencies ?? 0), 0);
  return makeNumber(year, total, total, "exact", { type: "existing", place: home.name });
};

const rateNumber = (group, kindOf, year) => {
  const per = state.exposure;
  const won = countNumber("units_awarded", group, kindOf, year);
  const unknown = { year, lower: 0, upper: null, status: "unknown", kind: "unknown", dashed: false, decimals: 1 };
  const tried = per === "agencies_existing" ? existingNumber(group, year) : place() ? null : countNumber(per, group, "all", year);
  const origin = { type: "rate", won, tried };
  if (!tried || won.kind === "unknown" || tried.kind === "unknown") return { ...unknown, origin };
  const most = per === "units_proposed" ? 100 : null;
  const lower = tried.upper ? (100 * won.lower) / tried.upper : 0;
  let upper = won.upper !== null && tried.lower > 0 ? (100 * won.upper) / tried.lower : most;
  if (most !== null && upper !== null) upper = Math.min(upper, most);
  if (!lower && (upper === null || upper === most)) return { ...unknown, origin };
  const kind = upper === null ? "open" : won.kind === "exact" && tried.kind === "exact" ? "exact" : "range";
  const sums = won.status === "sum" || tried.status === "sum";
  const interval = kind === "exact" && per === "units_proposed" && !place() ? intervals.get(`${won.origin.id} ${tried.origin.id}`) : null;
  return { ...unknown, lower, upper, status: kind === "exact" ? "exact" : sums ? "sum" : "bounded", kind, dashed: kind === "range" && sums, origin, interval };
};

const groupName = (group) => say(`type_${group}`);
const hueOf = (group, kindOf) => {
  if (state.split === "predicate" && kindOf !== "all") return colours.predicate[kindOf];
  if (group !== "all" && (state.split === "type" || state.agency_type !== "all") && !place()) return colours.type[group];
  return state.split === "type" && group !== "all" ? colours.type[group] : colours.type.central;
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
