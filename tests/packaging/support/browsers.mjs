// Real browsers, and a server whose headers allow no more than the package needs.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import puppeteer from "puppeteer-core";

const { CHROMIUM, FIREFOX } = process.env;
assert.ok(CHROMIUM && FIREFOX, "CHROMIUM and FIREFOX are set by `cargo xtask test packaging`");

const MEDIA_TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
export const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/** Serves the files of `root`, and texts by path; what it was asked for is written down. */
export async function serve(root, texts = {}, policy = POLICY) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    asked.push(path);
    try {
      const body = texts[path] ?? (await readFile(join(root, normalize(path))));
      response.setHeader("content-type", MEDIA_TYPES[extname(path)] ?? "application/octet-stream");
      response.setHeader("content-security-policy", policy);
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${server.address().port}`, asked, close };
}

/** Headless, with nothing downloaded and nothing sent. */
export const launch = {
  Chromium: () =>
    puppeteer.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"],
    }),
  Firefox: () => puppeteer.launch({ browser: "firefox", executablePath: FIREFOX }),
};

// Vite's development server reloads the page when it comes across a dependency.
function unlessReloaded(error) {
  if (!/context was destroyed|navigation/.test(error.message)) throw error;
}

const left = () => globalThis.answer;
const PATIENCE_MS = 60_000;

/** What the page at `url` leaves: by itself in `globalThis.answer`, or where `look` finds it. */
export async function answerOf(browser, url, look = left) {
  const page = await browser.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  try {
    await page.goto(url);
    // waitForFunction would need eval, which the headers forbid.
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(10)) {
      const answer = await page.evaluate(look).catch(unlessReloaded);
      if (answer?.error !== undefined) throw new Error(answer.error);
      if (answer !== undefined && answer !== null) return answer;
    }
    throw new Error("no answer");
  } catch (error) {
    throw new Error(`${url}: ${error.message} ${complaints.join("; ")}`, { cause: error });
  } finally {
    await page.close();
  }
}
