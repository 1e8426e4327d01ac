// One input over several threads: the report of `verify`, to the byte, whatever becomes of the threads.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { MessageChannel, Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { CallVerifyError, init, OptionError, reportText, verify } from "call-stream-verify";
import * as published from "call-stream-verify/worker";
// What the entries are made of, for shares as small as the samples need them and for threads that fail when they are told to.
import { dividing } from "../../pkg-config/dist/worker/divided.js";
import { folding } from "../../pkg-config/dist/worker/folding.js";

const dist = new URL("../../pkg-config/dist/", import.meta.url);
const sample = (name) => readFileSync(new URL(`../../www/public/samples/${name}`, import.meta.url));
const options = { policy: sample("policy.txt").toString() };
const samples = ["honest", "tampered", "revoked", "redacted", "cut-off"].map((name) => [name, sample(`${name}.ndjson`)]);
const MIB = 1 << 20;

/** A thread of this process: another thread's messages, with no time to start. */
function nearby(answered) {
  const { port1, port2 } = new MessageChannel();
  const orders = folding((answer, moved) => port2.postMessage(answer, moved));
  port1.on("message", answered);
  port2.on("message", orders);
  return { tell: (order, moved) => port1.postMessage(order, moved), end: () => port1.close() };
}

/** A real one that runs this script. */
const running = (script) => (answered, died) => {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
  worker.on("message", answered).on("error", died).on("exit", died);
  return { tell: (order, moved) => worker.postMessage(order, moved), end: () => void worker.terminate() };
};
const real = running(`import ${JSON.stringify(new URL("worker/thread-node.js", dist))};`);

/** `start`, with what happens written down. */
function watched(start) {
  const seen = { started: 0, ended: 0, folded: 0 };
  const begin = (answered, died) => {
    seen.started += 1;
    const thread = start((answer) => {
      if (answer.kind === "folded") seen.folded += 1;
      answered(answer);
    }, died);
    const end = () => {
      seen.ended += 1;
      thread.end();
    };
    return { tell: thread.tell, end };
  };
  return { seen, start: begin };
}

const divided = (start, size = 2000) => dividing({ init, start, share: { least: size, most: size } });

/** A bundle of so many bytes, read to its end: entries that come again are found, and do not end the judging. */
function long(size) {
  const [manifest, ...lines] = sample("honest.ndjson").toString().split("\n");
  const entries = Buffer.from(`${lines.filter((line) => line.startsWith('{"type":"entry"')).join("\n")}\n`);
  const bytes = Buffer.alloc(size, "\n");
  let at = bytes.write(`${manifest}\n`);
  for (; at + entries.length <= size; at += entries.length) bytes.set(entries, at);
  return bytes.subarray(0, at);
}

function* chunks(bytes, size) {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function* streamed(bytes, size) {
  for (const chunk of chunks(bytes, size)) {
    // As sources do that write every chunk into the same memory, or want their chunks back.
    const copy = Buffer.from(chunk);
    yield copy;
    copy.fill("\n");
  }
}

/** Numbers that look random and are the same every time. */
function* numbers(seed) {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function damaged(bytes, random) {
  const below = (limit) => Math.floor(random.next().value * limit);
  const lines = bytes.toString("latin1").split("\n");
  const at = below(lines.length);
  const ways = [
    () => lines.splice(at, 1),
    () => lines.splice(at, 0, lines[below(lines.length)]),
    () => lines.splice(at, 0, ""),
    () => ([lines[0], lines[at]] = [lines[at], lines[0]]),
    () => (lines[at] = lines[at].slice(0, below(lines[at].length))),
    () => (lines[at] = lines[at].replace(/[0-9]/, (digit) => String((Number(digit) + 1) % 10))),
    () => lines.splice(at),
    () => lines.push("behind the end"),
  ];
  ways[below(ways.length)]();
  const whole = Buffer.from(lines.join("\n"), "latin1");
  return random.next().value < 0.3 ? whole.subarray(0, below(whole.length)) : whole;
}

const textOf = async (run) => reportText(await run);

describe("the report has the same bytes", () => {
  for (const [name, bytes] of samples) {
    test(`for any number of threads, shares and chunks: ${name}`, async () => {
      const expected = await textOf(verify(bytes, options));
      for (const jobs of [1, 2, 4, 8]) {
        for (const size of [1, 1000, 20_000]) {
          const verifyDivided = divided(nearby, size);
          const inputs = [bytes, bytes.toString(), new Blob([bytes]), streamed(bytes, 997), streamed(bytes, 65_536)];
          for (const input of inputs) assert.equal(await textOf(verifyDivided(input, { ...options, jobs })), expected, `${jobs} ${size}`);
        }
      }
    });
  }

  test("for damaged bundles", async () => {
    const random = numbers(7);
    const verdicts = new Set();
    for (let round = 0; round < 80; round++) {
      const bytes = damaged(samples[round % samples.length][1], random);
      const report = await verify(bytes, { ...options, all: true });
      verdicts.add(report.verdict);
      const jobs = 2 + (round % 4);
      const input = round % 2 === 0 ? bytes : streamed(bytes, 99 + (round % 7) * 500);
      const text = await textOf(divided(nearby, 3000 + round * 300)(input, { ...options, all: true, jobs }));
      assert.equal(text, reportText(report), `round ${round}`);
    }
    assert.deepEqual([...verdicts].sort(), ["mismatch", "not_proven"]);
  });

  for (const jobs of [2, 4, 8]) {
    test(`in ${jobs} real threads`, async () => {
      const bytes = long(9 * MIB);
      const { seen, start } = watched(real);
      // A thread takes a while to start, which small inputs don't.
      const slow = streamed(bytes, MIB);
      const input = (async function* () {
        for await (const chunk of slow) {
          yield chunk;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      })();
      const trust = { minLevel: "L2" };
      let last;
      const expected = await textOf(verify(bytes, { ...trust, onProgress: (progress) => (last = progress) }));
      assert.equal(last.entries, last.lines - 1);
      assert.equal(await textOf(divided(start, 100_000)(input, { ...trust, jobs })), expected);
      assert.deepEqual([seen.started, seen.ended], [jobs - 1, jobs - 1]);
      assert.ok(seen.folded > 10, `${seen.folded} shares`);
      assert.equal(await textOf(published.verify(bytes, { ...trust, jobs })), expected);
    });
  }

  test("for lines that are longer than any that is read", async () => {
    const manifest = sample("honest.ndjson").subarray(0, sample("honest.ndjson").indexOf("\n") + 1);
    const limit = 16 * MIB;
    for (const [what, size, after] of [
      ["without an end", limit + 1, ""],
      ["with an end", limit + 1, "\n{}\n"],
      ["at the limit", limit, "\n{}\n"],
      ["at the limit and cut off", limit, ""],
      ["without an end, at length", 3 * limit, ""],
    ]) {
      const bytes = Buffer.concat([manifest, Buffer.alloc(size, "a"), Buffer.from(after)]);
      const report = await verify(bytes, options);
      const codes = report.findings.map(({ code }) => code);
      assert.equal(codes.includes("line-too-long"), size > limit, codes.join());
      for (const input of [bytes, [bytes], chunks(bytes, 5 * MIB), chunks(bytes, 300_000)]) {
        const source = ArrayBuffer.isView(input) ? input : ReadableStream.from(input);
        assert.equal(await textOf(divided(nearby, MIB)(source, { ...options, jobs: 2 })), reportText(report), what);
      }
    }
  });

  test("for gzip and for what is smaller than a share, which need no thread", async () => {
    for (const bytes of [gzipSync(sample("honest.ndjson")), Buffer.from([0x1f]), Buffer.from("{}\n"), Buffer.alloc(0)]) {
      const { seen, start } = watched(nearby);
      for (const input of [bytes, streamed(bytes, 10)]) {
        assert.equal(await textOf(divided(start, 100)(input, { ...options, jobs: 4 })), await textOf(verify(bytes, options)));
      }
      assert.equal(seen.started, 0);
    }
  });
});

describe("threads that fail leave the report to the run", () => {
  const bytes = sample("honest.ndjson");
  const silent = () => ({ tell() {}, end() {} });

  /** Folds `count` shares and then does `last`. */
  const failing = (count, last) => (answered, died) => {
    let left = count;
    const thread = nearby((answer) => {
      if (answer.kind !== "folded" || left-- > 0) answered(answer);
      else last({ answered, died });
    });
    return thread;
  };

  const failures = {
    "none can be started": () => {
      throw new Error("no workers");
    },
    "they can't be given the module": () => ({
      tell() {
        throw new DOMException("no", "DataCloneError");
      },
      end() {},
    }),
    "they can't be given lines": (answered) => {
      const thread = nearby(answered);
      const tell = (order, moved) => {
        if ("lines" in order) throw new Error("no");
        thread.tell(order, moved);
      };
      return { tell, end: thread.end };
    },
    "they never say a word": silent,
    "their script is not there": (_, died) => {
      setTimeout(died);
      return silent();
    },
    "they can't load the module": (answered) => {
      setTimeout(() => answered({ kind: "unable" }));
      return silent();
    },
    "they die at once": failing(0, ({ died }) => died()),
    "they die later": failing(3, ({ died }) => died()),
    "they give up": failing(2, ({ answered }) => answered({ kind: "unable" })),
  };
  for (const [what, start] of Object.entries(failures)) {
    test(what, async () => {
      const expected = await textOf(verify(bytes, options));
      for (const jobs of [2, 5]) {
        const watching = watched(start);
        assert.equal(await textOf(divided(watching.start)(streamed(bytes, 3000), { ...options, jobs })), expected);
        assert.equal(watching.seen.started, jobs - 1);
      }
    });
  }

  test("they stop in the middle without a word", async () => {
    for (const count of [0, 3]) {
      const { seen, start } = watched(failing(count, () => {}));
      const share = { least: 2000, most: 2000 };
      const run = dividing({ init, start, share, patience: 50 })(bytes, { ...options, jobs: 3 });
      assert.equal(await textOf(run), await textOf(verify(bytes, options)));
      assert.equal(seen.ended, 2);
    }
  });

  test("some die and others don't", async () => {
    let count = 0;
    const start = (answered, died) => failing(count++ % 2 === 0 ? 1 : Infinity, () => died())(answered, died);
    assert.equal(await textOf(divided(start)(bytes, { ...options, jobs: 6 })), await textOf(verify(bytes, options)));
    assert.equal(count, 5);
  });

  test("a real one ends in the middle", async () => {
    const script = `
      import { parentPort } from "node:worker_threads";
      import ${JSON.stringify(new URL("worker/thread-node.js", dist))};
      let left = 3;
      parentPort.on("message", () => { if (left-- === 0) process.exit(); });`;
    const { seen, start } = watched(running(script));
    const slow = (async function* () {
      for (const chunk of chunks(bytes, 3000)) {
        yield chunk;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    assert.equal(await textOf(divided(start)(slow, { ...options, jobs: 2 })), await textOf(verify(bytes, options)));
    assert.ok(seen.folded <= 3);
  });
});

test("a thread that an internal error stops is an error, and the next call works", async () => {
  // No memory is left to grow into.
  const script = `
    import { parentPort } from "node:worker_threads";
    import ${JSON.stringify(new URL("worker/thread-node.js", dist))};
    import { initSync } from ${JSON.stringify(new URL("core.js", dist))};
    parentPort.on("message", (order) => {
      if ("lines" in order) return;
      setTimeout(() => {
        const { memory } = initSync({ module: new Uint8Array() });
        memory.grow(65_536 - memory.buffer.byteLength / 65_536);
      });
    });`;
  const bytes = long(2 * MIB);
  const verifyDivided = divided(running(script), 200_000);
  async function* slow() {
    for (const chunk of chunks(bytes, 100_000)) {
      yield chunk;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  const isInternal = (error) => error instanceof CallVerifyError && error.code === "internal";
  await assert.rejects(verifyDivided(slow(), { ...options, jobs: 2 }), isInternal);
  assert.equal(await textOf(published.verify(bytes, { ...options, jobs: 2 })), await textOf(verify(bytes, options)));
});

describe("a run in threads", () => {
  /** The lines of a bundle that goes on as long as anybody asks, and how much was asked for. */
  function endless() {
    const chunk = long(400_000);
    const rest = chunk.subarray(chunk.indexOf("\n") + 1);
    const source = {
      asked: 0,
      isClosed: false,
      async *[Symbol.asyncIterator]() {
        try {
          source.asked = chunk.length;
          yield chunk;
          for (;;) {
            source.asked += rest.length;
            yield rest;
          }
        } finally {
          source.isClosed = true;
        }
      },
    };
    return source;
  }

  for (const jobs of [2, 8]) {
    test(`ends within 50 ms of an abort, and its threads with it: ${jobs}`, async () => {
      for (const begin of [endless, () => long(600 * MIB)]) {
        const { seen, start } = watched(real);
        const controller = new AbortController();
        const reason = new Error("enough");
        const input = begin();
        let due;
        setTimeout(() => {
          due = performance.now();
          controller.abort(reason);
        }, 300);
        await assert.rejects(dividing({ init, start })(input, { minLevel: "L2", jobs, signal: controller.signal }), reason);
        console.log(`aborted within ${(performance.now() - due).toFixed(1)} ms`);
        assert.equal(seen.started, jobs - 1);
        assert.equal(seen.ended, seen.started);
        assert.notEqual(input.isClosed, false);
      }
    });
  }

  test("is aborted while threads are busy and while the source is silent", async () => {
    // The thread takes what it gets, and nothing comes of it.
    const stuck = (answered) => nearby((answer) => answer.kind === "ready" && answered(answer));
    const silence = async function* () {
      yield sample("honest.ndjson").subarray(0, 10_000);
      await new Promise(() => {});
    };
    for (const input of [sample("honest.ndjson"), silence()]) {
      const { seen, start } = watched(stuck);
      const signal = AbortSignal.timeout(100);
      await assert.rejects(divided(start)(input, { ...options, jobs: 2, signal }), { name: "TimeoutError" });
      assert.deepEqual([seen.started, seen.ended], [1, 1]);
    }
    await assert.rejects(published.verify("", { signal: AbortSignal.abort() }), { name: "AbortError" });
  });

  test("reads no further ahead than a few shares a thread", async () => {
    const source = endless();
    const controller = new AbortController();
    const size = 64 << 10;
    const jobs = 4;
    let furthest = 0;
    const onProgress = ({ bytes }) => {
      furthest = Math.max(furthest, source.asked - bytes);
      if (bytes > 40 * MIB) controller.abort();
    };
    const run = divided(nearby, size)(source, { minLevel: "L2", jobs, onProgress, signal: controller.signal });
    await assert.rejects(run, { name: "AbortError" });
    assert.ok(furthest > size && furthest <= (2 * jobs + 2) * size + 400_000, `${furthest} bytes`);
  });

  test("tells its progress, with the total where it is known", async () => {
    const bytes = sample("honest.ndjson");
    const whole = [];
    await divided(nearby)(bytes, { ...options, jobs: 3, onProgress: (progress) => whole.push(progress) });
    assert.deepEqual(whole.map(({ bytes }) => bytes), whole.map(({ bytes }) => bytes).sort((one, other) => one - other));
    assert.deepEqual([whole.at(-1).bytes, whole.at(-1).total], [bytes.length, bytes.length]);
    const last = [];
    await verify(bytes, { ...options, onProgress: (progress) => last.push(progress) });
    assert.deepEqual(whole.at(-1), last.at(-1));
  });

  test("leaves the caller's memory alone", async () => {
    const bytes = new Uint8Array(sample("honest.ndjson"));
    await divided(nearby)(bytes, { ...options, jobs: 4 });
    assert.deepEqual(Buffer.from(bytes), sample("honest.ndjson"));
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    assert.equal((await divided(nearby)(shared, { ...options, jobs: 4 })).verdict, "verified");
  });

  test("that fails ends its threads", async () => {
    const broken = new Error("the disk is gone");
    const failing = async function* () {
      yield sample("honest.ndjson");
      throw broken;
    };
    const { seen, start } = watched(nearby);
    await assert.rejects(divided(start)(failing(), { ...options, jobs: 3 }), broken);
    const onProgress = () => {
      throw broken;
    };
    await assert.rejects(divided(start)(sample("honest.ndjson"), { ...options, jobs: 3, onProgress }), broken);
    assert.deepEqual([seen.started, seen.ended], [4, 4]);
  });

  test("has threads whatever flags the program runs under, and does not keep it running", async () => {
    const script = `
      import { verify } from "call-stream-verify/worker";
      async function* source() {
        for (let count = 0; count < 16; count++) {
          yield Buffer.alloc(${MIB}, "{}\\n");
          await new Promise((resolve) => setTimeout(resolve, 40));
        }
      }
      let read = 0;
      let most = 0;
      const onProgress = ({ bytes }) => {
        most = Math.max(most, bytes - read);
        read = bytes;
      };
      await verify(source(), { jobs: 2, onProgress });
      console.log(most);`;
    const cwd = new URL(".", import.meta.url);
    const { stdout } = await promisify(execFile)("node", ["--input-type=module", "--eval", script], { cwd, timeout: 20_000 });
    // A share at once, where a run without threads takes 64 KiB.
    assert.ok(Number(stdout) > MIB, stdout);
  });
});

describe("options", () => {
  test("jobs is a whole number from 1 to 64", async () => {
    for (const jobs of [0, -1, 1.5, 65, Number.NaN, Infinity, "2", null, {}, true]) {
      await assert.rejects(published.verify("{}\n", { jobs }), (error) => {
        assert.ok(error instanceof OptionError);
        assert.deepEqual([error.code, error.member], ["bad-option", "jobs"]);
        return true;
      });
    }
    for (const jobs of [1, 64, undefined]) assert.equal((await published.verify("{}\n", { jobs })).verdict, "not_proven");
  });

  test("without jobs there are as many threads as the machine runs, and 8 at most", async () => {
    for (const [parallelism, threads] of [[1, 0], [3, 2], [32, 7]]) {
      const { seen, start } = watched(nearby);
      const share = { least: 2000, most: 2000 };
      await dividing({ init, start, share, parallelism: () => parallelism })(sample("honest.ndjson"), options);
      assert.equal(seen.started, threads);
    }
    assert.ok(availableParallelism() >= 1);
  });

  test("all others are those of verify", async () => {
    await assert.rejects(published.verify("{}\n", { jobs: 2, minlevel: "L4" }), { name: "OptionError", member: "minlevel" });
    await assert.rejects(published.verify("{}\n", Object.create({ jobs: 2 })), { name: "OptionError", member: "options" });
    await assert.rejects(published.verify("{}\n", null), { name: "OptionError", member: "options" });
    await assert.rejects(published.verify("{}\n", { jobs: 2, policy: "no policy" }), { code: "bad-policy" });
    for (const input of [undefined, 1, {}, new Uint16Array(2), new Response(null)]) await assert.rejects(published.verify(input, { jobs: 2 }), TypeError);
  });
});
