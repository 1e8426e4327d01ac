// The page without a network, once it was visited.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fetched, launch, SITE } from "./looking.mjs";

const WAIT_MS = 20_000;

let browser;
let context;
let page;

before(async () => {
  browser = await launch();
  context = await browser.newContext();
  page = await context.newPage();
  await page.goto(SITE);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller === null) await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  });
});
after(() => browser?.close());

test("the browser keeps exactly the files the page is made of, with the bytes that are served", async () => {
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const cache = await caches.open(names[0]);
    const found = [];
    for (const request of await cache.keys()) {
      const bytes = await (await cache.match(request)).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      found.push([request.url, btoa(String.fromCharCode(...digest))]);
    }
    return { names, found };
  });
  assert.equal(kept.names.length, 1);
  const scripts = [...(await fetched("")).toString().matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, address]) => new URL(address, SITE).href);
  const addresses = kept.found.map(([address]) => address);
  assert.ok(addresses.includes(new URL(SITE).href) && scripts.length >= 4);
  for (const address of scripts) assert.ok(addresses.includes(address), address);
  for (const [address, digest] of kept.found) assert.equal(createHash("sha256").update(await fetched(address)).digest("base64"), digest, address);
});

test("without a network the page opens anew and verifies a file and a sample", async () => {
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await context.setOffline(true);
  await page.reload();
  await page.click('[data-sample="honest"]');
  await page.locator('#answer[data-verdict="verified"]').waitFor({ timeout: WAIT_MS });
  const tampered = readFileSync(new URL("../../www/public/samples/tampered.ndjson", import.meta.url));
  await page.setInputFiles("#file", { name: "mine.ndjson", mimeType: "application/x-ndjson", buffer: tampered });
  await page.locator('#answer[data-verdict="mismatch"]').waitFor({ timeout: WAIT_MS });
  await context.setOffline(false);
  assert.deepEqual(complaints, []);
});

test("what an older version kept is removed, and what others keep stays", async () => {
  const later = await browser.newContext();
  const other = await later.newPage();
  await other.goto(new URL("samples/policy.txt", SITE).href);
  await other.evaluate(async () => {
    await caches.open("call-stream-verify-0123456789abcdef");
    await caches.open("somebody-else");
  });
  await other.goto(SITE);
  await other.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller === null) await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  });
  const names = await other.evaluate(() => caches.keys());
  await later.close();
  assert.equal(names.length, 2);
  assert.ok(names.includes("somebody-else") && !names.includes("call-stream-verify-0123456789abcdef"));
});
