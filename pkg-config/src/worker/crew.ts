import { CallVerifyError } from "../errors.js";
import { ready } from "../module.js";
import type { Run } from "../run.js";
import type { Answer, Start, Thread } from "./orders.js";
import { LINE_BYTES } from "./shares.js";

/** Shares that a thread has at once: one that it folds, and one so that it needn't wait. */
const AHEAD = 2;
/** What a thread's share costs the run (it is copied, and its segment appended), as a part of reading it. */
const UPKEEP = 0.27;
/** What a crew is made of. */
export interface Terms {
  start: Start;
  /** Threads, the calling one among them. */
  jobs: number;
  /** Bytes of a share. */
  size: number;
  /** Milliseconds after which a thread that says nothing is given up. Some browsers end threads without a word. */
  patience: number;
  /** For the core, as text. */
  options: string;
  signal: AbortSignal | undefined;
}

/** Lines that wait for their place in the run. A thread's are kept until it has folded them, as threads can die. */
interface Share {
  lines: Uint8Array;
  segment: Uint8Array | undefined;
  /** Whose it is; the run's own if undefined. */
  member: Member | undefined;
}

interface Member {
  thread: Thread | undefined;
  isReady: boolean;
  /** Given to it and not answered yet, in order. */
  shares: Share[];
}

/**
 * Threads that fold shares of an input for a run, which reads some itself, and whatever they leave undone. A share gets into the run
 * once, and in its place.
 */
export class Crew {
  readonly #run: Run;
  readonly #terms: Terms;
  readonly #members: Member[] = [];
  /** On their way, in the order of the input. */
  readonly #shares: Share[] = [];
  /** Memory that came back. */
  readonly #spare: ArrayBuffer[] = [];
  #bytes = 0;
  /** The part of the shares with which the run is as busy as each thread. With many threads it has enough to do without. */
  readonly #ownPart: number;
  #due = 0;
  #refusal: CallVerifyError | undefined;
  #wake: () => void = () => {};

  constructor(run: Run, terms: Terms) {
    this.#run = run;
    this.#terms = terms;
    const each = 1 / (terms.jobs - 1);
    this.#ownPart = Math.max(0, (each - UPKEEP) / (each + 1 - UPKEEP));
    terms.signal?.addEventListener("abort", this.#abort);
  }

  /** Sees to the next lines of the input: whole ones, unless they are the last. */
  async take(lines: Uint8Array): Promise<void> {
    if (this.#members.length === 0) this.#begin();
    const { jobs, size } = this.#terms;
    this.#due += this.#ownPart;
    const isOwn = this.#due >= 1 || lines.length > LINE_BYTES;
    if (this.#due >= 1) this.#due -= 1;
    for (;;) {
      await this.#settle();
      const canWait = this.#bytes + lines.length <= AHEAD * jobs * size;
      const member = isOwn || !canWait ? undefined : this.#free();
      if (member !== undefined) return this.#give(member, lines);
      // It is its turn, or no thread is ready yet, or any more.
      if (this.#shares.length === 0) return this.#run.push(lines);
      if (isOwn && canWait) return this.#keep({ lines, segment: undefined, member: undefined });
      await this.#news();
    }
  }

  /** Waits until everything taken is in the run. */
  async settled(): Promise<void> {
    for (;;) {
      await this.#settle();
      if (this.#shares.length === 0) return;
      await this.#news();
    }
  }

  end(): void {
    this.#terms.signal?.removeEventListener("abort", this.#abort);
    for (const member of this.#members) this.#lose(member);
  }

  readonly #abort = (): void => this.#wake();

  #begin(): void {
    const { start, jobs, options } = this.#terms;
    const module = ready();
    while (this.#members.length < jobs - 1) {
      const member: Member = { thread: undefined, isReady: false, shares: [] };
      this.#members.push(member);
      try {
        member.thread = start(
          (answer) => this.#hear(member, answer),
          () => this.#lose(member),
        );
        member.thread.tell({ module, options }, []);
      } catch {
        // No such thing as workers here, or none for this script: the run does without.
        this.#lose(member);
      }
    }
  }

  #free(): Member | undefined {
    const ready = this.#members.filter(({ isReady, shares }) => isReady && shares.length < AHEAD);
    return ready.sort((one, other) => one.shares.length - other.shares.length)[0];
  }

  #give(member: Member, lines: Uint8Array): void {
    const spare = this.#spare.at(-1);
    const memory = spare !== undefined && spare.byteLength >= lines.length ? this.#spare.pop() : undefined;
    const moved = new Uint8Array(memory ?? new ArrayBuffer(lines.length), 0, lines.length);
    moved.set(lines);
    const share: Share = { lines, segment: undefined, member };
    this.#keep(share);
    member.shares.push(share);
    try {
      member.thread?.tell({ lines: moved }, [moved.buffer]);
    } catch {
      this.#lose(member);
    }
  }

  #keep(share: Share): void {
    this.#shares.push(share);
    this.#bytes += share.lines.length;
  }

  #hear(member: Member, answer: Answer): void {
    if (member.thread === undefined) return;
    if (answer.kind === "ready") {
      member.isReady = true;
    } else if (answer.kind === "folded") {
      const share = member.shares.shift();
      if (share !== undefined) share.segment = answer.segment;
      this.#spare.push(answer.lines.buffer);
    } else if (answer.kind === "refused") {
      this.#refusal ??= new CallVerifyError(answer.code, answer.message);
    } else {
      this.#lose(member);
    }
    this.#wake();
  }

  /** From here on nothing is heard of this thread. What it had is left to the run. */
  #lose(member: Member): void {
    const { thread } = member;
    member.thread = undefined;
    member.isReady = false;
    member.shares = [];
    thread?.end();
    this.#wake();
  }

  /** Brings into the run whatever is next and known, or lost. */
  async #settle(): Promise<void> {
    this.#terms.signal?.throwIfAborted();
    for (let share = this.#shares[0]; share !== undefined; share = this.#shares[0]) {
      if (this.#refusal !== undefined) throw this.#refusal;
      const { lines, segment, member } = share;
      if (segment === undefined && member?.thread !== undefined) return;
      this.#shares.shift();
      this.#bytes -= lines.length;
      await (segment === undefined ? this.#run.push(lines) : this.#run.append(segment, lines.length));
    }
  }

  /** Waits for a thread to say or suffer something, or for an abort. */
  async #news(): Promise<void> {
    if (this.#terms.signal?.aborted === true) return;
    const slowest = this.#shares[0]?.member;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(() => slowest !== undefined && this.#lose(slowest), this.#terms.patience);
    });
    clearTimeout(timer);
  }
}
