/* What pages gain when scripts run. Every page works without this file; nothing here decides anything.

   - a draft of <form data-draft="key"> survives a closed tab for 24 h, on this device only;
   - a submit without a connection stays on the page and says so;
   - a form is sent once, and can be sent again after the back button;
   - number fields get − and +, values to copy get a button, the first [data-focus] gets the focus.

   Sentences come from the data-say-* attributes of <body>, so they live in the catalogues. */
(() => {
  "use strict";

  const DAY = 24 * 60 * 60 * 1000;
  const PREFIX = "guichet.draft.";
  const say = document.body.dataset;

  /* ---------------------------------------------------------------- drafts */

  // Storage may be refused (private window, full disk): a page then simply has no draft.
  function attempt(work) {
    try {
      return work();
    } catch {
      return null;
    }
  }

  const store = {
    read: (key) => attempt(() => {
      const kept = JSON.parse(localStorage.getItem(PREFIX + key));
      return kept && Date.now() - kept.at < DAY ? kept : null;
    }),
    write: (key, values) => attempt(() => localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values }))),
    forget: (key) => attempt(() => localStorage.removeItem(PREFIX + key)),
    forgetOld: () => attempt(() => {
      const keys = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
      keys.filter((key) => !store.read(key)).forEach(store.forget);
    }),
  };

  // Hidden fields carry the page's own signed values (registration id, token) and must never come from an old page.
  const UNKEPT = new Set(["hidden", "password", "file", "submit", "button", "reset", "image", "fieldset", "output"]);

  function keptFields(form) {
    return [...form.elements].filter((field) => field.name && !UNKEPT.has(field.type) && !("noDraft" in field.dataset));
  }

  const isToggle = (field) => field.type === "checkbox" || field.type === "radio";

  function isPristine(field) {
    if (isToggle(field)) return field.checked === field.defaultChecked;
    if (field.tagName === "SELECT") {
      const given = [...field.options].findIndex((option) => option.defaultSelected);
      return field.selectedIndex === Math.max(given, 0);
    }
    return field.value === field.defaultValue;
  }

  function valuesOf(form) {
    const values = {};
    for (const field of keptFields(form)) {
      values[field.name] ??= [];
      if (!isToggle(field) || field.checked) values[field.name].push(field.value);
    }
    return values;
  }

  function agrees(field, values) {
    const given = values[field.name] ?? [];
    return isToggle(field) ? field.checked === given.includes(field.value) : given.includes(field.value);
  }

  const stateOf = (field) => (isToggle(field) ? field.checked : field.value);

  // Puts the draft back, then tells the fields, so that a total or a list of people follows. True if anything changed.
  function fill(form, values) {
    const nth = {};
    const changed = [];
    for (const field of keptFields(form)) {
      const kept = values[field.name];
      if (!kept) continue;
      const before = stateOf(field);
      nth[field.name] = (nth[field.name] ?? -1) + 1;
      const value = kept[nth[field.name]];
      const offered = field.tagName !== "SELECT" || [...field.options].some((option) => option.value === value);
      if (isToggle(field)) field.checked = kept.includes(field.value);
      else if (value !== undefined && offered) field.value = value;
      if (stateOf(field) !== before) changed.push(field);
    }
    changed.forEach((field) => field.dispatchEvent(new Event("change", { bubbles: true })));
    return changed.length > 0;
  }

  function button(label, onClick) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "button quiet", textContent: label });
    made.addEventListener("click", onClick);
    return made;
  }

  const sentence = (words) => Object.assign(document.createElement("p"), { textContent: words });

  function box(className, role) {
    const made = Object.assign(document.createElement("div"), { className });
    made.setAttribute("role", role);
    return made;
  }

  function tellRestored(form, key) {
    const line = box("draft-line", "status");
    const restart = button(say.sayRestart, () => {
      form.dataset.restarting = "";
      form.reset();
      store.forget(key);
      location.reload();
    });
    line.append(sentence(say.sayRestored), restart);
    form.before(line);
  }

  function keepDraft(form) {
    const key = form.dataset.draft;
    const kept = store.read(key);
    const refused = form.querySelector("[aria-invalid]") || document.querySelector(".error-summary");
    // What the server just refused is newer than the draft. What the back button brought back is the draft itself, less
    // the fields that a choice had added: those are asked for again.
    const known = kept && keptFields(form).every((field) => isPristine(field) || agrees(field, kept.values));
    let restoring = Boolean(known) && !refused;
    if (restoring && fill(form, kept.values)) tellRestored(form, key);
    else if (restoring && Object.keys(kept.values).some((name) => !form.elements.namedItem(name))) recount(form);

    let timer = 0;
    const save = () => {
      clearTimeout(timer);
      timer = 0;
      if (form.isConnected && !("restarting" in form.dataset)) store.write(key, valuesOf(form));
    };
    for (const touch of ["input", "pointerdown", "keydown"]) {
      form.addEventListener(touch, (event) => { if (event.isTrusted) restoring = false; });
    }
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(save, 250);
    });
    form.addEventListener("submit", save);
    addEventListener("pagehide", () => timer && save());
    // The number of people changes the fields: those that arrive are filled from the draft too, until someone types.
    document.addEventListener("htmx:after:swap", () => {
      if (restoring) fill(form, kept.values);
    });
  }

  /* --------------------------------------------- sending once, or not at all */

  const isEnhanced = (form) => form.matches("[hx-post],[hx-get],[hx-put],[hx-patch],[hx-delete],[data-hx-post],[data-hx-get]");
  const submitsOf = (form) => [...form.elements].filter((field) => field.type === "submit");

  function busy(form, submitter) {
    form.dataset.sending = "";
    if (submitter && submitter.tagName === "BUTTON") {
      submitter.dataset.label = submitter.innerHTML;
      submitter.textContent = say.saySending;
    }
    // Only after the browser has read the form: a disabled button does not send its own value.
    setTimeout(() => {
      if ("sending" in form.dataset) submitsOf(form).forEach((each) => { each.disabled = true; });
    });
    // A download answers without leaving the page.
    form.dataset.release = setTimeout(() => ready(form), 20000);
  }

  function ready(form) {
    clearTimeout(Number(form.dataset.release));
    delete form.dataset.sending;
    delete form.dataset.checked;
    for (const each of submitsOf(form)) {
      each.disabled = false;
      if ("label" in each.dataset) {
        each.innerHTML = each.dataset.label;
        delete each.dataset.label;
      }
    }
  }

  // navigator.onLine says yes on a Wi-Fi that leads nowhere, so the service itself is asked.
  async function isReachable() {
    if (!navigator.onLine) return false;
    try {
      const answer = await fetch(say.ping, { cache: "no-store", signal: AbortSignal.timeout(5000) });
      return answer.status < 500;
    } catch {
      return false;
    }
  }

  function tellLost(form, submitter) {
    const lost = box("lost", "alert");
    lost.append(sentence(say.sayLost), button(say.sayRetry, () => form.requestSubmit(submitter)));
    form.append(lost);
  }

  async function send(form, submitter) {
    busy(form, submitter);
    const reachable = await isReachable();
    ready(form);
    form.querySelector(".lost")?.remove();
    if (!reachable) return tellLost(form, submitter);
    form.dataset.checked = "";
    form.requestSubmit(submitter);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || isEnhanced(form) || event.defaultPrevented) return;
    if ("sending" in form.dataset) return event.preventDefault();
    if (!("draft" in form.dataset) || "checked" in form.dataset) return busy(form, event.submitter);
    event.preventDefault();
    send(form, event.submitter);
  });
  // The back button may bring the page back exactly as it was left: its buttons must work again.
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(ready));

  /* ---------------------------------------------------------- small comforts */

  // Listens on the document: a form that was asked for again has new buttons.
  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-stepper] [data-step]");
    if (!step) return;
    const input = step.closest("[data-stepper]").querySelector("input");
    if (Number(step.dataset.step) > 0) input.stepUp();
    else input.stepDown();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  function wireCopies() {
    for (const copy of document.querySelectorAll("[data-copy]")) {
      const { share, sayShare } = copy.dataset;
      if (share && navigator.share) {
        copy.hidden = false;
        copy.textContent = sayShare;
        // Whoever closes the sheet without choosing has shared nothing, and no error.
        copy.addEventListener("click", () => navigator.share({ title: share, url: document.getElementById(copy.dataset.copy).value }).catch(() => {}));
        continue;
      }
      if (!navigator.clipboard) continue;
      copy.hidden = false;
      copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(copy.dataset.copy).value);
        copy.textContent = say.sayCopied;
      });
    }
  }

  // A choice that changes the total or the fields asks the server again; without scripts there is a button to press.
  // A turn later: htmx starts listening only once the scripts of the page have run.
  const recount = (form) => setTimeout(() => form.querySelector("[data-recount]")?.dispatchEvent(new Event("recount")));
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-recounts]") && event.target.form) recount(event.target.form);
  });

  document.documentElement.classList.add("scripted");
  store.forgetOld();
  (say.draftDone || "").split(" ").filter(Boolean).forEach(store.forget);
  document.querySelectorAll("form[data-draft]").forEach(keepDraft);
  wireCopies();
  document.querySelector("[data-focus]")?.focus();
})();
