// The tiles of provinces: named awards of local governments; pressing one chooses the province.
const levelOf = (count) => (count === 0 ? 0 : count < 3 ? 1 : count < 8 ? 2 : count < 20 ? 3 : 4);
const tiles = new Map();

const buildTile = (one) => {
  const press = () => change({ province: state.province === one.province_id ? "all" : one.province_id });
  const tile = button("", press, { class: "tile", "data-province": one.province_id });
  const parts = { "name short": one.short, "name full": one.name, n: "" };
  for (const [kind, text] of Object.entries(parts)) tile.append(make("span", { class: kind, "aria-hidden": "true" }, text));
  tile.style.gridRow = one.row;
  tile.style.gridColumn = one.column;
  return tile;
};

const buildTiles = () => {
  const groups = new Map();
  for (const one of provinces.values()) {
    if (!groups.has(one.group)) groups.set(one.group, make("div", { class: "group" }));
    tiles.set(one.province_id, buildTile(one));
    groups.get(one.group).append(tiles.get(one.province_id));
  }
  for (const [name, group] of groups) at("tiles").append(make("h3", { "data-t": `group_${name}` }), group);
};

const fillTile = (tile, id, count) => {
  const place = provinces.get(id).name;
  const label = count ? say("tile", { place, n: number(count) }) : say("tile_none", { place });
  tile.dataset.level = levelOf(count);
  tile.title = label;
  tile.setAttribute("aria-label", label);
  tile.setAttribute("aria-pressed", String(state.province === id));
  tile.querySelector(".n").textContent = count ? number(count) : "–";
};

// Central bodies are not located, so with them chosen the tiles count local governments, as the list of a province does.
const fillTiles = () => {
  const group = state.agency_type === "central" ? "local" : state.agency_type;
  const located = filterAwards({ types: typesOf(group), province: "all", sought: "" });
  const total = new Map();
  for (const award of located) total.set(award.province_id, (total.get(award.province_id) ?? 0) + 1);
  for (const [id, tile] of tiles) fillTile(tile, id, total.get(id) ?? 0);
  const central = filterAwards({ types: ["central"], province: "all", sought: "" }).length;
  at("places-central").textContent = say("places_central", { n: number(central) });
};
