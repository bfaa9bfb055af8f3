// What moves on the pages: tabs of a card, sliders, the Market's buttons, the panel of faults.

import { startPanel } from "./panel.js";
import { forget, openFrame, post } from "./parent.js";

const facts = JSON.parse(document.getElementById("page-data").textContent);
const LABEL_COLOURS = ["aqua", "green", "orange", "brown", "pink", "blue", "grey", "violet"];

function setTitle(text) {
  document.getElementById("pagetitle").textContent = text;
  document.title = text;
}

// Draws the card's list anew; keeps the old one if the page is left before the answer is there.
async function reloadCard() {
  const place = document.getElementById("payments");
  if (!place) return;
  try {
    place.innerHTML = await (await fetch(facts.payments)).text();
  } catch {
    return;
  }
}

const host = { reloadCard, setTitle, openSlider };

// Opens a page of the portal (`path`) or a place of the app, its main page unless another is named,
// in a slider; ends when it is closed.
function openSlider({ path, placement = "DEFAULT", handler, title, width, label, options = {} }) {
  const dialog = document.createElement("dialog");
  dialog.className = "slider";
  if (width) dialog.style.maxWidth = `${Number(width)}px`;
  const heading = document.createElement("h2");
  heading.textContent = title ?? (path ? "Card" : "App");
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  const head = document.createElement("div");
  head.className = "slider-head";
  head.append(...(label ? [chip(label)] : []), heading, close);
  const place = document.createElement("div");
  place.className = "frame-place";
  place.dataset.title = heading.textContent;
  dialog.append(head, place);
  document.body.append(dialog);
  dialog.showModal();
  if (path) {
    const page = document.createElement("iframe");
    page.title = heading.textContent;
    page.src = path;
    place.append(page);
  } else {
    const inside = {
      ...host,
      setTitle: (text) => (heading.textContent = text),
      close: () => dialog.close(),
    };
    openFrame(place, { placement, handler, options, kind: "slider", host: inside });
  }
  return new Promise((end) => {
    dialog.addEventListener("close", () => {
      forget(dialog);
      dialog.remove();
      end();
    });
  });
}

function chip({ text, bgColor }) {
  const label = document.createElement("span");
  label.className = "chip";
  if (LABEL_COLOURS.includes(bgColor)) label.dataset.colour = bgColor;
  label.textContent = text;
  return label;
}

function startMenus() {
  for (const entry of document.querySelectorAll(".quick button")) {
    entry.addEventListener("click", async () => {
      const { placement, handler, deal } = entry.dataset;
      entry.closest("details").open = false;
      const title = entry.textContent;
      const options = { URI: location.pathname + location.search, ...(deal && { ID: deal }) };
      await openSlider({ placement, handler, title, options });
      await reloadCard();
    });
  }
}

function startCard() {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

  function choose(tab) {
    for (const each of tabs) {
      const isChosen = each === tab;
      each.setAttribute("aria-selected", String(isChosen));
      each.tabIndex = isChosen ? 0 : -1;
      panelOf(each).hidden = !isChosen;
    }
    const place = panelOf(tab);
    const { placement, handler } = tab.dataset;
    const address = new URL(location.href);
    if (placement) address.searchParams.set("tab", placement);
    else address.searchParams.delete("tab");
    history.replaceState(null, "", address);
    if (!placement || place.childElementCount) return;
    place.dataset.title = tab.textContent;
    const options = { ID: facts.id, URI: location.pathname + location.search };
    openFrame(place, { placement, handler, options, kind: "tab", host });
  }

  for (const tab of tabs) tab.addEventListener("click", () => choose(tab));
  document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
    const index = tabs.indexOf(document.activeElement);
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const tab = tabs.at(next % tabs.length);
    tab.focus();
    choose(tab);
  });
  const wanted = new URLSearchParams(location.search).get("tab");
  const tab = tabs.find((each) => each.dataset.placement === wanted);
  if (wanted && tab) choose(tab);
}

function startMarket() {
  document.getElementById("install").addEventListener("click", async () => {
    await post("/market/add/");
    await openSlider({ title: facts.title });
    location.replace("/market/");
  });
  if (facts.isFinished) {
    openSlider({ title: facts.title }).then(() => location.replace("/market/"));
  }
}

function startApp() {
  const place = document.getElementById("app-place");
  openFrame(place, { placement: "DEFAULT", options: {}, kind: "page", host });
}

startMenus();
if (facts.page === "card") startCard();
if (facts.page === "market") startMarket();
if (facts.page === "app") startApp();
const panel = document.getElementById("faults");
if (panel) startPanel(panel, { isOpen: facts.page === "panel" });
