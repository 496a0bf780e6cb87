// Photo picker: shows what was chosen, takes one away with a tap, and makes pictures smaller before they cost data.
// Where a phone cannot do one of these, the plain file input still works.
import { all, icon, make, one } from "./dom.js";
import { say } from "./words.js";

const LONGEST = 1920;
const QUALITY = 0.85;

async function decode(file) {
  if (!("createImageBitmap" in window)) return null;
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return createImageBitmap(file).catch(() => null);
  }
}

function draw(bitmap, longest) {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// Return {file, preview}: the smaller JPEG when it really is smaller, else the file as it was.
async function shrink(file) {
  const bitmap = await decode(file);
  if (!bitmap) return { file, preview: null };
  const preview = draw(bitmap, 240);
  const canvas = draw(bitmap, LONGEST);
  if (bitmap.close) bitmap.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob || (blob.size >= file.size && file.type === "image/jpeg")) return { file, preview };
  const name = `${file.name.replace(/\.[^.]*$/, "") || "photo"}.jpg`;
  return { file: new File([blob], name, { type: "image/jpeg" }), preview };
}

function canSetFiles() {
  try {
    return new DataTransfer().files instanceof FileList;
  } catch {
    return false;
  }
}

class Picker {
  constructor(box) {
    this.input = one("input[type=file]", box);
    this.list = one("[data-photos-list]", box);
    this.line = one("[data-photos-line]", box);
    this.max = Number(box.dataset.max || 3);
    this.kept = [];
    this.input.addEventListener("change", () => this.add(Array.from(this.input.files)));
    if (this.input.form) this.input.form.addEventListener("reset", () => { this.kept = []; this.show(); });
  }

  async add(files) {
    this.line.textContent = say("photo_work");
    let told = "";
    this.input.form && this.input.form.setAttribute("data-busy", "");
    for (const file of files) {
      if (this.kept.length >= this.max) {
        told = say("photo_max", { n: this.max });
        break;
      }
      if (file.type && !file.type.startsWith("image/")) {
        told = say("photo_bad");
        continue;
      }
      this.kept.push(await shrink(file));
    }
    this.put();
    this.show();
    this.input.form && this.input.form.removeAttribute("data-busy");
    this.line.textContent = told;
  }

  put() {
    const carrier = new DataTransfer();
    for (const { file } of this.kept) carrier.items.add(file);
    this.input.files = carrier.files;
  }

  show() {
    this.list.replaceChildren(...this.kept.map((photo, place) => make("span", { class: "photo" },
      photo.preview || make("span", { class: "tiny" }, photo.file.name),
      make("button", { type: "button", "aria-label": say("photo_remove"), onclick: () => this.remove(place) }, icon("close")),
    )));
    this.input.closest(".photos-add").hidden = this.kept.length >= this.max;
  }

  remove(place) {
    this.kept.splice(place, 1);
    this.put();
    this.show();
    this.input.focus();
  }
}

export function startPhotos(root) {
  if (!canSetFiles()) return;
  for (const box of all("[data-photos]:not([data-ready])", root)) {
    box.dataset.ready = "1";
    new Picker(box);
  }
}
