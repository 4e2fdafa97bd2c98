// What htmx and the frontend's components need from us. Without this file every page still works:
// links lead to whole pages, and forms are sent.
"use strict";

const frontend = document.querySelector('meta[name="govuk-frontend"]');
if (frontend && "noModule" in HTMLScriptElement.prototype) {
  import(frontend.content).then(({ initAll }) => initAll());
}

// A link with data-unfold becomes a button that shows and hides the region of that id.
function prepareUnfolding(root) {
  for (const link of root.querySelectorAll("[data-unfold]:not([role])")) {
    link.setAttribute("role", "button");
    link.setAttribute("aria-controls", link.dataset.unfold);
    link.setAttribute("aria-expanded", "false");
  }
}

function unfold(link, open) {
  document.getElementById(link.dataset.unfold).hidden = !open;
  link.setAttribute("aria-expanded", String(open));
  link.querySelector("[data-unfold-text]").textContent = open ? "Hide reasons" : "Reasons";
}

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("[data-unfold]");
  if (link && event.key === " ") {
    event.preventDefault();
    link.click();
  }
});

// Reasons that were fetched before are shown again without asking again.
document.addEventListener("htmx:config:request", (event) => {
  const link = event.detail.ctx.sourceElement;
  if (!link.matches("[data-unfold]")) return;
  if (document.getElementById(link.dataset.unfold).childElementCount === 0) return;
  event.preventDefault();
  unfold(link, link.getAttribute("aria-expanded") === "false");
});

// An error is a page of its own, never a part of one.
document.addEventListener("htmx:before:response", (event) => {
  const { response, request } = event.detail.ctx;
  if (response.status < 400) return;
  event.preventDefault();
  window.location.assign(request.action);
});

document.addEventListener("htmx:after:swap", (event) => {
  const { sourceElement, target } = event.detail.ctx;
  if (sourceElement.matches("[data-unfold]")) {
    unfold(sourceElement, true);
    return;
  }
  prepareUnfolding(document);
  if (target?.id === "results") document.getElementById("results-heading")?.focus();
});

prepareUnfolding(document);

// Five minutes before an idle session ends, say so, and let it go on. Without this file the next
// click leads to the sign-in page, and from there back.
const WARNING_MINUTES = 5;
const warning = document.querySelector("[data-idle-minutes]");
let warningTimer;

function startIdleClock() {
  clearTimeout(warningTimer);
  const wait = (Number(warning.dataset.idleMinutes) - WARNING_MINUTES) * 60000;
  warningTimer = setTimeout(() => {
    warning.hidden = false;
    warning.focus();
  }, Math.max(wait, 0));
}

if (warning) {
  startIdleClock();
  document.addEventListener("htmx:after:swap", startIdleClock);
  warning.querySelector("[data-stay]").addEventListener("click", async () => {
    const answer = await fetch("/account/extend", { method: "POST", redirect: "manual" });
    if (!answer.ok) {
      window.location.reload();
      return;
    }
    warning.hidden = true;
    startIdleClock();
  });
}
