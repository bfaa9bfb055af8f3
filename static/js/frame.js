// The portal around the frame: the only file that knows the SDK. The SDK is loaded after the page,
// and everything here stays silent where no portal answers.
(() => {
  const tag = document.currentScript;
  const PATIENCE_MS = 10000;
  const RESIZE_MS = 500;
  // A portal names the frame "host|0 or 1|sid" (b24restdocs: sdk/bx24-js-sdk/index.md).
  const isInPortal = window.parent !== window && /^[^|]+\|[01]\|\w+$/.test(window.name);
  const portal = isInPortal ? meetPortal().catch(() => null) : Promise.resolve(null);

  async function meetPortal() {
    await pageLoaded();
    await loadSdk();
    return inTime(window.B24Js.initializeB24Frame());
  }

  function pageLoaded() {
    return new Promise((resolve) => {
      if (document.readyState === "complete") resolve();
      else window.addEventListener("load", resolve, { once: true });
    });
  }

  function loadSdk() {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.nonce = tag.nonce;
      script.src = tag.dataset.sdk;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  // A portal never answers what it does not know, so no answer is waited for without an end.
  function inTime(promise) {
    const end = new Promise((_, reject) => setTimeout(reject, PATIENCE_MS, new Error("no answer")));
    return Promise.race([promise, end]);
  }

  // Height: fitWindow can only grow, because a document is never lower than its window; to shrink,
  // the window is made as low as the content first.
  function followHeight({ parent }) {
    let fitted = 0;
    let isBusy = false;
    new ResizeObserver(fit).observe(document.documentElement);

    async function fit() {
      if (isBusy) return;
      isBusy = true;
      for (let height = shownHeight(); height && height !== fitted; height = shownHeight()) {
        if (height < fitted) await shrink(parent, height);
        await parent.fitWindow();
        fitted = height;
      }
      isBusy = false;
    }
  }

  // The portal's answer comes before the frame has its new size.
  async function shrink(parent, height) {
    await parent.resizeWindow(window.innerWidth, height);
    const end = Date.now() + RESIZE_MS;
    while (window.innerHeight > height && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  // 0 while the tab is not the chosen one.
  function shownHeight() {
    return window.innerWidth && Math.ceil(document.documentElement.getBoundingClientRect().height);
  }

  // What came of asking the portal to finish the installation: "done", "finished" before, or
  // "silent". It never answers "done", it opens the app instead
  // (b24restdocs: settings/app-installation/installation-finish.md).
  async function finishInstall() {
    const b24 = await portal;
    if (!b24) return "silent";
    if (!b24.isInstallMode) return "finished";
    b24.installFinish().catch(() => {});
    return "done";
  }

  // Opens a page of the portal over the app, until it is closed; false where that cannot be.
  async function openPath(path) {
    const b24 = await portal;
    if (!b24) return false;
    try {
      await b24.slider.openPath(b24.slider.getUrl(path));
      return true;
    } catch {
      return false;
    }
  }

  // A launch is good once, so the page around the frame is loaded anew. A portal that cannot do
  // that never answers (24.x and older in a card); the words beside the button then stand alone.
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-reload]");
    if (!button) return;
    const b24 = await portal;
    b24?.parent.reloadWindow().catch(() => {});
    setTimeout(() => button.remove(), b24 ? PATIENCE_MS : 0);
  });

  // The launch is posted once more: it is of a moment ago, and the card around the frame stays.
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-again]");
    if (!button || button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    button.parentElement.querySelector("[role=status]").textContent = button.dataset.again;
    window.location.reload();
  });

  portal.then((b24) => {
    if (!b24) return;
    // In a slider the height is the portal's own, and the page scrolls itself.
    const isInSlider = /_(LIST_MENU|LIST_TOOLBAR|DETAIL_TOOLBAR)$/.test(b24.placement.title);
    if (isInSlider) document.documentElement.style.scrollbarWidth = "auto";
    else followHeight(b24);
  });

  // A quick person's change comes before the SDK is there; the card is refreshed all the same.
  document.addEventListener("payments:changed", async () => {
    const b24 = await portal;
    b24?.placement.call("reloadData", {}).catch(() => {});
  });

  window.portalFrame = Object.freeze({ finishInstall, openPath });
})();
