// The page: one value (the Assessment's data), one state (the address after #), and functions from both to elements.
// Text of a run only ever becomes a text node: nothing here writes markup, and the page's policy forbids it too.

// ── Data ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const data = await started("the PDFs and in workbook.xlsx");
const { members, requirements, conclusions, programs, evidence, run } = data;
const RANKED = data.words.ranked;
const FOUR = ["meets", "exception", "gap", "not_applicable"]; // the order in which counts are shown
const total = members.id.length;
const accountNames = new Map(run.accounts.map((account) => [account.id, account.name]));
const environmentsById = new Map(data.environments.map((environment) => [environment.id, environment]));
const requirementKeys = new Map(requirements.map((requirement, n) => [keyOf(requirement), n]));
const evidenceNumbers = new Map(evidence.id.map((id, n) => [id, n]));

const accountOf = (m) => members.tables.account[members.account[m]];
const regionOf = (m) => members.tables.region[members.region[m]];
const typeOf = (m) => members.tables.type[members.type[m]];
const reasonOf = (m) => members.tables.reason[members.reason[m]];
const environmentsOf = (m) => members.tables.environments[members.environments[m]];
const wordOf = (m) => RANKED[members.judgement[m]];
const requirementOf = (m) => requirements[members.requirement[m]];
const keyOfMember = (m) => [accountOf(m), regionOf(m), typeOf(m), members.id[m]].map(encoded).join(",");

function encoded(part) {
  return encodeURIComponent(part).replaceAll("%3A", ":");
}

function keyOf(requirement) {
  return requirement.id + (requirement.variant ? `;${requirement.variant}` : "");
}

// Members of each requirement and of all, exceptions first, then gaps.
const ranked = RANKED.flatMap((_, rank) => members.judgement.flatMap((judgement, m) => (judgement === rank ? [m] : [])));
const membersOf = requirements.map(() => []);
for (const m of ranked) membersOf[members.requirement[m]].push(m);

const judgementsOfResource = memo(() => {
  const found = new Map();
  for (const m of ranked) {
    const key = keyOfMember(m);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(m);
  }
  return found;
});
const controlsOf = requirements.map(() => []);
for (const control of conclusions) for (const [r] of control.requirements) controlsOf[r].push(control);

// The register of exceptions, in columns; what management states of each, or undefined.
const { register, documents } = data;
const registered = new Map(register.number.map((number, x) => [number, x]));
const entryOf = (m) => (members.judgement[m] === 0 ? registered.get(members.number[m]) : undefined);
const responseOf = (x) => data.responses[register.response[x]];
const acceptanceOf = (x) => data.acceptances[register.acceptance[x]];
const isAccepted = (m) => { const x = entryOf(m); return x !== undefined && register.acceptance[x] >= 0; };
const isOverdue = (m) => { const x = entryOf(m); return x !== undefined && register.overdue[x]; };
const ownerOf = (x) => (acceptanceOf(x) ?? responseOf(x))?.owner ?? "";
const dueOf = (x) => acceptanceOf(x)?.expires ?? responseOf(x)?.due ?? "";
const acceptedOf = (numbers) => sum(numbers.map((r) => requirements[r].accepted));
const STATES = {
  open: (x) => register.acceptance[x] < 0, accepted: (x) => register.acceptance[x] >= 0, overdue: (x) => register.overdue[x],
  unanswered: (x) => register.acceptance[x] < 0 && register.response[x] < 0,
};
const STATE_NAMES = { open: "open", accepted: "accepted", overdue: "overdue", unanswered: "without a response" };
const inState = (state) => register.number.filter((_, x) => STATES[state](x)).length;

function memo(make) {
  let made;
  return () => (made ??= make());
}

// ── Words ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const sentence = (text) => (!text || /[.!?…]$/.test(text) ? text : `${text}.`);

// ── Elements ────────────────────────────────────────────────────────────────────────────────────────────────────────

const callName = (text) => code(text, "whole");
// A member's judgement: an exception that is accepted has its own shape and word, and stays an exception.
const judgementStatus = (m) => (isAccepted(m) ? status("accepted") : status(spaced(wordOf(m))));
const late = (text = "overdue") => h("span", { class: "late" }, text);
const hiddenText = (text) => h("span", { class: "hidden" }, text);

// One judgement's count with its shape; a nought is quiet.
function counted(word, count) {
  if (!count) return h("span", { class: "zero" }, "0", hiddenText(` ${spaced(word)}`));
  return h("span", { class: `st ${cssClass(word)}` }, shape(spaced(word)), n(count), hiddenText(` ${spaced(word)}`));
}

// Exceptions with how many of them are accepted; hollow where all are.
function countedExceptions(count, accepted) {
  if (!accepted) return counted("exception", count);
  return [h("span", { class: "st exception" }, shape(accepted === count ? "accepted" : "exception"), n(count), hiddenText(" exception")), h("span", { class: "m sub" }, ` ${n(accepted)} accepted`)];
}

function bar(parts, most) {
  const element = h("div", { class: "bar", "aria-hidden": "true" });
  const all = sum(parts.map(([, count]) => count));
  for (const [word, count] of parts) {
    if (!count) continue;
    const part = h("i", { class: `b-${word.replaceAll(" ", "-")}` });
    part.style.flexGrow = count;
    element.append(part);
  }
  element.style.width = most ? `${(100 * all) / most}%` : "100%";
  return element;
}

function table(heads, rows, foot, attributes = {}) {
  const cell = (tag) => (value, k) => {
    const numeric = heads[k].startsWith("#");
    const scope = tag === "th" ? { scope: "col" } : {};
    return h(tag, { ...scope, class: numeric && "n" }, value);
  };
  return h("table", attributes,
    h("thead", {}, h("tr", {}, heads.map((head, k) => cell("th")(head.replace(/^#/, ""), k)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cell("td"))))),
    foot && h("tfoot", {}, h("tr", {}, foot.map(cell("td")))));
}

function facts(...pairs) {
  const kept = pairs.filter((pair) => pair && pair[1] !== "" && pair[1] !== null && pair[1] !== undefined);
  return h("dl", { class: "facts" }, kept.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

const joined = (elements, between = ", ") => elements.flatMap((element, k) => (k ? [between, element] : [element]));
const accountText = (id) => [accountNames.get(id) ? [said(accountNames.get(id)), " "] : [], code(id, "whole")];

// A long list, its first rows at once; nothing is left off without a button that brings it.
function upTo(most, items, element) {
  if (items.length <= most) return items.map(element);
  const rest = h("button", { class: "more", onclick: () => rest.replaceWith(...items.slice(most).map(element)) }, `and ${n(items.length - most)} more`);
  return [...items.slice(0, most).map(element), rest];
}

// ── Address: #/program/control/requirement/member/answer, or #view/…, and the filters after "?" ─────────────────────

const FILTERS = ["q", "program", "account", "region", "environment", "topic", "judgement"];
const OF_REGISTER = ["state", "owner", "sort"]; // these narrow and order the register only
const KEPT = [...FILTERS, ...OF_REGISTER];

// Where the reader is, without the filters.
function here() {
  return location.hash.slice(1).split("?")[0];
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function readAddress() {
  const [path, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
  const inProgram = path === "" || path.startsWith("/");
  const parts = path.split("/").filter((part, k) => part || k === 0);
  const given = new URLSearchParams(query);
  const filters = Object.fromEntries(KEPT.map((name) => [name, given.get(name) ?? ""]));
  return { view: inProgram ? (parts.length > 1 ? "program" : "overview") : parts[0], parts: parts.slice(1), filters };
}

let at = readAddress();

function query(filters = at.filters, names = KEPT) {
  const set = new URLSearchParams(names.filter((name) => filters[name]).map((name) => [name, filters[name]])).toString();
  return set && `?${set}`;
}
const pathTo = (...parts) => `/${parts.map(encoded).join("/")}`;
const href = (path, filters) => `#${path}${query({ ...at.filters, ...filters })}`;

// A link inside the page; its path tells whether it is where the reader is. It keeps the filters, but for those named.
function link(path, { filters, ...attributes }, ...children) {
  const element = h("a", { ...attributes, href: href(path, filters), "data-path": path }, ...children);
  mark(element);
  return element;
}

function mark(element) {
  const path = element.dataset.path;
  if (here() === path || (path !== "/" && here().startsWith(`${path}/`))) element.setAttribute("aria-current", "true");
  else element.removeAttribute("aria-current");
}

const requirementPath = (r) => encoded(keyOf(requirements[r]));
const resultPath = (m, view) => `${view === "exceptions" ? view : "results"}/${requirementPath(members.requirement[m])}/${keyOfMember(m)}`;
const answerLink = (number, ...children) => link(`answer/${evidence.id[number]}`, {}, children.length ? children : code(evidence.id[number], "whole"));

// ── Filters and search ──────────────────────────────────────────────────────────────────────────────────────────────

// Each word of the search must occur in one of: id, ARN, observed, requirement (id, statement), its controls, evidence
// ids, number of the exception.
const lowerIds = memo(() => members.id.map((id) => id.toLowerCase()));
const lowerArns = memo(() => members.arn.map((arn) => arn.toLowerCase()));
const lowerReasons = memo(() => members.tables.reason.map((reason) => reason.toLowerCase()));
const lowerRequirements = memo(() => requirements.map((requirement, r) =>
  [keyOf(requirement), requirement.says, ...controlsOf[r].map((control) => control.control)].join("\n").toLowerCase()));

function searchFor(word) {
  const reasons = lowerReasons().map((text) => text.includes(word));
  const rules = lowerRequirements().map((text) => text.includes(word));
  const answers = evidence.id.map((id) => id.includes(word));
  const ids = lowerIds(), arns = lowerArns();
  return (m) => rules[members.requirement[m]] || reasons[members.reason[m]] || ids[m].includes(word) || arns[m].includes(word) ||
    members.evidence[m].some((number) => answers[number]) || members.number[m].toLowerCase().includes(word);
}

function tests({ q, program, account, region, environment, topic, judgement }) {
  const found = q.toLowerCase().split(/\s+/).filter(Boolean).map(searchFor);
  if (program) {
    const mapped = new Set(conclusions.filter((c) => c.program === program).flatMap((c) => c.requirements.map(([r]) => r)));
    found.push((m) => mapped.has(members.requirement[m]));
  }
  if (account) found.push((m) => accountOf(m) === account);
  if (region) found.push((m) => regionOf(m) === region);
  if (environment) found.push((m) => environmentsOf(m).includes(environment));
  if (topic) found.push((m) => requirementOf(m).topic === topic);
  if (judgement) found.push((m) => wordOf(m) === judgement);
  return found;
}

let selection = { query: null, count: total, of: [], has: () => true };

function select() {
  const key = query(at.filters, FILTERS);
  if (selection.query === key) return;
  const found = tests(at.filters);
  if (!found.length) {
    selection = { query: key, active: false, count: total, of: membersOf.map((list) => list.length), has: () => true };
    return;
  }
  const matches = new Uint8Array(total), of = requirements.map(() => 0);
  let count = 0;
  for (let m = 0; m < total; m++) {
    if (!found.every((test) => test(m))) continue;
    matches[m] = 1;
    of[members.requirement[m]]++;
    count++;
  }
  selection = { query: key, active: true, count, of, has: (m) => matches[m] === 1 };
}

const selected = (list) => (selection.active ? list.filter(selection.has) : list);
// How many results of these requirements the filters leave; said beside counts, which are always the Assessment's.
const matching = (numbers) => selection.active && h("span", { class: "chip" }, `${n(sum(numbers.map((r) => selection.of[r])))} match`);

const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function filterBar() {
  const known = (name) => [...new Set(members.tables[name])].sort(byText);
  const choices = {
    program: ["Program", programs.map((p) => [p.id, p.name])],
    account: ["Account", known("account").map((id) => [id, accountNames.get(id) ? `${accountNames.get(id)} ${id}` : id])],
    region: ["Region", known("region").map((id) => [id, id])],
    environment: ["Environment", data.environments.map((e) => [e.id, `${e.name} (${e.id})`])],
    topic: ["Topic", Object.entries(data.topics)],
    judgement: ["Judgement", FOUR.map((word) => [word, spaced(word)])],
  };
  const search = h("input", { type: "search", name: "q", autocomplete: "off", spellcheck: "false", placeholder: "resource, requirement, control, evidence id", oninput: changed,
    onkeydown: (event) => event.key === "Enter" && go("results") });
  const selects = Object.entries(choices).map(([name, [title, options]]) => h("label", {}, title,
    h("select", { name, onchange: changed }, h("option", { value: "" }, `all ${options.length}`), options.map(([value, text]) => h("option", { value }, text)))));
  const count = h("p", { id: "count", role: "status" });
  const narrow = matchMedia("(max-width: 899px)");
  const rest = h("details", { open: !narrow.matches }, h("summary", {}, "Filters"), h("div", {}, selects));
  narrow.addEventListener("change", () => (rest.open = !narrow.matches));
  document.getElementById("filters").replaceChildren(h("label", {}, "Search", search), rest, count);
}

function changed(event) {
  at.filters[event.target.name] = event.target.value;
  history.replaceState(null, "", href(here()));
  render(false);
}

function showFilters() {
  for (const field of document.querySelectorAll("#filters input, #filters select")) {
    if (field.value !== at.filters[field.name]) field.value = at.filters[field.name];
    field.classList.toggle("set", Boolean(at.filters[field.name]));
  }
  const clear = h("button", { onclick: clearFilters }, "clear");
  const words = `${n(selection.count)} of ${plural(total, "result")}`;
  document.getElementById("count").replaceChildren(
    link("results", {}, words), ...(selection.active ? ["  ", clear] : []));
}

function clearFilters() {
  for (const name of KEPT) at.filters[name] = "";
  history.replaceState(null, "", href(here()));
  render(false);
  document.querySelector("#filters input").focus();
}

const go = (path, filters) => (location.hash = href(path, filters));

// ── A list of results: only the rows in view are in the document ────────────────────────────────────────────────────

const PRINTED = 2000;
const lists = new Set();

// `path(m)` is where a row leads; `across` adds the requirement as a column, for lists over several of them; `stated` shows
// what management states instead of what was observed, for exceptions.
function memberList(list, path, { label, across = false, stated = false }) {
  const body = h("div", { role: "rowgroup", class: "body" });
  const heads = ["Judgement", "Resource, where", ...(across ? ["Requirement"] : []), ...(stated ? ["Seen since", "Owner, until", "Management states"] : ["Observed"])];
  const root = h("div", { class: `members flush${across ? " across" : ""}${stated ? " stated" : list.some((m) => entryOf(m) !== undefined) ? " tall" : ""}`, role: "grid", "aria-label": label, "aria-rowcount": list.length + 1, "aria-readonly": "true" },
    h("div", { role: "row", class: "top", "aria-rowindex": 1 }, heads.map((head) => h("span", { role: "columnheader" }, head))), body);
  const rows = new Map();
  let active = 0, printing = false;

  const height = () => parseFloat(getComputedStyle(root).getPropertyValue("--row")) || 54;

  function draw() {
    if (printing) return;
    const high = height(), box = body.getBoundingClientRect();
    body.style.height = `${list.length * high}px`;
    const first = Math.max(0, Math.floor(-box.top / high) - 4);
    const last = Math.min(list.length - 1, Math.ceil((innerHeight - box.top) / high) + 4);
    place([...new Set([active, ...range(first, last)])].filter((k) => k < list.length).sort((a, b) => a - b), high);
  }

  function place(wanted, high) {
    const keep = new Set(wanted);
    for (const [k, row] of rows) if (!keep.has(k)) { row.remove(); rows.delete(k); }
    let next = null;
    for (const k of wanted.reverse()) {
      if (!rows.has(k)) {
        rows.set(k, line(k));
        body.insertBefore(rows.get(k), next);
      }
      next = rows.get(k);
      next.style.top = `${k * high}px`;
    }
  }

  function line(k) {
    const m = list[k], where = path(m);
    const number = members.number[m];
    const resource = link(where, { tabindex: k === active ? 0 : -1 }, said(members.id[m]));
    const environments = environmentsOf(m).map((id) => environmentsById.get(id)?.name ?? id);
    const place = [accountNames.get(accountOf(m)) || accountOf(m), regionOf(m), ...environments].join(" · ");
    const row = h("div", { role: "row", "aria-rowindex": k + 2, class: resource.hasAttribute("aria-current") && "current" },
      h("span", { role: "gridcell" }, judgementStatus(m), number && h("span", { class: "m clip" }, number, isAccepted(m) && hiddenText(" exception"), isOverdue(m) && [" ", late()])),
      h("span", { role: "gridcell" }, h("span", { class: "clip", title: shown(members.arn[m] || members.id[m]) }, resource), h("span", { class: "m clip" }, said(place))),
      across && h("span", { role: "gridcell" }, h("span", { class: "clip" }, requirementOf(m).says), h("span", { class: "m clip" }, code(keyOf(requirementOf(m))))),
      stated ? statedCells(entryOf(m)) : h("span", { role: "gridcell" }, h("span", { class: "clip2" }, said(reasonOf(m))), entryOf(m) !== undefined && statedLine(entryOf(m))));
    resource.addEventListener("focus", () => activate(k));
    return row;
  }

  function activate(k) {
    for (const row of rows.values()) row.querySelector("a").tabIndex = -1;
    active = k;
    draw();
    const focused = rows.get(k).querySelector("a");
    focused.tabIndex = 0;
    return focused;
  }

  root.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(innerHeight / height()) - 4);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || event.ctrlKey || event.altKey || event.metaKey || !list.length) return;
    event.preventDefault();
    const focused = activate(Math.min(list.length - 1, Math.max(0, active + steps[event.key])));
    focused.focus({ preventScroll: true });
    rows.get(active).scrollIntoView({ block: "nearest" });
  });

  function print(on) {
    printing = on;
    root.nextSibling?.classList?.contains("printed") && root.nextSibling.remove();
    if (!on) return draw();
    const most = Math.min(list.length, PRINTED);
    place([...range(0, most - 1)], height());
    root.after(h("p", { class: "note printed" }, most < list.length ? `${n(most)} of ${n(list.length)} rows are printed; workbook.xlsx has every one.` : `All ${n(list.length)} rows.`));
  }

  function marked() {
    for (const row of rows.values()) row.classList.toggle("current", row.querySelector("a").hasAttribute("aria-current"));
  }

  // The row that is open in the pane beside this one, so that the keyboard goes on from there.
  const open = at.parts[at.view === "program" ? 3 : 1];
  const found = open === undefined ? -1 : list.findIndex((m) => keyOfMember(m) === open && here().startsWith(path(m)));
  if (found >= 0) active = found;
  lists.add({ root, draw, print, marked, goTo: () => found > 0 && rows.get(found)?.scrollIntoView({ block: "center" }) });
  return list.length ? root : h("p", { class: "note" }, selection.active ? "No result matches the filters." : "None.");
}

function* range(first, last) {
  for (let k = first; k <= last; k++) yield k;
}

function drawLists() {
  for (const list of lists) list.root.isConnected ? list.draw() : lists.delete(list);
}

document.addEventListener("scroll", drawLists, { capture: true, passive: true });
addEventListener("resize", drawLists);

// Paper has no scrolling and no clicking: all rows (up to PRINTED) and what is folded are laid out for it.
matchMedia("print").addEventListener("change", ({ matches }) => {
  for (const list of lists) if (list.root.isConnected) list.print(matches);
  for (const folded of document.querySelectorAll(matches ? "main details:not([open])" : "main details[data-folded]")) {
    folded.open = matches;
    folded.toggleAttribute("data-folded", matches);
  }
});

// ── Raw answers ─────────────────────────────────────────────────────────────────────────────────────────────────────

const blocks = new Map();

function keptLine(number) {
  const block = evidence.block[number];
  if (!blocks.has(block)) blocks.set(block, unpacked(document.getElementById(`answers-${block}`).textContent).then((text) => text.split("\n")));
  return blocks.get(block).then((lines) => lines[evidence.line[number]]);
}

const fileOf = (number) => evidence.tables.file[evidence.file[number]];
const callOf = (number) => (evidence.file[number] < 0 ? "not in the kept run" : evidence.tables.call[evidence.call[number]]);
const endingOf = (number) => evidence.tables.ending[evidence.ending[number]];

// JSON read into positions of its text: numbers and strings are shown as they were kept, never rounded or re-spelled.
function parsed(text) {
  let k = 0;
  const string = () => {
    const start = k++;
    while (text[k] !== '"') k += text[k] === "\\" ? 2 : 1;
    return { kind: "string", start, end: ++k };
  };
  function value() {
    if (text[k] === '"') return string();
    const start = k, open = text[k];
    if (open !== "{" && open !== "[") {
      while (k < text.length && !",]}".includes(text[k])) k++;
      return { kind: "other", start, end: k };
    }
    const items = [];
    k++;
    while (text[k] !== "}" && text[k] !== "]") {
      if (text[k] === ",") k++;
      const key = open === "{" ? string() : null;
      if (key) k++;
      items.push({ key, value: value() });
    }
    return { kind: open, start, end: ++k, items };
  }
  return value();
}

const INLINE = 72, SHOWN = 200_000;

// The text of a value on lines, and where in it the strings in `names` stand.
function printedValue(text, root, names) {
  let out = "";
  const marks = [];
  const quoted = new Set(names.filter(Boolean).map((name) => JSON.stringify(name)));
  function scalar(node) {
    const raw = text.slice(node.start, node.end), start = out.length;
    out += raw;
    if (node.kind === "string" && quoted.has(raw)) marks.push([start, out.length]);
  }
  function write(node, indent, inline) {
    if (!node.items) return scalar(node);
    const close = node.kind === "{" ? "}" : "]";
    const flat = inline || node.end - node.start <= INLINE;
    const pad = flat ? "" : `\n${indent}  `;
    out += node.kind;
    node.items.forEach((item, k) => {
      out += (k ? (flat ? ", " : ",") : "") + pad;
      if (item.key) out += `${text.slice(item.key.start, item.key.end)}: `;
      write(item.value, `${indent}  `, flat);
    });
    out += (flat || !node.items.length ? "" : `\n${indent}`) + close;
  }
  write(root, "", false);
  return { out, marks };
}

function pre(text, node, names = [], label = "") {
  const { out, marks } = printedValue(text, node, names);
  const element = h("pre", { tabindex: 0, "aria-label": label });
  let from = 0;
  const upto = (end) => {
    for (const [start, stop] of marks) {
      if (start < from || stop > end) continue;
      element.append(shown(out.slice(from, start)), h("mark", {}, out.slice(start, stop)));
      from = stop;
    }
    element.append(shown(out.slice(from, end)));
    from = end;
  };
  upto(Math.min(SHOWN, out.length));
  if (out.length > SHOWN) {
    const rest = h("button", { class: "more", onclick: () => { rest.remove(); upto(out.length); } }, `and ${n(out.length - SHOWN)} more characters`);
    element.append(rest);
  }
  return element;
}

// The element of a list in the answer that names the resource, and the way to it: the shallowest one.
function naming(text, root, names) {
  const quoted = new Set(names.filter(Boolean).map((name) => JSON.stringify(name)));
  let level = [{ node: root, way: "", element: null }];
  while (level.length) {
    const below = [];
    for (const { node, way, element } of level) {
      for (const [k, item] of (node.items ?? []).entries()) {
        const name = item.key ? text.slice(item.key.start + 1, item.key.end - 1) : `[${k}]`;
        const path = item.key ? (way ? `${way}.${name}` : name) : way + name;
        const inside = node.kind === "[" ? { node: item.value, path } : element;
        if (item.value.kind === "string" && quoted.has(text.slice(item.value.start, item.value.end))) return inside;
        below.push({ node: item.value, way: path, element: inside });
      }
    }
    level = below;
  }
  return null;
}

function fileLink(file, ...children) {
  return h("a", { href: `../${file.split("/").map(encodeURIComponent).join("/")}` }, code(file), ...children);
}

// Everything about one answer; `m` is the member it is looked at for.
function answer(number, m) {
  const box = h("div", { class: "part answer" });
  if (evidence.file[number] < 0) {
    box.append(h("p", { class: "callout x" }, "The kept run of this pack has no answer with this id."));
    return box;
  }
  const where = facts(["File", fileLink(fileOf(number))], ["To find it", code(`zgrep ${evidence.id[number]} ${fileOf(number)}`)]);
  if (evidence.block[number] < 0) {
    box.append(
      h("p", { class: "callout" }, `This answer (${n(evidence.bytes[number])} bytes) does not stand in this page, which holds at most ${n(evidence.limit)} bytes of answers, those of exceptions and gaps first. It is in the pack, whole:`),
      facts(["Call", code(callOf(number))], ["It ended", endingOf(number)]), where);
    return box;
  }
  box.setAttribute("aria-busy", "true");
  keptLine(number).then((line) => {
    box.append(...answerParts(number, line, m), where);
    box.removeAttribute("aria-busy");
  });
  return box;
}

function answerParts(number, line, m) {
  const kept = JSON.parse(line), tree = parsed(line);
  const part = (name) => tree.items.find((item) => line.slice(item.key.start, item.key.end) === `"${name}"`).value;
  const names = m === undefined ? [] : [members.id[m], members.arn[m]];
  const pages = part("pages"), all = pages.items.length;
  const parameters = part("parameters");
  const parts = [facts(
    ["Call", [callName(`${kept.service}:${kept.operation}`), `, ${plural(all, "page")}, ${plural(kept.attempts.length, "attempt")}`]],
    ["Parameters", parameters.items.length ? pre(line, parameters, names, "Parameters, as sent") : "none were sent"],
    ["Account, Region", [accountText(kept.account), `, ${kept.region}`]],
    ["It ended", [kept.ending, h("span", { class: "m" }, ` ${data.words.endings[kept.ending] ?? ""}`)]],
    (kept.code || kept.message) && ["AWS said", [code(kept.code ?? ""), " ", said(kept.message ?? "")]],
    ["Request id", upTo(3, kept.attempts, (attempt) => h("div", {}, code(attempt.request_id ?? "none")))],
    ["Asked by", code(kept.principal || "not recorded")],
    ["When", kept.attempts.length ? when(kept.attempts) : "not recorded"],
  )];
  const named = names.length ? naming(line, pages, names) : null;
  if (named) {
    parts.push(h("h3", {}, "Where the answer names the resource: ", code(`page ${named.path.replace(/^\[(\d+)\]\.?/, (_, page) => `${Number(page) + 1} of ${all}, `)}`)), pre(line, named.node, names, "Part of the answer"));
  }
  if (!all) parts.push(h("h3", {}, "What AWS answered"), note("No page: the call ended without one."));
  pages.items.forEach((page, k) => parts.push(
    h("h3", {}, named ? "The whole of it" : "What AWS answered", all > 1 ? `, page ${k + 1} of ${n(all)}` : ""), pre(line, page.value, names, `Page ${k + 1}`)));
  if (kept.attempts.length > 1) parts.push(h("h3", {}, "Attempts"), attempts(kept.attempts));
  return [...parts, facts(["SHA-256", [code(kept.id), h("div", { class: "m" }, "of call and value; its first 16 digits are the evidence id")]])];
}

function when(list) {
  const clock = (time) => time.replace("T", " ").replace(/(\.\d{3})\d*/, "$1").replace("Z", " UTC");
  return [clock(list[0].started), " to ", clock(list.at(-1).ended), list.at(-1).date && h("div", { class: "m" }, "AWS’s own Date: ", said(list.at(-1).date))];
}

function attempts(list) {
  const rows = list.map((a) => [String(a.page + 1), code(a.request_id ?? "none"), [a.status ?? "no answer", a.code ? [" ", code(a.code)] : ""], said(a.date ?? "none")]);
  return h("div", { class: "scroll" }, table(["Page", "Request id", "HTTP", "AWS’s Date"], rows));
}

// ── Panes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const countHeads = ["#Listed", "#Meet", "#Exception", "#Gap", "#N/A"];
const inFour = (counts) => FOUR.map((word) => counts[RANKED.indexOf(word)]);
const countCells = (counts, accepted = 0) => [n(sum(counts)), ...inFour(counts).map((count, k) => (FOUR[k] === "exception" ? countedExceptions(count, accepted) : counted(FOUR[k], count)))];
const countBar = (counts) => bar(RANKED.map((word, k) => [word, counts[k]]));
const countsOf = (numbers) => RANKED.map((_, k) => sum(numbers.map((r) => requirements[r].counts[k])));

// Lists unread over several requirements: each once, however many populations need it.
function unreadOf(numbers) {
  const found = new Map();
  for (const r of numbers) for (const u of data.unread[requirements[r].population.unread]) found.set(JSON.stringify([u.account, u.region, u.call]), u);
  return [...found.values()];
}

function foots(counts, unread, accepted = 0) {
  const [exception, gap, meets, none] = counts;
  return [`${n(sum(counts))} listed = ${n(meets)} meet + `, counted2("exception", exception), accepted ? ` (${n(accepted)} accepted)` : "", " + ", counted2("gap", gap), ` + ${n(none)} not applicable. `,
    unread ? h("b", { class: "gap" }, `Beside them: ${plural(unread, "list")} unread.`) : "No list was left unread."];
}

const counted2 = (word, count) => (count ? status(word, plural(count, word)) : `0 ${word}s`);

function conclusionText(control) {
  const counts = countsOf(control.requirements.map(([r]) => r));
  if (control.conclusion === "exceptions") return plural(counts[0], "exception");
  if (control.conclusion === "accepted") return `${n(counts[0])} accepted`;
  return control.conclusion;
}

const pane = (kind, label, ...children) => h("section", { class: `pane ${kind}`, "aria-label": label }, ...children);
const title = (...children) => h("h1", { tabindex: -1 }, ...children);
const heading = (...children) => h("h2", { tabindex: -1 }, ...children);

function overview() {
  const all = requirements.map((_, r) => r), counts = countsOf(all), unread = unreadOf(all).length;
  return pane("wide", "Overview",
    title("What the evidence shows"),
    h("p", { class: "lead" }, `${plural(conclusions.length, "control")} of ${plural(programs.length, "program")}, on ${plural(requirements.length, "requirement")} judged for every member of their populations: `, foots(counts, unread, acceptedOf(all)), whole()),
    partCallout(),
    registerSentence(),
    facts(...data.people.map(([role, name]) => [role, name ? said(name) : h("span", { class: "m" }, "nobody was named")])),
    h("h3", {}, "Controls by conclusion"),
    programTable(),
    h("h3", {}, "Results by topic"),
    topicTable(all),
    h("h3", {}, "What was not collected"),
    h("p", {}, missingSentence(), " ", link("not-collected", {}, "What, and what would close it")),
    h("h3", {}, "Handed in by hand"),
    handedIn(),
    h("h3", {}, "Where was looked: answered of asked calls"),
    coverage(),
    h("h3", {}, "Who, when and how"),
    provenance(),
    h("h3", {}, "Also in this pack"),
    h("p", {}, joined(data.files.map((file) => h("a", { href: file.split("/").map(encodeURIComponent).join("/") }, file)))));
}

// Of the pack of one account: of which run it is a part, and where the rest stands.
function partCallout() {
  const part = data.missing.part;
  return part && h("p", { class: "callout" }, h("b", {}, `${part[1]}: `), `this pack is of ${part[0]}. ${part[2]}`);
}

function whole() {
  if (data.total === total) return "";
  return h("b", { class: "gap" }, ` ${n(total)} of ${n(data.total)} results stand in this page, exceptions and gaps first; all are in workbook.xlsx and results.json. The counts are of all.`);
}

const CONCLUSIONS = Object.keys(data.words.conclusions);
const quiet = (count) => (count ? n(count) : h("span", { class: "zero" }, "0"));

function programTable() {
  const rows = programs.map((program) => {
    const own = conclusions.filter((c) => c.program === program.id);
    const found = CONCLUSIONS.map((word) => own.filter((c) => c.conclusion === word).length);
    const cells = found.map((count, k) => (count ? h("span", { class: `st ${cssClass(CONCLUSIONS[k])}` }, n(count)) : quiet(0)));
    return [[link(pathTo(program.id), {}, said(program.name)), h("div", { class: "m" }, said(program.edition))], bar(found.map((count, k) => [CONCLUSIONS[k], count])), ...cells, n(own.length)];
  });
  const heads = CONCLUSIONS.map((word) => h("span", { title: data.words.conclusions[word] }, status(word)));
  const body = table(["Program", "", ...CONCLUSIONS.map((word) => `#${word}`), "#Controls"], rows, null, { class: "programs" });
  [...body.querySelectorAll("thead th")].slice(2, -1).forEach((head, k) => head.replaceChildren(heads[k]));
  return h("div", { class: "scroll" }, body);
}

function conclusionTable(program) {
  const own = conclusions.filter((c) => c.program === program.id);
  const found = CONCLUSIONS.map((word) => [word, own.filter((c) => c.conclusion === word).length]);
  const most = Math.max(...found.map(([, count]) => count), 1);
  const rows = found.map(([word, count]) => [h("span", { title: data.words.conclusions[word] }, status(word)), count ? bar([[word, count]], most) : "", quiet(count)]);
  return table(["Conclusion", "", "#Controls"], rows, ["All", "", n(own.length)], { class: "conclusions" });
}

function topicTable(numbers, filters = {}) {
  const topics = Object.entries(data.topics).map(([id, name]) => [name, numbers.filter((r) => requirements[r].topic === id), id]);
  const rows = topics.map(([name, of, id]) => [link("results", { filters: { ...filters, topic: id } }, name), n(of.length), countBar(countsOf(of)), ...countCells(countsOf(of), acceptedOf(of))]);
  return h("div", { class: "scroll" }, table(["Topic", "#Requirements", "Judgements", ...countHeads], rows, ["All", n(numbers.length), "", ...countCells(countsOf(numbers), acceptedOf(numbers))]));
}

function missingSentence() {
  const missing = data.missing;
  if (!missing.unanswered && !missing.gaps && !missing.unread) return `None: all ${plural(missing.asked, "call")} were answered, no result is a gap and every list was read to its end.`;
  return [h("b", {}, `${n(missing.unanswered)} of ${plural(missing.asked, "call")} were not answered.`), ` ${plural(missing.gaps, "result")} could not be judged, ${plural(missing.unread, "list")} could not be read to the end, ${plural(missing.touched.length, "control")} touched. None is counted as met, none as an exception.`];
}

function coverage() {
  const regions = [...new Set(data.coverage.map((cell) => cell.region))].sort((a, b) => (a !== "global") - (b !== "global") || byText(a, b));
  const same = (region) => {
    const found = new Set(data.coverage.filter((cell) => cell.region === region).map((cell) => cell.status));
    return found.size === 1 && ["out of scope", "not enabled"].includes([...found][0]) ? [...found][0] : "";
  };
  const drawn = regions.filter((region) => !same(region));
  const cells = new Map(data.coverage.map((cell) => [`${cell.account} ${cell.region}`, cell]));
  const accounts = [...new Set(data.coverage.map((cell) => cell.account))].sort(byText);
  const shownCell = (cell) => (!cell ? "–" : cell.asked ? status(cell.status, `${n(cell.answered)} of ${n(cell.asked)}`) : status(cell.status));
  const row = (account) => h("tr", {}, h("th", { scope: "row" }, accountText(account)), drawn.map((region) => h("td", {}, shownCell(cells.get(`${account} ${region}`)))));
  const found = Object.entries(data.words.cells).filter(([word]) => data.coverage.some((cell) => cell.status === word));
  const elsewhere = ["out of scope", "not enabled"].map((word) => [word, regions.filter((region) => same(region) === word)]).filter(([, of]) => of.length);
  const body = h("tbody", {}, accounts.slice(0, 60).map(row));
  const more = accounts.length > 60 && h("button", { class: "more", onclick: () => { body.append(...accounts.slice(60).map(row)); more.remove(); } }, `and ${n(accounts.length - 60)} more accounts`);
  return h("div", { class: "part" },
    h("div", { class: "scroll" }, h("table", { class: "matrix" }, h("thead", {}, h("tr", {}, ["Account", ...drawn].map((head) => h("th", { scope: "col" }, head)))), body)),
    more && h("p", {}, more),
    note(joined(found.map(([word, meaning]) => [status(word), ` ${meaning}`]), "; "), "."),
    elsewhere.map(([word, of]) => note(`In every account ${word}: `, of.join(", "), ".")));
}

function provenance() {
  const calls = table(["How calls ended", "Meaning", "Counts as", "#Calls"], run.endings.map(([word, meaning, count, as]) => [word, meaning, as, count ? n(count) : h("span", { class: "zero" }, "0")]), ["All", "", "", n(run.asked)]);
  const principal = (account) => [account.status === "in scope" ? [code(account.principal || `not entered: ${account.ending}`)] : `${account.status}, not asked`, account.seen.length ? [" ", joined(account.seen.map((number) => answerLink(number)))] : ""];
  return h("div", { class: "part" },
    facts(
      ["Collected", `${run.started} to ${run.as_of}; everything is as of the end`],
      ["Tool", `${run.tool}, botocore ${run.botocore}`],
      ["Run", code(run.id)],
      ["Asked as", upTo(40, run.accounts, (account) => h("div", {}, accountText(account.id), " ", principal(account)))],
      ["Redacted", [run.redactions.length ? run.redactions.map(([kind, count]) => `${kind} ${n(count)}`).join(", ") : "nothing", run.redaction_key ? `; key ${run.redaction_key}` : ""]],
      ["Parameters", run.parameters.length ? upTo(12, run.parameters, ([id, value, by]) => h("div", {}, code(id), `: ${value} `, h("span", { class: "m" }, `(${by})`))) : "none"]),
    calls);
}

function controlsPane(program) {
  const own = conclusions.filter((c) => c.program === program.id);
  const groups = Map.groupBy ? Map.groupBy(own, (c) => c.group) : grouped(own);
  const parts = [...groups].flatMap(([group, controls]) => [
    groups.size > 1 && h("h3", {}, said([group, program.groups[group]].filter(Boolean).join(" "))),
    h("ul", {}, controls.map((control) => h("li", {}, controlLink(program, control))))]);
  return pane("controls", `Controls of ${program.name}`, h("p", { class: "head" }, h("span", {}, said(program.name), ", controls"), h("span", {}, n(own.length))), h("div", { class: "links flush", "data-keys": true }, parts));
}

function grouped(own) {
  const groups = new Map();
  for (const control of own) groups.set(control.group, [...(groups.get(control.group) ?? []), control]);
  return groups;
}

function controlLink(program, control) {
  return link(pathTo(program.id, control.control), {},
    h("span", { class: "ends" }, h("span", { class: "id" }, said(control.control)), status(control.conclusion, conclusionText(control))),
    h("span", { class: "t m" }, said(control.title), " ", control.requirements.length > 0 && matching(control.requirements.map(([r]) => r))));
}

function programPane(program) {
  const numbers = [...new Set(conclusions.filter((c) => c.program === program.id).flatMap((c) => c.requirements.map(([r]) => r)))];
  return pane("wide program", program.name,
    title(said(program.name)),
    h("p", { class: "lead" }, said(program.edition), program.body && [". ", said(sentence(program.body))], program.text && [" Text: ", said(sentence(program.text))]),
    h("p", {}, foots(countsOf(numbers), unreadOf(numbers).length, acceptedOf(numbers))),
    h("div", { class: "cards" }, h("div", {}, conclusionTable(program)),
      h("div", {}, facts(...Object.entries(data.words.conclusions).map(([word, meaning]) => [status(word), meaning])))),
    h("h3", {}, "AWS’s side"),
    h("p", {}, program.aws_attested ? ["AWS is attested: ", said(sentence(program.aws_artifact)), " ", said(sentence(program.aws_note))] : ["No AWS report is named for this program. ", said(sentence(program.aws_note))]),
    program.aws_attested && awsReports(),
    h("h3", {}, "Services in use, and whether AWS’s attestation covers them"),
    attestedServices(program),
    h("h3", {}, "Results by topic"),
    topicTable(numbers, { program: program.id }));
}

const mappedPath = (control, r) => `${pathTo(control.program, control.control)}/${requirementPath(r)}`;
const memberPath = (control, m) => `${mappedPath(control, members.requirement[m])}/${keyOfMember(m)}`;

function controlPane(program, control) {
  const numbers = control.requirements.map(([r]) => r), counts = countsOf(numbers), unread = unreadOf(numbers);
  const outstanding = ranked.filter((m) => members.judgement[m] < 2 && numbers.includes(members.requirement[m]));
  const rows = control.requirements.map(([r, reach, why]) => requirementRow(control, r, reach, why));
  return pane("wide", `Control ${control.control}`,
    h("p", { class: "m" }, { aws: "AWS’s responsibility", shared: "Responsibility shared with AWS", customer: "The customer’s responsibility" }[control.responsibility], control.group && program.groups[control.group] && [" · ", said(program.groups[control.group])]),
    title(said(control.control), " ", said(control.title)),
    facts(
      ["The evidence shows", [status(control.conclusion, conclusionText(control)), h("span", { class: "m" }, ` ${data.words.conclusions[control.conclusion]}`)]],
      ["Reach", control.reach ? `${control.reach}: ${REACH[control.reach]}` : "none: no requirement is mapped"],
      ["Kind of time", data.over_time?.said[`${control.program}:${control.control}`] || [h("b", {}, control.time), h("span", { class: "m" }, ` ${data.words.times[control.time]}`)]],
      numbers.length > 0 && ["Population", foots(counts, unread.length, acceptedOf(numbers))],
      ["A person must add", said(control.adds || "nothing is named")],
      control.derived.length > 0 && ["Mapping derived from", said(`${control.derived.join(", ")} (${program.derives})`)],
      control.responsibility === "aws" && program.aws_artifact && ["AWS’s report", said(program.aws_artifact)]),
    control.conclusion === "accepted" && h("p", { class: "callout x" }, "Accepted, not met: each exception was accepted by a named person until a date. The judgement stays “exception”."),
    documentsOf(control),
    control.responsibility === "aws" && [h("h3", {}, "AWS’s reports, as AWS Artifact lists them"), awsReports()],
    numbers.length > 0 && [h("h3", {}, "Requirements"),
      h("div", { class: "scroll" }, table(["Requirement, and how it is judged", "Reach", ...countHeads, "#Lists unread"], rows, ["All", "", ...countCells(counts, acceptedOf(numbers)), n(unread.length)])),
      note("Listed = meet + exception + gap + not applicable. What an unread list would hold is in none of these.")],
    numbers.length > 0 && [h("h3", {}, `Exceptions (${n(counts[0])}) and gaps (${n(counts[1])})`, selection.active && ", those that match the filters"), elsewhere(outstanding.length, counts[0] + counts[1]),
      memberList(selected(outstanding), (m) => memberPath(control, m), { label: "Exceptions and gaps", across: true })],
    unread.length > 0 && [h("h3", {}, "Lists that could not be read"), unreadTable(unread)]);
}

const elsewhere = (here, all) => here < all && note(`${n(here)} of ${n(all)} stand in this page; the others are in workbook.xlsx and results.json.`);

const REACH = { full: "the requirements show the whole of what is demanded", part: "the requirements show a part of what is demanded", context: "the requirements are context only, which never supports a control" };

function requirementRow(control, r, reach, why) {
  const requirement = requirements[r];
  return [
    [link(mappedPath(control, r), {}, requirement.says), h("br"), code(keyOf(requirement)), " ", matching([r]), h("div", { class: "m" }, sentence(requirement.logic), requirement.parameters && ` Parameters: ${sentence(requirement.parameters)}`, why && [" Reach: ", said(sentence(why))])],
    reach, ...countCells(requirement.counts, requirement.accepted), requirement.population.lists_unread ? h("b", { class: "gap" }, n(requirement.population.lists_unread)) : h("span", { class: "zero" }, "0")];
}

function unreadTable(unread) {
  const rows = upToRows(unread, 100);
  return h("div", { class: "part" }, h("div", { class: "scroll" }, table(["Account", "Region", "Call", "It ended"], rows.shown.map((u) => [accountText(u.account), u.region, callName(u.call), [u.ending === "denied" ? status("denied") : u.ending, u.detail && [" ", said(u.detail)]]]))), rows.note);
}

function upToRows(rows, most) {
  return { shown: rows.slice(0, most), note: rows.length > most && note(`${n(most)} of ${n(rows.length)} rows; all stand under `, link("not-collected", {}, "Not collected"), ".") };
}

function requirementsPane(control) {
  const rows = control.requirements.map(([r]) => h("li", {}, link(mappedPath(control, r), {},
    h("span", { class: "t" }, requirements[r].says), code(keyOf(requirements[r])), " ", matching([r]),
    h("span", { class: "four" }, inFour(requirements[r].counts).map((count, k) => (FOUR[k] === "exception" ? h("span", {}, countedExceptions(count, requirements[r].accepted)) : counted(FOUR[k], count)))),
    requirements[r].population.lists_unread > 0 && h("span", { class: "gap m" }, `${plural(requirements[r].population.lists_unread, "list")} unread`))));
  return pane("requirements", `Requirements of ${control.control}`, h("p", { class: "head" }, h("span", {}, link(pathTo(control.program, control.control), { class: "up" }, said(control.control)), ", its requirements"), h("span", {}, n(rows.length))), h("ul", { class: "links flush", "data-keys": true }, rows));
}

function requirementPane(r, path, reach, why) {
  const requirement = requirements[r], population = requirement.population;
  const list = selected(membersOf[r]);
  const second = population.corroborated === null ? "uncorroborated: no second source was read" : population.corroborated ? "corroborated: a second source agrees" : "a second source disagrees";
  return pane("requirement", requirement.says,
    heading(requirement.says),
    h("p", { class: "lead" }, foots(requirement.counts, population.lists_unread, requirement.accepted)),
    h("p", { class: "m" }, sentence(requirement.logic), requirement.parameters && ` Parameters: ${sentence(requirement.parameters)}`),
    requirement.reason && h("p", { class: "callout" }, said(sentence(requirement.reason))),
    h("details", {}, h("summary", {}, "Why, its population, how to put it right"), facts(
      ["Requirement", code(keyOf(requirement))],
      ["Why", sentence(requirement.why)],
      reach && ["Reach", [reach, why && [": ", said(why)]]],
      ["To put it right", sentence(requirement.fix)],
      ["Population", [`${population.noun}: ${n(population.listed)} listed; ${second}`, population.complete ? "" : h("b", { class: "gap" }, "; incomplete")]],
      ["Gone meanwhile", population.gone.length ? upTo(20, population.gone, (id) => h("div", {}, code(id))) : "none"],
      ["Out of scope", population.out_of_scope ? `${n(population.out_of_scope)} known in Regions not asked` : "none known"],
      ["Topic", data.topics[requirement.topic]],
      ["Catalogue", requirement.catalogue.join(", ")],
      ["Source", code(requirement.source)],
      ["Lists read", upTo(12, data.lists[requirement.lists], (number) => h("span", {}, answerLink(number), " "))],
      ["Controls", upTo(12, controlsOf[r], (control) => h("div", {}, link(pathTo(control.program, control.control), {}, said(`${control.program} ${control.control}`)), " ", status(control.conclusion))),
      ])),
    countedAgain(population),
    population.lists_unread > 0 && [h("h3", {}, "Lists unread: what they hold is not known"), unreadTable(data.unread[population.unread])],
    h("p", { class: "head above" }, h("span", {}, "Members", selection.active && " that match the filters"), h("span", {}, `${n(list.length)} of ${n(membersOf[r].length)}`)),
    elsewhere(membersOf[r].length, population.listed),
    memberList(list, path, { label: `Members: ${requirement.says}` }));
}

function memberPane(m, path, chosen) {
  const requirement = requirementOf(m), word = wordOf(m), cited = members.evidence[m];
  const number = cited.find((k) => evidence.id[k] === chosen) ?? cited[0];
  const others = judgementsOfResource().get(keyOfMember(m)).filter((k) => k !== m);
  return pane("member", members.id[m],
    heading(isAccepted(m) ? status("accepted", members.number[m]) : status(spaced(word), members.number[m] || spaced(word)), " ", said(members.id[m])),
    facts(
      ["Judgement", [status(spaced(word)), isAccepted(m) && [", ", status("accepted")], h("span", { class: "m" }, ` ${data.words.judgements[word]}`)]],
      ["Observed", h("b", {}, said(reasonOf(m) || "nothing further was recorded"))],
      ["Requirement", [requirement.says, h("br"), code(keyOf(requirement))]],
      ["Account, Region", [accountText(accountOf(m)), `, ${regionOf(m)}`]],
      ["Resource", [said(typeOf(m)), h("br"), code(members.arn[m] || members.id[m])]],
      ["Environments", environmentsOf(m).length ? joined(environmentsOf(m).map((id) => link(`environments/${encoded(id)}`, {}, said(environmentsById.get(id)?.name ?? id)))) : "none stands on it"]),
    statedOf(entryOf(m)),
    others.length > 0 && h("details", {}, h("summary", {}, `${plural(others.length, "other judgement")} of this resource`),
      h("ul", { class: "links" }, upTo(100, others, (k) => h("li", {}, link(resultPath(k), {}, h("span", { class: "ends" }, requirementOf(k).says, judgementStatus(k)), h("span", { class: "t m" }, members.number[k] && `${members.number[k]} `, said(reasonOf(k)))))))),
    h("h3", {}, cited.length ? `Evidence: ${plural(cited.length, "answer")} of AWS` : "Evidence: no answer is cited"),
    h("ul", { class: "links evidence", "data-keys": true }, cited.map((k) => h("li", {}, evidenceLink(k, path, k === number)))),
    number !== undefined && answer(number, m));
}

function evidenceLink(number, path, current) {
  const element = link(`${path}/${evidence.id[number]}`, {}, code(evidence.id[number]), " ", callOf(number), evidence.file[number] >= 0 && h("span", { class: "m" }, ` ${evidence.tables.region[evidence.region[number]]}, ${endingOf(number)}`));
  if (current) element.setAttribute("aria-current", "true");
  return element;
}

function resultsPane() {
  const list = selected(ranked);
  return pane("results", "Results",
    title("Results"),
    h("p", { class: "lead" }, selection.active ? `${n(list.length)} of ${plural(total, "result")} match the filters above.` : `All ${plural(total, "result")}, exceptions and gaps first. Narrow them with the search and the filters above.`, whole()),
    controlMatches(),
    memberList(list, resultPath, { label: "Results", across: true }));
}

// ── What management states ──────────────────────────────────────────────────────────────────────────────────────────

const day = (time) => time.slice(0, 10);
const seenFirst = (x) => register.runs[register.seen[x]];

function statedCells(x) {
  const response = responseOf(x), acceptance = acceptanceOf(x), owner = ownerOf(x), due = dueOf(x);
  const ticket = acceptance?.ticket || response?.ticket;
  return [
    h("span", { role: "gridcell" }, h("span", { class: "clip" }, day(seenFirst(x)[0])), h("span", { class: "m clip" }, plural(register.days[x], "day"))),
    h("span", { role: "gridcell" }, h("span", { class: "clip", title: shown(owner) }, owner ? said(owner) : h("span", { class: "m" }, "nobody named")), due && h("span", { class: "m clip" }, untilText(x))),
    h("span", { role: "gridcell" }, h("span", { class: "clip2" }, acceptance || response ? [ticket && [code(ticket), " "], said(acceptance?.reason ?? response.response)] : h("span", { class: "m" }, "no response stated")))];
}

function untilText(x) {
  const due = dueOf(x);
  if (acceptanceOf(x)) return `until ${due}`;
  return register.overdue[x] ? late(`was due ${due}`) : due && `due ${due}`;
}

// The same in one line, under what was observed.
function statedLine(x) {
  const owner = ownerOf(x), until = untilText(x);
  return h("span", { class: "m clip" }, `since ${day(seenFirst(x)[0])}, ${plural(register.days[x], "day")} · `, owner ? said(owner) : "no owner named", until && [" · ", until]);
}

// What the register and management say of one exception.
function statedOf(x) {
  if (x === undefined) return false;
  const response = responseOf(x), acceptance = acceptanceOf(x), [since, seenIn] = seenFirst(x);
  return [h("h3", {}, "Register of exceptions"), facts(
    ["Seen since", [h("b", {}, day(since)), `, ${plural(register.days[x], "day")}`, seenIn === run.id ? h("span", { class: "m" }, " first in this run") : [h("span", { class: "m" }, " first in "), code(seenIn)]]],
    acceptance && ["Accepted", [h("b", {}, said(acceptance.approver), ` until ${acceptance.expires}`), " ", link("acceptances", {}, said(acceptance.id)), h("div", { class: "m" }, "It stays an exception. After that day it counts as open.")]],
    acceptance && ["Reason stated", said(acceptance.reason)],
    acceptance?.compensating_control && ["Done instead", said(acceptance.compensating_control)],
    ["Owner", ownerOf(x) ? said(ownerOf(x)) : h("b", { class: "exception" }, "management names nobody")],
    response?.due && !acceptance && ["Due", [response.due, register.overdue[x] && [" ", late(`overdue at ${run.day}`)]]],
    !acceptance && ["Response", response ? said(response.response) : h("b", { class: "exception" }, "management states none")],
    response?.cause && ["Cause stated", said(response.cause)],
    response?.effect && ["Effect stated", said(response.effect)],
    (acceptance?.ticket || response?.ticket) && ["Ticket", code(acceptance?.ticket || response.ticket)])];
}

function registerSentence() {
  const count = register.number.length;
  if (!count) return h("p", {}, "No exception was found.");
  const part = (state) => link("exceptions", { filters: { state } }, `${n(inState(state))} ${STATE_NAMES[state]}`);
  return h("p", {}, link("exceptions", { filters: { state: "" } }, plural(count, "exception")), ": ", part("open"), " (", part("overdue"), ", ", part("unanswered"), ") and ", part("accepted"), ". ",
    data.acceptances.length > 0 && link("acceptances", {}, `${plural(data.acceptances.length, "acceptance")} stated`), data.acceptances.length > 0 && ".");
}

const SORTS = {
  "": ["number", () => 0],
  age: ["oldest first", (a, b) => register.days[b] - register.days[a]],
  due: ["due first", (a, b) => byText(dueOf(a) || "9999", dueOf(b) || "9999")],
  owner: ["owner", (a, b) => byText(ownerOf(a) || "\uffff", ownerOf(b) || "\uffff")],
};
const exceptionMembers = memo(() => {
  const found = new Map(ranked.filter((m) => members.judgement[m] === 0).map((m) => [entryOf(m), m]));
  return register.number.flatMap((_, x) => (found.has(x) ? [found.get(x)] : []));
});

function exceptionsPane() {
  const { state, owner, sort } = at.filters;
  const all = exceptionMembers(), kept = (m) => { const x = entryOf(m); return (!state || STATES[state]?.(x)) && (!owner || ownerOf(x) === owner); };
  const [, compare] = SORTS[sort] ?? SORTS[""];
  const list = selected(all).filter(kept).sort((a, b) => compare(entryOf(a), entryOf(b)));
  const owners = [...new Set(register.number.map((_, x) => ownerOf(x)).filter(Boolean))].sort(byText);
  const choose = (name, title, options) => h("label", {}, title, h("select", { name, onchange: (event) => go(here(), { [name]: event.target.value }) },
    options.map(([value, text]) => h("option", { value, selected: at.filters[name] === value }, text))));
  return pane("results register", "Exceptions",
    title("Register of exceptions"),
    registerSentence(),
    h("div", { class: "choices" },
      choose("state", "State", [["", `all ${n(register.number.length)}`], ...Object.entries(STATE_NAMES).map(([value, text]) => [value, `${text} (${n(inState(value))})`])]),
      choose("owner", "Owner", [["", `all ${owners.length}`], ...owners.map((text) => [text, text])]),
      choose("sort", "Order", Object.entries(SORTS).map(([value, [text]]) => [value, text])),
      h("p", { role: "status" }, `${n(list.length)} of ${plural(register.number.length, "exception")}`)),
    elsewhere(all.length, register.number.length),
    memberList(list, (m) => resultPath(m, "exceptions"), { label: "Register of exceptions", across: true, stated: true }),
    note("Ages and overdue days are counted to the end of the collection, ", run.as_of, ". What is accepted stays an exception."));
}

const ACCEPTED_SHOWN = 500;

function acceptancesPane() {
  const numbers = data.acceptances.map(() => []);
  register.acceptance.forEach((a, x) => a >= 0 && numbers[a].push(x));
  const memberOf = new Map(exceptionMembers().map((m) => [entryOf(m), m]));
  const named = (x) => h("div", {}, memberOf.has(x) ? link(resultPath(memberOf.get(x), "exceptions"), {}, register.number[x]) : register.number[x]);
  const what = { "in force": "", expired: "It no longer counts: what it names is open.", "not yet in force": "It does not count yet.", "covers no exception": "No exception is like it.", "tags not read": "" };
  const rows = data.acceptances.slice(0, ACCEPTED_SHOWN).map((a, k) => [
    [h("span", { class: "st" }, said(a.id)), h("br"), a.status === "in force" ? status("accepted", "in force") : h("b", { class: a.status === "expired" ? "late" : "m" }, a.status), h("div", { class: "m" }, a.covers || a.status !== "expired" ? what[a.status] : "It no longer counts.", a.tags_unread > 0 && h("div", {}, `Of ${plural(a.tags_unread, "exception")} the tags were not read: it does not count for them.`))],
    [code(a.requirement), h("div", { class: "m" }, upTo(6, a.members.length ? a.members : ["every member"], (text) => h("div", {}, said(text))), a.accounts.length > 0 && ["in ", a.accounts.join(", ")], a.tagged.length > 0 && h("div", {}, "tagged ", said(a.tagged.join(", "))))],
    n(a.covers),
    upTo(12, numbers[k], named),
    [said(a.reason), a.compensating_control && h("div", { class: "m" }, "Instead: ", said(a.compensating_control)), a.ticket && h("div", {}, code(a.ticket))],
    [said(a.approver), h("div", { class: "m" }, "owner ", said(a.owner))],
    [h("span", { class: "whole" }, `${a.opened} to`), h("br"), h("span", { class: a.status === "expired" ? "late" : "whole" }, a.expires)]]);
  const left = data.acceptances.length - rows.length;
  return pane("wide", "Acceptances",
    title("Acceptances"),
    h("p", { class: "lead" }, "Exceptions that a named person signed off until a day. They stay exceptions in every count; only an acceptance in force shows them as accepted. None is left out here, whatever became of it."),
    rows.length ? h("div", { class: "scroll" }, table(["Acceptance", "Requirement, members", "#Names", "Accepted by it", "Reason stated", "Approver", "Counts from, to"], rows)) : h("p", {}, "None was stated."),
    left > 0 && note(`${n(left)} more stand in workbook.xlsx and data/acceptances.csv.`));
}

const manualLink = (file) => h("a", { href: `../evidence/manual/${file.split("/").map(encodeURIComponent).join("/")}` }, said(file));
const documentRow = (d) => [[manualLink(d.file), h("div", { class: "m" }, said(d.title))], said(d.provider), [h("span", { class: "whole" }, d.received), d.period && h("div", { class: "m" }, "for ", said(d.period))], [code(d.sha256), h("div", { class: "m" }, `${n(d.bytes)} bytes`)]];
const wantedRow = (w) => [said(w.what), w.owner ? said(w.owner) : h("span", { class: "m" }, "nobody named"), w.due ? (w.due < run.day ? late(`overdue since ${w.due}`) : h("span", { class: "whole" }, w.due)) : h("span", { class: "m" }, "no day named")];

// Documents handed in and still wanted for a control.
function documentsOf(control) {
  const name = `${control.program}:${control.control}`;
  const here = documents.filter((d) => d.controls.includes(name)), asked = data.wanted.filter((w) => w.control === name);
  if (!here.length && !asked.length && control.conclusion !== "needs a person") return false;
  return [h("h3", {}, `Documents handed in (${n(here.length)})`),
    here.length ? h("div", { class: "scroll" }, table(["File, title", "From", "Received", "SHA-256"], here.map(documentRow))) : h("p", { class: control.conclusion === "needs a person" && "callout" }, "None was handed in for this control with this pack."),
    here.length > 0 && note("Nobody has judged what they say: they are handed over as they came."),
    asked.length > 0 && [h("h3", {}, `Still wanted (${n(asked.length)})`), h("div", { class: "scroll" }, table(["What", "Owner", "Due"], asked.map(wantedRow)))]];
}

function handedIn() {
  const people = conclusions.filter((c) => c.conclusion === "needs a person");
  const named = new Set(documents.flatMap((d) => d.controls));
  const without = people.filter((c) => !named.has(`${c.program}:${c.control}`)).length;
  const controlLinks = (names) => joined(names.map((name) => { const [program, ...rest] = name.split(":"); return link(pathTo(program, rest.join(":")), {}, said(rest.join(":"))); }));
  return h("div", { class: "part" },
    h("p", {}, `${plural(documents.length, "document")} handed in, ${n(data.wanted.length)} still wanted. ${plural(people.length, "control")} ${people.length === 1 ? "needs" : "need"} a person; `, without ? h("b", {}, `${n(without)} of them without a document.`) : "each has a document."),
    documents.length > 0 && h("div", { class: "scroll" }, table(["File, title", "From", "Received", "SHA-256", "Controls"], documents.slice(0, 100).map((d) => [...documentRow(d), controlLinks(d.controls)]))),
    data.wanted.length > 0 && h("div", { class: "scroll" }, table(["Still wanted", "Owner", "Due", "Control"], data.wanted.slice(0, 100).map((w) => [...wantedRow(w), controlLinks([w.control])]))),
    Math.max(documents.length, data.wanted.length) > 100 && note("The first hundred of each; each control names its own, workbook.xlsx all."));
}

// ── The whole period ────────────────────────────────────────────────────────

// One member's period as a bar; the stretches stand in words below it.
function stretches(line) {
  const element = h("div", { class: "bar stretch", "aria-hidden": "true" });
  for (const [state, seconds] of line.spans) {
    const part = h("i", { class: `b-${state.replaceAll(" ", "-")}` });
    part.style.flexGrow = seconds;
    element.append(part);
  }
  return element;
}

function overTimePane() {
  const o = data.over_time;
  const words = (span) => [h("div", {}, h("b", {}, spaced(span[0])), ` ${span[2]} to ${span[3]}`, span[4] && `, by ${span[4]}: `, span[5] && said(span[5]), span[6].length > 0 && [" ", answerLink(span[6][0])])];
  const rows = o.requirements.map((r) => [[code(r.id), r.variant && h("div", { class: "m" }, said(r.variant)), r.limits.map((text) => h("div", { class: "m" }, text))],
    [h("b", {}, r.kind), h("div", { class: "m" }, r.says)], n(r.members), counted("exception", r.exception), counted("gap", r.unknown), n(r.always)]);
  const lines = o.lines.map((t) => [[code(t.name), h("div", { class: "m" }, code(t.requirement), " ", t.account, " ", t.region)],
    [stretches(t), h("details", {}, h("summary", {}, plural(t.spans.length, "stretch", "stretches")), t.spans.map(words))]]);
  return pane("wide", "Over time",
    title("The whole period"),
    h("p", { class: "lead" }, `${o.since} to ${o.last_day}: ${plural(o.observations, "run")} looked, ${o.longest_gap} days without one at most. What lies between is said only where AWS Config recorded it or CloudTrail shows that nothing changed; the rest is not known.`),
    h("h2", {}, "Requirement by requirement"),
    h("div", { class: "scroll" }, table(["Requirement", "Time covered", "#Members", "#Exception at some time", "#Not known at some time", "#Met throughout"], rows)),
    o.one_moment > 0 && note(`${plural(o.one_moment, "requirement")} more: judged at one moment of the period; of the rest of it nothing is known.`),
    h("h2", {}, "Timelines"),
    note("Dark: exception. Hatched: not known. Mid: meets. Thin line: not there. Those that met throughout, and those of which nothing is known but a moment, are not drawn."),
    lines.length ? h("div", { class: "scroll" }, table(["Resource", "From the first day to the last"], lines)) : h("p", {}, "Every member met throughout, or the requirement did not apply to it."),
    o.left > 0 && note(`${n(o.left)} more stand in workbook.xlsx and period.json.`),
    h("h2", {}, "Limits"),
    h("ul", {}, o.limits.map((text) => h("li", {}, text))));
}

// AWS's own reports, with how far short of the audited period's end they fall.
function attestedServices(program) {
  const kept = program.aws_services;
  const covers = (s) => (!kept ? "not known" : kept.in_scope.includes(s.service) ? "in scope" : kept.not_in_scope.includes(s.service) ? "not in scope" : "not known");
  const used = data.services.filter((s) => s.resources > 0), maybe = data.services.filter((s) => s.resources === 0);
  const rows = used.map((s) => [[said(s.name), " ", code(s.service)], `${n(s.resources)}${s.unread ? " or more" : ""}`, covers(s) === "in scope" ? covers(s) : h("b", {}, covers(s))]);
  return h("div", { class: "part" },
    rows.length ? h("div", { class: "scroll" }, table(["Service of AWS", "#Resources listed", "AWS’s attestation"], rows)) : h("p", {}, "No resource of any service was listed."),
    maybe.length > 0 && note(`Of ${maybe.map((s) => s.name).join(", ")} nothing was listed, but a list could not be read.`),
    note(kept ? `As AWS’s page said on ${kept.as_of}: ${kept.page}. AWS has no API for it: look it up again.` : "No list of AWS’s is kept here for this program: look it up on AWS’s page of services in scope by compliance program."));
}

function awsReports() {
  const { asked, reports, unread } = data.aws;
  const short = (days) => (days === null ? h("b", { class: "gap" }, "AWS names no end") : days > 0 ? late(`${plural(days, "day")} short: ask for a bridge letter`) : "reaches it");
  const rows = reports.slice(0, 200).map((a) => [[said(a.name), h("div", { class: "m" }, code(a.id), " ", said(a.state))], [a.period_start && `${day(a.period_start)} to`, h("br"), day(a.period_end || "no end")], short(a.days_short), upTo(2, a.evidence, (number) => h("div", {}, answerLink(number)))]);
  return h("div", { class: "part" },
    rows.length ? h("div", { class: "scroll" }, table(["Report", "Its period", "To our period’s end", "Evidence"], rows)) : h("p", { class: "callout" }, asked ? "AWS Artifact listed no report." : "Not asked: no requirement of these programs reads AWS Artifact’s list of reports. Whether a report reaches the end of the period is for a person to look up."),
    unread.length > 0 && [h("p", { class: "callout" }, h("b", {}, `${plural(unread.length, "list")} of AWS’s reports could not be read.`)), unreadTable(unread)],
    rows.length > 0 && note("Whoever accepted AWS’s terms obtains the documents themselves; they are not in this pack."));
}

// A population counted a second time, from another source.
function countedAgain(population) {
  const second = population.second;
  if (!second) return population.corroborated === null && h("p", { class: "m" }, "Counted once: no second source was read.");
  const only = (names) => (names.length ? h("details", {}, h("summary", {}, plural(names.length, "name")), upTo(100, names, (name) => h("div", {}, code(name)))) : "none");
  return h("details", { class: "again", open: second.only_theirs.length > 0 },
    h("summary", {}, `Counted again: ${n(second.ours)} listed, ${n(second.theirs)} in the second source, ${n(second.both)} in both`, second.only_theirs.length > 0 && [" ", late(`${n(second.only_theirs.length)} missing here`)]),
    facts(["Second source", code(second.source)], ["What it leaves out", said(second.limits || "nothing is known")], ["Only listed", only(second.only_ours)], ["Only in second", only(second.only_theirs)]));
}

// Controls and answers that the search names itself.
function controlMatches() {
  const words = at.filters.q.trim().toLowerCase();
  if (words.length < 2) return null;
  const found = conclusions.filter((c) => `${c.control} ${c.title}`.toLowerCase().includes(words));
  const number = evidenceNumbers.get(words);
  return [
    number !== undefined && h("p", {}, "Answer: ", answerLink(number), ` ${callOf(number)}`),
    found.length > 0 && h("details", {}, h("summary", {}, `${plural(found.length, "control")} named so`), h("ul", { class: "links" }, upTo(50, found, (c) => h("li", {}, link(pathTo(c.program, c.control), {}, h("span", { class: "ends" }, said(`${c.program} ${c.control} ${c.title}`), status(c.conclusion, conclusionText(c))))))))];
}

function answerPane(id) {
  const number = evidenceNumbers.get(id);
  if (number === undefined) return nothing(`No result cites an answer ${id}.`);
  const citing = ranked.filter((m) => members.evidence[m].includes(number));
  return pane("wide", `Answer ${id}`,
    title("Answer ", code(id)),
    answer(number),
    h("h3", {}, `${plural(citing.length, "result")} cite${citing.length === 1 ? "s" : ""} it`),
    memberList(citing, resultPath, { label: "Results that cite this answer", across: true }));
}

function environmentsPane() {
  const rows = data.environments.map((e) => {
    const counts = RANKED.map((_, k) => sum(Object.values(e.topics).map((of) => of[k])));
    return h("li", {}, link(`environments/${encoded(e.id)}`, {}, h("span", { class: "id" }, said(e.name)), h("span", { class: "t m" }, said(`${e.application} · ${accountNames.get(e.account) || e.account} · ${e.region}`)), h("span", { class: "four" }, inFour(counts).map((count, k) => counted(FOUR[k], count)))));
  });
  const none = "No Elastic Beanstalk environment was found in scope.";
  return pane("environments", "Environments", h("p", { class: "head" }, h("span", {}, "Environments"), h("span", {}, n(rows.length))), rows.length ? h("ul", { class: "links flush", "data-keys": true }, rows) : h("p", {}, none));
}

const standingWord = memo(() => {
  const worst = new Map();
  const note = (key, m) => key && !worst.has(key) && worst.set(key, spaced(wordOf(m)));
  for (const m of ranked) {
    note(members.arn[m], m);
    note([accountOf(m), typeOf(m), regionOf(m), members.id[m]].join("\n"), m);
  }
  return worst;
});

function environmentPane(e) {
  const worst = standingWord();
  const word = (s) => worst.get(s.arn) ?? worst.get([e.account, s.type, s.region, s.id].join("\n")) ?? "not judged";
  const topics = Object.entries(data.topics).map(([id, name]) => [link("results", { filters: { environment: e.id, topic: id } }, name), countBar(e.topics[id]), ...countCells(e.topics[id])]);
  const all = RANKED.map((_, k) => sum(Object.values(e.topics).map((of) => of[k])));
  const standing = e.stands_on.map((s) => [said(s.role), code(s.arn || s.id), said(s.facts.join(", ")), said(s.found), status(word(s))]);
  return pane("wide environment", `Environment ${e.name}`,
    title(said(e.name)),
    facts(["Application", said(e.application)], ["Environment", code(e.id)], ["Account, Region", [accountText(e.account), `, ${e.region}`]], ["Tier", said(e.tier)], ["Platform", said(e.platform)], ["State", said([e.status, e.health && `health ${e.health}`].filter(Boolean).join(", "))], ["Evidence", joined(e.evidence.map((number) => answerLink(number)))]),
    e.unread.length > 0 && h("div", { class: "callout" }, h("b", {}, "Not read of it: "), said(e.unread.join("; "))),
    h("h3", {}, "Its eight topics: results of what it stands on"),
    h("div", { class: "scroll" }, table(["Topic", "Judgements", ...countHeads], topics, ["All", "", ...countCells(all)])),
    note("The results of a resource that several environments share are counted in each of them."),
    h("h3", {}, `What it stands on (${n(standing.length)})`),
    h("div", { class: "scroll" }, table(["Role", "Resource", "Facts", "Found by", "Worst judgement"], standing)));
}

// Controls whose results have a gap or a list unread.
function touched() {
  const spoilt = (control) => control.requirements.some(([r]) => requirements[r].counts[1] || requirements[r].population.lists_unread);
  const found = programs.map((program) => [program, conclusions.filter((c) => c.program === program.id && spoilt(c))]).filter(([, of]) => of.length);
  return found.length > 0 && h("details", {}, h("summary", {}, `${plural(sum(found.map(([, of]) => of.length)), "control")} touched`),
    facts(...found.map(([program, of]) => [said(program.name), joined(of.map((c) => link(pathTo(c.program, c.control), {}, said(c.control))))])));
}

// What Cost Explorer has on the bill, beside what was asked. Nothing is judged by it.
function billing() {
  const bill = data.billing;
  if (!bill.asked) return h("p", {}, bill.says);
  const rows = bill.differences.map((d) => [code(d.account), d.kind, [said(d.names.join(", ")), d.where.length > 0 && h("div", { class: "m" }, said(d.where.join(", ")))], said(d.reason), upTo(2, d.evidence, (number) => h("div", {}, answerLink(number)))]);
  return h("div", {},
    h("p", {}, `Cost Explorer told of ${bill.first} to ${bill.last}, for ${n(bill.accounts - bill.untold.length)} of ${plural(bill.accounts, "account")}. `, bill.counts.map((c) => `${c.name}: ${n(c.ours)} asked or listed, ${n(c.theirs)} billed, ${n(c.both)} both. `)),
    bill.untold.map(([account, why]) => h("p", { class: "callout" }, "Account ", code(account), " was not compared: ", said(why))),
    rows.length > 0 && h("div", { class: "scroll" }, table(["Account", "Found", "Which", "Reason", "Evidence"], rows)),
    note(bill.limits.join(" ")));
}

function missingPane() {
  const missing = data.missing;
  const calls = missing.calls.map((c) => [h("span", { class: "st" }, c.number), [accountText(c.account), h("br"), c.region], [callName(c.call), c.ending === "denied" && c.actions.length > 0 && h("div", { class: "m" }, "allow ", joined(c.actions.map((action) => code(action, "whole"))))], [c.ending === "denied" ? status("denied") : c.ending, " ", said(c.code)], n(c.count), [c.populations.length ? code(c.populations.join(", ")) : "none", c.resources.length > 0 && h("div", { class: "m" }, upTo(3, c.resources, (resource) => h("div", {}, said(resource))))], upTo(2, c.evidence, (number) => h("div", {}, answerLink(number)))]);
  const lists = missing.lists.map((row) => [row.numbers.length ? joined(row.numbers.map((number) => h("span", { class: "st" }, number))) : "–", [accountText(row.account), h("br"), row.regions.join(", ")], callName(row.call), [row.ending === "denied" ? status("denied") : row.ending, row.detail && [" ", said(row.detail)]], code(row.populations.join(", "))]);
  return pane("wide", "Not collected",
    title("What was not collected"),
    h("p", { class: missing.unanswered || missing.gaps || missing.unread ? "callout" : "lead" }, missingSentence()),
    partCallout(),
    touched(),
    h("h3", {}, `Lists that could not be read (${n(lists.length)}): what they hold is not known`),
    lists.length ? h("div", { class: "scroll" }, table(["No.", "Account, Regions", "Call", "It ended", "Populations"], lists)) : h("p", {}, "None."),
    h("h3", {}, `Calls not answered (${n(sum(missing.calls.map((c) => c.count)))})`),
    calls.length ? h("div", { class: "scroll" }, table(["No.", "Account, Region", "Call, and what would close it", "It ended", "#Calls", "Populations, resources", "Evidence"], calls)) : h("p", {}, `None of ${plural(missing.asked, "call")}.`),
    h("h3", {}, "Populations without a second source"),
    h("p", {}, missing.uncorroborated.length ? upTo(60, missing.uncorroborated, (name) => h("span", {}, code(name), " ")) : "None."),
    missing.disagree.length > 0 && h("p", {}, h("b", {}, "A second source disagrees for "), joined(missing.disagree.map((name) => code(name)))),
    h("h3", {}, "Used services and Regions, beside the bill"),
    billing(),
    note(`${plural(missing.gone, "resource")} went away while being read; ${plural(missing.out_of_scope, "resource")} known in Regions that were not asked. Neither is judged.`),
    h("h3", {}, "Asserted to be none"),
    h("p", {}, missing.none.map(([what, among]) => `${what}: 0 of ${n(among)}`).join("; "), "."));
}

function checkPane() {
  return pane("wide", "Check this pack",
    title("How to check this pack"),
    h("p", { class: "lead" }, "With nothing of ours installed until the last step. This page is one of the files that step 1 checks; it proves nothing by itself."),
    facts(["Pack", code(run.pack.id)], ["Evidence root", code(run.pack.root)], ["Signature", run.pack.signed ? `Signed by ${run.pack.signed}` : h("b", {}, "UNSIGNED")], ["Timestamp", run.pack.timestamped ?? "none"], ["Pack before it", run.pack.previous || "none is named"]),
    h("ol", { class: "steps" }, run.pack.steps.map((step, k) => h("li", {}, h("h3", {}, `${k}. ${step.title}`), step.text, step.cannot && h("b", {}, ` Cannot be done: ${step.cannot}.`), h("pre", { tabindex: 0, "aria-label": "Command" }, step.command), h("span", { class: "m" }, "Expected: "), code(step.expected)))));
}

const nothing = (text) => pane("wide", "Nothing here", title("Nothing stands here"), h("p", { class: "lead" }, said(text), " ", link("/", {}, "To the overview")));

// ── From the address to panes ───────────────────────────────────────────────────────────────────────────────────────

// [key, how to make it] of each pane, from left to right: a pane is made anew only when its key changes.
function wanted() {
  const { view, parts } = at;
  if (view === "program") return inProgram(parts);
  if (view === "results") return inResults(parts, "results", resultsPane);
  if (view === "exceptions") return inResults(parts, "exceptions", exceptionsPane);
  if (view === "answer") return [[`answer ${parts[0]}`, () => answerPane(decoded(parts[0] ?? ""))]];
  if (view === "environments") return inEnvironments(parts);
  const single = { overview, acceptances: acceptancesPane, ...(data.over_time ? { "over-time": overTimePane } : {}), "not-collected": missingPane, check: checkPane }[view];
  return [[view, single ?? (() => nothing("There is no such view."))]];
}

function inProgram([first, second, third, fourth, fifth]) {
  const program = programs.find((p) => p.id === decoded(first));
  if (!program) return [["none", () => nothing(`There is no program ${decoded(first)} in this pack.`)]];
  const panes = [[`controls ${first}`, () => controlsPane(program)]];
  if (second === undefined) return [...panes, [`program ${first}`, () => programPane(program)]];
  const control = conclusions.find((c) => c.program === program.id && c.control === decoded(second));
  if (!control) return [...panes, ["none", () => nothing(`There is no control ${decoded(second)}.`)]];
  const where = `${first}/${second}`;
  if (third === undefined) return [...panes, [`control ${where}`, () => controlPane(program, control)]];
  panes.push([`requirements ${where}`, () => requirementsPane(control)]);
  const mapped = control.requirements.find(([r]) => keyOf(requirements[r]) === decoded(third));
  if (!mapped) return [...panes, ["none", () => nothing(`${control.control} has no requirement ${decoded(third)}.`)]];
  const [r, reach, why] = mapped;
  panes.push([`requirement ${where}/${third}`, () => requirementPane(r, (m) => memberPath(control, m), reach, why)]);
  if (fourth === undefined) return panes;
  return [...panes, memberAt(r, fourth, fifth, mappedPath(control, r))];
}

function memberAt(r, part, chosen, under) {
  const m = membersOf[r].find((k) => keyOfMember(k) === part);
  if (m === undefined) return ["none", () => nothing("This page has no such member; it may be in workbook.xlsx.")];
  return [`member ${under}/${part}/${chosen}`, () => memberPane(m, `${under}/${part}`, chosen)];
}

function inResults([first, second, third], view, listed) {
  const panes = [[view, listed]];
  const r = requirementKeys.get(decoded(first ?? ""));
  if (first === undefined || second === undefined) return panes;
  if (r === undefined) return [...panes, ["none", () => nothing(`There is no requirement ${decoded(first)}.`)]];
  return [...panes, memberAt(r, second, third, `${view}/${requirementPath(r)}`)];
}

function inEnvironments([first]) {
  const panes = [["environments", environmentsPane]];
  const environment = environmentsById.get(decoded(first ?? "")) ?? (first === undefined ? data.environments[0] : undefined);
  if (environment) panes.push([`environment ${environment.id}`, () => environmentPane(environment)]);
  else if (first !== undefined) panes.push(["none", () => nothing(`There is no environment ${decoded(first)}.`)]);
  return panes;
}

function showViews() {
  const views = [["/", "Overview"], ...programs.map((p) => [pathTo(p.id), said(p.name.split(",")[0])]), ["results", "All results"], ["exceptions", `Exceptions (${n(register.number.length)})`], ...(data.acceptances.length ? [["acceptances", `Acceptances (${n(data.acceptances.length)})`]] : []), ["environments", `Environments (${n(data.environments.length)})`], ...(data.over_time ? [["over-time", "Over time"]] : []), ["not-collected", "Not collected"], ["check", "Check this pack"]];
  const now = here() || "/";
  document.getElementById("views").replaceChildren(...views.map(([path, name]) => {
    const element = h("a", { href: href(path) }, name);
    if (now === path || (path !== "/" && now.startsWith(`${path}/`))) element.setAttribute("aria-current", "page");
    return element;
  }));
}

function showTrail() {
  const { view, parts } = at;
  const trail = document.getElementById("trail");
  const listing = view === "results" || view === "exceptions";
  if (view !== "program" && !parts.length) return trail.replaceChildren();
  const names = parts.map((part, k) => {
    const text = decoded(part);
    return (view === "program" && k === 3) || (listing && k === 1) ? decoded(part.split(",").at(-1)) : k === 0 && view === "program" ? programs.find((p) => p.id === text)?.name ?? text : text;
  });
  const root = view === "program" ? ["/", "Overview"] : [view, spaced(view)];
  const steps = names.map((name, k) => [view === "program" ? `/${parts.slice(0, k + 1).join("/")}` : `${view}/${parts.slice(0, k + 1).join("/")}`, name]);
  const kept = listing ? steps.slice(1) : steps;
  trail.replaceChildren(...[root, ...kept.slice(0, -1)].map(([path, name]) => h("a", { href: href(path) }, said(name))), h("span", { "aria-current": "location" }, said(kept.at(-1)?.[1] ?? "")));
}

function render(moved) {
  select();
  showFilters();
  showViews();
  showTrail();
  const main = document.getElementById("main"), panes = wanted(), now = query();
  const before = [...main.children];
  let fresh = null;
  panes.forEach(([key, make], k) => {
    const full = key + now;
    if (before[k]?.dataset.key === full) return;
    const made = make();
    made.dataset.key = full;
    if (before[k]) before[k].replaceWith(made);
    else main.append(made);
    fresh = made;
  });
  for (const extra of [...main.children].slice(panes.length)) extra.remove();
  for (const element of main.querySelectorAll("a[data-path]")) if (!element.closest(".evidence")) mark(element);
  drawLists();
  for (const list of lists) list.marked();
  if (!moved) return;
  const last = main.lastElementChild;
  for (const list of lists) if (fresh?.contains(list.root) || before.length === 1) list.goTo();
  main.querySelectorAll(".controls [aria-current]").forEach((element) => element.scrollIntoView({ block: "center" }));
  if (innerWidth < 900) scrollTo(0, 0);
  (last.querySelector("h1, h2") ?? last.querySelector("[data-keys] a"))?.focus({ preventScroll: true });
}

// ── Keys: arrows in lists of links, Escape one level up, "/" to the search ──────────────────────────────────────────

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target.closest("input, select");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    document.querySelector("#filters input").focus();
  }
  if (event.key === "Escape" && !typing) {
    const path = here(), up = path.replace(/\/[^/]*$/, "");
    if (up !== path) leave(up || "/", path);
  }
  const links = event.target.closest("[data-keys]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (links && step) {
    const all = [...links.querySelectorAll("a")];
    event.preventDefault();
    all[all.indexOf(event.target.closest("a")) + step]?.focus();
  }
});

// One level up, with the keyboard on the link one came by.
function leave(up, from) {
  const results = up.replace(/^(results|exceptions)\/[^/]+$/, "$1");
  go(results);
  addEventListener("hashchange", () => document.querySelector(`main a[data-path="${CSS.escape(from)}"]`)?.focus(), { once: true });
}

addEventListener("hashchange", () => {
  at = readAddress();
  render(true);
});

filterBar();
render(true);
