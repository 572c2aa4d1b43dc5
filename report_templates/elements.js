// What every page of a pack is made with: its data unpacked, words, and elements.
// Text of a run only ever becomes a text node: nothing here writes markup, and a page's policy forbids it too.

// Base64 of gzip, as text.
async function unpacked(packed) {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let n = 0; n < text.length; n++) bytes[n] = text.charCodeAt(n);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

// The page's data; where the browser cannot unpack them, the page says which files beside it hold the same.
async function started(beside) {
  try {
    return JSON.parse(await unpacked(document.getElementById("data").textContent));
  } catch (error) {
    document.getElementById("starting").textContent =
      "This browser cannot unpack the results (it needs DecompressionStream: Chromium 80, Firefox 113, Safari 16.4 or newer). " +
      `The same results are in ${beside} beside this page.`;
    throw error;
  }
}

const formatted = new Intl.NumberFormat("en-GB");
const n = (count) => formatted.format(count);
const spaced = (word) => word.replaceAll("_", " ");
const sum = (counts) => counts.reduce((a, b) => a + b, 0);

function plural(count, noun, many) {
  if (count === 1) return `1 ${noun}`;
  const regular = /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : noun + (/(s|x|ch)$/.test(noun) ? "es" : "s");
  return `${n(count)} ${many ?? regular}`;
}

// Characters that show nothing, or that turn the text around them, are spelled out.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const PLAIN = /^[\x20-\x7e\n]*$/;
const spelled = (c) => (c === "\n" || c === "\t" ? c : `U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`);
const shown = (text) => (PLAIN.test(text) ? text : text.replace(HIDDEN, spelled));

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child instanceof Node) element.append(child);
    else if (child !== undefined && child !== null && child !== false) element.append(shown(String(child)));
  }
}

// Text from outside stands in an element of its own direction.
const said = (text) => h("bdi", {}, text);
const code = (text, kind) => h("code", { class: kind }, said(text));
const note = (...children) => h("p", { class: "note" }, ...children);
const cssClass = (word) => word.replaceAll(" ", "-").replaceAll("_", "-");

function shape(word) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#shape-${cssClass(word)}`);
  svg.append(use);
  return svg;
}

const status = (word, text = spaced(word)) => h("span", { class: `st ${cssClass(word)}` }, shape(word), text);

