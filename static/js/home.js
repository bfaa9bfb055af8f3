// The app's main page: moments are shown in the reader's time. In the portal, cards open in its
// slider, and what an administrator asks for carries the bearer; outside, there is a cookie instead.
(() => {
  const FRESH_MS = 50 * 60 * 1000;
  const { lang } = document.documentElement;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const bearer = document.querySelector('meta[name="frame-session"]');
  const live = document.getElementById("live");
  const statusArea = document.getElementById("status");
  const alertArea = document.getElementById("alert");
  const renewed = new WeakSet();
  let bearerSince = Date.now();

  function keep(fresh) {
    if (!fresh) return;
    bearer.content = fresh;
    bearerSince = Date.now();
  }

  function say(area, name) {
    area.replaceChildren(document.getElementById(`say-${name}`).content.cloneNode(true));
  }

  // The server writes them in UTC.
  function localise(root) {
    for (const time of root.querySelectorAll("time[data-shows]")) {
      const timeStyle = time.dataset.shows === "moment" ? "short" : undefined;
      const format = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle });
      time.textContent = format.format(new Date(time.dateTime));
    }
  }

  // A page of a proxy is no answer, whatever its status.
  const isAnswer = (xhr) => xhr.getResponseHeader("X-Fragment") !== null;

  function isRenewable(elt, xhr) {
    const state = xhr.status === 401 && xhr.getResponseHeader("X-Frame-Session-State");
    return state === "expired" && !renewed.has(elt);
  }

  // Nothing was done, so the same request is sent once more with a new bearer.
  async function renew(elt, xhr) {
    renewed.add(elt);
    const fresh = await window.portalFrame.renewSession(bearer.content);
    keep(fresh);
    if (fresh) htmx.trigger(elt, elt.matches("form") ? "submit" : "click");
    else refuse(xhr);
  }

  function refuse(xhr) {
    htmx.swap(alertArea, xhr.responseText, { swapStyle: "none" });
  }

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-card]");
    if (!link || !window.portalFrame || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const isShown = await window.portalFrame.openPath(link.pathname);
    if (!isShown) window.open(link.href, "_blank", "noopener");
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.id !== "csv") return;
    form.elements.zone.value = timeZone;
    if (!bearer) return;
    event.preventDefault();
    const isFresh = Date.now() - bearerSince < FRESH_MS;
    if (!isFresh) keep(await window.portalFrame.renewSession(bearer.content));
    form.elements.frame_session.value = bearer.content;
    form.submit();
  });

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.parameters.zone = timeZone;
    if (!bearer) return;
    detail.headers.Authorization = `Bearer ${bearer.content}`;
    delete detail.parameters.frame_session;
  });

  // What is told stands where the person is looking.
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const { elt } = detail;
    const heading = elt.closest("section").querySelector("h2");
    if (heading.nextElementSibling !== live) heading.after(live);
    alertArea.replaceChildren();
    statusArea.classList.remove("heard");
    say(statusArea, elt.dataset.say);
  });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { xhr, requestConfig } = detail;
    if (!isAnswer(xhr) || isRenewable(requestConfig.elt, xhr)) detail.shouldSwap = false;
    if (xhr.status !== 200) detail.swapOverride = "none";
  });

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const { target, xhr } = detail;
    if (xhr.status !== 200) return;
    localise(target);
    // The answer itself says it to everybody who sees it.
    statusArea.classList.add("heard");
    statusArea.textContent = target.querySelector("[data-told]").textContent;
    const heading = target.closest("section").querySelector("h2");
    if (document.activeElement === document.body) heading.focus();
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const { xhr, requestConfig } = detail;
    const { elt } = requestConfig;
    if (isRenewable(elt, xhr)) {
      renew(elt, xhr);
      return;
    }
    renewed.delete(elt);
    keep(xhr.getResponseHeader("X-Frame-Session"));
    if (isAnswer(xhr)) return;
    statusArea.replaceChildren();
    say(alertArea, "lost");
  });

  localise(document);
})();
