// Autosave, until it arrives.
const { on, byId, announce, banner, token, askSession } = globalThis.portal;
const form = document.querySelector("form[data-autosave]");
const line = byId("saved"), shown = byId("shown");
const changed = new Set(), flying = new Set(), clashes = new Map(), sent = new Map();
const SAVING = "Saving…";
let tries = 0, timer = 0, isLeaving = false, isOver = false;

const valueOf = (name) => new FormData(form).getAll(name).join();
const controls = (name) => [...form.elements].filter((control) => control.name === name);
const isUnsaved = () => changed.size + flying.size > 0;
/** A form drawn anew leaves alone what is not sent yet. */
const hold = (name, isOn) => controls(name)[0]?.closest(".f").toggleAttribute("hx-morph-skip", isOn);
const change = (name) => { changed.add(name); hold(name, true); };
const plan = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
const redraw = () => htmx.trigger("#sections", "portal:redraw");
const isBusy = () => form?.querySelector(".htmx-request:not([data-alone])");
const copyOf = (id, words) => {
  const box = byId(id).content.firstElementChild.cloneNode(true);
  Object.entries(words).forEach(([key, text]) => { box.querySelector(`[data-${key}]`).textContent = text; });
  return box;
};

const body = (names) => {
  const fields = new URLSearchParams();
  for (const name of names) {
    const value = valueOf(name);
    fields.append(name, value);
    sent.set(name, [...sent.get(name) ?? [], value]);
    fields.append(`v-${name}`, Number(controls(name)[0]?.dataset.version) + flying.has(name));
    hold(name, clashes.has(name));
  }
  return fields;
};

const save = async (isGoing) => {
  clearTimeout(timer);
  if (!isGoing && (flying.size || isBusy())) return plan(100);
  const names = [...changed].filter((name) => !clashes.has(name) && controls(name).length);
  if (!names.length) return;
  const headers = { "X-CSRF-Token": token(), "X-Autosave": 1, ...(tries && { "X-Background": 1 }) };
  const request = { method: "POST", body: body(names), headers, keepalive: true };
  names.forEach((name) => { changed.delete(name); flying.add(name); });
  const answer = await fetch(form.dataset.autosave, request).catch(() => ({}));
  const told = answer.ok && await answer.json().catch(() => null);
  names.forEach((name) => flying.delete(name));
  if (told) saved(told);
  else await failed(names, answer.status);
};

const put = ([name, value]) => controls(name).forEach((control) => {
  if (/checkbox|radio/.test(control.type)) control.checked = control.value === value;
  else control.value = value;
});

const saved = ({ at, v, also = {}, clash = {}, refused = {}, redraw: isOther }) => {
  tries = 0;
  banner();
  Object.entries(also).forEach(put);
  Object.entries(clash).forEach(tell);
  Object.entries(v).forEach(([name, version]) => {
    controls(name).forEach((control) => { control.dataset.version = version; });
    if (shown && !clash[name]) shown.value += ` ${name}:${version}`;
    sent.set(name, sent.get(name)?.slice(-1));
  });
  line.textContent = clashes.size ? "Not all saved: somebody else changed a field too" : Object.values(refused)[0] ?? (changed.size ? SAVING : `Saved ${at}`);
  htmx.trigger(form, "portal:saved");
  if (isOther) redraw();
  if (changed.size) plan(800);
};

const failed = async (names, status = 0) => {
  names.forEach(change);
  const left = [400, 401, 403].includes(status) ? await askSession().catch(() => 0) : 1, isBack = left && isOver;
  isOver = !left;
  if (isBack) return plan(0);
  if (left && status > 401 && status < 429) return banner("Not saved: this can't be changed now. Load the page again.");
  banner(`Not saved – ${left ? "trying again" : "your session has ended"}. What you typed is kept here.`, left ? "" : "Sign in again");
  tries += 1;
  line.textContent = "Not saved";
  return plan(Math.min(1000 * 2 ** tries, 60000) * (0.7 + Math.random()));
};

/** A form is sent when all is saved. */
const submit = async (event) => {
  if (event.submitter?.value === "save" && !byId("pasted")?.value) {
    event.preventDefault();
    if (isUnsaved()) save(); else announce(line.textContent);
    return;
  }
  if (isLeaving || !isUnsaved() || event.defaultPrevented) { isLeaving = !event.defaultPrevented; return; }
  event.preventDefault();
  const { submitter } = event;
  tries = 0;
  for (let i = 0; i < 30 && isUnsaved() && !tries && !clashes.size; i += 1) {
    save();
    await htmx.timeout(100);
  }
  if (isUnsaved()) announce("Not sent: not all is saved");
  else form.requestSubmit(submitter);
};

// Two in one field.
const words = (name, value) => {
  const [first] = controls(name), choices = first.options ?? (/checkbox|radio/.test(first.type) ? controls(name) : []);
  const chosen = [...choices].find((choice) => choice.value === value);
  return chosen ? chosen.text ?? chosen.labels[0].textContent.trim() : value || "nothing";
};
const tell = ([name, { value, who, when }]) => {
  const mine = valueOf(name);
  change(name);
  if (mine === value || sent.get(name).includes(value)) return;  // this page itself
  const box = copyOf("clash", { who, when, mine: words(name, mine), theirs: words(name, value) });
  clashes.get(name)?.remove();
  clashes.set(name, box);
  controls(name)[0].closest(".f").append(box);
  announce(box.firstElementChild.textContent);
  box.onclick = ({ target: { dataset } }) => {
    if (!dataset.keep) return;
    if (dataset.keep === "theirs") put([name, value]);
    clashes.delete(name);
    box.remove();
    controls(name)[0].focus();
    plan(0);
  };
};

if (form) {
  if (byId("problems")) history.replaceState(0, "", "?checked=1");  // Back posts nothing
  form.oninput = ({ target: { name, dataset } }) => {
    if (!dataset.version) return;
    change(name);
    if (!tries && !clashes.has(name)) line.textContent = SAVING;
    plan(800);
  };
  form.onchange = ({ target }) => { if (changed.has(target.name)) plan(0); };
  form.onsubmit = submit;
  on("htmx:config:request", ({ detail: { ctx: { request, sourceElement: { dataset, value } } } }) => {
    if ("alone" in dataset) request.body = new URLSearchParams({ q: value });
    else if (request.form) body(changed);  // all of it goes along
  });
  let typed = [];
  on("htmx:before:swap", () => { typed = [...changed].map((name) => [name, valueOf(name)]); });
  on("htmx:after:swap", () => typed.filter(([name, value]) => value !== sent.get(name)?.at(-1)).forEach(put));
  addEventListener("pagehide", () => save(true));
  addEventListener("online", () => save());
  on("visibilitychange", () => save(document.hidden));
  addEventListener("beforeunload", (event) => { if ((isUnsaved() && !isLeaving) || uploads) event.preventDefault(); });
}

// Upload, one by one.
const TOO_LARGE = "This file is too large: split it or scan it smaller.";
let uploads = 0, last = Promise.resolve();

const show = ({ row }, state, isOver, mayTryAgain) => {
  Object.assign(row.querySelector("[data-state]"), { textContent: state, className: isOver ? "bad" : "todo" });
  row.querySelector("progress").hidden = isOver;
  row.querySelector(".acts").hidden = !isOver;
  row.querySelector("[data-again]").hidden = !mayTryAgain;
};
const refuse = (job, sentence, mayTryAgain = false) => {
  show(job, sentence, true, mayTryAgain);
  announce(`${job.file.name}: ${sentence}`);
};

const answered = async (job, { status, responseText }) => {
  if (status === 200) {
    job.row.remove();
    if (isBusy()) redraw();
    else await htmx.swap({ target: `#${job.list}`, text: responseText, swap: "outerMorph" });
    announce(`${job.file.name} is attached`);
    if (form) htmx.trigger(form, "portal:saved");
  } else if (status === 400) refuse(job, "Sign in again elsewhere, then try again.", true);
  else if (status === 422 && responseText[0] !== "<") refuse(job, responseText);
  else refuse(job, status === 413 ? TOO_LARGE : "The file could not be attached.", status !== 413);
};

const send = (job) => new Promise((resolve) => {
  const request = new XMLHttpRequest(), data = new FormData(), { name, address, file, row } = job;
  data.append(name, file);
  request.upload.onprogress = ({ loaded, total }) => {
    row.querySelector("progress").value = loaded / total;
    show(job, loaded < total ? `Uploading ${Math.round((100 * loaded) / total)} %` : "Checking", false);
  };
  request.onload = () => answered(job, request).then(resolve);
  request.onerror = () => resolve(refuse(job, "No connection.", true));
  request.open("POST", address);
  request.setRequestHeader("X-CSRF-Token", token());
  request.setRequestHeader("X-Upload", "1");
  request.send(data);
});

const upload = async (job) => {
  show(job, "Waiting", false);
  uploads += 1;
  await (last = last.then(() => send(job)));
  uploads -= 1;
};

on("change", async ({ target: input }) => {
  const { upload: address, list, most } = input.dataset;
  if (!address) return;
  while (!byId("upload-row")) await htmx.timeout(100);
  [...input.files].forEach((file) => {
    const row = copyOf("upload-row", { name: file.name }), job = { address, list, name: input.name, file, row };
    byId(list).nextElementSibling.append(row);
    row.querySelector("[data-dismiss]").onclick = () => row.remove();
    row.querySelector("[data-again]").onclick = () => askSession().finally(() => upload(job));
    if (!file.size) refuse(job, "This file is empty.");
    else if (file.size > most) refuse(job, TOO_LARGE);
    else upload(job);
  });
  input.value = "";
});
