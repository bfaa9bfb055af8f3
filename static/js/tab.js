// The payments tab: carries the bearer, tells how a request is going, and leaves none in doubt.
(() => {
  const PROGRESS_SECONDS = [3, 12];
  const LONGEST_PAUSE_MS = 15000;
  const bearer = document.querySelector('meta[name="frame-session"]');
  const alertArea = document.getElementById("alert");
  const statusArea = document.getElementById("status");
  let progress = [];
  let working = null;
  let answered = null;
  let nextCheck = 0;
  let pause = 0;

  // What the page asks by itself, and clicks whose outcome the server can look up by their key.
  const isNote = (elt) => elt.matches("#sending-note");
  const isQuiet = (elt) => isNote(elt) || elt.matches("#check, #older");
  const isClick = (elt) => elt.matches("#new, .choice");
  const isAboutClick = (elt) => isClick(elt) || elt.id === "check";
  const isClickOpen = () => pause > 0 || document.querySelector("#check[hx-get]") !== null;
  const buttonOf = (elt) => elt.querySelector("[type=submit]") ?? elt;
  const wordsOf = (node) => node.textContent.replace(/\s+/g, " ").trim();

  function say(area, name) {
    const saying = document.getElementById(`say-${name}`).content.cloneNode(true);
    if (wordsOf(saying) !== wordsOf(area)) area.replaceChildren(saying);
  }

  // Support finds an answer by the id of its request.
  function warn(name, xhr) {
    statusArea.replaceChildren();
    say(alertArea, name);
    alertArea.querySelector("[data-request]")?.append(xhr.getResponseHeader("X-Request-Id"));
  }

  // What was opened is open all the same, so this is told in its own place.
  function noteUnsure() {
    const place = document.getElementById("sending-noted");
    place?.replaceChildren(place.dataset.unsure);
  }

  function hold(isHeld) {
    for (const button of document.querySelectorAll("#add .button:not([type=reset])")) {
      button.setAttribute("aria-disabled", String(isHeld));
    }
  }

  function startProgress(elt) {
    working = buttonOf(elt);
    working.setAttribute("aria-disabled", "true");
    if (isClick(elt)) hold(true);
    if (elt.matches(".choice")) return;
    alertArea.replaceChildren();
    say(statusArea, elt.closest("[data-saying]")?.dataset.saying ?? "saving");
    progress = PROGRESS_SECONDS.map((s) => setTimeout(say, s * 1000, statusArea, `${s}`));
  }

  function stopProgress() {
    progress.forEach(clearTimeout);
    statusArea.querySelector("[data-progress]")?.remove();
    working?.removeAttribute("aria-disabled");
    working = null;
  }

  // Nobody knows what became of the click: ask the server until it says so.
  function checkLater() {
    hold(true);
    warn("unsure");
    pause = Math.min(pause ? pause * 2 : 1000, LONGEST_PAUSE_MS);
    clearTimeout(nextCheck);
    nextCheck = setTimeout(check, pause);
  }

  function check() {
    const elt = document.getElementById("check");
    send({ verb: "get", path: elt.dataset.url, elt });
  }

  function endClick(xhr, isRefusedCheck) {
    const { status } = xhr;
    if (isRefusedCheck) warn(status === 404 ? "nothing-sent" : "session-over", xhr);
    hold(status === 200 && document.getElementById("click").hasAttribute("data-held"));
    clearTimeout(nextCheck);
    pause = 0;
  }

  function send({ verb, path, elt }) {
    htmx.ajax(verb, path, { source: elt, swap: "none" }).catch(() => {});
  }

  // A page of a proxy is no answer; nor is, to a check, a notice that does not speak of the click.
  function isAnswer(elt, xhr) {
    const isOurs = xhr.getResponseHeader("X-Fragment") !== null;
    return isOurs && (elt.id !== "check" || xhr.status === 200);
  }

  // A key that stays down, or the second half of a double click, is no further intention, however
  // soon the first is answered.
  document.addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter") event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.detail > 1 && event.target.closest("[type=submit]")) event.preventDefault();
  });

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.headers.Authorization = `Bearer ${bearer.content}`;
    delete detail.parameters.frame_session;
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = event.detail;
    if (isQuiet(elt)) return;
    const isStopped = working || buttonOf(elt).getAttribute("aria-disabled") === "true";
    if (isStopped) event.preventDefault();
    else startProgress(elt);
  });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    answered = detail.requestConfig.elt;
    detail.shouldSwap &&= isAnswer(answered, detail.xhr);
  });

  // The same words again are no news for a screen reader; and while a click is open, an answer
  // about something else must not put the next click in its place.
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const { target, fragment } = detail;
    const isSame = wordsOf(target) === wordsOf(fragment) && target.matches("#alert, #status");
    const isNext = target.matches("#add, #click, #choice") && isClickOpen();
    if (isSame || (isNext && !isAboutClick(answered))) detail.shouldSwap = false;
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const { xhr, requestConfig } = detail;
    const { elt } = requestConfig;
    if (!isQuiet(elt)) stopProgress();
    bearer.content = xhr.getResponseHeader("X-Frame-Session") ?? bearer.content;
    const isRefusedCheck = elt.id === "check" && [401, 404].includes(xhr.status);
    const isTold = isAnswer(elt, xhr) || isRefusedCheck;
    if (!isTold && isAboutClick(elt)) checkLater();
    else if (!isTold && isNote(elt)) noteUnsure();
    else if (!isTold) warn(requestConfig.verb === "get" ? "not-loaded" : "lost");
    else if (isAboutClick(elt)) endClick(xhr, isRefusedCheck);
    if (!isQuiet(elt) && alertArea.firstElementChild) {
      alertArea.scrollIntoView({ block: "nearest" });
    }
  });

  // A browser may be wrong about it, so this is a hint and stops nothing.
  window.addEventListener("offline", () => say(alertArea, "offline"));
  window.addEventListener("online", () => {
    if (pause) check();
    else alertArea.querySelector("[data-offline]")?.remove();
  });
})();
