/* A hand-held scanner types a ticket like a keyboard and ends with Enter, wherever the focus is: what it types is
   gathered here and sent as the form with [data-scanner] would send it. Typing by hand goes on as before.

   Without this file a scanner works in the search field, which has the focus after each answer. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-scanner]");
  if (!form) return;

  const TICKET = 40; // Characters: a code read aloud is shorter, a ticket longer.
  const BETWEEN = 100; // Milliseconds between two keys of a scanner at most; fingers are slower.

  let typed = "";
  let at = 0;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
    if (event.timeStamp - at > BETWEEN) typed = "";
    at = event.timeStamp;
    if (event.key === "Enter" && typed.length >= TICKET) {
      event.preventDefault();
      form.elements.typed.value = typed;
      form.requestSubmit();
      typed = "";
    } else if (event.key.length === 1) {
      typed += event.key;
    }
  });
})();
