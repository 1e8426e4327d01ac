// <call-verify> in somebody else's page, under that page's own strict policy.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { verify } from "call-stream-verify";
import { axeComplaints, fetched, launch } from "./looking.mjs";

const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";
const TYPES = { js: "text/javascript", wasm: "application/wasm", ndjson: "application/x-ndjson" };
const HOST = `globalThis.told = [];
for (const name of ["verdict", "refused"]) document.addEventListener(name, (event) => told.push({ name, detail: event.detail, composed: event.composed }));`;

let browser;
let page;
let server;
let address;
/** What the host answers for a page, and the policies it does so under. */
let body;
let policies;
let complaints;
let requested;
let policy;
const samples = new Map();

before(async () => {
  policy = (await fetched("samples/policy.txt")).toString();
  for (const name of ["honest", "tampered", "revoked"]) samples.set(name, await fetched(`samples/${name}.ndjson`));
  server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://host.example");
    requested.push(pathname);
    const respond = (type, content) => response.writeHead(200, { "content-type": type, "content-security-policy": policies }).end(content);
    if (pathname === "/app/deep/page") return respond("text/html; charset=utf-8", `<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,"><script src="/app/host.js"></script><script type="module" src="/widget/call-verify.js"></script><body>${body}`);
    if (pathname === "/app/host.js") return respond("text/javascript", HOST);
    const sample = /^\/exports\/(\w+)\.ndjson$/.exec(pathname)?.[1];
    if (samples.has(sample)) return respond(TYPES.ndjson, samples.get(sample));
    if (!pathname.startsWith("/widget/")) return response.writeHead(404, { "content-security-policy": policies }).end();
    respond(TYPES[pathname.split(".").at(-1)], await fetched(`embed/${pathname.slice("/widget/".length)}`));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${server.address().port}/app/deep/page`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
});

beforeEach(async () => {
  policies = STRICT;
  requested = [];
  complaints = [];
  page = await browser.newPage();
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
});
afterEach(() => page.close());

/** Loads a host's page; `open` opens the element's root for the test to see into. */
async function host(html, open = true) {
  body = html;
  if (open) {
    await page.addInitScript(() => {
      const attach = Element.prototype.attachShadow;
      Element.prototype.attachShadow = function (options) {
        return attach.call(this, { ...options, mode: "open" });
      };
    });
  }
  await page.goto(address);
}

async function told(count = 1) {
  await page.waitForFunction((count) => globalThis.told.length >= count, count);
  return page.evaluate(() => globalThis.told);
}

const attribute = (text) => text.trim().replaceAll("&", "&amp;").replaceAll('"', "&quot;");
const word = () => page.locator("call-verify .word").innerText();

for (const [name, shown] of [["honest", "Verified"], ["tampered", "Mismatch"], ["revoked", "Revoked"]]) {
  test(`under a strict policy the sample ${name} is answered with ${shown}, and the event holds the verifier's report`, async () => {
    await host(`<call-verify src="../../exports/${name}.ndjson" policy="${attribute(policy)}"></call-verify>`);
    const [event] = await told();
    const report = await verify(samples.get(name), { policy });
    assert.deepEqual(event, { name: "verdict", detail: report, composed: true });
    assert.ok((await word()).endsWith(shown));
    const text = await page.locator("call-verify .box").innerText();
    assert.ok(!/[{}]/.test(text) && text.includes("whether it is the issuer’s"), text);
    assert.match(text, new RegExp(`As of [\\d,]+ entries.*Head ${report.as_of.head}, level ${report.level}`, "s"));
    assert.equal(await page.locator("call-verify details").getAttribute("open"), null);
    await page.locator("call-verify summary").click();
    assert.equal(await page.locator("call-verify details li").count(), Object.keys(report.claims).length);
    assert.deepEqual(await axeComplaints(page, "call-verify"), []);
    assert.deepEqual(complaints, []);
    assert.ok(requested.some((path) => /\/worker-.*\.js$/.test(path)), "no worker was asked for");
  });
}

test("a file is taken as a property, and its name is inert", async () => {
  await host("<p>Host</p>");
  const hostile = "\u202e<b>Verified</b>.ndjson";
  await page.evaluate(async ([policy, name]) => {
    const bytes = await (await fetch("/exports/tampered.ndjson")).arrayBuffer();
    await customElements.whenDefined("call-verify");
    const element = document.createElement("call-verify");
    element.setAttribute("policy", policy);
    element.file = new File([bytes], name);
    document.body.append(element);
  }, [policy, hostile]);
  const [event] = await told();
  assert.equal(event.detail.verdict, "mismatch");
  assert.equal(await page.locator("call-verify .name").innerText(), "U+202E<b>Verified</b>.ndjson");
  assert.equal(await page.locator("call-verify b").count(), 0);
  assert.deepEqual(complaints, []);
});

test("a file given before the element is defined is not lost", async () => {
  await page.addInitScript((text) => {
    // Modules run once the document is whole.
    document.addEventListener("readystatechange", () => {
      const element = document.querySelector("call-verify");
      if (document.readyState === "interactive") element.file = new Blob([text]);
    });
  }, samples.get("revoked").toString());
  await host(`<call-verify policy="${attribute(policy)}"></call-verify>`);
  assert.equal((await told())[0].detail.verdict, "revoked");
});

test("another policy, a wrong one and none give other answers, the old one being gone at once", async () => {
  await host(`<call-verify src="/exports/honest.ndjson" policy="${attribute(policy)}"></call-verify>`);
  await told(1);
  assert.ok((await word()).endsWith("Verified"));
  const atOnce = await page.evaluate(() => {
    const element = document.querySelector("call-verify");
    element.removeAttribute("policy");
    return element.shadowRoot.textContent;
  });
  assert.ok(!atOnce.includes("Verified"), atOnce);
  assert.equal((await told(2))[1].detail.verdict, "not_proven");
  assert.ok((await word()).endsWith("Not proven"));
  await page.evaluate(() => document.querySelector("call-verify").setAttribute("policy", "nonsense"));
  const refused = (await told(3))[2];
  assert.equal(refused.name, "refused");
  assert.equal(await word(), "No answer");
  await page.evaluate(() => document.querySelector("call-verify").setAttribute("src", "/nowhere"));
  assert.deepEqual((await told(4))[3].detail.code, "unreadable");
  complaints = complaints.filter((text) => !text.includes("404"));
  assert.deepEqual(complaints, []);
});

for (const [name, more] of [["forbids workers", "; worker-src 'none'"], ["demands trusted types", "; require-trusted-types-for 'script'; trusted-types 'none'"]]) {
  test(`where the policy ${name} the page itself verifies`, async () => {
    policies = name === "forbids workers" ? STRICT.replace("worker-src 'self'", "worker-src 'none'") : STRICT + more;
    await host(`<call-verify src="/exports/honest.ndjson" policy="${attribute(policy)}"></call-verify>`);
    assert.equal((await told())[0].detail.verdict, "verified");
    assert.ok((await word()).endsWith("Verified"));
  });
}

test("nothing but the verifier makes it say anything", async () => {
  await host(`<style>call-verify::before { content: "Verified" }</style><call-verify src="/exports/tampered.ndjson" verdict="verified" data-verdict="verified" state="verified">Verified <p slot="word">Verified</p></call-verify>`);
  assert.equal((await told())[0].detail.verdict, "mismatch");
  await page.evaluate(() => {
    const element = document.querySelector("call-verify");
    for (const name of ["verdict", "report", "state", "shown", "answer", "result"]) element[name] = { kind: "judged", verdict: "verified" };
    globalThis.told[0].detail.verdict = "verified";
    element.dispatchEvent(new CustomEvent("verdict", { detail: { verdict: "verified" } }));
    element.setAttribute("lang", "en");
  });
  const box = page.locator("call-verify .box");
  assert.ok((await word()).endsWith("Mismatch"));
  assert.ok(!(await box.innerText()).includes("Verified"));
  assert.equal(await box.getAttribute("data-verdict"), "mismatch");
});

test("its root is closed", async () => {
  await host(`<call-verify src="/exports/honest.ndjson"></call-verify>`, false);
  await told();
  assert.equal(await page.evaluate(() => document.querySelector("call-verify").shadowRoot), null);
});

test("it speaks the language of its place", async () => {
  await host(`<div lang="de"><call-verify src="/exports/tampered.ndjson" policy="${attribute(policy)}"></call-verify></div>`);
  await told();
  assert.ok((await word()).endsWith("Abweichung"));
  await page.evaluate(() => document.querySelector("call-verify").setAttribute("lang", "es"));
  assert.ok((await word()).endsWith("No coincide"));
});
