import { OptionError } from "./errors.js";

/**
 * `options`, if they are a plain object with plain members of its own: of anything else some part would get lost in silence on the way
 * to the core, and what is asked for would be less.
 */
export function ownOf<T>(options: T, name = "options"): T {
  if (!isPlain(options)) throw new OptionError("Expected a plain object.", name);
  for (const key of Reflect.ownKeys(options)) {
    const member = Object.getOwnPropertyDescriptor(options, key);
    if (typeof key === "symbol" || member?.enumerable !== true || !("value" in member)) {
      throw new OptionError("Expected plain members, neither hidden nor computed.", String(key));
    }
    // It would speak for the whole object.
    if (key === "toJSON") throw new OptionError("There is no such option.", key);
  }
  return options;
}

// Of any realm: what stands behind its prototype is nothing.
function isPlain(value: unknown): value is object {
  if (Object.prototype.toString.call(value) !== "[object Object]") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (Object.getPrototypeOf(prototype) === null && !("toJSON" in Object(prototype)));
}

/**
 * Options as the text that the core reads. It refuses what it doesn't know by name, so nothing may get lost on the way: what JSON would
 * leave out in silence goes as null, which is no value of any option. Only undefined is an option left out.
 */
export function textOf(options: object): string {
  check(options, "options");
  return JSON.stringify(options, (_, value: unknown) => (["function", "symbol", "bigint"].includes(typeof value) ? null : value));
}

function check(value: unknown, name: string): void {
  if (typeof value !== "object" || value === null || Object.prototype.toString.call(value) === "[object Date]") return;
  if (Array.isArray(value)) {
    for (const item of value) check(item, name);
  } else {
    for (const [key, member] of Object.entries(ownOf(value, name))) check(member, key);
  }
}

/** `value`, which is a text: anything else would stop the core. */
export function stringOf(value: string, name: string): string {
  if (typeof value !== "string") throw new OptionError("Expected a text.", name);
  return value;
}
