// The templates of the ledger, each in its runtime over real HTTP and a real database: from a call that becomes final to an export that
// the command line verifies.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkpoint, fromPg, openChain, sealCall } from "call-stream-verify/postgres";
import { folder, freePort, install, serve, tool } from "../edge/desk.mjs";
import { actor, call, FINAL, judged, key, migrated, origin, poolOf, put, tenants, vkey } from "./support/ledger.mjs";

const { build } = createRequire(new URL("../edge/package.json", import.meta.url))("esbuild");
const { Miniflare } = createRequire(new URL("../edge/package.json", import.meta.url))("miniflare");

const SECRET = "a secret of the database's";
const ROLES = ["sealer", "verifier", "revoker", "auditor"];
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const grantsOf = (of) => JSON.stringify(Object.fromEntries(ROLES.map((role) => [sha256(`token of the ${role}`), { tenant: of, role, actor }])));
const template = (path) => join(folder, "templates", path);

let server;
let pool;
let version;

before(async () => {
  ({ version } = install());
  // The clients, as a user installs them beside the package.
  const clients = fileURLToPath(new URL("node_modules", import.meta.url));
  for (const name of readdirSync(clients).filter((each) => !/^([.@]|call-stream-verify$|postgresql-)/.test(each))) {
    cpSync(join(clients, name), join(folder, "node_modules", name), { recursive: true });
  }
  server = await migrated();
  pool = poolOf(server);
});

after(async () => {
  await pool?.end();
  await server?.stop();
});

/** What Supabase's auth service answers about a token. */
function authService(of) {
  const users = createServer((request, response) => {
    const role = ROLES.find((each) => request.headers.authorization === `Bearer token of the ${each}`);
    response.writeHead(role === undefined || request.headers.apikey !== "anon" ? 401 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify({ id: "u-17", app_metadata: { tenant_id: of, call_verify_role: role } }));
  });
  return new Promise((resolve) => users.listen(0, "127.0.0.1", () => resolve({ address: `http://127.0.0.1:${users.address().port}`, stop: () => users.close() })));
}

const runtimes = {
  async "Deno.serve in a Supabase function"(of) {
    const auth = await authService(of);
    const port = await freePort();
    const address = `http://127.0.0.1:${port}/call-ledger`;
    const env = {
      CALL_VERIFY_POLICY: vkey,
      CALL_VERIFY_WEBHOOK_SECRET: SECRET,
      SUPABASE_URL: auth.address,
      SUPABASE_ANON_KEY: "anon",
      SUPABASE_DB_URL: server.address(),
      DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
      DENO_NO_UPDATE_CHECK: "1",
    };
    const entry = template("supabase/functions/call-ledger/index.ts");
    const { stop } = await serve(tool("deno"), ["run", "--node-modules-dir=manual", "--allow-net", "--allow-env", entry], env, address, "/health");
    return { address, stop: () => stop().finally(auth.stop) };
  },

  async "node:http"(of) {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const env = {
      CALL_VERIFY_POLICY: vkey,
      CALL_VERIFY_WEBHOOK_SECRET: SECRET,
      CALL_VERIFY_GRANTS: grantsOf(of),
      DATABASE_URL: server.address(),
      PORT: String(port),
      HOST: "127.0.0.1",
    };
    const { stop } = await serve("node", [template("node/ledger.mjs")], env, address, "/health");
    return { address, stop };
  },

  async "a Cloudflare Worker in workerd"(of) {
    const wrangler = readFileSync(template("cloudflare-ledger/wrangler.toml"), "utf8");
    const setting = (name) => JSON.parse(wrangler.match(new RegExp(`^${name} = (.*)$`, "m"))[1]);
    // What wrangler does: it bundles, leaves Node's modules to the runtime, and hands WebAssembly over as modules.
    const { outputFiles } = await build({
      entryPoints: [template(`cloudflare-ledger/${setting("main")}`)],
      bundle: true,
      format: "esm",
      conditions: ["workerd", "worker", "browser"],
      platform: "node",
      external: ["node:*", "cloudflare:*"],
      loader: { ".wasm": "copy" },
      outdir: join(folder, "out"),
      write: false,
      logLevel: "error",
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire("/");' },
    });
    const modules = outputFiles.map(({ path, contents }) =>
      path.endsWith(".wasm") ? { type: "CompiledWasm", path: basename(path), contents } : { type: "ESModule", path: "worker.js", contents },
    );
    const worker = new Miniflare({
      modules: modules.sort((a) => (a.type === "ESModule" ? -1 : 1)),
      compatibilityDate: setting("compatibility_date"),
      compatibilityFlags: setting("compatibility_flags"),
      bindings: { CALL_VERIFY_POLICY: vkey, CALL_VERIFY_WEBHOOK_SECRET: SECRET, CALL_VERIFY_GRANTS: grantsOf(of), DATABASE: { connectionString: server.address() } },
      host: "127.0.0.1",
    });
    const { origin: address } = await worker.ready;
    return { address, stop: () => worker.dispose() };
  },
};

test("the template names the version that it comes with, and the client that is tested", () => {
  const { imports } = JSON.parse(readFileSync(template("supabase/functions/call-ledger/deno.json"), "utf8"));
  const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
  assert.deepEqual(Object.values(imports), [`npm:call-stream-verify@${version}/edge`, `npm:call-stream-verify@${version}/postgres`, `npm:postgres@${dependencies.postgres}`]);
});

test("the folder for Supabase deploys as it stands: each function is there with its imports, is sound to Deno's compiler, and set up by its name", () => {
  const functions = readdirSync(template("supabase/functions"));
  assert.deepEqual(functions.sort(), ["call-ledger", "call-verify"]);
  for (const name of functions) {
    assert.deepEqual(readdirSync(template(`supabase/functions/${name}`)).sort(), ["deno.json", "index.ts"]);
    const args = ["check", "--node-modules-dir=manual", template(`supabase/functions/${name}/index.ts`)];
    const checked = spawnSync(tool("deno"), args, { cwd: folder, encoding: "utf8", env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" } });
    assert.equal(checked.status, 0, checked.stderr);
  }
  const configured = readFileSync(template("supabase/config.toml"), "utf8").matchAll(/^\[functions\.(.*)\]$/gm);
  for (const [, name] of configured) assert.ok(functions.includes(name), name);
});

for (const [index, [name, start]] of Object.entries(runtimes).entries()) {
  test(`${name}: a call is sealed when it becomes final, verified, edited, found out, and exported`, async () => {
    const of = tenants[index];
    const run = (text, values) => pool.query(text, values);
    await openChain(fromPg(pool), { tenant: of, origin });
    const { address, stop } = await start(of);
    try {
      const ask = (path, { role, bearer = `token of the ${role}`, body, method = body === undefined ? "GET" : "POST" }) =>
        fetch(`${address}${path}`, { method, headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" }, body });
      // The webhook, as Supabase sends it.
      const changed = (record, bearer = SECRET) =>
        ask("/webhook", { bearer, body: JSON.stringify({ type: "UPDATE", table: "calls", schema: "public", record: { ...record, finalized: true }, old_record: null }) });
      const record = call(1, { of });
      await put(run, record);
      // The row in the database counts, not what is sent.
      assert.deepEqual(await (await changed(record)).json(), { status: "open", call_id: record.call_id });
      await put(run, { ...record, finalized: true });
      assert.equal((await changed(record, "token of the sealer")).status, 401);
      assert.equal((await changed({ call_id: record.call_id })).status, 400);
      const sealed = await changed({ ...record, duration: 99 });
      assert.equal(sealed.status, 201, await sealed.clone().text());
      assert.equal((await sealed.json()).status, "sealed");
      assert.equal((await changed(record)).status, 200);

      assert.equal((await ask("/record", { bearer: "nobody's", body: "{}" })).status, 401);
      assert.equal((await ask("/revoke", { role: "sealer", body: JSON.stringify({ call_id: record.call_id, reason: "r", policy: "p" }) })).status, 403);
      const attempt = async () => (await (await ask("/record", { role: "verifier", body: JSON.stringify({ call_id: record.call_id }) })).json()).result;
      assert.equal(await attempt(), "verified");
      await put(run, { ...record, duration: 2 });
      assert.equal(await attempt(), "mismatch");
      await put(run, record);
      await checkpoint(fromPg(pool), { tenant: of, key });
      const exported = await ask("/export", { role: "auditor" });
      assert.equal(exported.status, 200);
      const report = judged(Buffer.from(await exported.arrayBuffer()));
      assert.deepEqual([report.verdict, report.calls.verified, report.attempts], ["verified", 1, 2]);
    } finally {
      await stop();
    }
  });
}

test("checkpoints on Node continue the one that is kept beside them, and a chain that does not is not signed", async () => {
  const of = tenants[7];
  await openChain(fromPg(pool), { tenant: of, origin });
  const seal = (number) => sealCall(fromPg(pool), JSON.stringify(call(number, { of })), { tenant: of, statement: FINAL });
  const [keyFile, kept] = [join(folder, "log.key"), join(folder, "tenant.note")];
  writeFileSync(keyFile, key);
  const sign = (...more) =>
    spawnSync("node", [template("node/checkpoint.mjs"), of, keyFile, kept, ...more], { cwd: folder, encoding: "utf8", env: { ...process.env, DATABASE_URL: server.address() } });
  await seal(1);
  assert.match(sign().stderr, /ENOENT/);
  assert.equal(sign("--begin").status, 0);
  const first = readFileSync(kept, "utf8");
  await seal(2);
  assert.equal(sign().status, 0);
  const second = readFileSync(kept, "utf8");
  assert.deepEqual([first, second].map((note) => note.split("\n").slice(0, 2)), [[origin, "1"], [origin, "2"]]);
  // A superuser sets the chain back, and whatever in the database would tell.
  const client = await pool.connect();
  await client.query("set session_replication_role = replica");
  for (const table of ["audit_log_checkpoints", "call_verify_versions", "call_verify_records"]) await client.query(`delete from ${table} where tenant_id = $1`, [of]);
  await client.query("delete from audit_log_chain where tenant_id = $1 and seq = 1", [of]);
  await client.query("update chain_heads set size = 1, head = (select entry_hash from audit_log_chain where tenant_id = $1) where tenant_id = $1", [of]);
  client.release(true);
  assert.match(sign().stderr, /checkpoint-beyond-chain/);
  assert.equal(readFileSync(kept, "utf8"), second);
});
