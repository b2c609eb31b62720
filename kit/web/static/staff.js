/* What staff's pages gain when scripts run. Every page works without this file; nothing here decides anything.

   - the search in the head answers as one types; ⌘K, Ctrl K and / lead to it, ↑ ↓ and Enter to what it found;
   - a list is narrowed as one types or chooses (form[data-live]), and its address says how, so that reload and back work;
   - rows are ticked together (form[data-ticks]) and counted, X ticks the row one is on;
   - what is at work is looked at again until it is done ([data-follow]);
   - a row of a list (table[data-rows]) is a link: a click anywhere on it, ↑ ↓ and Enter. */
(() => {
  "use strict";

  const isField = (on) => on.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  // Calls `work` once nothing has happened for a moment.
  function settled(work, delay) {
    let timer = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(work, delay);
    };
  }

  // One question at a time: an answer that comes after a newer question is not heard.
  function asker() {
    let before = null;
    return async (url, options) => {
      before?.abort();
      const mine = (before = new AbortController());
      try {
        const answer = await fetch(url, { credentials: "include", signal: mine.signal, ...options });
        const words = await answer.text();
        return mine === before && answer.ok ? { url: answer.url, words } : null;
      } catch {
        return null; // Asked again, or no connection: what is shown stays.
      }
    };
  }

  // The parts of the page that change, as a newer answer has them.
  function renew(words) {
    const page = new DOMParser().parseFromString(words, "text/html");
    for (const part of document.querySelectorAll("[data-narrowed]")) {
      const next = page.getElementById(part.id);
      if (next) part.replaceWith(next);
    }
  }

  /* ------------------------------------------------ one search for everything */

  function wireSearch(form) {
    const input = form.elements.words;
    const panel = form.querySelector("[data-found]");
    const ask = asker();
    const close = () => { panel.hidden = true; };
    const links = () => [...panel.querySelectorAll("a")];

    const look = settled(async () => {
      const words = input.value.trim();
      if (words.length < 2) return close();
      const found = await ask(form.action, { method: "POST", body: new URLSearchParams({ words, typed: "true" }) });
      if (!found || document.activeElement !== input) return;
      panel.innerHTML = found.words;
      panel.hidden = false;
    }, 150);

    input.addEventListener("input", look);
    input.addEventListener("focus", () => { panel.hidden = !panel.innerHTML || input.value.trim().length < 2; });
    form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });
    // A click on what is no link must not take the focus away, and with it the list.
    panel.addEventListener("mousedown", (event) => { if (!event.target.closest("a")) event.preventDefault(); });

    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        input.focus();
        close();
      } else if (!panel.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        const stops = [input, ...links()];
        const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
        stops[(at + stops.length) % stops.length].focus();
      }
    });
    document.addEventListener("keydown", (event) => {
      const called = (event.key === "k" || event.key === "K") && (event.metaKey || event.ctrlKey) && !event.altKey;
      if (!called && (event.key !== "/" || isField(event.target))) return;
      event.preventDefault();
      input.focus();
      input.select();
    });
  }

  /* ---------------------------------------------- lists narrowed as one types */

  function wireFilters(form) {
    const ask = asker();
    let key = ""; // Names the words typed on this page, so that each letter does not leave words of its own behind.

    let asked = ""; // The list is not drawn anew for what it shows: whoever is in it would lose her place.

    async function narrow() {
      const url = new URL(form.action);
      const wanted = new URLSearchParams(new FormData(form));
      [...wanted.keys()].filter((name) => !wanted.get(name)).forEach((name) => wanted.delete(name));
      if (String(wanted) === asked) return;
      asked = String(wanted);
      if (form.method === "post" && key) url.searchParams.set("find", key);
      if (form.method === "get") url.search = wanted;
      const found = await ask(url, form.method === "post" ? { method: "POST", body: wanted } : {});
      if (!found) {
        if (String(wanted) === asked) asked = "";
        return;
      }
      renew(found.words);
      key = new URL(found.url).searchParams.get("find") || key;
      history.replaceState(null, "", found.url);
    }

    const soon = settled(narrow, 200);
    form.addEventListener("input", (event) => (isField(event.target) && event.target.tagName !== "SELECT" ? soon() : narrow()));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      narrow();
    });
  }

  /* ------------------------------------------------------- rows that are links */

  const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")].filter((row) => row.querySelector("th a"));
  const linkOf = (row) => row.querySelector("th a");

  document.addEventListener("click", (event) => {
    const row = event.target.closest("table[data-rows] tbody tr");
    if (!row || !linkOf(row) || event.target.closest("a, button, input, label, select, summary, code, .pick")) return;
    if (String(getSelection())) return; // A name that is being copied.
    if (event.metaKey || event.ctrlKey) open(linkOf(row).href);
    else linkOf(row).click();
  });

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const here = document.activeElement;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const row = here.closest("table[data-rows] tbody tr");
    const fromField = here.matches("form[data-live] input[type=search]") && step > 0;
    const free = here === document.body || here.id === "main" || fromField;
    const every = rows();
    if ((!row && !free) || !every.length || (row && isField(here))) return;
    event.preventDefault();
    const next = row ? every.indexOf(row) + step : step > 0 ? 0 : every.length - 1;
    linkOf(every[Math.min(Math.max(next, 0), every.length - 1)]).focus();
  });

  /* ----------------------------------------------------- rows that are ticked */

  const ticksOf = (form) => [...form.querySelectorAll("input[name=registration]")];

  function countTicks(form) {
    const ticks = ticksOf(form);
    const ticked = ticks.filter((tick) => tick.checked).length;
    const all = form.querySelector("[data-tick-all]");
    all.checked = ticked === ticks.length;
    all.indeterminate = ticked > 0 && ticked < ticks.length;
    form.querySelector("[data-ticked]").textContent = ticked;
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-ticks]");
    if (!form) return;
    if (event.target.matches("[data-tick-all]")) ticksOf(form).forEach((tick) => { tick.checked = event.target.checked; });
    countTicks(form);
  });
  // A turn later: the fields are emptied after the event.
  document.addEventListener("reset", (event) => {
    if (event.target.matches("form[data-ticks]")) setTimeout(() => countTicks(event.target));
  });
  document.addEventListener("keydown", (event) => {
    if ((event.key !== "x" && event.key !== "X") || event.altKey || event.ctrlKey || event.metaKey) return;
    if (isField(document.activeElement)) return;
    document.activeElement.closest("form[data-ticks] tbody tr")?.querySelector("input[name=registration]").click();
  });

  /* ------------------------------------------------ what is at work is followed */

  async function follow() {
    if (!document.querySelector("[data-follow]")) return;
    const found = await fetch(location.href, { credentials: "include" }).then((answer) => answer.ok && answer.text()).catch(() => "");
    if (found) renew(found);
    setTimeout(follow, 2000);
  }

  follow();
  document.querySelectorAll("form[data-ticks]").forEach(countTicks); // The browser may have kept ticks of before.
  document.querySelectorAll("form[data-find]").forEach(wireSearch);
  document.querySelectorAll("form[data-live]").forEach(wireFilters);
})();
