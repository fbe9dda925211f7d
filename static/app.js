const { body } = document;
const all = (selector) => [...document.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const on = (type, act, capture) => document.addEventListener(type, act, capture);

const announce = (words) => { byId("live").textContent = words; };

const banner = (words = "", signIn = "") => {
  const bar = byId("banner");
  bar.hidden = !words;
  bar.firstElementChild.textContent = words;
  bar.lastElementChild.textContent = signIn;
};

const token = () => document.querySelector("[name=csrf_token]").value;

/** Seconds left; POST renews. A new token goes into the forms. */
const askSession = async (method = "GET") => {
  const headers = method === "GET" ? { "X-Background": "1" } : { "X-CSRF-Token": token() };
  const answer = await fetch(body.dataset.session, { method, headers });
  const { left, token: fresh } = answer.ok ? await answer.json() : { left: 0 };
  if (fresh) {
    all("[name=csrf_token]").forEach((field) => { field.value = fresh; });
    body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRF-Token": fresh }));
  }
  return left;
};

let ends = 0, timer = 0;
const checkSession = async (method) => {
  clearTimeout(timer);
  if (!byId("sign-out")) return;
  try {
    ends = Date.now() + 1000 * (await askSession(method));
    countDown();
  } catch { timer = setTimeout(checkSession, 15000); }
};
const countDown = () => {
  const left = Math.ceil((ends - Date.now()) / 1000);
  if (left <= 0) location = byId("banner").lastElementChild.href + encodeURIComponent(location.search);
  else if (left > 120) {
    byId("time-out")?.close();
    timer = setTimeout(checkSession, Math.min(left - 120, 300) * 1000);
  } else {
    timer = setTimeout(left % 10 === 1 ? checkSession : countDown, 1000);
    const box = byId("time-out");
    if (!box) return;
    if (!box.open) box.showModal();
    box.querySelector("[data-left]").textContent = `${left} seconds`;
    if ([60, 30, 10].includes(left)) box.querySelector("[role=status]").textContent = `${left} seconds left`;
  }
};
on("cancel", () => checkSession("POST"), true);
checkSession();

on("every", (event) => { if (document.hidden) event.stopImmediatePropagation(); }, true);
on("visibilitychange", () => {
  if (document.hidden) return;
  all('[hx-trigger*="every"]').forEach((panel) => htmx.trigger(panel, "every"));
  checkSession();
});
const isPoll = ({ request }) => request.headers["X-Background"];
on("htmx:after:swap", () => {
  const next = document.querySelector("[data-focus]");
  next?.removeAttribute("data-focus");
  next?.focus();
  furnish();
});
const FAILED = "That did not work. Try again in a moment.";
on("htmx:error", ({ detail: { ctx } }) => { if (ctx && !isPoll(ctx)) banner(FAILED); });
on("htmx:after:request", ({ detail: { ctx } }) => { if (!isPoll(ctx)) banner(ctx.response.status < 500 ? "" : FAILED); });

// Shortcuts.
const step = (by) => {
  const rows = all("tr:has(td a)"), at = rows.findIndex((row) => row.contains(document.activeElement));
  rows[Math.max(0, at + by)]?.querySelector("a").focus();
};
on("keydown", (event) => {
  const { key, target } = event;
  // Arrows reach codes.
  const stops = all(".dx:focus-within :is(input, .offers button)"), next = stops[stops.indexOf(target) + { ArrowDown: 1, ArrowUp: -1 }[key]];
  if (next) { event.preventDefault(); next.focus(); }
  if (event.ctrlKey || event.altKey || event.metaKey || target.closest("input, select, textarea, dialog")) return;
  if (key === "?") byId("keys")?.showModal();
  if (kept.keysOff) return;
  if ("jk".includes(key)) step(key === "j" ? 1 : -1);
  const wanted = all("[data-key]").find((control) => control.dataset.key === key);
  if (!wanted) return;
  event.preventDefault();
  wanted[wanted.matches("input") ? "focus" : "click"]();
});
/** Some frames have none. */
const kept = (() => { try { return localStorage; } catch { return {}; } })();

on("click", ({ target }) => {
  const button = target.closest("button");
  const { show, copy, print: paper, stay } = button?.dataset ?? {};
  if (show) {
    const field = byId(show);
    [field.type, button.firstChild.textContent] = field.type === "text" ? ["password", "Show"] : ["text", "Hide"];
  }
  if (copy) navigator.clipboard.writeText(copy).then(() => announce("Copied"));
  if (paper !== undefined) print();
  if (target.id === "keys-on") kept.keysOff = target.checked ? "" : 1;
  if (stay !== undefined) checkSession("POST");
});
const RULES = { length: /.{10}/su, upper: /\p{Lu}/u, lower: /\p{Ll}/u, special: /[^\p{L}\p{N}\s]/u };
on("input", ({ target }) => all(`[data-rules="${target.id}"] [data-rule]`).forEach((item) => {
  item.classList.toggle("met", RULES[item.dataset.rule].test(target.value));
}));

// Words that nothing saves.
let sent;
on("submit", ({ target }) => { sent = target; });
const isUnsent = ({ form, value, defaultValue }) => form !== sent && value !== (byId("problems") ? "" : defaultValue);
window.onbeforeunload = () => (ends > Date.now() && all("textarea:not([data-version])").some(isUnsent)) || null;

const wide = matchMedia("(width > 64rem)");
const fold = () => all("[data-fold]").forEach((panel) => { panel.open = wide.matches; });
wide.onchange = fold;
fold();
const furnish = () => {
  all(navigator.clipboard ? "[data-by]" : "[data-by='']").forEach((box) => htmx.swap({ target: box, text: box.firstChild.data }));
  all("#keys-on").forEach((box) => { box.checked = !kept.keysOff; });
};
document.documentElement.classList.add("js");
furnish();
// Frames block autofocus.
if (document.activeElement === body) document.querySelector("main [autofocus]")?.focus();

globalThis.portal = { on, byId, announce, banner, token, askSession };
