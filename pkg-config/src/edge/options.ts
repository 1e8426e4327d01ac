// The options of a handler: read once, refused by name, and never looked at again.

import type { Actor, Level, Uuid } from "call-stream-verify";
import { OptionError } from "../errors.js";
import { type Authorize, isActor, isUuid } from "./access.js";
import type { LogEvent } from "./log.js";
import type { Store } from "./store.js";

/** What one request, and all requests at one time, may take. */
export interface Limits {
  /** Bytes of a bundle, as they come: 104,857,600 (100 MiB). */
  bodyBytes: number;
  /** Entries and calls of a bundle together: 500,000. They bound the memory of a verification, which bytes of gzip do not. */
  bundleLines: number;
  /** Bytes of a call record: 1,048,576 (1 MiB). */
  recordBytes: number;
  /** Time for one request, its body included; for an export, between two chunks: 60,000. */
  milliseconds: number;
  /** Requests that are worked on at one time, of those that ask for a store and of the others: 64 each. One more is answered with 429. */
  concurrent: number;
}

export interface HandlerOptions {
  /** What this service trusts: a C2SP tlog-policy, or a single vkey line. */
  policy: string;
  /** `SIZE:HEAD`: a head that is known from elsewhere. */
  expect?: string | undefined;
  /** The tenant that every bundle must be of. */
  tenant?: Uuid | undefined;
  /** `L3` if left out, `L4` with a quorum. */
  minLevel?: Level | undefined;
  limits?: Partial<Limits> | undefined;
  /** Where chains are kept; without it there are only the routes that need none. */
  store?: Store | undefined;
  /** Who may use the store. Required with one. */
  authorize?: Authorize | undefined;
  /** The clock by which entries are dated. */
  now?: (() => Date) | undefined;
  /** Who causes an entry if `authorize` names nobody. */
  actor?: Actor | undefined;
  /** The text of a key file, to sign versions and revocations with. */
  key?: string | undefined;
  /** Origins whose pages may read answers, such as `https://app.example`. None if left out; there is no wildcard. */
  cors?: readonly string[] | undefined;
  /** What stands in front of every route, such as `/call-verify`. */
  basePath?: string | undefined;
  /** Called once for each request, when it is over. */
  log?: ((event: LogEvent) => void) | undefined;
}

/** Trust, as `Verifier` takes it. */
export interface Trust {
  policy: string;
  expect?: string | undefined;
  tenant?: Uuid | undefined;
  minLevel?: Level | undefined;
}

/** Options that were checked. */
export interface Service {
  trust: Trust;
  limits: Limits;
  ledger: { store: Store; authorize: Authorize } | undefined;
  now: () => Date;
  actor: Actor | undefined;
  key: string | undefined;
  cors: readonly string[];
  basePath: string;
  log: (event: LogEvent) => void;
}

const LIMITS: Limits = { bodyBytes: 104_857_600, bundleLines: 500_000, recordBytes: 1_048_576, milliseconds: 60_000, concurrent: 64 };

// What a timer can count to.
const LARGEST_TIME = 2_147_483_647;

const NAMES: readonly (keyof HandlerOptions)[] = [
  "policy",
  "expect",
  "tenant",
  "minLevel",
  "limits",
  "store",
  "authorize",
  "now",
  "actor",
  "key",
  "cors",
  "basePath",
  "log",
];

/** The service that `options` describe. */
export function readOptions(options: HandlerOptions): Service {
  if (typeof options !== "object" || options === null) throw refusal("options", "Expected an object.");
  checkNames(options, NAMES, "");
  const { policy, expect, tenant, minLevel, limits = {} } = options;
  const { store, authorize, now, actor, key, cors = [], basePath = "", log } = options;
  check("policy", typeof policy === "string" && policy !== "", "A service trusts nobody without a policy.");
  for (const [name, value] of Object.entries({ expect, minLevel, key, basePath })) {
    check(name, value === undefined || typeof value === "string", "Expected a string.");
  }
  check("tenant", tenant === undefined || isUuid(tenant), "Expected a UUID in lower case.");
  for (const [name, value] of Object.entries({ authorize, now, log })) {
    check(name, value === undefined || typeof value === "function", "Expected a function.");
  }
  check("actor", actor === undefined || isActor(actor), "Expected { type, id }.");
  check("basePath", /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$/.test(basePath), "Expected a path such as /call-verify.");
  check("cors", Array.isArray(cors) && cors.every(isOrigin), "Expected a list of origins such as https://app.example.");
  return {
    trust: { policy, expect, tenant, minLevel },
    limits: readLimits(limits),
    ledger: readLedger(store, authorize),
    now: now ?? (() => new Date()),
    actor: actor === undefined ? undefined : { type: actor.type, id: actor.id },
    key,
    cors: [...cors],
    basePath,
    log: log ?? (() => {}),
  };
}

function readLimits(given: Partial<Limits>): Limits {
  check("limits", typeof given === "object" && given !== null, "Expected an object.");
  const limits = { ...LIMITS };
  const names: readonly (keyof Limits)[] = ["bodyBytes", "bundleLines", "recordBytes", "milliseconds", "concurrent"];
  checkNames(given, names, "limits.");
  for (const name of names) {
    const value = given[name] ?? limits[name];
    check(`limits.${name}`, Number.isSafeInteger(value) && value > 0, "Expected a whole number above 0.");
    limits[name] = value;
  }
  check("limits.milliseconds", limits.milliseconds <= LARGEST_TIME, `Expected at most ${LARGEST_TIME}.`);
  return limits;
}

function readLedger(store: Store | undefined, authorize: Authorize | undefined): Service["ledger"] {
  if (store === undefined) return undefined;
  const isObject = typeof store === "object" && store !== null;
  const isStore = isObject && typeof store.append === "function" && typeof store.exportBundle === "function";
  check("store", isStore, "Expected append() and exportBundle().");
  if (authorize === undefined) throw refusal("authorize", "A store is open to nobody without it.");
  return { store, authorize };
}

function isOrigin(text: unknown): boolean {
  if (typeof text !== "string" || !URL.canParse(text)) return false;
  const { origin, protocol } = new URL(text);
  return origin === text && (protocol === "https:" || protocol === "http:");
}

function checkNames(object: object, known: readonly string[], prefix: string): void {
  // Inherited ones are read, too.
  for (const name in object) {
    if (!known.includes(name)) throw refusal(`${prefix}${name}`, "There is no such option.");
  }
}

function check(name: string, fits: boolean, detail: string): void {
  if (!fits) throw refusal(name, detail);
}

function refusal(member: string, detail: string): OptionError {
  return new OptionError(`${detail} (option ${member})`, member);
}
