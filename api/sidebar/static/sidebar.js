// The sidebar: learns from the helpdesk's page which conversation is open, shows its draft, and puts text into the reply box.
(() => {
  "use strict";
  const root = document.getElementById("sidebar");
  const part = document.getElementById("part");
  const notice = document.getElementById("notice");
  const retry = document.getElementById("retry");
  const { base, vendor, host, lang } = root.dataset;
  const newer = document.getElementById("newer");
  const HEARTBEAT = 20000, LOOK = 30000, ANSWER = 5000, REST = 700;
  let conversation = null, loaded = "", zaf = null, waiting = 0, beat = 0, rest = 0, asked = 0;

  const say = (name) => { notice.textContent = name ? root.getAttribute("data-say-" + name) : ""; };
  const body = (values) => {
    const form = new URLSearchParams();
    for (const [name, value] of values) form.append(name, value);
    return form;
  };

  async function send(path, values) {
    const response = await fetch(`${base}/${path}?lang=${lang}`, {
      method: "POST", body: body(values), credentials: "same-origin", headers: { Accept: "text/html" },
    });
    if (response.status === 401) { location.replace(`${base}?lang=${lang}`); throw new Error("signed-out"); }
    if (!response.ok) throw new Error(response.status === 403 ? "forbidden" : [429, 503].includes(response.status) ? "busy" : "failed");
    return response.status === 204 ? "" : response.text();
  }

  const failed = (error) => say(["signed-out", "forbidden", "busy"].includes(error.message) ? error.message : "failed");

  function show(html) {  // the server escapes whatever a customer wrote
    part.innerHTML = html;
    stopEditing();
  }

  async function load() {
    const turn = ++asked;
    try {
      const html = await send("draft", [["conversation", conversation]]);
      if (turn === asked) { show(html); say(""); loaded = shownId(part); newer.hidden = true; }
    } catch (error) { if (turn === asked) { failed(error); retry.hidden = false; } }
  }

  const shownId = (place) => { const found = place.querySelector("[data-draft]"); return found ? found.dataset.draft : ""; };

  async function look() {  // a customer may write again while the draft is being read
    if (document.hidden || !conversation || !newer.hidden) return;
    const turn = asked, page = document.createElement("template");
    try { page.innerHTML = await send("draft", [["conversation", conversation]]); } catch { return; }
    const found = shownId(page.content);
    if (turn !== asked || !found || found === loaded) return;
    if (loaded) newer.hidden = false; else load();
  }

  function opened(id) {
    clearTimeout(waiting);
    retry.hidden = true;
    const named = String(id);
    if (!named || named.length > 200 || named === conversation) return;
    conversation = named;
    part.replaceChildren();
    load();
  }

  function ask() {
    retry.hidden = true;
    waiting = setTimeout(() => { say("no-context"); retry.hidden = false; }, ANSWER);
    if (vendor === "zendesk") askZendesk(); else if (vendor === "chatwoot") window.parent.postMessage("chatwoot-dashboard-app:fetch-info", host);
  }

  function askZendesk() {
    if (!zaf && window.ZAFClient) zaf = window.ZAFClient.init();
    if (!zaf) return;  // not in Zendesk
    zaf.invoke("resize", { width: "100%", height: "600px" }).catch(() => {});
    zaf.get("ticket.id").then((found) => opened(found["ticket.id"])).catch(() => {});
  }

  window.addEventListener("message", (event) => {
    if (vendor !== "chatwoot" || event.source !== window.parent || event.origin !== host || typeof event.data !== "string") return;
    let told;
    try { told = JSON.parse(event.data); } catch { return; }
    const id = told && told.event === "appContext" && told.data && told.data.conversation && told.data.conversation.id;
    if (typeof id === "number" || typeof id === "string") opened(id);
  });

  async function take(text) {
    if (zaf) { await zaf.invoke("comment.appendText", text); say("inserted"); return; }
    if (copied(text)) { say("copied"); return; }
    // A frame may use the clipboard's own interface only where its host allows it.
    try { await navigator.clipboard.writeText(text); say("copied"); } catch { selectShown(); say("copy-by-hand"); }
  }

  function copied(text) {
    const field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("readonly", "");
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }

  function selectShown() {
    const field = part.querySelector("#edit[open] #final-text"), shown = part.querySelector("#draft-text");
    if (field) field.select(); else if (shown) window.getSelection().selectAllChildren(shown);
  }

  const textOf = (selector) => { const found = part.querySelector(selector); return found ? (found.value ?? found.textContent) : ""; };

  part.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target, values = [...new FormData(form, event.submitter)];
    const text = form.dataset.take ? textOf(form.dataset.take) : "";
    event.submitter.disabled = true;
    try {
      const taken = text ? take(text) : null;  // while the click still counts as one
      const html = await send(form.dataset.part, values);
      await taken;
      show(html);
      if (!text) say("");
      part.focus();
    } catch (error) { failed(error); }
    event.submitter.disabled = false;
  });

  part.addEventListener("click", (event) => {
    const button = event.target.closest("button[type=button]");
    if (!button) return;
    if (button.dataset.take) take(textOf(button.dataset.take)).catch(failed);
    if (button.dataset.fill) fill(button);
    if (button.id === "check-composer") checkComposer().catch(failed);
  });

  function fill(button) {
    const field = part.querySelector("#final-text"), repaired = button.parentElement.querySelector(".prose");
    part.querySelector("#edit").open = true;
    field.value = repaired.textContent;
    field.focus();
  }

  async function check(text, target) {
    const id = part.querySelector("[data-draft]").dataset.draft;
    const html = await send(`drafts/${id}/check`, [["text", text]]);
    const place = part.querySelector(target);
    if (place) place.innerHTML = html;
  }

  async function checkComposer() {
    const found = await zaf.get("comment.text");
    const text = found["comment.text"] || "";
    if (text.trim()) { await check(text, "#composer-checked"); say(""); } else say("composer-empty");
  }

  part.addEventListener("input", (event) => {
    if (event.target.id !== "final-text") return;
    clearTimeout(rest);
    const text = event.target.value;
    rest = setTimeout(() => { if (text.trim()) check(text, "#checked").catch(failed); }, REST);
  });

  const stopEditing = () => { clearInterval(beat); beat = 0; };
  const editing = () => send("editing", [["conversation", conversation]]).catch(failed);
  part.addEventListener("toggle", (event) => {
    if (event.target.id !== "edit") return;
    stopEditing();
    if (event.target.open) { editing(); beat = setInterval(editing, HEARTBEAT); }
  }, true);

  setInterval(look, LOOK);
  document.addEventListener("visibilitychange", look);
  newer.addEventListener("click", load);
  retry.addEventListener("click", () => { say("no-context"); if (conversation) load(); else ask(); });
  ask();
})();
