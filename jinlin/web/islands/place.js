// Place picker: the phone's own position or a tap on a map; the words of the address are always enough.
import { all, one } from "./dom.js";
import { say } from "./words.js";

class Place {
  constructor(box, islands) {
    this.box = box;
    this.lon = one("[data-place-lon]", box);
    this.lat = one("[data-place-lat]", box);
    this.accuracy = one("[data-place-accuracy]", box);
    this.line = one("[data-place-line]", box);
    this.clearButton = one("[data-place-clear]", box);
    this.map = one("[data-map=pick]", box);
    this.islands = islands;
    one("[data-place-here]", box).addEventListener("click", () => this.here());
    one("[data-place-map]", box).addEventListener("click", (event) => this.toggleMap(event.currentTarget));
    this.clearButton.addEventListener("click", () => this.clear());
    if (this.lon.form) this.lon.form.addEventListener("reset", () => setTimeout(() => this.clear()));
    if (this.map) this.map.addEventListener("jinlin:picked", (event) => this.set(event.detail.lon, event.detail.lat, "", say("place_tapped")));
    if (this.lon.value) this.told(say("place_tapped"));
  }

  here() {
    if (!navigator.geolocation) {
      this.told(say("place_denied"));
      return;
    }
    this.line.textContent = say("place_asking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const metres = Math.round(coords.accuracy || 0);
        this.set(coords.longitude, coords.latitude, metres, say("place_set", { n: metres }));
        this.mark();
      },
      () => { this.line.textContent = say("place_denied"); },
      { enableHighAccuracy: true, timeout: 12000, maximumAge: 60000 },
    );
  }

  set(lon, lat, accuracy, sentence) {
    this.lon.value = Number(lon).toFixed(6);
    this.lat.value = Number(lat).toFixed(6);
    this.accuracy.value = accuracy;
    this.told(sentence);
    this.lon.dispatchEvent(new Event("change", { bubbles: true })); // as if typed: who watches the form learns of it
  }

  told(sentence) {
    this.line.textContent = sentence;
    this.clearButton.hidden = !this.lon.value;
  }

  clear() {
    this.lon.value = "";
    this.lat.value = "";
    this.accuracy.value = "";
    this.told(say("place_none"));
    this.mark();
  }

  mark() {
    if (!this.map) return;
    const detail = this.lon.value ? { lon: Number(this.lon.value), lat: Number(this.lat.value) } : null;
    this.map.dispatchEvent(new CustomEvent("jinlin:mark", { detail }));
  }

  toggleMap(button) {
    const show = this.map.hidden;
    this.map.hidden = !show;
    button.setAttribute("aria-expanded", String(show));
    if (show) this.islands(this.box);
  }
}

export function startPlace(root, islands) {
  for (const box of all("[data-place]:not([data-ready])", root)) {
    box.dataset.ready = "1";
    new Place(box, islands);
  }
}
