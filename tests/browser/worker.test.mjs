// Workers in a real browser, under the portal's security headers and under stricter ones.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { reportText, verify } from "call-stream-verify";

const { CHROMIUM, SITE } = process.env;
assert.ok(CHROMIUM && SITE, "CHROMIUM and SITE are set by `cargo xtask test browser`");

// A bundle that is read to its end: entries that come again are found, and do not end the judging.
const [manifest, ...lines] = readFileSync(new URL("../../www/public/samples/honest.ndjson", import.meta.url)).toString().split("\n");
const entries = `${lines.filter((line) => line.startsWith('{"type":"entry"')).join("\n")}\n`;
const repeats = Math.ceil((24 << 20) / entries.length);
const trust = { minLevel: "L2" };

let browser;
let expected;

before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"] });
  expected = reportText(await verify(`${manifest}\n${entries.repeat(repeats)}`, trust));
});

after(() => browser?.close());

/** A page that is a module, and starts nothing by itself; it counts what workers it has and what they say. */
async function opened(setUp = async () => {}) {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    const seen = { begun: 0, ended: 0, ready: 0, folded: 0 };
    globalThis.seen = seen;
    const Original = Worker;
    globalThis.Worker = class extends Original {
      constructor(...args) {
        super(...args);
        seen.begun += 1;
        this.addEventListener("message", ({ data }) => (seen[data.kind] += 1));
      }
      terminate() {
        super.terminate();
        seen.ended += 1;
      }
    };
  });
  await setUp(page);
  await page.goto(new URL("pkg/browser.js", SITE).href);
  return page;
}

const seenBy = (page) => page.evaluate(() => globalThis.seen);

async function nothingRuns(page) {
  for (let wait = 0; wait < 100 && page.workers().length > 0; wait++) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(page.workers().length, 0);
}

const reports = (page, jobs) =>
  page.evaluate(
    async ({ manifest, entries, repeats, trust, jobs }) => {
      const { reportText } = await import("/pkg/browser.js");
      const { verify } = await import("/pkg/worker/browser.js");
      const blob = new Blob([`${manifest}\n`, ...Array(repeats).fill(entries)]);
      const texts = [];
      for (const input of [blob, new Uint8Array(await blob.arrayBuffer()), blob.stream()]) texts.push(reportText(await verify(input, { ...trust, jobs })));
      return texts;
    },
    { manifest, entries, repeats, trust, jobs },
  );

for (const jobs of [1, 2, 4, 8]) {
  test(`a report has the same bytes for ${jobs} threads, and they end`, async () => {
    const page = await opened();
    assert.deepEqual(await reports(page, jobs), [expected, expected, expected]);
    const { begun, ended } = await seenBy(page);
    assert.deepEqual([begun, ended], [3 * (jobs - 1), 3 * (jobs - 1)]);
    await nothingRuns(page);
    await page.close();
  });
}

test("a worker folds its shares", async () => {
  const page = await opened();
  await page.evaluate(
    async ({ manifest, entries, trust }) => {
      const { verify } = await import("/pkg/worker/browser.js");
      const bytes = new TextEncoder().encode(entries.repeat(100));
      let left = 20;
      // Slow, so that the worker has time to start.
      const source = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode(`${manifest}\n`)),
        async pull(controller) {
          if (left-- === 0) return controller.close();
          controller.enqueue(bytes);
          await new Promise((resolve) => setTimeout(resolve, 50));
        },
      });
      await verify(source, { ...trust, jobs: 2 });
    },
    { manifest, entries, trust },
  );
  const { ready, folded } = await seenBy(page);
  assert.equal(ready, 1);
  assert.ok(folded >= 5, `${folded} shares`);
  await page.close();
});

const headers = (policy) => async (page) => {
  await page.route("**/*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": policy } });
  });
};

const fallbacks = {
  "the headers forbid workers": headers("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'none'"),
  "the worker's script is not there": async (page) => {
    await page.route("**/thread.js", (route) => route.fulfill({ status: 404, body: "not found" }));
  },
  "a page comes where the worker's script should": async (page) => {
    await page.route("**/thread.js", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<!doctype html>" }));
  },
  "the worker's script can't load the rest": async (page) => {
    await page.route("**/folding.js", (route) => route.abort());
  },
  "there are no workers": async (page) => {
    await page.addInitScript(() => {
      delete globalThis.Worker;
    });
  },
};
for (const [what, setUp] of Object.entries(fallbacks)) {
  test(`the report is the same where ${what}`, async () => {
    const page = await opened(setUp);
    assert.deepEqual(await reports(page, 3), [expected, expected, expected]);
    assert.equal((await seenBy(page)).ready, 0);
    await page.close();
  });
}

test("an abort ends the workers within 50 ms", async () => {
  const page = await opened();
  const taken = await page.evaluate(
    async ({ manifest, entries, repeats, trust }) => {
      const { verify } = await import("/pkg/worker/browser.js");
      const bytes = new Uint8Array(await new Blob([`${manifest}\n`, ...Array(20 * repeats).fill(entries)]).arrayBuffer());
      const controller = new AbortController();
      let due;
      setTimeout(() => {
        due = performance.now();
        controller.abort();
      }, 150);
      const name = await verify(bytes, { ...trust, jobs: 4, signal: controller.signal }).catch((error) => error.name);
      return { name, taken: performance.now() - due };
    },
    { manifest, entries, repeats, trust },
  );
  console.log(`aborted within ${taken.taken.toFixed(1)} ms`);
  assert.equal(taken.name, "AbortError");
  const { begun, ended } = await seenBy(page);
  assert.deepEqual([begun, ended], [3, 3]);
  await nothingRuns(page);
  await page.close();
});
