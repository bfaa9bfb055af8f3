// The panel of faults: sets and clears them, turns the portal's switches, shows the ledger.

const REFRESH_MS = 2000;
const SHOWN_CALLS = 20;

export function startPanel(panel, { isOpen }) {
  const portal = `/_standin/portals/${panel.dataset.portal}`;
  const find = (id) => document.getElementById(id);
  let scopes = [];

  async function call(method, path, body) {
    const answer = await fetch(portal + path, {
      method,
      headers: { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async function act(method, path, body, done) {
    try {
      await call(method, path, body);
      find("faults-status").textContent = done;
    } catch (error) {
      find("faults-status").textContent = `That did not work: ${error.message}`;
    }
    await refresh();
  }

  async function refresh() {
    let facts, calls;
    try {
      [facts, calls] = await Promise.all([call("GET", ""), call("GET", "/calls")]);
    } catch (error) {
      find("faults-status").textContent = `The portal does not answer: ${error.message}`;
      return;
    }
    scopes = facts.scopes;
    showFaults(facts.faults);
    for (const select of panel.querySelectorAll("[data-switch]")) {
      pick(select, facts.switches[select.dataset.switch]);
    }
    pick(panel.querySelector("[data-access]"), facts.allowed_user_ids);
    pick(panel.querySelector("[data-scope]"), scopes.includes("crm"));
    showCalls(calls.slice(-SHOWN_CALLS).reverse());
  }

  function showFaults(faults) {
    find("faults-count").textContent = faults.length ? ` (${faults.length})` : "";
    find("faults-clear").disabled = !faults.length;
    const lines = faults.map(({ id, on, do: kind, times, ...args }) => {
      const often = times === null ? "until cleared" : `${times} ×`;
      const rest = Object.values(args).join(" ");
      return element("li", `${on}: ${kind} ${rest} (${often})`);
    });
    find("faults-list").replaceChildren(...(lines.length ? lines : [element("li", "Nothing.")]));
  }

  function showCalls(calls) {
    const rows = calls.map((each) => {
      const row = document.createElement("tr");
      const name = each.server === "oauth" ? `OAuth: ${each.method}` : each.method;
      row.append(
        element("td", new Date(each.at * 1000).toLocaleTimeString("en-GB")),
        element("td", [name, ...each.commands].join("\n")),
        element("td", each.user_id ?? ""),
        element("td", [each.status ?? "no answer", each.error].filter(Boolean).join(" ")),
        element("td", each.committed_payment_ids.join(", ")),
      );
      return row;
    });
    find("ledger").replaceChildren(...rows);
  }

  for (const button of panel.querySelectorAll("[data-fault]")) {
    button.addEventListener("click", () => {
      const times = find("fault-always").checked ? null : 1;
      const fault = { ...JSON.parse(button.dataset.fault), on: find("fault-on").value, times };
      act("POST", "/faults", fault, `Set: ${button.textContent}.`);
    });
  }
  for (const button of panel.querySelectorAll("[data-post]")) {
    button.addEventListener("click", () => {
      const body = JSON.parse(button.dataset.body ?? "{}");
      act("POST", `/${button.dataset.post}`, body, `Done: ${button.textContent}.`);
    });
  }
  for (const select of panel.querySelectorAll("[data-switch]")) {
    select.addEventListener("change", () => {
      const switches = { [select.dataset.switch]: JSON.parse(select.value) };
      act("PATCH", "", { switches }, "Changed.");
    });
  }
  panel.querySelector("[data-access]").addEventListener("change", ({ target }) => {
    act("PATCH", "", { allowed_user_ids: JSON.parse(target.value) }, "Changed.");
  });
  panel.querySelector("[data-scope]").addEventListener("change", ({ target }) => {
    const others = scopes.filter((each) => each !== target.dataset.scope);
    const wanted = target.value === "true" ? [target.dataset.scope, ...others] : others;
    act("PATCH", "", { scopes: wanted }, "Changed.");
  });
  find("faults-clear").addEventListener("click", () =>
    act("DELETE", "/faults", undefined, "Cleared."),
  );

  panel.addEventListener("toggle", () => panel.open && refresh());
  setInterval(() => panel.open && !document.hidden && refresh(), REFRESH_MS);
  panel.open = isOpen;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function pick(select, value) {
  const text = JSON.stringify(value);
  if (select === document.activeElement) return;
  if ([...select.options].some((each) => each.value === text)) select.value = text;
}
