// The verifier's sentences in the page's languages: read from the sources and met in reports. No browser is needed.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CallVerifyError, OptionError, parsePolicy, verify } from "call-stream-verify";
import { explain } from "call-stream-verify/explain";
import { runnerImport } from "../../www/node_modules/vite/dist/node/index.js";
import { optionsOf } from "../js/vector-options.mjs";

const root = new URL("../../", import.meta.url);
const portal = fileURLToPath(new URL("www/", root));
const vectors = new URL("../shared/vectors/bundles/", root);

const load = async (path) => (await runnerImport(`/src/words/core/${path}`, { root: portal, configFile: false, logLevel: "error" })).module;
const { coreText } = await load("index.ts");
const { claimsDe } = await load("de/claims.ts");
const { detailsDe } = await load("de/details.ts");

const known = [...Object.keys(claimsDe), ...Object.keys(detailsDe)];
const TAGS = { de: "de", es: "es", pseudo: "en-XA" };
const codes = [...readFileSync(new URL("pkg-config/src/codes.ts", root), "utf8").matchAll(/^ {2}\| "([a-z0-9-]+)"/gm)].map(([, code]) => code);

/** What a translation may not lose: numbers, whatever parts their digits, and what stands in backticks. */
function fixed(text) {
  const numbers = [...text.matchAll(/\d[\d,.]*\d|\d/g)].map(([number]) => number.replaceAll(/[,.]/g, ""));
  return [...numbers, ...[...text.matchAll(/`[^`]+`/g)].map(([quoted]) => quoted)].sort();
}

/** `english` has a translation in every language, and none lost a number; `names` stand in each as they are. */
function assertTranslated(english, names = []) {
  assert.deepEqual(coreText(english, "en"), { text: english, lang: "en" });
  for (const [locale, lang] of Object.entries(TAGS)) {
    const { text, lang: told } = coreText(english, locale);
    assert.equal(told, lang, `${locale} has nothing for: ${english}`);
    assert.notEqual(text, english, `${locale} repeats the English: ${english}`);
    assert.doesNotMatch(text, /\{|\}|undefined/);
    if (locale !== "pseudo") assert.deepEqual(fixed(text), fixed(english), `${locale}: ${text}`);
    for (const name of names) assert.ok(text.includes(name), `${locale} lost ${name}: ${text}`);
  }
}

/** What the page never asks for: to seal, to sign, to hash a record for people, to go on with a saved run. Its sentences stay English. */
const NOT_ASKED = [
  "algorithms/bitcoin.rs",
  "algorithms/canonical.rs",
  "algorithms/merkle.rs",
  "algorithms/opentimestamps/message.rs",
  "algorithms/opentimestamps/mod.rs",
  "algorithms/opentimestamps/reader.rs",
  "bindings/attestation.rs",
  "bindings/checkpoint.rs",
  "bindings/mod.rs",
  "bindings/options.rs",
  "bindings/sealing.rs",
  "composition/bundle/reader.rs",
  "composition/attestation.rs",
  "composition/chain_state.rs",
  "composition/memory.rs",
  "composition/seal.rs",
  "composition/segment/state.rs",
  "composition/verify/tiles.rs",
  "objects/add_checkpoint.rs",
  "objects/call.rs",
  "objects/chain.rs",
  "objects/cosignature.rs",
  "objects/fork_evidence.rs",
  "objects/log_proof.rs",
  "objects/receipt.rs",
  "values/json.rs",
];
const NOT_SAID = [
  "Expected L2, L3, L4 or L5.",
  "Expected a UUID.",
  "A log's key is named like its origin.",
  "A seed has 32 bytes.",
  "It does not begin with PRIVATE+KEY+.",
  "It holds no key.",
  "It is a witness key: it cosigns checkpoints and signs nothing else.",
  "Its key ID does not fit its name and key.",
  "Keys of this type cannot be made.",
  "The segments were made under different keys or expected heads.",
];

/** The sentences in the core's code: texts that begin with a capital and end with a full stop. The table of codes is read from the package. */
function sentencesOfTheCore() {
  const sources = readdirSync(new URL("src/", root), { recursive: true }).filter((path) => path.endsWith(".rs") && path !== "values/codes.rs");
  const found = new Map();
  for (const path of sources) {
    const code = readFileSync(new URL(`src/${path}`, root), "utf8").split("#[cfg(test)]")[0].replaceAll(/^\s*\/\/.*$/gm, "").replaceAll("'\"'", "");
    for (const [, text] of code.matchAll(/"((?:[^"\\]|\\.)*)"/g)) {
      if (!/^[A-Z][^\n]* .*\.$/.test(text)) continue;
      const sentence = text.replace(/\{[a-z]*\}(?=[^{}]*$)/, "{names}");
      found.set(sentence, [...(found.get(sentence) ?? []), path]);
    }
  }
  return found;
}

test("every code has its sentence and its explanation in every language", () => {
  assert.equal(codes.length, 119);
  const told = { de: new Set(), es: new Set() };
  for (const code of codes) {
    const { sentence, explanation } = explain(code);
    assertTranslated(sentence);
    assertTranslated(explanation);
    for (const locale of ["de", "es"]) told[locale].add(coreText(sentence, locale).text);
  }
  // No two codes say the same.
  for (const locale of ["de", "es"]) assert.equal(told[locale].size, codes.length);
});

test("every other sentence that the core says to the page has a translation, and no translation is of a sentence that nobody says", () => {
  const sentences = sentencesOfTheCore();
  const said = [...sentences.keys()].filter((sentence) => sentences.get(sentence).some((path) => !NOT_ASKED.includes(path)) && !NOT_SAID.includes(sentence));
  for (const path of NOT_ASKED) assert.ok([...sentences.values()].flat().includes(path), `${path} says nothing`);
  for (const sentence of NOT_SAID) assert.ok(sentences.has(sentence), `nobody says: ${sentence}`);
  assert.equal(said.length, 150);
  const naming = said.filter((sentence) => sentence.includes("{names}"));
  assert.equal(naming.length, 7);
  for (const sentence of said) if (!naming.includes(sentence)) assertTranslated(sentence);

  const around = ["input", "module"].map((name) => readFileSync(new URL(`pkg-config/src/${name}.ts`, root), "utf8")).join("\n");
  const ofPackage = known.filter((sentence) => around.includes(`"${sentence}"`));
  assert.equal(ofPackage.length, 2);
  assert.deepEqual(known.filter((sentence) => !ofPackage.includes(sentence)).sort(), said.sort());
});

test("every narrowed message is taken apart, whichever code the detail follows", () => {
  let cases = 0;
  for (const code of codes) {
    const { sentence } = explain(code);
    for (const detail of Object.keys(detailsDe)) {
      for (const locale of ["de", "es"]) {
        const whole = coreText(`${sentence} ${detail}`, locale);
        assert.deepEqual(whole, { text: `${coreText(sentence, locale).text} ${coreText(detail, locale).text}`, lang: locale });
        cases += 1;
      }
    }
  }
  assert.equal(cases, codes.length * Object.keys(detailsDe).length * 2);
});

test("names stand in a translation as they are, whatever they hold", () => {
  const signed = (names) => `The head is under a checkpoint signed by ${names}, which you trust.`;
  const withheld = (names) => `Redacted calls withhold members, which were not seen: ${names}.`;
  assert.equal(coreText(signed("a.example/log"), "de").text, "Das Kettenende liegt unter einem Checkpoint, signiert von a.example/log (von Ihnen als vertrauenswürdig angegeben).");
  assert.equal(coreText(signed("i.example and b.example"), "es").text, "La cabeza está bajo un punto de control con la firma de i.example y de b.example, en la que usted confía.");
  const covered = coreText("The entry is under a checkpoint of 1048576 entries signed by a.example/log and b.example, which you trust.", "de").text;
  assert.match(covered, /über 1048576 Einträge, signiert von a\.example\/log und b\.example/);
  assert.match(coreText("No hash covers these members of the record: agent_note, $&.", "es").text, /: agent_note, \$&\.$/);
  for (const name of ["$&$1$`", "{names}", "and", "log/1.2.3", "…, which you trust."]) {
    for (const locale of ["de", "es", "pseudo"]) {
      assert.ok(coreText(signed(name), locale).text.includes(name));
      assert.equal(coreText(signed(name), locale).lang, TAGS[locale]);
    }
  }
  assertTranslated(withheld("agent_id, caller_id, call_duration_seconds"), ["agent_id, caller_id, call_duration_seconds"]);
  const option = "An option is missing, or has a value that cannot be used. Expected SIZE:HEAD, a number and 64 lower-case hex digits. (option expect)";
  assertTranslated(option, ["expect)"]);
  assert.ok(coreText(option, "de").text.endsWith("64 kleingeschriebene Hexadezimalziffern. (Option expect)"));
});

test("what has no translation stays English, whole", () => {
  const { sentence } = explain("bad-policy");
  for (const english of [
    "",
    "This sentence was made up.",
    `${sentence} This sentence was made up.`,
    `This sentence was made up. ${sentence}`,
    `${sentence}${sentence}`,
    `${sentence} `,
    "The head is under a checkpoint signed by , which you trust.",
    "The head is under a checkpoint signed by a.example.",
    "This sentence was made up. (option expect)",
    "constructor",
    "__proto__",
  ]) {
    for (const locale of ["en", "de", "es", "pseudo"]) assert.deepEqual(coreText(english, locale), { text: english, lang: "en" });
  }
});

test("what trust is refused for is told in every language", () => {
  const refusals = [
    () => parsePolicy("log\n"),
    () => parsePolicy("quorum none"),
    () => parsePolicy("group all 3 nobody\nquorum none\n"),
    () => parsePolicy("witness w PRIVATE+KEY+x\nquorum none\n"),
    () => parsePolicy("\ud800"),
  ];
  for (const refusal of refusals) {
    assert.throws(refusal, (error) => {
      assert.ok(error instanceof CallVerifyError);
      assertTranslated(error.message);
      return true;
    });
  }
});

test("a wrong head, and a name in the place of a policy, are told in every language", async () => {
  for (const options of [{ expect: "10" }, { policy: "example" }]) {
    await assert.rejects(verify("{}", options), (error) => {
      assert.ok(error instanceof OptionError || error instanceof CallVerifyError);
      assertTranslated(error.message);
      return true;
    });
  }
});

const absent = !existsSync(vectors);
if (absent) {
  assert.notEqual(process.env.CI, "true", "core-words: no vectors beside the project");
  console.log("skipped: core-words: no vectors beside the project");
}

test("every message and reason that the shared vectors bring about is told in every language", { skip: absent }, async () => {
  const { cases } = JSON.parse(readFileSync(new URL("cases.json", vectors), "utf8"));
  const messages = new Set();
  const reasons = new Set();
  for (const { bundle, policy, args } of cases) {
    const options = optionsOf(args);
    if (policy !== null) options.policy = readFileSync(new URL(policy, vectors), "utf8");
    const report = await verify(readFileSync(new URL(bundle, vectors)), options);
    for (const { message } of report.findings) messages.add(message);
    for (const { why } of Object.values(report.claims)) reasons.add(why);
  }
  for (const english of [...messages, ...reasons]) {
    const names = /(?:signed by |not seen: )(.+?)(?:, which you trust)?\.$/.exec(english)?.[1];
    assertTranslated(english, english.includes("which you trust.") || english.includes("not seen: ") ? names.split(/ and |, /) : []);
  }
  // Fewer would mean that the vectors were not read as they are meant.
  assert.ok(cases.length >= 52 && messages.size >= 36 && reasons.size >= 67, `${cases.length} cases, ${messages.size} messages, ${reasons.size} reasons`);
});
