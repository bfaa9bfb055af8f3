// The payments tab: carries the bearer, tells how a click is going, and leaves none in doubt.
(() => {
  const PROGRESS_SECONDS = [0, 3, 12];
  const LONGEST_PAUSE_MS = 15000;
  const bearer = document.querySelector('meta[name="frame-session"]');
  const alertArea = document.getElementById("alert");
  const statusArea = document.getElementById("status");
  const renewed = new WeakSet();
  let progress = [];
  let nextCheck = 0;
  let pause = 0;

  const buttonNow = () => document.querySelector("#add button");

  const wordsOf = (node) => node.textContent.replace(/\s+/g, " ").trim();

  function say(area, name) {
    const saying = document.getElementById(`say-${name}`).content.cloneNode(true);
    if (wordsOf(saying) !== wordsOf(area)) area.replaceChildren(saying);
  }

  function warn(name) {
    statusArea.replaceChildren();
    say(alertArea, name);
  }

  function hold(isHeld) {
    buttonNow()?.setAttribute("aria-disabled", String(isHeld));
  }

  function startProgress(form) {
    hold(true);
    if (form.matches(".choice")) return;
    alertArea.replaceChildren();
    progress = PROGRESS_SECONDS.map((s) => setTimeout(say, s * 1000, statusArea, `${s}`));
  }

  function stopProgress() {
    progress.forEach(clearTimeout);
    progress = [];
  }

  // Nobody knows what became of the click: ask the server until it says so.
  function checkLater() {
    hold(true);
    warn(navigator.onLine ? "unsure" : "offline");
    pause = Math.min(pause ? pause * 2 : 1000, LONGEST_PAUSE_MS);
    clearTimeout(nextCheck);
    nextCheck = setTimeout(check, pause);
  }

  function check() {
    const source = document.getElementById("check");
    htmx.ajax("GET", source.dataset.url, { source, swap: "none" }).catch(() => {});
  }

  // A page of a proxy is no answer; nor is, to a check, a notice that does not speak of the click.
  function isAnswer(elt, xhr) {
    const isUsable = elt.id === "check" ? xhr.status === 200 : xhr.status > 0;
    return isUsable && xhr.responseText.includes("hx-swap-oob");
  }

  function isRenewable(elt, xhr) {
    const state = xhr.status === 401 && xhr.getResponseHeader("X-Frame-Session-State");
    return state === "expired" && !renewed.has(elt);
  }

  // Nothing was done, so the same request is sent once more with a new bearer.
  async function renew(elt, xhr) {
    renewed.add(elt);
    const fresh = await window.portalFrame.renewSession(bearer.content);
    hold(false);
    if (fresh) {
      bearer.content = fresh;
      if (elt.id === "check") check();
      else htmx.trigger(elt, "submit");
    } else {
      giveUp(elt, xhr);
    }
  }

  function giveUp(elt, xhr) {
    if (elt.id === "check") warn("session-over");
    else htmx.swap(alertArea, xhr.responseText, { swapStyle: "none" });
  }

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.headers.Authorization = `Bearer ${bearer.content}`;
    delete detail.parameters.frame_session;
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = event.detail;
    if (!elt.matches("form")) return;
    const isHeld = buttonNow().getAttribute("aria-disabled") === "true";
    if (isHeld || !navigator.onLine) event.preventDefault();
    if (isHeld) return;
    if (navigator.onLine) startProgress(elt);
    else warn("offline");
  });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { elt } = detail.requestConfig;
    if (!isAnswer(elt, detail.xhr) || isRenewable(elt, detail.xhr)) detail.shouldSwap = false;
  });

  // The same words again are no news for a screen reader.
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const { target, fragment } = detail;
    const isSame = wordsOf(target) === wordsOf(fragment);
    if (isSame && (target === alertArea || target === statusArea)) detail.shouldSwap = false;
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const { xhr, requestConfig } = detail;
    const { elt } = requestConfig;
    stopProgress();
    if (isRenewable(elt, xhr)) {
      renew(elt, xhr);
      return;
    }
    renewed.delete(elt);
    bearer.content = xhr.getResponseHeader("X-Frame-Session") ?? bearer.content;
    const isRefusedCheck = elt.id === "check" && [401, 404].includes(xhr.status);
    if (!isAnswer(elt, xhr) && !isRefusedCheck) {
      checkLater();
      return;
    }
    if (isRefusedCheck) warn(xhr.status === 404 ? "nothing-sent" : "session-over");
    if (elt.isConnected) hold(false);
    clearTimeout(nextCheck);
    pause = 0;
  });

  window.addEventListener("offline", () => say(alertArea, "offline"));
  window.addEventListener("online", () => {
    if (pause) check();
    else alertArea.querySelector("[data-offline]")?.remove();
  });
})();
