// Opens the pages of a site as people do: wide and narrow, light and dark. Prints JSON: what they
// fetched from elsewhere, what axe-core and the browser complain of, what does not fit a narrow
// screen, and how the table filters and sorts.
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import puppeteer from "puppeteer-core";

// Pages after "--" are opened, but axe-core, which takes seconds for each, has none of them.
const [chromium, site, ...words] = process.argv.slice(2);
const pages = words.filter((word) => word !== "--");
const accessible = words.slice(0, words.indexOf("--"));
const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const types = { ".html": "text/html; charset=utf-8", ".atom": "application/atom+xml" };
const wanted = ["cve-2026-1060", "1.2.1", "LAMP 603", "nothing has this"];

const server = http.createServer((request, response) => {
  const file = path.join(site, decodeURIComponent(new URL(request.url, "http://x").pathname));
  try {
    if (!statSync(file).isFile()) throw new Error("no file");
    response.setHeader("Content-Type", types[path.extname(file)] ?? "text/plain; charset=utf-8");
    createReadStream(file).pipe(response);
  } catch {
    response.writeHead(404).end();
  }
});

/* Below those that the system gives to whoever asks for any. */
async function listen() {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = 20000 + Math.floor(Math.random() * 12000);
    const done = await new Promise((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (done) return `http://127.0.0.1:${port}/`;
  }
  throw new Error("no port is free");
}

const found = { requests: [], violations: [], overflows: [], complaints: [], table: {} };

async function open(browser, base, page, { width, scheme = "light" }) {
  const tab = await browser.newPage();
  tab.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith("data:")) found.requests.push(url);
  });
  tab.on("console", (message) => found.complaints.push(`${page}: ${message.text()}`));
  tab.on("pageerror", (error) => found.complaints.push(`${page}: ${error.message}`));
  await tab.setViewport({ width, height: 900 });
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await tab.goto(base + page, { waitUntil: "load" });
  return tab;
}

async function examine(tab, page, how) {
  const wide = await tab.evaluate(() => {
    const all = document.documentElement;
    return all.scrollWidth - all.clientWidth;
  });
  if (wide > 0) found.overflows.push(`${page} at ${how.width}: ${wide} pixels`);
  if (!accessible.includes(page)) return;
  await tab.evaluate(axe);
  const result = await tab.evaluate(() => window.axe.run());
  for (const { id, nodes } of result.violations)
    found.violations.push(`${page} ${JSON.stringify(how)}: ${id}: ${nodes[0].html}`);
}

const names = (tab) =>
  tab.$$eval("#all tbody tr", (rows) =>
    rows.filter((row) => row.offsetParent !== null).map((row) => row.cells[0].textContent.trim()));

async function try_table(tab) {
  const table = found.table;
  const said = () => tab.$eval("#shown", (output) => output.textContent);
  table.count = await said();
  table.first = (await names(tab))[0];
  table.filtered = {};
  for (const words of wanted) {
    await tab.$eval("#filter", (input) => { input.value = ""; });
    await tab.type("#filter", words);
    table.filtered[words] = await names(tab);
    table.said = table.filtered[words].length === 1 ? await said() : table.said;
  }
  await tab.$eval("#filter", (input) => { input.value = ""; input.dispatchEvent(new Event("input")); });
  table.sorted = {};
  for (const button of await tab.$$("#all thead button")) {
    const title = await button.evaluate((element) => element.textContent);
    await button.click();
    table.sorted[title] = await names(tab);
  }
}

const base = await listen();
const profile = mkdtempSync(path.join(os.tmpdir(), "pages-"));
const browser = await puppeteer.launch({
  executablePath: chromium,
  userDataDir: profile,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update"],
});
try {
  for (const page of pages)
    for (const how of [{ width: 1280 }, { width: 360, scheme: "dark" }]) {
      const tab = await open(browser, base, page, how);
      await examine(tab, page, how);
      if (page === "index.html" && how.width === 1280) await try_table(tab);
      await tab.close();
    }
} finally {
  await browser.close();
  server.close();
  rmSync(profile, { recursive: true, force: true });
}
console.log(JSON.stringify(found, null, 2));
