// The shared tampered bundles: the page names what the verifier found, and where. They are read in place; where they are absent the suite says
// so and is skipped.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { verify } from "call-stream-verify";
import { optionsOf } from "../js/vector-options.mjs";
import { atThePage } from "./portal.mjs";
import { give } from "./states.mjs";

const folder = new URL("../../../shared/vectors/bundles/", import.meta.url);
const absent = !existsSync(folder);
if (absent) {
  assert.notEqual(process.env.CI, "true", "tampered: no vectors beside the project");
  console.log("skipped: tampered: no vectors beside the project");
}

const read = (name) => readFileSync(new URL(name, folder));
/** What the page cannot be asked for is asked of the verifier alone. */
const ASKED_BY_PAGE = new Set(["policy", "expect"]);
const WORDS = { verified: "Verified", mismatch: "Mismatch", revoked: "Revoked", not_proven: "Not proven" };

describe("tampered bundles", { skip: absent }, () => {
  const at = atThePage();
  const cases = absent ? [] : JSON.parse(read("cases.json")).cases;
  const asked = cases.filter(({ args, verdict }) => verdict !== "verified" && Object.keys(optionsOf(args)).every((option) => ASKED_BY_PAGE.has(option)));

  for (const { name, bundle, policy, args, verdict, why } of asked) {
    test(`${name}: ${why}`, async () => {
      const { page } = at;
      const options = optionsOf(args);
      if (policy !== null) options.policy = read(policy).toString();
      if (options.policy !== undefined) await page.fill("#policy", options.policy);
      if (options.expect !== undefined) await page.fill("#expect", options.expect);
      await give(page, bundle, read(bundle));
      const answer = page.locator(`#answer[data-verdict="${verdict}"]`);
      await answer.waitFor({ timeout: 20_000 });
      assert.equal(await page.locator("#report .word").innerText(), WORDS[verdict]);

      const report = await verify(read(bundle), options);
      assert.equal(report.verdict, verdict);
      const shown = await page.evaluate(() =>
        Array.from(document.querySelectorAll(".findings > li"), (item) => {
          const place = (name) => item.querySelector(`[data-place="${name}"] .data`)?.textContent ?? null;
          const value = (name) => item.querySelector(`:scope > .values [data-value="${name}"] .data`)?.textContent ?? null;
          return {
            code: item.dataset.code,
            severity: item.dataset.verdict,
            line: place("line"),
            seq: place("seq"),
            call_id: place("call"),
            member: place("member"),
            expected: value("expected"),
            computed: value("computed"),
            message: item.querySelector(".message").textContent,
          };
        }),
      );
      const count = (number) => (number === null ? null : number.toLocaleString("en"));
      const facts = report.findings.map((finding) => ({ ...finding, line: count(finding.line), seq: count(finding.seq) }));
      const byText = (one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
      const inOrder = (findings) => findings.map(({ code, severity, line, seq, call_id, member, expected, computed, message }) => ({ code, severity, line, seq, call_id, member, expected, computed, message })).sort(byText);
      assert.deepEqual(inOrder(shown), inOrder(facts));
      assert.ok(facts.some(({ severity }) => severity === verdict));
    });
  }

  test("every kind of answer but verified was among them", () => {
    assert.deepEqual(new Set(asked.map(({ verdict }) => verdict)), new Set(["mismatch", "revoked", "not_proven"]));
  });
});
