// The last step of the installer: one button, and what it says meanwhile.
(() => {
  const button = document.getElementById("finish");
  const SILENT_AFTER_MS = 10000;

  function say(name) {
    const saying = document.getElementById(`say-${name}`).content.cloneNode(true);
    document.getElementById("status").replaceChildren(saying);
  }

  button.addEventListener("click", async () => {
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    say("wait");
    const outcome = await window.portalFrame.finishInstall();
    say(outcome);
    if (outcome !== "done") return;
    setTimeout(() => {
      say("silent");
      button.ariaDisabled = "false";
    }, SILENT_AFTER_MS);
  });
})();
