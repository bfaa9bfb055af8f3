// The list: what is done to a payment is asked, sent and answered in its own row.
(() => {
  // Paying and taking it back have consequences of their own: each is asked about once.
  const confirmed = new Set();
  const promised = {};
  let opener = null;
  let rowId = "";
  let isOlderStale = false;
  let isOwnAnswer = false;

  const find = (id) => document.getElementById(id);
  const panel = () => document.querySelector(".panel-row");

  function pathOf(button) {
    return (
      button.dataset.path ?? button.getAttribute("formaction") ?? button.getAttribute("hx-get")
    );
  }

  function send(button) {
    htmx.ajax("post", pathOf(button), { source: button, swap: "none" }).catch(() => {});
  }

  function close({ isFocusBack = true } = {}) {
    const hadFocus = panel()?.contains(document.activeElement);
    panel()?.remove();
    if (isFocusBack && hadFocus) opener?.focus();
  }

  function open(button) {
    close();
    const name = button.dataset.panel ?? button.dataset.warning;
    const row = button.closest("tr");
    row.after(find(`panel-${name}`).content.cloneNode(true));
    opener = button;
    const form = panel().querySelector("form");
    if (name === "delete") {
      find("panel-text").textContent = button.dataset.question;
    }
    if (form) {
      form.setAttribute("hx-post", button.dataset.path);
      const current = row.querySelector(".system bdi").textContent;
      for (const option of form.querySelectorAll("option")) {
        option.selected = option.text === current;
      }
      htmx.process(form);
    }
    (panel().querySelector("select") ?? panel().querySelector("[data-close]")).focus();
  }

  // A list that comes by itself leaves open what stands open, as long as its button does.
  function keepPanel(fragment) {
    const kept = panel();
    const row = kept && fragment.querySelector(`#${kept.previousElementSibling.id}`);
    const buttons = row ? [...row.querySelectorAll("button")] : [];
    const again = buttons.find((button) => pathOf(button) === pathOf(opener));
    if (!again) return;
    const focused = kept.contains(document.activeElement) && document.activeElement;
    row.after(kept);
    opener = again;
    if (focused)
      document.addEventListener("htmx:oobAfterSwap", () => focused.focus(), { once: true });
  }

  // Some browsers let a click alone write to the clipboard, and not what comes seconds after it. So
  // the click begins to write, and the link follows. A portal may close the clipboard to its frames.
  function beginCopy() {
    const text = new Promise((resolve, reject) => Object.assign(promised, { resolve, reject }));
    text.catch(() => {});
    promised.isCopied = writeText(text);
  }

  async function writeText(text) {
    try {
      if (document.featurePolicy?.allowsFeature("clipboard-write") === false) return false;
      const blob = text.then((link) => new Blob([link], { type: "text/plain" }));
      blob.catch(() => {});
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      return true;
    } catch {
      return false;
    }
  }

  // The old command may still work where the clipboard is closed.
  async function copy() {
    const field = find("link");
    const said = panel().querySelector("[data-copied]");
    field.focus();
    field.select();
    promised.resolve(field.value);
    const isCopied = (await promised.isCopied) || document.execCommand("copy");
    said.textContent = isCopied ? said.dataset.copied : said.dataset.selected;
  }

  // The ways of sending a link are plain links, which the browser opens; each use is noted here. The
  // wheel opens a link as well; the second half of a double click is no further use.
  function use(event) {
    const channel = event.target.closest("[data-channel]")?.dataset.channel;
    if (!channel || event.button > 1) return;
    const source = find("sending-note");
    if (event.detail > 1 && event.type === "click") event.preventDefault();
    else
      htmx
        .ajax("post", source.action, { source, values: { channel }, swap: "none" })
        .catch(() => {});
  }

  function focusMenu(elt) {
    const isLost = document.activeElement === document.body;
    if (elt.matches("[data-send]")) find("sending")?.focus();
    else if (elt.id === "sending-form" && isLost) find("sending-to")?.focus();
  }

  function focusRow() {
    if (document.activeElement !== document.body || !rowId) return;
    const place = find(rowId)?.querySelector("th") ?? document.querySelector("h1");
    place.focus({ preventScroll: true });
  }

  function loadOlder() {
    isOlderStale = false;
    const path = find("all")?.getAttribute("hx-get");
    if (path) htmx.ajax("get", path, { source: "#older", swap: "none" }).catch(() => {});
  }

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "acts") return;
    event.preventDefault();
    const { warning } = event.submitter.dataset;
    if (warning && !confirmed.has(warning)) open(event.submitter);
    else send(event.submitter);
  });

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-panel]");
    if (button) open(button);
    else if (target.closest("[data-close]")) close();
    else if (target.closest("[data-link]")) beginCopy();
    else if (target.closest("[data-copy]")) {
      beginCopy();
      copy();
    } else if (target.closest("[data-sure]")) {
      confirmed.add(opener.dataset.warning);
      close();
      send(opener);
    }
  });

  document.addEventListener("click", use);
  document.addEventListener("auxclick", use);

  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const row = detail.elt.closest("#list tr");
    if (!row) return;
    rowId = row.matches(".panel-row") ? row.previousElementSibling.id : row.id;
    if (!detail.elt.matches("form")) {
      close();
      opener = detail.elt;
    }
  });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    isOwnAnswer = detail.requestConfig.elt.closest("#list") !== null;
  });

  // Who had all payments before them keeps them: as they were at first, then as they are now.
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const { target, fragment } = detail;
    if (target.id === "list" && !isOwnAnswer) keepPanel(fragment);
    const shown =
      target.id === "list" ? [...target.querySelectorAll("#older tr:not(.panel-row)")] : [];
    const older = fragment.querySelector("#older");
    if (!shown.length || !older) return;
    const newest = new Set([...fragment.querySelectorAll("tbody tr")].map((row) => row.id));
    older.append(...shown.filter((row) => !newest.has(row.id)));
    fragment.querySelector("#all")?.setAttribute("hidden", "");
    isOlderStale = true;
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const { elt } = detail.requestConfig;
    if (elt.matches("[data-link]")) {
      if (find("link")) copy();
      else promised.reject();
    } else if (elt.matches(".row-panel")) close();
    focusMenu(elt);
    if (elt.id === "all" && find("older").rows.length) {
      find("all").hidden = true;
      find("older").querySelector("th").focus();
    }
    if (elt.closest("tr") || elt.id === "older") focusRow();
    if (isOlderStale) loadOlder();
  });
})();
