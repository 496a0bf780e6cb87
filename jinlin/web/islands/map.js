// Map island: our own polygons are the base layer, names are drawn by this machine, nothing is fetched from elsewhere.
import maplibregl from "maplibre-gl/dist/maplibre-gl-csp.js";
import { drawCircle } from "./circle.js";
import { all, follow, make, one } from "./dom.js";
import { asset, say } from "./words.js";

maplibregl.setWorkerUrl(asset("map-worker"));

const STEPS = 5;
const SHARES = [0, 60, 70, 80, 90]; // percent: lower limits of the classes of a rate
const CHINA = [[73, 17], [136, 54]];
const STYLE_WORDS = {
  "NavigationControl.ZoomIn": "+", "NavigationControl.ZoomOut": "-",
};

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// Five quiet blues from the card's colour to the action colour; no red: a map shows amounts, not blame.
function ramp() {
  const dark = document.documentElement.dataset.theme === "wall";
  return dark ? ["#16294a", "#1d4076", "#2b5ca8", "#3f79cc", "#5f9bef"] : ["#e8f0fd", "#c3d8fa", "#8fb6f4", "#4f8be8", "#0b57d0"];
}

// Class limits at round numbers starting at 1, so that a legend can be read aloud; 0 has the colour of the ground.
function limits(numbers) {
  const most = Math.max(1, ...numbers);
  const raw = most / STEPS;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, [1, 2, 5, 10].map((unit) => unit * power).find((unit) => unit >= raw));
  const cuts = Array.from({ length: STEPS }, (_, place) => (step === 1 ? place + 1 : Math.max(1, place * step)));
  return cuts.filter((cut) => cut <= most);
}

// Stripes for "none to count" and dots for "too few": a pattern says what no colour may.
function pattern(kind) {
  const size = 16;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  pen.fillStyle = colour("card");
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = pen.fillStyle = colour("line-3");
  pen.lineWidth = 1.5;
  pen.beginPath();
  if (kind === "few") for (const at of [4, 12]) pen.rect(at - 1, at - 1, 2, 2);
  else for (const at of [-size, 0, size]) { pen.moveTo(at, size); pen.lineTo(at + size, 0); }
  pen.stroke();
  return pen.getImageData(0, 0, size, size);
}

// Of a rate or a mean: round steps from 0; a high rate is told apart where it differs, from 60 per cent on.
function measured(numbers, share) {
  const told = numbers.filter(Boolean).sort((a, b) => a - b);
  const most = told[told.length - 1] || 0;
  if (share && told[Math.floor(told.length / 2)] >= SHARES[1]) return SHARES;
  const raw = (most || 1) / STEPS;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((unit) => unit * power).find((unit) => unit >= raw * 0.999);
  return Array.from({ length: STEPS }, (_, place) => Number((place * step).toPrecision(6)));
}

function eachPoint(coordinates, act) {
  if (typeof coordinates[0] === "number") act(coordinates);
  else for (const part of coordinates) eachPoint(part, act);
}

function boxOf(features) {
  const box = new maplibregl.LngLatBounds();
  for (const { geometry } of features) if (geometry && geometry.coordinates) eachPoint(geometry.coordinates, (point) => box.extend(point));
  return box;
}

// Where an area's name stands: the middle of its largest ring's box, good enough for a label.
function middle(geometry) {
  const rings = geometry.type === "MultiPolygon" ? geometry.coordinates.map((part) => part[0]) : [geometry.coordinates[0]];
  const ring = rings.reduce((best, next) => (next.length > best.length ? next : best));
  const box = new maplibregl.LngLatBounds();
  for (const point of ring) box.extend(point);
  return box.getCenter().toArray();
}

function svg(tag, facts) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(facts)) element.setAttribute(name, value);
  return element;
}

function swatch(paint, kind = "") {
  const box = svg("svg", { viewBox: "0 0 16 12" });
  const line = colour("line-3");
  box.append(svg("rect", { width: 16, height: 12, fill: paint, stroke: line }));
  if (kind === "none") box.append(svg("path", { d: "M0 12 12 0M6 12 16 2M-6 12 6 0", stroke: line }));
  if (kind === "few") for (const at of [4, 8, 12]) box.append(svg("circle", { cx: at, cy: 6, r: 1, fill: line }));
  return box;
}

class Island {
  constructor(element) {
    this.element = element;
    this.facts = element.dataset;
    element.dataset.ready = "1";
    this.map = new maplibregl.Map({
      container: element, style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": colour("sunk") } }] },
      bounds: CHINA, attributionControl: false, localIdeographFontFamily: getComputedStyle(document.body).fontFamily,
      dragRotate: false, pitchWithRotate: false, touchPitch: false, cooperativeGestures: false, locale: STYLE_WORDS, fadeDuration: 0, maxZoom: 18,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    this.map.on("load", () => this.fill().catch(() => this.failed()));
    this.pick = this.facts.map === "pick";
    if (this.pick) this.picking();
    else this.element.addEventListener("jinlin:fresh", () => this.fresh().catch(() => {}));
  }

  failed() {
    this.element.append(make("p", { class: "map-wait" }, say("map_failed")));
  }

  async fetch(url) {
    const response = await fetch(url, { headers: { Accept: "application/geo+json, application/json" }, credentials: "same-origin" });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response.json();
  }

  async fill() {
    if (this.facts.polygons && this.facts.layers === "circle") this.circle(await this.fetch(this.facts.polygons));
    else if (this.facts.polygons) this.areas(await this.fetch(this.facts.polygons));
    if (this.facts.points) this.points(await this.fetch(this.facts.points));
    this.look();
    const wait = one(".map-wait", this.element);
    if (wait) wait.remove();
  }

  circle(collection) {
    const drawn = drawCircle(this.map, this.element, collection, { go: follow, middle, picks: this.pick });
    if (!this.facts.centre) this.show(boxOf(drawn));
  }

  areas(collection) {
    const features = collection.features.filter((feature) => feature.geometry);
    const inner = features.filter((feature) => !feature.properties.home);
    this.map.addSource("areas", { type: "geojson", data: { type: "FeatureCollection", features: inner }, generateId: true });
    this.map.addSource("home", { type: "geojson", data: { type: "FeatureCollection", features: features.filter((feature) => feature.properties.home) } });
    this.map.addSource("names", { type: "geojson", data: this.named(inner) });
    this.map.addLayer({ id: "home", type: "fill", source: "home", paint: { "fill-color": colour("card") } });
    this.map.addLayer({ id: "areas", type: "fill", source: "areas", paint: { "fill-color": this.fillColour(inner), "fill-opacity": this.pick ? 0.5 : 0.9 } });
    for (const kind of ["few", "none"]) {
      this.map.addImage(kind, pattern(kind), { pixelRatio: 2 });
      this.map.addLayer({ id: kind, type: "fill", source: "areas", filter: ["==", ["get", "lack"], kind], paint: { "fill-pattern": kind } });
    }
    this.map.addLayer({ id: "edges", type: "line", source: "areas", paint: { "line-color": colour("line-3"), "line-width": ["case", ["boolean", ["feature-state", "over"], false], 3, 1] } });
    this.map.addLayer({ id: "border", type: "line", source: "home", paint: { "line-color": colour("line-3"), "line-width": 2, "line-dasharray": [3, 2] } });
    for (const layer of this.nameLayers()) this.map.addLayer(layer);
    if (!this.facts.centre) this.show(boxOf(features));
    if (!this.pick) this.linking();
  }

  named(features) {
    const key = this.facts.label || "name";
    const plain = (text) => String(text || "").replace(/（/g, "(").replace(/）/g, ")"); // wide brackets lose their ink when drawn small
    const names = features.filter((feature) => /Polygon/.test(feature.geometry.type)).map((feature) => ({
      type: "Feature", properties: { ...feature.properties, [key]: plain(feature.properties[key]) }, geometry: { type: "Point", coordinates: feature.properties.at || middle(feature.geometry) },
    }));
    return { type: "FeatureCollection", features: names };
  }

  // The page got new numbers: the same shapes, other colours.
  async fresh() {
    const collection = await this.fetch(this.facts.polygons);
    const inner = collection.features.filter((feature) => feature.geometry && !feature.properties.home);
    this.map.getSource("areas").setData({ type: "FeatureCollection", features: inner });
    this.map.getSource("names").setData(this.named(inner));
    this.map.setPaintProperty("areas", "fill-color", this.fillColour(inner));
  }

  show(box) {
    if (!box.isEmpty()) this.map.fitBounds(box, { padding: 24, animate: false, maxZoom: 16 });
  }

  fillColour(features) {
    const key = this.facts.value;
    if (!key) return colour("blue-soft");
    const numbers = features.map((feature) => Number(feature.properties[key]) || 0);
    const { scale } = this.facts;
    const cuts = scale ? measured(numbers, scale === "share") : limits(numbers);
    const paints = ramp().slice(STEPS - cuts.length);
    this.legend(cuts, paints, features);
    const known = ["to-number", ["get", key], -1];
    const ground = colour("card");
    return ["case", ["has", "lack"], ground, ["step", known, ground, ...cuts.flatMap((cut, place) => [cut, paints[place]])]];
  }

  legend(cuts, paints, features) {
    const place = this.element.parentElement && one("[data-map-legend]", this.element.parentElement);
    if (!place) return;
    const unit = this.facts.unit || "";
    const { scale } = this.facts;
    const said = (cut, next) => {
      if (next === undefined) return `≥ ${cut}`;
      if (scale) return cut ? `${cut}–${next}` : `< ${next}`;
      return next - cut > 1 ? `${cut}–${next - 1}` : `${cut}`;
    };
    const lacks = ["few", "none"].filter((kind) => features.some((feature) => feature.properties.lack === kind));
    place.replaceChildren(
      ...(scale ? [] : [make("span", {}, swatch(colour("card")), `0 ${unit}`)]),
      ...cuts.map((cut, at) => make("span", {}, swatch(paints[at]), `${said(cut, cuts[at + 1])} ${unit}`)),
      ...lacks.map((kind) => make("span", {}, swatch(colour("card"), kind), say(`map_${kind}`))),
    );
  }

  // Numbers are drawn wherever an area is; a name gives way to its neighbours.
  nameLayers() {
    const size = parseFloat(getComputedStyle(this.element).fontSize) * 0.82;
    const key = this.facts.value;
    const of = (id, text, more) => ({
      id, type: "symbol", source: "names", layout: { "text-field": text, "text-size": size, "text-font": ["sans-serif"], "text-max-width": 9, "text-padding": 2, ...more },
      paint: { "text-color": colour("ink"), "text-halo-color": colour("card"), "text-halo-width": 2 },
    });
    const names = of("names", ["coalesce", ["get", this.facts.label || "name"], ""], { "text-anchor": key ? "bottom" : "center" });
    if (!key) return [names];
    const number = ["to-string", ["coalesce", ["get", this.facts.words || key], ""]];
    return [names, of("numbers", number, { "text-anchor": "top", "text-allow-overlap": true, "text-ignore-placement": true })];
  }

  linking() {
    const key = this.facts.link;
    let over = null;
    const leave = () => {
      if (over !== null) this.map.setFeatureState({ source: "areas", id: over }, { over: false });
      over = null;
      this.map.getCanvas().classList.remove("is-link");
    };
    this.map.on("mousemove", "areas", (event) => {
      leave();
      over = event.features[0].id;
      this.map.setFeatureState({ source: "areas", id: over }, { over: true });
      if (key && event.features[0].properties[key]) this.map.getCanvas().classList.add("is-link");
    });
    this.map.on("mouseleave", "areas", leave);
    if (key) this.map.on("click", "areas", (event) => follow(event.features[0].properties[key]));
  }

  points(collection) {
    this.map.addSource("points", { type: "geojson", data: collection });
    this.map.addLayer({ id: "points", type: "circle", source: "points", paint: { "circle-radius": 6, "circle-color": colour("blue"), "circle-stroke-width": 2, "circle-stroke-color": colour("card") } });
    if (!this.facts.polygons && !this.facts.centre) this.show(boxOf(collection.features));
    this.map.on("click", "points", (event) => follow(event.features[0].properties.link));
  }

  look() {
    const [lon, lat, zoom] = (this.facts.centre || "").split(",").map(Number);
    if (Number.isFinite(lon) && Number.isFinite(lat) && this.facts.centre) this.map.jumpTo({ center: [lon, lat], zoom: zoom || 15 });
  }

  picking() {
    this.element.addEventListener("jinlin:mark", (event) => this.mark(event.detail, true));
    this.map.on("click", (event) => {
      const { lng: lon, lat } = event.lngLat;
      this.mark({ lon, lat });
      this.element.dispatchEvent(new CustomEvent("jinlin:picked", { detail: { lon, lat } }));
    });
    const form = this.element.closest("[data-place]");
    const lon = Number(one("[data-place-lon]", form).value);
    const lat = Number(one("[data-place-lat]", form).value);
    if (lon && lat) this.map.on("load", () => setTimeout(() => this.mark({ lon, lat }, true), 50));
  }

  mark(point, centre = false) {
    if (this.marker) this.marker.remove();
    this.marker = null;
    if (!point) return;
    this.marker = new maplibregl.Marker({ color: colour("blue") }).setLngLat([point.lon, point.lat]).addTo(this.map);
    if (centre) this.map.jumpTo({ center: [point.lon, point.lat], zoom: Math.max(15, this.map.getZoom()) });
  }
}

window.jinlinMap = {
  scan: (root) => all("[data-map]:not([data-ready]):not([hidden])", root).forEach((element) => {
    try {
      new Island(element);
    } catch {
      element.replaceChildren(make("p", { class: "map-wait" }, say("map_failed")));
    }
  }),
};
