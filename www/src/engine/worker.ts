/** The worker's beginning: what it is there for comes with the first message, and questions to it with those that follow. */

import { attestReport, init, makeKey, parsePolicy, Verifier, vkeyOf } from "call-stream-verify/slim";
import type { Refusal, Trust } from "./contract.js";
import { hashed, indexed } from "./indexing.js";
import type { InsideFile } from "./inside-file.js";
import { callOf, judged, refusalOf } from "./judge.js";
import type { Asked, News, Order, Question } from "./orders.js";
import { requestsIn } from "../shell/requests.js";

const tell = (news: News): void => postMessage(news);

// What a worker requests or is forbidden, its page does not see.
new PerformanceObserver((list) => {
  const requests = requestsIn(list.getEntries());
  if (requests > 0) tell({ kind: "network", requests, blocked: 0 });
}).observe({ type: "resource" });
addEventListener("securitypolicyviolation", () => tell({ kind: "network", requests: 0, blocked: 1 }));

/** Settles once questions about a file can be answered. */
let inside: Promise<InsideFile | undefined> = Promise.resolve(undefined);
let loading: Promise<void> | undefined;

addEventListener("message", ({ data }: MessageEvent<Order | Asked>) => {
  if ("role" in data) {
    loading = init({ module: data.module });
    void begun(data).catch((error: unknown) => tell({ kind: "refused", refusal: refusalOf(error) }));
  } else void answered(data);
});

async function begun(order: Order): Promise<void> {
  await loading;
  switch (order.role) {
    case "judge":
      return judged(order, tell);
    case "hash":
      return hashed(order.file, tell);
    case "index":
      inside = indexed(order.file, order.fileName, tell);
      await inside;
      return;
    case "desk":
      return;
  }
}

async function answered({ number, question }: Asked): Promise<void> {
  try {
    await loading;
    tell({ kind: "answer", number, value: await answerTo(question) });
  } catch (error) {
    tell({ kind: "failed", number, message: error instanceof Error ? error.message : "There is no answer." });
  }
}

async function answerTo(question: Question): Promise<unknown> {
  if (question.name === "checkTrust") return trustRefusal(...question.of);
  if (question.name === "describePolicy") return parsePolicy(...question.of);
  if (question.name === "makeKey") return makeKey(...question.of);
  if (question.name === "vkeyOf") return vkeyOf(...question.of);
  if (question.name === "attest") return attestReport(...question.of);
  if (question.name === "callOf") return callOf(...question.of);
  const file = await inside;
  if (file === undefined) throw new Error("The file cannot be looked into.");
  switch (question.name) {
    case "timeline":
      return file.timeline(...question.of);
    case "callRows":
      return file.callRows(...question.of);
    case "findCall":
      return file.findCall(...question.of);
    case "rowsOf":
      return file.rowsOf(...question.of);
    case "rowOfSeq":
      return file.rowOfSeq(...question.of);
    case "rowOfLine":
      return file.rowOfLine(...question.of);
    case "exact":
      return file.exact(...question.of);
    case "landmarks":
      return file.landmarks();
    case "hashes":
      return file.hashes(...question.of);
  }
}

function trustRefusal(trust: Trust): Refusal | undefined {
  try {
    new Verifier(trust).free();
    return undefined;
  } catch (error) {
    return refusalOf(error);
  }
}
