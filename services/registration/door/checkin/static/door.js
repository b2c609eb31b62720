/* The door's live counter and camera. The camera reads a QR, posts it as the page's own form would, and shows the answer
   the server made. Without this file the code and the search field do everything. Nothing here decides anything.

   Sentences come from the data-say-* attributes of [data-door]. */
(() => {
  "use strict";

  const door = document.querySelector("[data-door]");
  if (!door) return;

  /* ------------------------------------------------ counter, latest arrivals */

  const POLL = 5000;

  async function refresh() {
    try {
      const response = await fetch(door.dataset.liveAddress, { headers: { Accept: "text/html" } });
      if (!response.ok || response.redirected) return;
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const part of door.querySelectorAll("[data-live]")) {
        part.replaceChildren(...fresh.getElementById(part.id).childNodes);
      }
    } catch {
      // No connection: the next turn will do.
    }
  }

  setInterval(() => document.hidden || refresh(), POLL);

  /* ---------------------------------------------------------------- camera */

  const form = door.querySelector("[data-scan]");
  if (!navigator.mediaDevices?.getUserMedia || !window.ZXingWASM) return;

  const video = form.querySelector("video");
  const startButton = form.querySelector("[data-start]");
  const torchButton = form.querySelector("[data-torch]");
  const note = form.querySelector("[data-note]");
  const feedback = door.querySelector("[data-feedback]");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const READER = { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 };
  const WIDEST = 800; // Pixels: enough for a QR on a phone's screen at arm's length, and quick on an old phone.
  const PAUSE = 100; // Between two looks, in milliseconds.
  const AGAIN = 3000; // The same ticket still in front of the camera is not a second gesture.
  const RETRY = 1500;

  let track = null;
  let busy = false;
  let last = { text: "", at: 0 };

  window.ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => door.dataset.wasm } });
  form.hidden = false;

  async function start() {
    try {
      const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
      const stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
      [track] = stream.getVideoTracks();
      video.srcObject = stream;
      await video.play();
    } catch {
      note.textContent = door.dataset.sayRefused;
      return;
    }
    note.textContent = "";
    stayAwake();
    form.classList.add("is-on");
    startButton.hidden = true;
    torchButton.hidden = !track.getCapabilities?.().torch;
    look();
  }

  // A phone that films must not go to sleep in the volunteer's hand. The lock is lost whenever the page is left.
  async function stayAwake() {
    if (document.hidden || !track) return;
    try {
      await navigator.wakeLock?.request("screen");
    } catch {
      // A battery that is low refuses: the door works all the same.
    }
  }

  document.addEventListener("visibilitychange", stayAwake);

  async function look() {
    if (!busy && !document.hidden && video.videoWidth) {
      const scale = Math.min(1, WIDEST / video.videoWidth);
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      const image = context.getImageData(0, 0, canvas.width, canvas.height);
      const [found] = await window.ZXingWASM.readBarcodes(image, READER);
      if (found?.text) await seen(found.text);
    }
    setTimeout(look, PAUSE);
  }

  async function seen(text) {
    const now = Date.now();
    const same = text === last.text && now - last.at < AGAIN;
    last = { text, at: now };
    if (!same) await send(text);
  }

  /* ---------------------------------------------------------------- answer */

  // The gesture carries its own id: sent again after a lost connection, it still counts once.
  async function send(text) {
    busy = true;
    const body = new URLSearchParams(new FormData(form));
    body.set("ticket", text);
    body.set("check_in_id", newId());
    for (;;) {
      try {
        const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
        if (response.status < 500) {
          note.textContent = "";
          show(new DOMParser().parseFromString(await response.text(), "text/html"), response);
          return;
        }
      } catch {
        // No connection: said below, and tried again.
      }
      note.textContent = door.dataset.sayLost;
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function show(page, response) {
    const answer = page.querySelector(".answer");
    if (!answer) {
      // Signed out, or refused: the server's own page says why.
      window.location.assign(response.redirected ? response.url : window.location.href);
      return;
    }
    tell(answer.classList.contains("good"));
    const behind = [...document.body.children];
    behind.forEach((part) => { part.inert = true; });
    document.body.append(answer);
    const next = answer.querySelector("[data-next]");
    next.addEventListener("click", (event) => {
      event.preventDefault();
      answer.remove();
      behind.forEach((part) => { part.inert = false; });
      last.at = Date.now();
      busy = false;
      refresh();
      // On a phone the keyboard would hide the camera; beside a real keyboard the field is ready for the next name.
      if (!window.matchMedia("(pointer: coarse)").matches) document.getElementById("f-typed").focus();
    });
    next.focus();
  }

  /* -------------------------------------------------------- torch, feedback */

  startButton.addEventListener("click", start);
  torchButton.addEventListener("click", async () => {
    const on = torchButton.getAttribute("aria-pressed") !== "true";
    await track.applyConstraints({ advanced: [{ torch: on }] });
    torchButton.setAttribute("aria-pressed", String(on));
  });

  // Off until asked for, and remembered on this phone only.
  const wanted = feedback.querySelector("input");
  feedback.hidden = false;
  wanted.checked = localStorage.getItem("guichet.door.feedback") === "yes";
  wanted.addEventListener("change", () => localStorage.setItem("guichet.door.feedback", wanted.checked ? "yes" : "no"));

  // A phone sounds only what a touch made ready, and no touch comes with a ticket: each one before it will do.
  let audio = null;
  document.addEventListener("pointerup", () => {
    if (!wanted.checked) return;
    audio ??= new AudioContext();
    audio.resume();
  });

  function tell(good) {
    if (!wanted.checked) return;
    navigator.vibrate?.(good ? 80 : [60, 60, 60]);
    if (audio?.state !== "running") return;
    const tone = audio.createOscillator();
    tone.frequency.value = good ? 880 : 330;
    tone.connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.12);
  }

  // A phone that allowed the camera before starts at once; all others wait to be asked. So does one that just undid an
  // arrival: the ticket may still be in front of it.
  if (new URLSearchParams(window.location.search).has("undone")) return;
  navigator.permissions?.query({ name: "camera" }).then(
    (permission) => permission.state === "granted" && start(),
    () => null,
  );
})();
