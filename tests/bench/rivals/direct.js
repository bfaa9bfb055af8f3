// A rival without a server: the page calls the portal itself, as the documentation of b24jssdk has it.

window.addEventListener("DOMContentLoaded", async () => {
  const state = document.getElementById("state");
  const list = document.getElementById("list");
  const button = document.getElementById("add");
  const b24 = await B24Js.initializeB24Frame();
  const deal = Number(b24.placement.options.ID);

  async function call(method, params) {
    const answer = await b24.actions.v2.call.make({ method, params });
    if (!answer.isSuccess) throw new Error(answer.getErrorMessages().join(" "));
    return answer.getData().result;
  }

  async function show() {
    const payments = await call("crm.item.payment.list", { entityTypeId: 2, entityId: deal });
    list.replaceChildren(
      ...payments.map((payment) => {
        const row = document.createElement("tr");
        for (const text of [payment.accountNumber, `${payment.sum} ${payment.currency}`]) {
          row.insertCell().textContent = text;
        }
        return row;
      }),
    );
  }

  // `rows` are put in one by one, as there is no method for many.
  async function add(rows = []) {
    const began = performance.now();
    state.textContent = "Adding";
    try {
      const payment = await call("crm.item.payment.add", { entityTypeId: 2, entityId: deal });
      if (rows.length) {
        const calls = rows.map((rowId) => ({
          method: "crm.item.payment.product.add",
          params: { paymentId: payment, rowId, quantity: 1 },
        }));
        await b24.actions.v2.batch.make({ calls, options: { isHaltOnError: false } });
      }
      await show();
      state.textContent = "Added";
    } catch (error) {
      state.textContent = `Error: ${error.message}`;
    }
    return performance.now() - began;
  }

  async function open() {
    const began = performance.now();
    const item = await call("crm.item.get", { entityTypeId: 2, id: deal });
    document.getElementById("title").textContent = item.item.title;
    await show();
    return performance.now() - began;
  }

  window.direct = { add, open };
  button.addEventListener("click", () => add());
  await open();
  button.disabled = false;
  performance.mark("ready");
});
