// The npm package in a real browser, under the portal's security headers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { reportText, verify } from "call-stream-verify";

const { CHROMIUM, SITE } = process.env;
assert.ok(CHROMIUM && SITE, "CHROMIUM and SITE are set by `cargo xtask test browser`");
const text = '{"type":"manifest"}\nno bundle\n';

let browser;
let page;
const complaints = [];

before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"] });
  page = await browser.newPage();
  page.on("console", (message) => complaints.push(`${message.location().url}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  // A module is a page like any other, and this one starts nothing by itself.
  await page.goto(new URL("pkg/browser.js", SITE).href);
});

after(() => browser?.close());

test("everything but verify wants init first", async () => {
  const codes = await page.evaluate(async () => {
    const { canonicalizeCall, init } = await import("/pkg/browser.js");
    const refusals = [];
    for (let time = 0; time < 2; time++) {
      try {
        canonicalizeCall("[]");
      } catch (error) {
        refusals.push(error.code);
      }
      await init();
    }
    return refusals;
  });
  assert.deepEqual(codes, ["not-loaded", "bad-call"]);
});

test("a report has the same bytes as in Node", async () => {
  const inBrowser = await page.evaluate(async (input) => {
    const { reportText, verify } = await import("/pkg/browser.js");
    const inputs = [input, new TextEncoder().encode(input), new Blob([input]), new Response(input), new Blob([input]).stream()];
    return Promise.all(inputs.map(async (each) => reportText(await verify(each))));
  }, text);
  const inNode = reportText(await verify(text));
  assert.deepEqual(inBrowser, Array(5).fill(inNode));
});

test("the headers forbid what the portal does not need", async () => {
  const blocked = await page.evaluate(async () => {
    const seen = new Set();
    const all = new Promise((resolve) => {
      document.addEventListener("securitypolicyviolation", (event) => {
        if (seen.add(event.effectiveDirective).size === 3) resolve();
      });
    });
    const script = Object.assign(document.createElement("script"), { textContent: "window.ran = true" });
    document.documentElement.append(script);
    new Image().src = "https://example.com/image.png";
    await fetch("https://example.com/").catch(() => {});
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 10_000))]);
    return { ran: window.ran === true, seen: [...seen].sort() };
  });
  assert.deepEqual(blocked, { ran: false, seen: ["connect-src", "img-src", "script-src-elem"] });
});

test("loading says nothing on the console but what was blocked on purpose", () => {
  assert.deepEqual(complaints.filter((line) => !/Content Security Policy|favicon/.test(line)), []);
});
