"use strict";
(function () {
  const table = document.getElementById("all");
  const body = table.tBodies[0];
  const heads = Array.from(table.tHead.rows[0].cells);
  const filter = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const rows = Array.from(body.rows);
  const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

  function key(row, column) {
    const cell = row.cells[column];
    return cell.dataset.sort !== undefined ? cell.dataset.sort : cell.textContent.trim();
  }

  /* Cells with nothing in them stay at the end, whichever way it goes. */
  function sort(column, down) {
    rows.sort((a, b) => {
      const left = key(a, column), right = key(b, column);
      if ((left === "") !== (right === "")) return left === "" ? 1 : -1;
      return (down ? -1 : 1) * order.compare(left, right) || order.compare(key(b, 0), key(a, 0));
    });
    body.append(...rows);
    heads.forEach((head, at) => {
      if (at === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  }

  function apply() {
    const asked = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row) => {
      row.hidden = !asked.every((word) => words.get(row).includes(word));
      if (!row.hidden) count += 1;
    });
    shown.textContent = count === rows.length ? count + " advisories" : count + " of " + rows.length;
  }

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      sort(column, now === null ? column < 4 : now === "ascending");
    });
  });
  table.classList.add("sorts");
  filter.addEventListener("input", apply);
  window.addEventListener("pageshow", apply);
  document.getElementById("tools").hidden = false;
  apply();
})();
