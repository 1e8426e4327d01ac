// How the module gets loaded: once, from where one says, and again after a failure. Each case is a program of its own.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { answerOf, launch, POLICY, serve } from "./support/browsers.mjs";
import { folder, install, output } from "./support/desk.mjs";

before(install);

const prelude = `
  import assert from "node:assert/strict";
  import { readFileSync } from "node:fs";
  const file = new URL("node_modules/call-stream-verify/dist/call-stream-verify.wasm", "file://${folder}/");
  const bytes = readFileSync(file);
  const type = (name) => ({ headers: { "content-type": name } });
  let fetches = 0;
  /** Stands for a server: the answers are given in turn, the last one from then on. */
  const answering = (...answers) => {
    globalThis.fetch = async () => answers[Math.min(fetches++, answers.length - 1)]();
  };
  const good = () => new Response(bytes, type("application/wasm"));
  const notLoaded = (error) => error.name === "CallVerifyError" && error.code === "not-loaded";
  const record = '{"call_id":1}';
  const works = (api) => assert.throws(() => api.hashCall(record), { name: "CallVerifyError", code: "bad-member", member: "call_id" });
  const slim = () => import("call-stream-verify/slim");
  const browser = () => import(new URL("./browser.js", file));
`;

/** Runs `script` in a fresh Node; what fails in it fails here, and what it warns of, too. */
async function holds(script) {
  const said = await output("node", ["--input-type=module", "--eval", `${prelude}\n${script}\nconsole.log("held");`]);
  assert.equal(said, "held\n");
}

describe("init", () => {
  test("without a source, /slim says that it is not loaded", () =>
    holds(`
      const api = await slim();
      await assert.rejects(api.verify("{}"), notLoaded);
      await assert.rejects(api.init(), notLoaded);
      assert.throws(() => api.hashCall(record), notLoaded);
    `));

  for (const source of ["{ bytes }", "{ bytes: Uint8Array.from(bytes).buffer }", "{ module: new WebAssembly.Module(bytes) }", '{ url: "/x" }', '{ url: new URL("https://example.com/x") }']) {
    test(`takes ${source}`, () =>
      holds(`
        const api = await slim();
        answering(good);
        await api.init(${source});
        works(api);
      `));
  }

  test("is idempotent: once loaded, nothing is fetched and nothing replaced", () =>
    holds(`
      const api = await browser();
      answering(good);
      await api.init();
      const verifier = new api.Verifier();
      verifier.push("{}");
      await api.init();
      await api.init({ bytes: new Uint8Array() });
      assert.equal(fetches, 1);
      assert.equal(verifier.finish().verdict, "not_proven");
    `));

  test("calls at the same time share one load", () =>
    holds(`
      const api = await browser();
      answering(good);
      const [, , report] = await Promise.all([api.init(), api.init({ url: "/other" }), api.verify("{}")]);
      assert.equal(report.verdict, "not_proven");
      assert.equal(fetches, 1);
    `));

  test("a load that failed can be tried again, and says why it failed", () =>
    holds(`
      const api = await browser();
      const html = () => new Response("<!doctype html>", type("text/html"));
      answering(() => new Response(null, { status: 404 }), html, () => { throw new TypeError("cut"); }, good);
      const causes = [/status 404/, /WebAssembly/, /cut/];
      for (const cause of causes) {
        const failed = (error) => notLoaded(error) && cause.test(String(error.cause));
        await Promise.all([assert.rejects(api.init(), failed), assert.rejects(api.verify("{}"), failed)]);
      }
      await api.init();
      works(api);
      assert.equal(fetches, 4);
    `));

  test("a server that does not know the media type is good enough", () =>
    holds(`
      const api = await browser();
      console.warn = assert.fail;
      answering(() => new Response(bytes, type("application/octet-stream")));
      await api.init();
      works(api);
    `));

  test("a slow load does not replace the module that was at hand meanwhile", () =>
    holds(`
      const api = await import("call-stream-verify");
      let answer;
      answering(() => new Promise((resolve) => (answer = resolve)));
      const loading = api.init({ url: "/slow" });
      const verifier = new api.Verifier();
      verifier.push("{}");
      answer(good());
      await loading;
      assert.equal(verifier.finish().verdict, "not_proven");
    `));

  test("refuses by name what is no source", () =>
    holds(`
      const api = await slim();
      const refused = (member) => (error) => error instanceof api.OptionError && error.member === member;
      await assert.rejects(api.init({ path: "x" }), refused("path"));
      await assert.rejects(api.init({ url: "/x", bytes }), refused("bytes"));
      await assert.rejects(api.init(null), refused("source"));
      await assert.rejects(api.init(bytes), api.OptionError);
      await assert.rejects(api.init({ bytes: new Uint8Array(8) }), notLoaded);
      await api.init({ url: undefined, bytes });
      works(api);
    `));
});

test("all entries are one package: one instance, one class of errors", () =>
  holds(`
    const [main, inline, thin] = await Promise.all([import("call-stream-verify"), import("call-stream-verify/inline"), slim()]);
    for (const name of Object.keys(main)) assert.ok(main[name] === inline[name] && main[name] === thin[name], name);
    works(thin);
  `));

for (const order of ["browser(), inline()", "inline(), browser()"]) {
  test(`with /inline among the entries nothing is fetched: ${order}`, () =>
    holds(`
      const inline = () => import("call-stream-verify/inline");
      answering(assert.fail);
      const apis = [];
      for (const entry of [${order.replaceAll("()", "")}]) apis.push(await entry());
      for (const api of apis) works(api);
    `));
}

test("a missing file is said to be not loaded, with its cause", () =>
  holds(`
    const api = await import("call-stream-verify");
    const { renameSync } = await import("node:fs");
    const away = new URL("./away", file);
    renameSync(file, away);
    try {
      const failed = (error) => notLoaded(error) && error.cause.code === "ENOENT";
      assert.throws(() => api.hashCall(record), failed);
      await assert.rejects(api.verify("{}"), failed);
    } finally {
      renameSync(away, file);
    }
    works(api);
  `));

test("a page whose policy forbids WebAssembly is told so and gets no verdict", async () => {
  const script = `
    import { verify } from "./node_modules/call-stream-verify/dist/browser.js";
    globalThis.answer = await verify("{}").then((report) => report.verdict, (error) => \`\${error.code}: \${error.cause}\`);`;
  const server = await serve(folder, {
    "/page.html": '<!doctype html><meta charset="utf-8"><title>page</title><script type="module" src="page.js"></script>\n',
    "/page.js": script,
  }, POLICY.replace(" 'wasm-unsafe-eval'", ""));
  const browser = await launch.Chromium();
  try {
    assert.match(await answerOf(browser, `${server.address}/page.html`), /^not-loaded: CompileError: .*Content Security Policy/);
  } finally {
    await browser.close();
    server.close();
  }
});
