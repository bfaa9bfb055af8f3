// Connects to the portal and says so; the tests call the library through `b24`.

window.addEventListener("DOMContentLoaded", async () => {
  const state = document.getElementById("state");
  try {
    window.b24 = await B24Js.initializeB24Frame();
    state.textContent = "Ready";
  } catch (error) {
    state.textContent = `${error.code ?? ""} ${error.message}`;
  }
});
