// Builds the front end into jinlin/web/static/dist: hashed names, gzip copies, a manifest Django reads,
// and the weight of a first load checked against the limits of the house.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync, watch } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const OUT = "jinlin/web/static/dist";
const ISLANDS = "jinlin/web/islands";
const TARGET = ["chrome80", "safari14.1"];
const LIMITS = { resident: 60, field: 60, desk: 150, board: 700 };
const PAGE = 10; // KB gzip set aside for the page's own HTML
const LOADS = {
  resident: ["app.css", "app.js", "outbox.js", "icons.svg"],
  field: ["app.css", "app.js", "outbox.js", "field.js", "icons.svg"],
  desk: ["app.css", "app.js", "outbox.js", "desk.js", "icons.svg"],
  board: ["app.css", "app.js", "icons.svg", "chart.js", "map.js", "map.css", "map-worker.js"],
};

const manifest = {};
const sizes = {};

function put(name, bytes) {
  const dot = name.lastIndexOf(".");
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const hashed = `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
  const small = gzipSync(bytes, { level: 9 });
  writeFileSync(join(OUT, hashed), bytes);
  writeFileSync(join(OUT, `${hashed}.gz`), small);
  manifest[name] = hashed;
  sizes[name] = small.length / 1024;
}

async function bundle(entry, more = {}) {
  const made = await esbuild.build({
    entryPoints: [entry], bundle: true, minify: true, write: false, charset: "utf8", legalComments: "none",
    target: TARGET, format: "iife", loader: { ".svg": "dataurl" }, logLevel: "warning", ...more,
  });
  return Buffer.from(made.outputFiles[0].contents);
}

function sprite() {
  const folder = "jinlin/web/ui/icons";
  const symbols = readdirSync(folder).filter((file) => file.endsWith(".svg")).sort().map((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    const box = /viewBox="([^"]+)"/.exec(text)[1];
    const inside = text.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${file.slice(0, -4)}" viewBox="${box}">${inside}</symbol>`;
  });
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function build() {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  for (const key of Object.keys(manifest)) delete manifest[key];
  put("app.css", await bundle("jinlin/web/ui/css/app.css"));
  put("map.css", await bundle("jinlin/web/ui/css/map.css"));
  put("icons.svg", sprite());
  put("logo.svg", readFileSync("jinlin/web/ui/logo.svg"));
  for (const name of ["app", "outbox", "field", "desk", "chart", "map"]) {
    put(`${name}.js`, await bundle(`${ISLANDS}/${name}.js`));
  }
  put("map-worker.js", readFileSync("node_modules/maplibre-gl/dist/maplibre-gl-csp-worker.js"));
  const shell = [...new Set([...LOADS.resident, ...LOADS.field, "logo.svg"])].map((name) => manifest[name]);
  writeFileSync(join(OUT, "sw.js"), await bundle(`${ISLANDS}/sw.js`, { define: { SHELL: JSON.stringify(shell) } }));
  writeFileSync(join(OUT, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
}

function report() {
  for (const [name, kilobytes] of Object.entries(sizes)) console.log(`  ${name.padEnd(16)}${kilobytes.toFixed(1).padStart(8)} KB gzip`);
  let ok = true;
  for (const [layout, names] of Object.entries(LOADS)) {
    const total = names.reduce((sum, name) => sum + sizes[name], PAGE);
    const fits = total <= LIMITS[layout];
    ok &&= fits;
    console.log(`${fits ? "ok  " : "OVER"} ${layout.padEnd(9)} first load ${total.toFixed(1)} of ${LIMITS[layout]} KB gzip (page HTML counted as ${PAGE})`);
  }
  return ok;
}

await build();
if (!report()) process.exit(1);
if (process.argv.includes("--watch")) {
  let waiting;
  const again = () => { clearTimeout(waiting); waiting = setTimeout(() => build().catch((error) => console.error(error.message)), 150); };
  for (const folder of [ISLANDS, "jinlin/web/ui"]) watch(folder, { recursive: true }, again);
  console.log("watching; stop with Ctrl-C");
}
