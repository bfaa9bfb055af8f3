// The menu of a link. Its ways are plain links that the browser opens; here each use is noted.
(() => {
  const find = (id) => document.getElementById(id);

  function note(channel) {
    const form = find("sending-note");
    htmx
      .ajax("post", form.getAttribute("action"), {
        source: form,
        values: { channel },
        swap: "none",
      })
      .catch(() => {});
  }

  // The wheel opens a link as well; the second half of a double click is no further use.
  function use(event) {
    const way = event.target.closest("[data-channel]");
    if (!way || event.button > 1) return;
    if (event.detail > 1 && event.type === "click") event.preventDefault();
    else note(way.dataset.channel);
  }

  document.addEventListener("click", use);
  document.addEventListener("auxclick", use);

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const { xhr, requestConfig } = detail;
    const { elt } = requestConfig;
    const isOurs = xhr.getResponseHeader("X-Fragment") !== null;
    if (elt.matches("[data-send]")) find("sending")?.focus();
    else if (elt.id === "sending-note" && !isOurs) {
      const place = find("sending-noted");
      place?.replaceChildren(place.dataset.unsure);
    } else if (elt.id === "sending-form" && document.activeElement === document.body) {
      find("sending-to")?.focus();
    }
  });
})();
