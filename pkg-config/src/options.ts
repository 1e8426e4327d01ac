import { OptionError } from "./errors.js";

/** `options`, if nothing of them would get lost by taking their own members. */
export function ownOf<T>(options: T): T {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new OptionError("Expected an object of options.", "options");
  }
  for (const name in options) {
    if (!Object.hasOwn(options, name)) throw new OptionError("An option is inherited; give it as a member of the object itself.", name);
    if (name === "toJSON") throw new OptionError("There is no such option.", name);
  }
  return options;
}

/**
 * Options as the text that the core reads. It refuses what it doesn't know by name, so nothing may get lost on the way: what JSON would
 * leave out in silence goes as null, which is no value of any option. Only undefined is an option left out.
 */
export function textOf(options: object): string {
  return JSON.stringify(ownOf(options), (_, value: unknown) =>
    typeof value === "function" || typeof value === "symbol" ? null : value,
  );
}

/** `value`, which is a text: anything else would stop the core. */
export function stringOf(value: string, name: string): string {
  if (typeof value !== "string") throw new OptionError("Expected a text.", name);
  return value;
}
