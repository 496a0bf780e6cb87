// Layers of the living circle on the shared map: who is covered, walls, gates, ways. Pattern first, colour second.
import { make, one } from "./dom.js";
import { say } from "./words.js";

const COVERS = ["covered", "not_covered", "not_mapped", "estimated_covered", "estimated_not_covered", "no_data"];
const GATES = ["open", "closed", "proposed"];
const PIXELS = 2;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function canvas(size) {
  const made = document.createElement("canvas");
  made.width = made.height = size;
  return [made.getContext("2d"), () => made.getContext("2d").getImageData(0, 0, size, size)];
}

// The one place that says how a status is drawn; the swatches of the page's legend repeat it in SVG.
function texture(pen, size, status) {
  if (status === "covered") {
    pen.fillStyle = colour("blue-line");
    pen.fillRect(0, 0, size, size);
  } else if (status === "not_covered") {
    pen.fillStyle = colour("ochre-soft");
    pen.fillRect(0, 0, size, size);
    pen.fillStyle = colour("ochre");
    for (const [x, y] of [[4, 4], [12, 12]]) {
      pen.beginPath();
      pen.arc(x, y, 2.2, 0, 7);
      pen.fill();
    }
  } else if (status === "not_mapped") {
    pen.fillStyle = colour("line");
    pen.fillRect(0, 0, size, size);
    pen.strokeStyle = colour("line-3");
    pen.lineWidth = 2;
    pen.beginPath();
    for (const at of [-16, 0, 16]) { pen.moveTo(at, 16); pen.lineTo(at + 16, 0); }
    pen.stroke();
  } else {
    pen.fillStyle = colour("card");
    pen.fillRect(0, 0, size, size);
  }
}

const edgeOf = { covered: "blue", estimated_covered: "blue", not_covered: "ochre", estimated_not_covered: "ochre", not_mapped: "line-3", no_data: "line-3" };

// A block without an outline is a disc in the same texture.
function disc(status) {
  const size = 44;
  const [pen, image] = canvas(size);
  const [tile] = canvas(16);
  texture(tile, 16, status);
  pen.beginPath();
  pen.arc(22, 22, 18, 0, 7);
  pen.fillStyle = pen.createPattern(tile.canvas, "repeat");
  pen.fill();
  pen.strokeStyle = colour(edgeOf[status]);
  pen.lineWidth = 4;
  if (status.startsWith("estimated")) pen.setLineDash([7, 5]);
  pen.stroke();
  return image();
}

// Open: a ring to walk through; shut: a bar across it; proposed: a dashed ring with a plus.
function gate(status) {
  const size = 40;
  const [pen, image] = canvas(size);
  pen.beginPath();
  pen.arc(20, 20, 14, 0, 7);
  pen.fillStyle = colour("card");
  pen.fill();
  pen.strokeStyle = colour({ open: "green", closed: "ink-2", proposed: "blue" }[status]);
  pen.lineWidth = 5;
  if (status === "proposed") pen.setLineDash([6, 4]);
  pen.stroke();
  pen.setLineDash([]);
  pen.beginPath();
  if (status === "closed") { pen.moveTo(11, 20); pen.lineTo(29, 20); }
  if (status === "proposed") { pen.moveTo(20, 12); pen.lineTo(20, 28); pen.moveTo(12, 20); pen.lineTo(28, 20); }
  pen.stroke();
  return image();
}

function facility() {
  const [pen, image] = canvas(36);
  pen.fillStyle = colour("ink");
  pen.fillRect(6, 6, 24, 24);
  pen.fillStyle = colour("card");
  pen.fillRect(13, 13, 10, 10);
  return image();
}

function images(map) {
  const add = (name, data) => map.hasImage(name) || map.addImage(name, data, { pixelRatio: PIXELS });
  for (const status of COVERS) {
    const [pen, image] = canvas(16);
    texture(pen, 16, status);
    add(`fill-${status}`, image());
    add(`disc-${status}`, disc(status));
  }
  for (const status of GATES) add(`gate-${status}`, gate(status));
  add("facility", facility());
}

const is = (kind) => ["==", ["get", "kind"], kind];
const LINES = [
  ["way", { "line-color": "line-2", "line-width": 2 }],
  ["wall", { "line-color": "ink", "line-width": 3 }],
  ["shortcut", { "line-color": "green", "line-width": 3, "line-dasharray": [1, 1] }],
  ["crossing", { "line-color": "ochre", "line-width": 5, "line-dasharray": [1, 0.6] }],
  ["before", { "line-color": "ochre", "line-width": 4, "line-dasharray": [2, 1.5] }],
  ["after", { "line-color": "blue", "line-width": 5 }],
];

function lines(map) {
  for (const [kind, { "line-color": paint, ...rest }] of LINES) {
    const layout = kind === "way" || kind === "wall" ? {} : { "line-cap": "butt" };
    map.addLayer({ id: `line-${kind}`, type: "line", source: "circle", filter: is(kind), layout, paint: { "line-color": colour(paint), ...rest } });
  }
}

function blocks(map) {
  const status = ["get", "status"];
  const flat = ["all", is("block"), ["==", ["geometry-type"], "Polygon"]];
  const dots = ["all", is("block"), ["==", ["geometry-type"], "Point"]];
  const edge = ["match", status, ...COVERS.flatMap((name) => [name, colour(edgeOf[name])]), colour("line-3")];
  const guessed = ["in", "estimated", status];
  map.addLayer({ id: "compound", type: "fill", source: "circle", filter: is("compound"), paint: { "fill-color": colour("card") } });
  map.addLayer({ id: "block", type: "fill", source: "circle", filter: flat, paint: { "fill-pattern": ["concat", "fill-", status] } });
  map.addLayer({ id: "block-edge", type: "line", source: "circle", filter: ["all", flat, ["!", guessed]], paint: { "line-color": edge, "line-width": 1.5 } });
  map.addLayer({ id: "block-guess", type: "line", source: "circle", filter: ["all", flat, guessed], paint: { "line-color": edge, "line-width": 2.5, "line-dasharray": [2, 1.5] } });
  lines(map);
  map.addLayer({ id: "disc", type: "symbol", source: "circle", filter: dots, layout: { "icon-image": ["concat", "disc-", status], "icon-allow-overlap": true } });
}

function marks(map, size) {
  const always = { "icon-allow-overlap": true, "icon-ignore-placement": true };
  const text = { "text-field": ["coalesce", ["get", "name"], ""], "text-size": size, "text-font": ["sans-serif"], "text-max-width": 8, "text-optional": true };
  const paint = { "text-color": colour("ink"), "text-halo-color": colour("card"), "text-halo-width": 2 };
  const under = { ...text, "text-anchor": "top", "text-offset": [0, 0.8] };
  map.addLayer({ id: "facility", type: "symbol", source: "circle", filter: is("facility"), layout: { ...always, ...under, "icon-image": "facility" }, paint });
  map.addLayer({ id: "gate", type: "symbol", source: "circle", filter: is("gate"), layout: { ...always, ...under, "icon-image": ["concat", "gate-", ["get", "status"]] }, paint });
  map.addLayer({ id: "cut", type: "circle", source: "circle", filter: ["all", is("crossing"), ["==", ["geometry-type"], "Point"]], paint: { "circle-radius": 8, "circle-color": colour("ochre-soft"), "circle-stroke-color": colour("ochre"), "circle-stroke-width": 3 } });
  map.addLayer({ id: "compound-name", type: "symbol", source: "circle", filter: is("label"), layout: text, paint: { ...paint, "text-halo-width": 3 } });
}

// What was tapped says its words below the map, with a link where there is one: read aloud, no window over the map.
function telling(map, element, go) {
  const line = element.parentElement && one("[data-map-told]", element.parentElement);
  const touch = ["gate", "facility", "disc", "block", "line-crossing", "cut"];
  map.on("click", (event) => {
    const [hit] = map.queryRenderedFeatures(event.point, { layers: touch });
    if (!line || !hit) return;
    const { name = "", words = "", url = "" } = hit.properties;
    const said = [name, words].filter(Boolean).join(" · ");
    line.replaceChildren(said, ...(url ? [" ", make("button", { class: "button button-quiet", type: "button", onclick: () => go(url) }, say("open_it"))] : []));
  });
  for (const layer of touch) {
    map.on("mouseenter", layer, () => map.getCanvas().classList.add("is-link"));
    map.on("mouseleave", layer, () => map.getCanvas().classList.remove("is-link"));
  }
}

export function drawCircle(map, element, collection, { go, middle, picks }) {
  images(map);
  const plain = (text) => String(text || "").replace(/（/g, "(").replace(/）/g, ")"); // wide brackets lose their ink when drawn small
  const features = collection.features.filter((feature) => feature.geometry).map((feature) => ({ ...feature, properties: { ...feature.properties, name: plain(feature.properties.name) } }));
  const labels = features.filter((feature) => feature.properties.kind === "compound").map((feature) => ({
    type: "Feature", properties: { kind: "label", name: feature.properties.name }, geometry: { type: "Point", coordinates: middle(feature.geometry) },
  }));
  map.addSource("circle", { type: "geojson", data: { type: "FeatureCollection", features: [...features, ...labels] } });
  blocks(map);
  marks(map, parseFloat(getComputedStyle(element).fontSize) * 0.82);
  if (!picks) telling(map, element, go);
  return features;
}
