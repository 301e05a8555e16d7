/* What the pages do beyond links and forms. Everything here is a comfort: pages work without it.
   data-go="p"            a link reached by g then p
   data-search            the field that / goes to
   data-open="id"         a button that opens a <dialog> (shown only when this file runs)
   data-menu              a <details> that closes by Esc or by a click elsewhere
   data-announce="words"  said to screen readers when htmx brings it in
   data-copy="text"       a button that copies; data-copied="words" is said then; without text: the page's address
   data-theme-form        a form with radio or select `theme`: the look changes at once
   data-submit            a field whose change sends its form
   data-drop              a label or box around one <input type="file">: files may be dropped on it
   data-pending           a part that will ask for itself again: it stays busy
   data-retry             asks again for the part of the page that failed */
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const root = document.documentElement;

  const say = (words) => {
    const live = one("#live");
    if (!live || !words) return;
    live.textContent = "";
    setTimeout(() => { live.textContent = words; }, 60);
  };

  const writing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
  const openDialog = (id) => {
    const dialog = document.getElementById(id);
    if (dialog?.showModal && !dialog.open) dialog.showModal();
  };

  /* Keyboard */
  let afterG = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = all("details[data-menu][open]").pop();
      if (menu) { menu.open = false; one("summary", menu).focus(); }
      else if (event.target.matches?.("[data-search]")) event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (writing(event.target) || one("dialog[open]")) return;
    if (event.key === "/") {
      const field = one("[data-search]");
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    } else if (event.key === "?") {
      event.preventDefault();
      openDialog("shortcuts");
    } else if (event.key === "g") {
      afterG = Date.now();
      return;
    } else if (Date.now() - afterG < 1500) {
      const link = all("[data-go]").find((place) => place.dataset.go === event.key.toLowerCase());
      if (link) { event.preventDefault(); link.click(); }
    }
    afterG = 0;
  });

  /* Clicks */
  const copy = async (button) => {
    const text = button.dataset.copy || location.href;
    try { await navigator.clipboard.writeText(text); }
    catch {
      const box = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
      button.after(box); box.select(); document.execCommand("copy"); box.remove(); button.focus();
    }
    say(button.dataset.copied);
    button.classList.add("is-done");
    setTimeout(() => button.classList.remove("is-done"), 2000);
  };
  document.addEventListener("click", (event) => {
    for (const menu of all("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
    const button = event.target.closest?.("[data-open], [data-copy], [data-retry]");
    if (!button) return;
    if (button.dataset.open) { button.closest("[data-menu]")?.removeAttribute("open"); openDialog(button.dataset.open); }
    if ("copy" in button.dataset) copy(button);
    if ("retry" in button.dataset) {
      const part = button.closest("[hx-get]");
      if (part && window.htmx && !button.getAttribute("href")) {
        event.preventDefault();
        htmx.ajax("GET", part.getAttribute("hx-get"), { source: part, target: htmx.find(part.getAttribute("hx-target") || "") || part, swap: part.getAttribute("hx-swap") || "innerHTML" });
      }
    }
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-theme-form]") && event.target.name === "theme") root.dataset.bsTheme = event.target.value;
    if (form?.matches("[data-theme-form]") && event.target.name === "palette") root.dataset.palette = event.target.value;
    if (event.target.matches("[data-submit]")) form?.requestSubmit();
  });

  /* Files dropped on a box go into its input */
  const box = (event) => event.target.closest?.("[data-drop]");
  for (const name of ["dragenter", "dragover"]) document.addEventListener(name, (event) => {
    if (box(event)) { event.preventDefault(); box(event).classList.add("is-over"); }
  });
  document.addEventListener("dragleave", (event) => {
    const here = box(event);
    if (here && !here.contains(event.relatedTarget)) here.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    const here = box(event);
    if (!here) return;
    event.preventDefault();
    here.classList.remove("is-over");
    const input = one("input[type=file]", here);
    if (!event.dataTransfer.files.length || input.disabled) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });

  /* The words of a mark (aria-label) are shown on hover and on focus */
  let bubble;
  const hush = () => { bubble?.remove(); bubble = undefined; };
  const tell = (event) => {
    const mark = event.target.closest?.("svg [aria-label], svg.mark[aria-label]");
    hush();
    if (!mark || !("popover" in HTMLElement.prototype)) return;
    bubble = Object.assign(document.createElement("div"), { className: "bubble", textContent: mark.getAttribute("aria-label"), popover: "manual" });
    bubble.setAttribute("aria-hidden", "true");
    document.body.append(bubble);
    bubble.showPopover();
    const at = mark.getBoundingClientRect(), size = bubble.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left + at.width / 2 - size.width / 2), innerWidth - size.width - 8);
    const top = at.top - size.height - 8 < 8 ? at.bottom + 8 : at.top - size.height - 8;
    bubble.style.left = `${left}px`;
    bubble.style.top = `${top}px`;
  };
  document.addEventListener("mouseover", tell);
  document.addEventListener("focusin", tell);
  document.addEventListener("scroll", hush, true);

  /* htmx: focus stays where it was, news is said, a failure is a card */
  let focused;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    focused = document.activeElement?.id && target.contains(document.activeElement) ? document.activeElement.id : undefined;
    const whole = /^\s*<!doctype/i.test(xhr.responseText);
    if (whole && xhr.status >= 400) { event.detail.shouldSwap = false; fail(target); }
    else if (whole && target !== document.body) { event.detail.shouldSwap = false; location.reload(); }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.elt;
    if (!target.matches?.("[data-pending]")) target.removeAttribute?.("aria-busy");
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus({ preventScroll: true });
    focused = undefined;
    const news = target.matches?.("[data-announce]") ? target : one("[data-announce]", target);
    say(news?.dataset.announce);
    ready(target);
  });
  const fail = (target) => {
    const card = one("#problem")?.content.cloneNode(true);
    if (!card || !target) return;
    target.replaceChildren(card);
    target.removeAttribute("aria-busy");
  };
  for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, (event) => fail(event.detail.target));

  /* A fold is open on a wide screen: by style, or here where the content of a <details> takes none */
  const unfold = (from) => {
    if (CSS.supports("selector(::details-content)") || !matchMedia("(min-width: 576px)").matches) return;
    all("details.fold", from).forEach((fold) => { fold.open = true; });
  };

  const ready = (from) => {
    unfold(from);
    all("[data-open][hidden], [data-copy][hidden], [data-needs-script][hidden]", from).forEach((button) => { button.hidden = false; });
  };
  ready(document);
})();
