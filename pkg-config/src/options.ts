import { OptionError } from "./errors.js";

/**
 * Options as the text that the core reads. It refuses what it doesn't know by name, so nothing may get lost on the way: what JSON would
 * leave out in silence goes as null, which is no value of any option. Only undefined is an option left out.
 */
export function textOf(options: unknown): string {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new OptionError("Expected an object of options.", "options");
  }
  return JSON.stringify(options, (_, value: unknown) => (typeof value === "function" || typeof value === "symbol" ? null : value));
}

/** `value`, which is a text: anything else would stop the core. */
export function stringOf(value: string, name: string): string {
  if (typeof value !== "string") throw new OptionError("Expected a text.", name);
  return value;
}
