// verify.html: the page as one file, opened from a disk.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { launch as launchWith } from "../packaging/support/browsers.mjs";
import { fetched, launch } from "./looking.mjs";

const MOST_BYTES = 500_000;
const WAIT_MS = 30_000;
const SAMPLES = new URL("../../www/public/samples/", import.meta.url);
const FILES = { honest: "not_proven", tampered: "mismatch" };

let folder;
let address;
let size;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "single file ü-"));
  const bytes = await fetched("verify.html");
  size = bytes.length;
  await writeFile(join(folder, "verify.html"), bytes);
  address = pathToFileURL(join(folder, "verify.html")).href;
});
after(() => rm(folder, { recursive: true, force: true }));

const sample = (name) => fileURLToPath(new URL(`${name}.ndjson`, SAMPLES));
const isRequest = (url) => !/^(?:blob|data):/.test(url) && url !== address;

test(`it has no more than ${MOST_BYTES} bytes and loads nothing`, async () => {
  console.log(`verify.html: ${size} bytes`);
  assert.ok(size <= MOST_BYTES, `${size} bytes`);
  const text = (await fetched("verify.html")).toString();
  assert.doesNotMatch(text.replace(/<script[^]*?<\/script>|<style[^]*?<\/style>/g, ""), /(?:src|href)="(?!data:)/);
});

test("in Chromium it verifies files from a disk, and requests nothing", async () => {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const complaints = [];
    const requests = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(address);
    for (const [name, verdict] of Object.entries(FILES)) {
      await page.setInputFiles("#file", sample(name));
      await page.locator(`#answer[data-verdict="${verdict}"]`).waitFor({ timeout: WAIT_MS });
      await page.locator("inside-view .grid-row[data-index] .event").first().waitFor({ state: "attached", timeout: WAIT_MS });
    }
    assert.equal(await page.getAttribute("[data-requests]", "data-requests"), "0");
    assert.deepEqual([requests.filter(isRequest), complaints], [[], []]);
  } finally {
    await browser.close();
  }
});

/** Each tries to send something out, by a way of its own. */
const WAYS = {
  fetch: () => fetch("https://example.com/").catch(() => {}),
  XMLHttpRequest: () => {
    const request = new XMLHttpRequest();
    request.open("POST", "https://example.com/");
    request.onerror = () => {};
    request.send("x");
  },
  WebSocket: () => {
    try {
      new WebSocket("wss://example.com/");
    } catch {
      // Some browsers throw instead.
    }
  },
  image: () => {
    new Image().src = "https://example.com/x.png";
  },
  beacon: () => navigator.sendBeacon("https://example.com/", "x"),
  EventSource: () => {
    new EventSource("https://example.com/").onerror = () => {};
  },
};

for (const kind of ["Chromium", "Firefox"]) {
  test(`in ${kind} what tries to send something out is blocked and counted`, async () => {
    const browser = await launchWith[kind]();
    try {
      const page = await browser.newPage();
      const requests = [];
      page.on("request", (request) => requests.push(request.url()));
      await page.goto(address);
      await until(page, () => document.querySelector("#file") !== null);
      const ways = Object.entries(WAYS);
      for (const [index, [name, way]] of ways.entries()) {
        await page.evaluate(way);
        await until(page, (count) => Number(document.querySelector("[data-blocked]")?.dataset.blocked ?? 0) >= count, index + 1).catch(() => assert.fail(`${name} was not counted`));
      }
      assert.equal(await page.evaluate(() => document.querySelector("[data-blocked]").dataset.blocked), String(ways.length));
      assert.deepEqual(requests.filter((url) => isRequest(url) && !/^https:\/\/example\.com\//.test(url)), []);
    } finally {
      await browser.close();
    }
  });
}

test("what another file on the disk left in the browser is not trusted, and nothing is offered to be kept", async () => {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const other = join(folder, "other.html");
    await writeFile(other, "<!doctype html><title>other</title>");
    await page.goto(pathToFileURL(other).href);
    await page.evaluate(() => localStorage.setItem("call-stream-verify/trust", JSON.stringify({ policy: "", expect: `204:${"ab".repeat(32)}` })));
    await page.goto(address);
    await page.locator("#no-trust").waitFor();
    assert.equal(await page.inputValue("#expect"), "");
    await page.fill("#expect", `204:${"cd".repeat(32)}`);
    await page.locator("#trust-link").waitFor();
    assert.equal(await page.locator("#remember").count(), 0);
  } finally {
    await browser.close();
  }
});

test("what a worker requests is counted like what the page does", async () => {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(address);
    await page.setInputFiles("#file", sample("honest"));
    await page.locator("#answer[data-verdict]").waitFor({ timeout: WAIT_MS });
    await page.workers()[0].evaluate(() => fetch("https://example.com/").catch(() => {}));
    await page.locator("[data-blocked='1']").waitFor();
  } finally {
    await browser.close();
  }
});

test("in Firefox it verifies files from a disk, and requests nothing", async () => {
  const browser = await launchWith.Firefox();
  try {
    const page = await browser.newPage();
    const complaints = [];
    const requests = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(address);
    await until(page, () => document.querySelector("#file") !== null);
    for (const [name, verdict] of Object.entries(FILES)) {
      const field = await page.$("#file");
      await field.uploadFile(sample(name));
      await until(page, (verdict) => document.querySelector(`#answer[data-verdict="${verdict}"]`) !== null, verdict);
      await until(page, () => document.querySelector("inside-view .grid-row[data-index] .event") !== null);
    }
    assert.equal(await page.evaluate(() => document.querySelector("[data-requests]").dataset.requests), "0");
    assert.deepEqual([requests.filter(isRequest), complaints], [[], []]);
  } finally {
    await browser.close();
  }
});

async function until(page, holds, ...given) {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(50)) if (await page.evaluate(holds, ...given)) return;
  throw new Error(`waited in vain: ${holds}`);
}
