// The tiles of provinces: named awards of local governments; pressing one chooses the province.
const levelOf = (count) => (count === 0 ? 0 : count < 3 ? 1 : count < 8 ? 2 : count < 20 ? 3 : 4);
const tiles = new Map();

const buildTiles = () => {
  const groups = new Map();
  for (const one of provinces.values()) {
    if (!groups.has(one.group)) groups.set(one.group, make("div", { class: "group" }));
    const tile = make("button", { type: "button", class: "tile", "data-province": one.province_id, onclick: () => change({ province: state.province === one.province_id ? "all" : one.province_id }) },
      make("span", { class: "name short", "aria-hidden": "true" }, one.short),
      make("span", { class: "name full", "aria-hidden": "true" }, one.name),
      make("span", { class: "n", "aria-hidden": "true" }));
    tile.style.gridRow = one.row;
    tile.style.gridColumn = one.column;
    tiles.set(one.province_id, tile);
    groups.get(one.group).append(tile);
  }
  for (const [name, group] of groups) at("tiles").append(make("h3", { "data-t": `group_${name}` }), group);
};

const fillTiles = () => {
  const located = new Map();
  let central = 0;
  for (const award of filterAwards({ anywhere: true, search: false })) {
    if (award.province_id) located.set(award.province_id, (located.get(award.province_id) ?? 0) + 1);
    else central += 1;
  }
  for (const [id, tile] of tiles) {
    const count = located.get(id) ?? 0;
    const name = provinces.get(id).name;
    tile.dataset.level = levelOf(count);
    tile.setAttribute("aria-pressed", String(state.province === id));
    tile.setAttribute("aria-label", count ? say("tile", { place: name, n: number(count) }) : say("tile_none", { place: name }));
    tile.title = tile.getAttribute("aria-label");
    tile.querySelector(".n").textContent = count ? number(count) : "–";
  }
  at("places-central").textContent = say("places_central", { n: number(central) });
};
