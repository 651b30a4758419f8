// The page works without this file. With it, a press changes the page in place, the companion's
// next line arrives by itself, and nothing that is being typed is lost on the way.

import { Idiomorph } from "./vendor/idiomorph.esm.js";

const ATTENTION_SPAN = 15000; // milliseconds; after that an answer is not expected any more

const playground = () => document.getElementById("playground");
const trouble = (words) => (document.getElementById("trouble").textContent = words);
const OUT_OF_DATE = "This page may be out of date.";

// ---- one thing at a time: a press never overtakes a refresh ----

let last = Promise.resolve();
const inTurn = (job) => (last = last.then(job, job));

// ---- what is being typed ----

const drafts = new Map(); // id of a control → what it holds that the server has not got

const isTick = (control) => control.type === "checkbox" || control.type === "radio";
const held = (control) => (isTick(control) ? control.checked : control.value);
const hold = (control, what) => {
  if (held(control) === what) return;
  if (isTick(control)) control.checked = what;
  else control.value = what;
};

function given(control) {
  if (isTick(control)) return control.defaultChecked;
  if (control.tagName !== "SELECT") return control.defaultValue;
  return ([...control.options].find((option) => option.defaultSelected) ?? control.options[0])?.value;
}

const controls = (root) => root.querySelectorAll("input[id], textarea[id], select[id]");
const isChanged = (control) => held(control) !== given(control);

function remember(sent) {
  for (const control of controls(document)) {
    if (control.form !== sent && isChanged(control)) drafts.set(control.id, held(control));
    else drafts.delete(control.id);
  }
}

function restore() {
  for (const control of controls(document)) {
    if (drafts.has(control.id)) hold(control, drafts.get(control.id));
  }
}

// ---- the end of the conversation ----

const newest = () => [...document.querySelectorAll("#log article")].at(-1);

function isAtTheEnd() {
  const article = newest();
  if (!article) return true;
  const log = document.getElementById("log").getBoundingClientRect();
  return article.getBoundingClientRect().top < Math.min(log.bottom, innerHeight);
}

function goToTheEnd() {
  const article = newest();
  if (!article) return;
  const log = document.getElementById("log");
  // A long line is read from its beginning; a short one stands at the foot.
  const isLong = article.offsetHeight > Math.min(log.clientHeight, innerHeight) * 0.8;
  if (getComputedStyle(log).overflowY !== "auto") article.scrollIntoView({ block: isLong ? "start" : "nearest" });
  else if (isLong) log.scrollTop += article.getBoundingClientRect().top - log.getBoundingClientRect().top;
  else log.scrollTop = log.scrollHeight;
}

// On a narrow page the clock stays at the top; what is scrolled to must not hide under it.
const clock = document.querySelector(".clock");
const makeRoom = () => (document.documentElement.style.scrollPaddingTop = `${clock.offsetHeight + 12}px`);

// ---- changing the page in place ----

// A browser heeds autofocus once in the life of a page; from then on the script does.
const WANTS_FOCUS = "main [data-wants-focus]";

function takeOverFocus(next) {
  for (const element of next.querySelectorAll("[autofocus]")) {
    element.removeAttribute("autofocus");
    element.dataset.wantsFocus = "";
  }
}

function morph(next, { live, sent }) {
  takeOverFocus(next);
  let kept = false;
  const active = document.activeElement;
  const isUnfinished = (node) =>
    live &&
    node.nodeType === Node.ELEMENT_NODE &&
    (node.matches("[data-refused]") ||
      node.querySelector("[data-refused]") !== null ||
      [...controls(node)].some((control) => !isTick(control) && isChanged(control)));
  Idiomorph.morph(document.body, next.body, {
    ignoreActiveValue: !(active && active.form && active.form === sent),
    callbacks: {
      // A form that was refused holds its reasons and what was typed; only its owner moves on.
      // And what was told about a press stays until the next one.
      beforeNodeMorphed: (old) => !(live && old.matches?.("form[data-refused], .form:has(> form[data-refused]), #notice, #trouble")),
      beforeNodeRemoved: (node) => {
        if (!isUnfinished(node)) return true;
        kept = true;
        return false;
      },
      // A form that waits for its turn to be sent stays busy, whatever arrives meanwhile.
      beforeAttributeUpdated: (name, node) => name !== "aria-busy" && !(name === "open" && node.tagName === "DETAILS"),
    },
  });
  document.title = next.title;
  if (kept) trouble("The conversation has moved on. What you were typing is still here.");
}

function show(next, { live = false, sent = null } = {}) {
  // Whoever is busy inside the conversation is not moved along by its next line.
  const follows = sent || (isAtTheEnd() && !document.activeElement?.closest("#log article"));
  const newestBefore = newest()?.id;
  remember(sent);
  morph(next, { live, sent });
  if (sent?.isConnected) sent.reset();
  restore();
  const grew = newest()?.id !== newestBefore;
  if (grew && follows) goToTheEnd();
  return grew;
}

// ---- asking the server ----

class NotAPage extends Error {
  constructor(words, response) {
    super(words);
    this.wasTaken = response.redirected; // the deed was done; only the page after it was not to be had
  }
}

async function fetchPage(address, options = {}) {
  const response = await fetch(address, {
    ...options,
    headers: { Accept: "text/html" },
    signal: AbortSignal.timeout(ATTENTION_SPAN),
  });
  const isHtml = response.headers.get("content-type")?.includes("text/html");
  const next = isHtml ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  if (next?.getElementById("playground")) return next;
  const said = [...(next?.querySelectorAll("main .text p") ?? [])].map((part) => part.textContent.trim());
  throw new NotAPage(said.join(" ") || `The playground answered ${response.status}.`, response);
}

const reason = (error) => (error instanceof NotAPage ? error.message : "The playground did not answer.");

const notOpened = (error) => `This could not be opened. ${reason(error)} You can try again.`;

function notSaved(error) {
  const why = reason(error);
  if (!(error instanceof NotAPage)) return `${why} This may not have been saved. What you typed is still here; trying again saves it once.`;
  if (error.wasTaken) return `This was done. ${why}`;
  const saysSo = /nothing was saved/i.test(why);
  return `${saysSo ? "" : "Nothing was saved. "}${why} What you typed is still here; you can try again.`;
}

const isHere = () => playground().dataset.here === location.pathname + location.search;

function noteAddress() {
  if (!isHere()) history.pushState(null, "", playground().dataset.here);
}

// ---- what people do ----

let opener = ""; // the form whose button opened what stands open: focus goes back there

async function submit(form, fields) {
  // As attributes: a field that is named "action" would stand in the place of the property.
  const posts = form.getAttribute("method") === "post";
  const action = form.getAttribute("action");
  const address = posts ? action : `${action}?${fields}`;
  const line = form.closest("article")?.id;
  try {
    const next = await fetchPage(address, posts ? { method: "POST", body: fields } : {});
    if (!posts) opener = form.getAttribute("id");
    const grew = show(next, { sent: form });
    noteAddress();
    settleFocus(grew ? null : line);
    document.getElementById(`${line}-dressed`)?.scrollIntoView({ block: "nearest" });
  } catch (error) {
    trouble(posts ? notSaved(error) : notOpened(error));
  } finally {
    form.removeAttribute("aria-busy");
  }
}

// Where what was pressed is gone: to its own line, or to what was answered.
function settleFocus(line) {
  const wanted = document.querySelector(WANTS_FOCUS);
  if (wanted) wanted.focus();
  else if (document.activeElement === document.body || document.activeElement === null) {
    (document.getElementById(line) ?? newest())?.focus({ preventScroll: true });
  }
}

async function follow(address) {
  try {
    show(await fetchPage(address));
    noteAddress();
    const back = document.getElementById(opener)?.querySelector("button");
    const wanted = document.querySelector(WANTS_FOCUS) ?? back ?? document.getElementById("conversation");
    wanted.focus();
  } catch (error) {
    trouble(notOpened(error));
  }
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.getAttribute("aria-busy") === "true") return; // the second half of a double click
  form.setAttribute("aria-busy", "true");
  const fields = new URLSearchParams(new FormData(form));
  inTurn(() => submit(form, fields));
});

document.addEventListener("click", (event) => {
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  const close = event.target.closest("#close");
  if (!close || !isPlain) return;
  event.preventDefault();
  inTurn(() => follow(close.href));
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const { target } = event;
  const isText = target.tagName === "TEXTAREA";
  const saves = isText && event.key === "Enter" && (event.ctrlKey || event.metaKey);
  const sends = target.id === "say-words" && event.key === "Enter" && !event.shiftKey;
  if (saves || sends) {
    event.preventDefault();
    target.form.requestSubmit();
  }
  if (event.key === "Escape") {
    const people = document.querySelector("#people[open]");
    if (people) {
      people.open = false;
      people.querySelector("summary").focus();
    } else document.getElementById("close")?.click();
  }
});

// A link to a place on this page lands here too, and leaves the page as it is.
addEventListener("popstate", () => isHere() || inTurn(() => follow(location.href)));

// ---- what happens meanwhile ----

async function refresh(version) {
  if (version === playground().dataset.version) return;
  try {
    show(await fetchPage(playground().dataset.here), { live: true });
    if (document.getElementById("trouble").textContent.startsWith(OUT_OF_DATE)) trouble("");
  } catch (error) {
    // What was told about a press stays: after a farewell there is no page to look at any more.
    const told = document.getElementById("trouble").textContent;
    if (!told || told.startsWith(OUT_OF_DATE)) trouble(`${OUT_OF_DATE} ${reason(error)}`);
  }
}

function listen() {
  const live = new EventSource(playground().dataset.live);
  live.addEventListener("changed", (event) => inTurn(() => refresh(event.data)));
  addEventListener("pagehide", () => live.close(), { once: true });
}

// The answer to a refused POST stands at an address that cannot be read again.
if (!isHere()) history.replaceState(null, "", playground().dataset.here);
new ResizeObserver(makeRoom).observe(clock);
makeRoom();
listen();
addEventListener("pageshow", (event) => event.persisted && listen());
if (!location.hash && !document.querySelector("main [autofocus]")) goToTheEnd();
