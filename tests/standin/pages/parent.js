// The page's side of the frame protocol: opens the app's frame and answers its messages.
// A command that the portal does not know, or refuses, is never answered.

const SILENT = Symbol("no answer");
const PATHS = [
  /^\/crm\/(deal|lead|contact|company|type)\//,
  /^\/marketplace\//,
  /^\/company\/personal\/user\/\d+\//,
  /^\/workgroups\/group\/\d+\//,
];
const PERMISSIONS = "geolocation *; microphone *; camera *; autoplay *";
const HINT_AFTER_MS = 8000;

const frames = [];

// For tests: the messages received, newest last, how often a person was told that there is no new
// token, and a way to let the page tell an event.
window.standin = {
  messages: [],
  alerts: 0,
  emit(event, data) {
    for (const frame of frames) {
      for (const id of frame.listeners.get(event) ?? []) reply(frame, id, data);
    }
  },
};

let isLeaving = false;
addEventListener("beforeunload", () => {
  isLeaving = true;
});

// The answer to a POST; a page that is being left waits for it in vain, and says nothing of it.
export async function post(path, body = {}) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return await answer.json();
  } catch (error) {
    if (isLeaving) return new Promise(() => {});
    throw error;
  }
}

// Opens a placement inside the element `place`. `kind` is tab, page or slider; `host` is what the
// page offers: reloadCard(), setTitle(text), openSlider(settings) → promise of its end, close().
export async function openFrame(place, { placement, handler, options, kind, host }) {
  const launch = await post("/_pages/frames/", { placement, handler, options });
  if (launch.refusal) {
    place.append(note(launch.refusal));
    return;
  }
  const iframe = document.createElement("iframe");
  iframe.name = launch.window_name;
  iframe.title = place.dataset.title ?? "App";
  iframe.allow = PERMISSIONS;
  place.append(iframe);
  const frame = {
    sid: launch.app_sid,
    origin: launch.app_origin,
    placement: launch.placement,
    listeners: new Map(),
    iframe,
    kind,
    host,
  };
  frames.push(frame);
  frame.hint = setTimeout(() => hintAt(frame), HINT_AFTER_MS);
  submit(launch);
}

export function forget(place) {
  for (const frame of frames.filter((each) => place.contains(each.iframe))) {
    clearTimeout(frame.hint);
    frames.splice(frames.indexOf(frame), 1);
  }
}

function submit(launch) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = launch.url;
  form.target = launch.window_name;
  form.hidden = true;
  for (const [name, value] of Object.entries(launch.fields)) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

function note(text) {
  const line = document.createElement("p");
  line.className = "hint";
  line.textContent = text;
  return line;
}

function hintAt(frame) {
  frame.note = note(`The app has not said anything yet. Is it running at ${frame.origin}?`);
  frame.iframe.before(frame.note);
}

function settle(frame) {
  clearTimeout(frame.hint);
  frame.note?.remove();
}

// "command:params:callback:sid", where params hold colons or are left out together with theirs;
// a command with a colon in its name comes as an object.
function parse(message) {
  if (message !== null && typeof message === "object") {
    const { method, params, callback, appSid } = message;
    return { command: method, params: params ?? {}, callback, sid: appSid };
  }
  const parts = String(message).split(":");
  if (parts.length < 3) return null;
  const [command, sid, callback] = [parts.shift(), parts.pop(), parts.pop()];
  const json = parts.join(":");
  try {
    return { command, params: json ? JSON.parse(json) : {}, callback, sid };
  } catch {
    return null;
  }
}

function reply(frame, callback, answer) {
  const json = answer === undefined ? "" : JSON.stringify(answer);
  frame.iframe.contentWindow?.postMessage(`${callback}:${json}`, frame.origin);
}

function ask(frame, what, body) {
  return post(`/_pages/frames/${frame.sid}/${what}/`, body);
}

function interfaceOf(frame) {
  const reloads = /_DETAIL_(TAB|ACTIVITY)$|_LIST_MENU$/.test(frame.placement);
  return { command: reloads ? ["reloadData"] : [], event: [] };
}

function isMainPage(frame) {
  return frame.placement === "DEFAULT";
}

function length(value) {
  return typeof value === "number" ? `${value}px` : value;
}

const commands = {
  getInitData: (frame) => ask(frame, "init"),
  async refreshAuth(frame) {
    const pair = await ask(frame, "refresh");
    if (pair) return pair;
    window.standin.alerts += 1;
    alert("Unable to get new token! Reload page, please!");
    return SILENT;
  },
  setInstall: (_frame, params) => params,
  async setInstallFinish(frame) {
    const { finished } = await ask(frame, "finish");
    if (finished) {
      const address = new URL(location.href);
      address.searchParams.set("install_finished", "Y");
      location.replace(address);
    }
    return SILENT;
  },
  resizeWindow(frame, { width, height }) {
    if (frame.kind === "slider") return SILENT;
    frame.iframe.style.width = length(width);
    frame.iframe.style.height = length(height);
    return { width, height };
  },
  setTitle(frame, params) {
    if (!isMainPage(frame)) return SILENT;
    frame.host.setTitle(params.title);
    return params;
  },
  setScroll(frame, params) {
    if (!isMainPage(frame)) return SILENT;
    window.scrollTo({ top: params.scroll });
    return params;
  },
  scrollParentWindow: (frame, params) => commands.setScroll(frame, params),
  reloadWindow() {
    location.reload();
    return SILENT;
  },
  setUserOption: (frame, { name, value }) => ask(frame, "user-option", { name, value }),
  setAppOption: async (frame, { name, value }) =>
    (await ask(frame, "app-option", { name, value })) ?? SILENT,
  async openApplication(frame, params) {
    const options = Object.entries(params).filter(([key]) => !key.startsWith("bx24_"));
    await frame.host.openSlider({
      title: params.bx24_title,
      width: params.bx24_width,
      label: params.bx24_label,
      options: Object.fromEntries(options),
    });
  },
  closeApplication(frame) {
    frame.host.close?.();
    return SILENT;
  },
  async openPath(frame, { path }) {
    if (!PATHS.some((each) => each.test(path))) {
      return { result: "error", errorCode: "PATH_NOT_AVAILABLE" };
    }
    const address = new URL(path, location.origin);
    address.searchParams.set("IFRAME", "Y");
    address.searchParams.set("IFRAME_TYPE", "SIDE_SLIDER");
    await frame.host.openSlider({ path: address.pathname + address.search });
    return { result: "close" };
  },
  getInterface: interfaceOf,
  placementBindEvent(frame, { event }, callback) {
    frame.listeners.set(event, [...(frame.listeners.get(event) ?? []), callback]);
    return SILENT;
  },
  async reloadData(frame) {
    if (!interfaceOf(frame).command.includes("reloadData")) return SILENT;
    await frame.host.reloadCard();
  },
};

window.addEventListener("message", async (event) => {
  const frame = frames.find((each) => each.iframe.contentWindow === event.source);
  const message = frame && event.origin === frame.origin ? parse(event.data) : null;
  if (!message || message.sid !== frame.sid) return;
  const { command, params, callback } = message;
  window.standin.messages.push({ command, params, callback, placement: frame.placement });
  settle(frame);
  if (!Object.hasOwn(commands, command)) return;
  const answer = await commands[command](frame, params, callback);
  if (answer !== SILENT) reply(frame, callback, answer);
});
