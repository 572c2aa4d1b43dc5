// The organisation's page: accounts, controls, and of one account what its part says, which is loaded when it is opened.
// Text of a run only ever becomes a text node: nothing here writes markup, and the page's policy forbids it too.

const data = await started("organisation.pdf and workbook.xlsx");
const RANKED = data.words.ranked, CONCLUSIONS = Object.keys(data.words.conclusions);
const accounts = new Map(data.accounts.map((account) => [account.id, account]));

// ── Parts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const loading = new Map();
const policy = globalThis.trustedTypes?.createPolicy("parts", { createScriptURL: (id) => {
  if (!/^[0-9]{12}$/.test(id)) throw new TypeError("no account");
  return `parts/${id}.js`;
} });

// The part of an account, by a script beside this page: a page opened from a folder may read no file in another way.
function partOf(id) {
  if (!loading.has(id)) {
    loading.set(id, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.addEventListener("error", () => reject(new Error(`parts/${id}.js is not beside this page`)));
      waiting.set(id, resolve);
      script.src = policy ? policy.createScriptURL(id) : `parts/${id}.js`;
      document.head.append(script);
    }));
  }
  return loading.get(id);
}

const waiting = new Map();
globalThis.evidencePart = (id, text) => waiting.get(id)?.(unpacked(text).then(JSON.parse));

// ── Elements ────────────────────────────────────────────────────────────────────────────────────────────────────────

const quiet = (count) => (count ? n(count) : h("span", { class: "zero" }, "0"));
const told = (word, count) => (count ? h("span", { class: `st ${cssClass(word)}` }, n(count)) : quiet(0));

// A table whose rows a word filters; `rows` are [text that is searched, cells]. Of many rows the first are shown, and the others counted.
function table(heads, rows, label) {
  const body = h("tbody"), left = note();
  const head = (text) => h("th", { class: text.startsWith("#") ? "n" : undefined, scope: "col" }, text.replace(/^#/, ""));
  const cells = (found) => found.map((cell, k) => h("td", { class: heads[k].startsWith("#") ? "n" : ["No.", "Region", "Control", "Account"].includes(heads[k]) ? "s" : "t" }, cell));
  function fill(word) {
    const wanted = word.trim().toLowerCase();
    const found = wanted ? rows.filter(([text]) => text.toLowerCase().includes(wanted)) : rows;
    body.replaceChildren(...found.slice(0, data.rows).map(([, row]) => h("tr", {}, cells(row()))));
    left.replaceChildren(`${plural(found.length, "row")}${wanted ? ` of ${n(rows.length)}` : ""}${found.length > data.rows ? `; ${n(found.length - data.rows)} are not shown: narrow them down, or see the workbook` : ""}.`);
  }
  fill("");
  const filter = h("input", { type: "search", oninput: (event) => fill(event.target.value) });
  return h("div", {}, h("div", { class: "choices" }, h("label", {}, label, " ", filter)), left,
    h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, heads.map(head))), body)));
}

const pane = (label, ...children) => h("section", { class: "pane wide", "aria-label": label }, ...children);
const title = (...children) => h("h1", { tabindex: -1 }, ...children);
const counts = (found) => found.map((count, k) => (RANKED[k] === "exception" || RANKED[k] === "gap" ? told(RANKED[k], count) : quiet(count)));
const countHeads = RANKED.map((word) => `#${spaced(word)}`);

// ── Views ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function accountsPane() {
  const inScope = data.accounts.filter((a) => a.counts), others = data.accounts.filter((a) => !a.counts);
  const rows = inScope.map((a) => [`${a.id} ${a.name} ${a.ending} ${a.path}`, () => [
    [h("a", { href: `#account/${a.id}` }, code(a.id)), h("div", { class: "m" }, said(a.name), a.ending !== "answered" && [" ", status("denied", `not entered: ${a.ending}`)]), a.path && h("div", { class: "m", title: a.path }, a.path.split("/").at(-1))],
    ...counts(a.counts), quiet(a.accepted), ...a.said.map((count, k) => told(CONCLUSIONS[k], count)), quiet(a.missing)]]);
  const all = RANKED.map((_, k) => sum(inScope.map((a) => a.counts[k])));
  return pane("Accounts",
    title("The accounts"),
    h("p", { class: "lead" }, `${plural(inScope.length, "account")}: ${n(sum(all))} results; `, all.map((count, k) => [k ? ", " : "", `${n(count)} ${["exceptions", "gaps", "that meet", "not applicable"][k]}`]), ". Controls are counted over all programs, as the account's evidence, judged alone, shows them."),
    table(["Account", ...countHeads, "#of these accepted", ...CONCLUSIONS.map((word) => `#Controls: ${word}`), "#Calls not answered"], rows, "Account, name or organisational unit"),
    others.length > 0 && [h("h3", {}, `Not looked at (${n(others.length)})`), table(["Account", "Name", "Status"], others.map((a) => [`${a.id} ${a.name} ${a.status} ${a.path}`, () => [code(a.id), said(a.name), a.status]]), "Account, name or organisational unit")]);
}

function controlsPane(program) {
  const own = data.controls.filter(([of]) => !program || of === program);
  const rows = own.map(([of, control, text, conclusion, found, used]) => [`${of} ${control} ${text} ${conclusion}`, () => [
    [h("b", {}, said(control)), h("div", { class: "m" }, said(of))], said(text), status(conclusion), ...found.map((count, k) => told(CONCLUSIONS[k], count)),
    used.length > 0 && h("details", {}, h("summary", {}, plural(used.length, "requirement")), used.map((r) => h("div", {}, code(data.requirements[r][0]), ` ${n(data.requirements[r][4][0])} exceptions`)))]]);
  return pane("Controls",
    title("The controls over all accounts"),
    h("p", { class: "lead" }, "What the evidence says over the members of all accounts together, and how many accounts, judged alone, have which conclusion."),
    h("p", {}, h("a", { href: "#controls" }, "all programs"), data.programs.map((p) => [" · ", h("a", { href: `#controls/${p.id}`, "aria-current": p.id === program ? "true" : undefined }, said(p.name)), " (", h("a", { href: `programs/${p.id}.xlsx` }, "workbook"), ")"])),
    table(["Control", "What it asks, in our words", "Evidence shows", ...CONCLUSIONS.map((word) => `#Accounts: ${word}`), "Requirements"], rows, "Control, words, conclusion"));
}

function requirementsPane() {
  const rows = data.requirements.map(([id, variant, says, judgement, found, accepted, unread, worst, all]) => [`${id} ${says} ${judgement}`, () => [
    [code(variant ? `${id} (${variant})` : id), h("div", {}, said(says))], status(judgement), ...counts(found), quiet(accepted), told("gap", unread),
    worst.length ? [worst.map(([account, count]) => h("div", {}, h("a", { href: `#account/${account}` }, code(account)), ` ${n(count)}`)), all > worst.length && h("div", { class: "m" }, `and ${n(all - worst.length)} more accounts`)] : "none"]]);
  return pane("Requirements",
    title("The requirements over all accounts"),
    table(["Requirement", "Judgement", ...countHeads, "#of these accepted", "#Lists unread", "Accounts with most exceptions"], rows, "Requirement"));
}

async function accountPane(id) {
  const account = accounts.get(id), pack = data.packs[id];
  if (!account || !pack) return pane("Nothing here", title("No account of this run is called that"), h("p", {}, h("a", { href: "#accounts" }, "To the accounts")));
  const own = `../../accounts/${id}/report`;
  const head = [title(said(account.name || "Account"), " ", code(id)),
    h("p", { class: "lead" }, "This account has a pack of its own, with every result, exception and answer: ", h("a", { href: `${own}/index.html` }, "its page"), ", ", h("a", { href: `${own}/workbook.xlsx` }, "its workbook"), ", ", h("a", { href: `${own}/summary.pdf` }, "its summary"), "."),
    account.path && note("In AWS Organizations: ", code(account.path)),
    note("Pack ", code(pack[0]), ", SHA-256 of its SHA256SUMS ", code(pack[1]))];
  let part;
  try {
    part = await partOf(id);
  } catch (error) {
    return pane("Account", head, h("p", { class: "callout x" }, `${error.message}: it was taken away. The account's own pack has the same.`));
  }
  const controls = data.controls.map(([program, control, text, conclusion], k) => [`${program} ${control} ${text} ${part.said[k]}`, () => [[h("b", {}, said(control)), h("div", { class: "m" }, said(program))], said(text), status(part.said[k]), status(conclusion)]]);
  const judged = part.requirements.flatMap((found, k) => (found[0] || found[1] ? [[data.requirements[k][0], () => [code(data.requirements[k][0]), said(data.requirements[k][2]), ...counts(found), quiet(part.accepted[k])]]] : []));
  const exceptions = part.exceptions.map(([number, requirement, variant, region, resource, reason]) => [`${number} ${requirement} ${region} ${resource} ${reason}`, () => [number, code(variant ? `${requirement} (${variant})` : requirement), region, code(resource), said(reason)]]);
  const missing = part.missing.map(([number, region, call, ending, error, count]) => [`${number} ${region} ${call} ${ending}`, () => [number, region, code(call), ending === "denied" ? status("denied") : ending, said(error), n(count)]]);
  const looked = part.coverage.map(([region, word, asked, answered]) => [`${region} ${word}`, () => [region, h("span", { title: data.words.cells[word] }, word), quiet(answered), quiet(asked)]]);
  const left = (shown, all) => all > shown && h("p", { class: "callout" }, `${n(shown)} of ${n(all)} stand here; all are in `, h("a", { href: `${own}/index.html` }, "the account's own page"), ".");
  return pane("Account", head,
    h("h3", {}, `Exceptions (${n(part.all_exceptions)}), by their numbers in the account's own pack`), left(exceptions.length, part.all_exceptions),
    exceptions.length ? table(["No.", "Requirement", "Region", "Resource", "Observed"], exceptions, "Exception") : h("p", {}, "None."),
    h("h3", {}, `Requirements with exceptions or gaps (${n(judged.length)})`),
    judged.length ? table(["Requirement", "What must hold", ...countHeads, "#of these accepted"], judged, "Requirement") : h("p", {}, "None."),
    h("h3", {}, "Controls: of this account, and of the organisation"), table(["Control", "What it asks, in our words", "This account", "The organisation"], controls, "Control"),
    h("h3", {}, `Calls not answered (${n(part.all_missing)} rows)`), left(missing.length, part.all_missing),
    missing.length ? table(["No.", "Region", "Call", "It ended", "Code", "#Calls"], missing, "Call") : h("p", {}, "None."),
    h("h3", {}, "Where was looked"), table(["Region", "Status", "#Answered", "#Asked"], looked, "Region"));
}

function checkPane() {
  return pane("Check this pack",
    title("How to check this pack"),
    h("p", { class: "lead" }, "With nothing of ours installed but for one step. This page is one of the files that step 1 checks; it proves nothing by itself."),
    h("h3", {}, "What is left off, and where it stands"),
    h("table", {}, h("tbody", {}, data.limits.map((row) => h("tr", {}, row.map((cell) => h("td", {}, cell)))))),
    h("ol", { class: "steps" }, data.pack.steps.map((step, k) => h("li", {}, h("h3", {}, `${k}. ${step.title}`), step.text, step.cannot && h("b", {}, ` Cannot be done: ${step.cannot}.`), h("pre", { tabindex: 0, "aria-label": "Command" }, step.command), h("span", { class: "m" }, "Expected: "), code(step.expected)))));
}

const VIEWS = [["accounts", "Accounts"], ["controls", "Controls"], ["requirements", "Requirements"], ["check", "Check this pack"]];

async function render() {
  const [view, part] = (location.hash.slice(1) || "accounts").split("/").map(decodeURIComponent);
  document.getElementById("views").replaceChildren(...VIEWS.map(([id, name]) => h("a", { href: `#${id}`, "aria-current": id === view ? "page" : undefined }, name)));
  const made = view === "account" ? await accountPane(part) : view === "controls" ? controlsPane(part) : view === "requirements" ? requirementsPane() : view === "check" ? checkPane() : accountsPane();
  document.getElementById("main").replaceChildren(made);
  document.title = `${made.getAttribute("aria-label")}${part ? ` ${part}` : ""}, evidence, ${data.pack.id}`;
}

addEventListener("hashchange", () => render().then(() => document.querySelector("h1").focus()));
await render();
