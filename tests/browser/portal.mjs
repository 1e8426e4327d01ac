// A browser at the page: what every test of the portal begins and ends with.
//
// Any server that serves the built site (www/dist) under the portal's headers will do:
//   SITE=http://127.0.0.1:4780/ CHROMIUM=/usr/bin/chromium node --test tests/browser/page.test.mjs

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import { chromium } from "playwright-core";
import { give, loadSamples } from "./states.mjs";

export const SITE = process.env.SITE ?? process.env.SITE_URL;
const { CHROMIUM } = process.env;
assert.ok(CHROMIUM && SITE, "CHROMIUM and SITE are set by `cargo xtask test browser`");
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"];
const ANSWER_MS = 20_000;

/** Opens the page before each test, and holds after each that nothing went wrong unseen: no error, no policy violation, no other origin. */
export function atThePage({ address = SITE, ...options } = {}) {
  const at = {
    /** The samples' bytes by name, and the policy they are verified by. */
    samples: new Map(),
    policy: "",
    /** What the console and errors said; a test that expects some takes it out. */
    complaints: [],
    requests: [],
    browser: undefined,
    context: undefined,
    page: undefined,

    async open(more = {}, at_ = address) {
      at.context = await at.browser.newContext({ reducedMotion: "reduce", locale: "en-US", ...options, ...more });
      at.page = await at.context.newPage();
      at.complaints = [];
      at.requests = [];
      at.page.on("console", (message) => at.complaints.push(message.text()));
      at.page.on("pageerror", (error) => at.complaints.push(String(error)));
      at.page.on("request", (request) => at.requests.push(request.url()));
      await at.page.goto(at_);
      await at.page.locator("#guide, #stopped").first().waitFor();
    },
    async close() {
      await at.context.close();
      assert.deepEqual(at.complaints, []);
      const { origin } = new URL(SITE);
      const isOwn = (address) => address.startsWith(`${origin}/`) || address.startsWith(`blob:${origin}/`);
      assert.deepEqual(at.requests.filter((address) => !isOwn(address)), []);
    },
    /** Gives a file by the field and waits for the word of its answer. */
    async give(name, buffer) {
      await give(at.page, name, buffer);
      return at.word(name);
    },
    /** The word of the answer about the file of that name. */
    async word(name) {
      await at.page.locator("#report .verdict .file-name", { hasText: name }).waitFor({ timeout: ANSWER_MS });
      return at.page.locator("#report .word").innerText();
    },
    trustIn: (text) => at.page.fill("#policy", text),
    verdict: (word) => at.page.locator(`#answer[data-verdict="${word}"]`).waitFor({ timeout: ANSWER_MS }),
  };

  before(async () => {
    at.browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
    at.samples = await loadSamples(SITE);
    at.policy = await (await fetch(new URL("samples/policy.txt", SITE))).text();
  });
  after(() => at.browser?.close());
  beforeEach(() => at.open());
  afterEach(() => at.close());
  return at;
}
