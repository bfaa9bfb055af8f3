// The form of a new payment: opens in its place, sums up as one types, forgets nothing typed.
(() => {
  let kept = null;
  let isOutcome = false;

  const QUANTITY = "input[data-price]";
  const find = (id) => document.getElementById(id);
  const fields = () => [
    ...document.querySelectorAll("#rows input:not([type=hidden]), #rows select"),
  ];

  function unfold(isOpen) {
    find("unfolded")?.togglePopover?.(isOpen);
  }

  function write(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  function sumUp() {
    const rows = find("rows");
    if (!rows) return;
    const pattern = JSON.parse(rows.dataset.money);
    const faults = JSON.parse(rows.dataset.faults);
    let total = 0n;
    for (const portion of rows.querySelectorAll("li")) {
      const field = portion.querySelector(QUANTITY);
      const amount = numbers.scaled(field.dataset.price) * BigInt(judge(field, faults));
      write(portion.querySelector(".portion-sum"), numbers.write(amount, pattern));
      total += amount;
    }
    write(find("total"), numbers.write(total, pattern));
  }

  // The quantity in a field, 0 where it is none; what is wrong with it stands beside it.
  function judge(field, faults) {
    const { most } = field.dataset;
    let { value, fault } = numbers.read(field.value);
    if (value > most) fault = "left";
    const said = fault ? faults[fault].replace("%(most)d", most) : "";
    write(field.closest("li").querySelector(".fault"), said);
    field.setCustomValidity(said);
    field.setAttribute("aria-invalid", String(Boolean(said)));
    return fault ? 0 : value;
  }

  function isChanged(field) {
    if (field.type === "checkbox") return field.checked;
    return field.matches("select") ? field.selectedIndex > 0 : field.value !== field.defaultValue;
  }

  function remember() {
    return {
      isOpen: Boolean(find("rows")?.offsetParent),
      typed: fields()
        .filter(isChanged)
        .map(({ id, value }) => [id, value]),
    };
  }

  function restore({ isOpen, typed }) {
    unfold(isOpen);
    for (const [id, value] of typed) {
      const field = find(id);
      const isThere = field && !field.disabled;
      const isOffered = !field?.options || [...field.options].some((each) => each.value === value);
      if (!isThere || !isOffered) continue;
      if (field.type === "checkbox") field.checked = true;
      else field.value = value;
    }
  }

  // A page that answers a click made before the script came shows what was typed; from here on it
  // is like any form that somebody has opened and filled in.
  function takeOver(rows) {
    for (const field of fields()) {
      const { value, checked } = field;
      if (field.type === "checkbox") {
        field.defaultChecked = false;
        field.checked = checked;
        continue;
      }
      if (field.options) field.querySelector("[selected]")?.removeAttribute("selected");
      else field.defaultValue = field.dataset.proposed;
      field.value = value;
    }
    unfold(true);
    rows.removeAttribute("data-typed");
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("#open");
    if (!opener) return;
    if (opener.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    unfold(true);
    const first = document.querySelector(`#rows ${QUANTITY}:enabled`);
    first.focus();
    first.select();
  });

  // Twins: one of them at a time, or all of them once the rows are to be saved.
  function heedTwins(field) {
    const isSaving = find("saves_rows")?.checked;
    if (field.id === "saves_rows") {
      for (const twin of document.querySelectorAll("#rows [data-saveable]")) {
        twin.value = isSaving ? twin.dataset.most : twin.dataset.proposed;
      }
      return;
    }
    const { twins, apart, saveable } = field.dataset;
    const isFree = apart !== undefined || (isSaving && saveable !== undefined);
    if (!twins || isFree || !numbers.read(field.value).value) return;
    for (const other of document.querySelectorAll(`#rows [data-twins="${twins}"]`)) {
      if (other !== field) other.value = 0;
    }
  }

  document.addEventListener("input", ({ target }) => {
    if (target.closest("#rows")) heedTwins(target);
    sumUp();
  });

  document.addEventListener("reset", ({ target }) => {
    if (target.id !== "new") return;
    unfold(false);
    find("open").focus();
    setTimeout(sumUp);
  });

  // What stays at zero is not sent, so that a long form is no long request; one zero tells that
  // products were offered at all.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.id !== "new") return;
    const quantities = fields().filter((field) => field.matches(QUANTITY) && !field.disabled);
    const zeros = quantities.filter((field) => numbers.read(field.value).value === 0);
    const spare = zeros.length === quantities.length ? zeros.slice(1) : zeros;
    for (const { name } of spare) delete detail.parameters[name];
  });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    isOutcome = detail.requestConfig.elt.matches("#new, .choice, #check");
  });

  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    if (detail.target.id === "add") kept = remember();
  });

  document.addEventListener("htmx:afterRequest", () => {
    if (kept) {
      const isDone = isOutcome && find("add").hasAttribute("data-done");
      if (!isDone) restore(kept);
      kept = null;
      sumUp();
      if (isOutcome && document.activeElement === document.body) {
        (find("open") ?? find("send"))?.focus({ preventScroll: true });
      }
    }
    const rest = find("rest");
    if (rest.dataset.payment && !find(rest.dataset.payment)) rest.hidden = true;
  });

  // A page whose session is over has to be loaded anew. A browser often keeps nothing for a frame of
  // another site, so it asks before what was typed is lost.
  window.addEventListener("beforeunload", (event) => {
    const isOver = document.querySelector("[data-reload]");
    if (isOver && remember().typed.length) event.preventDefault();
  });

  const typed = document.querySelector("#rows[data-typed]");
  if (typed) takeOver(typed);
  sumUp();
})();
