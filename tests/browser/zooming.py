"""Windows in which everything is larger, and what a page loses at its edges in them."""

from __future__ import annotations

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LARGER = (({"width": 640, "height": 450}, 2, ""), ({"width": 320, "height": 225}, 4, ""), (DESKTOP, 1, "200%"))
"""A window at 200 % and at 400 % has fewer and larger pixels; then the text alone is twice as large."""
LOST = """() => {
  const page = document.scrollingElement, found = [];
  if (page.scrollWidth > page.clientWidth) found.push(`the page by ${page.scrollWidth - page.clientWidth} px`);
  const told = each => `${each.tagName.toLowerCase()}.${each.className} "${each.textContent.trim().slice(0, 40)}"`;
  const scrolls = each => ["auto", "scroll"].includes(getComputedStyle(each).overflowX);
  const unseen = new Set([...document.body.querySelectorAll("*")].filter(
    each => getComputedStyle(each).clipPath !== "none" || each.matches(".skip, svg, option")));
  const hidden = each => {
    for (let one = each; one; one = one.parentElement) if (unseen.has(one)) return true;
    return !each.getClientRects().length;
  };
  for (const each of document.body.querySelectorAll("*")) {
    if (hidden(each)) continue;
    const style = getComputedStyle(each), box = each.getBoundingClientRect();
    let inside = each.parentElement;
    while (inside && !scrolls(inside)) inside = inside.parentElement;
    if (!inside && Math.floor(box.right) > page.clientWidth) found.push(`beyond the edge: ${told(each)}`);
    const typed = ["INPUT", "SELECT", "BUTTON", "TEXTAREA"].includes(each.tagName);
    const lines = ["block", "inline-block", "flex", "grid", "list-item"].includes(style.display)
      && [...each.childNodes].some(one => one.nodeType === 3 && one.data.trim());
    if (lines && !typed && !scrolls(each) && each.scrollHeight > each.clientHeight + 4)
      found.push(`higher than its box: ${told(each)}`);
    if (style.overflow !== "visible" && !scrolls(each) && !typed
        && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1))
      found.push(`cut off: ${told(each)}`);
    if (typed && !["checkbox", "radio"].includes(each.type) && box.height + 1 < parseFloat(style.fontSize))
      found.push(`lower than its text: ${told(each)}`);
    if (each.tagName === "TABLE" && each.scrollWidth > each.clientWidth && each.tabIndex !== 0)
      found.push(`scrolls and is not reached by keyboard: ${told(each)}`);
  }
  return found;
}"""
"""What a page loses at its edges: tables may scroll by themselves, and nothing else."""
