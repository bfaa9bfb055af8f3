// The app's main page and the page of debts: moments are shown in the reader's time. In the portal, cards open in its
// slider, and what an administrator asks for carries the bearer; outside, there is a cookie instead.
(() => {
  const { lang } = document.documentElement;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const bearer = document.querySelector('meta[name="frame-session"]');
  const live = document.getElementById("live");
  const statusArea = document.getElementById("status");
  const alertArea = document.getElementById("alert");

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

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-card]");
    if (!link || !window.portalFrame || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const isShown = await window.portalFrame.openPath(link.pathname);
    if (!isShown) window.open(link.href, "_blank", "noopener");
  });

  document.addEventListener("submit", ({ target }) => {
    if (target.id !== "csv") return;
    target.elements.zone.value = timeZone;
    if (bearer) target.elements.frame_session.value = bearer.content;
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
    if (!elt.dataset.say) return;
    const place = elt.closest("[data-live]") ?? elt.closest("section").querySelector("h2");
    if (place.nextElementSibling !== live) place.after(live);
    alertArea.replaceChildren();
    statusArea.classList.remove("heard");
    say(statusArea, elt.dataset.say);
  });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { xhr } = detail;
    if (!isAnswer(xhr)) detail.shouldSwap = false;
    if (xhr.status !== 200) detail.swapOverride = "none";
  });

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const { target, xhr } = detail;
    if (xhr.status !== 200) return;
    localise(target);
    const told = target.querySelector("[data-told]").textContent;
    const isAsked = Boolean(detail.requestConfig.elt.dataset.say);
    if (!isAsked && told === statusArea.textContent) return;
    // The answer itself says it to everybody who sees it.
    statusArea.classList.add("heard");
    statusArea.textContent = told;
    if (!isAsked) return;
    const heading = target.closest("section").querySelector("h2");
    if (document.activeElement === document.body) heading.focus();
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (isAnswer(detail.xhr)) return;
    statusArea.replaceChildren();
    say(alertArea, "lost");
  });

  localise(document);
})();
