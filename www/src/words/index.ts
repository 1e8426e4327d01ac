/**
 * The words of the page in the reader's language. A locale is plain data: strings with {places} and pairs of plural forms, so that no sentence
 * is put together from halves whose order another language would change.
 */

import { de } from "./de.js";
import { en } from "./en.js";
import { es } from "./es.js";
import { pseudo } from "./pseudo.js";

/** A sentence for one and for any other number; `{n}` is where the number stands. */
export interface Plural {
  one: string;
  other: string;
}

export type Words = typeof en;
export type Locale = "en" | "es" | "de" | "pseudo";

/** What the language menu offers, each in its own words; the pseudo-locale is for tests of the page and only reached by its address. */
export const LANGUAGES: readonly { locale: Exclude<Locale, "pseudo">; name: string }[] = [
  { locale: "en", name: "English" },
  { locale: "es", name: "Español" },
  { locale: "de", name: "Deutsch" },
];

const ALL: Record<Locale, Words> = { en, es, de, pseudo };
/** The language tag of each locale; the pseudo-locale's is a private variant of English. */
const TAGS: Record<Locale, string> = { en: "en", es: "es", de: "de", pseudo: "en-XA" };

let present: Locale = "en";

/** Dispatches `change` when the words are other ones; every view draws itself again. */
export const locales = new EventTarget();

export function words(): Words {
  return ALL[present];
}

export function locale(): Locale {
  return present;
}

/** The present locale as a language tag. */
export function languageTag(): string {
  return TAGS[present];
}

export function setLocale(chosen: Locale): void {
  if (chosen === present) return;
  present = chosen;
  locales.dispatchEvent(new Event("change"));
}

/** The first of a reader's languages that the page speaks. */
export function preferred(languages: readonly string[]): Locale {
  for (const language of languages) {
    const base = language.toLowerCase().split("-")[0];
    const found = LANGUAGES.find((known) => known.locale === base);
    if (found !== undefined) return found.locale;
  }
  return "en";
}

/** The template's pieces in order, with what stands in its places; for Lit, which takes arrays. */
export function fill(template: string, places: Record<string, unknown>): unknown[] {
  return template.split(/(\{[a-zA-Z]+\})/).flatMap((piece) => {
    const name = /^\{([a-zA-Z]+)\}$/.exec(piece)?.[1];
    if (name === undefined) return piece === "" ? [] : [piece];
    // Filled in steps, a template keeps its other places for the next step.
    if (!Object.hasOwn(places, name)) return [piece];
    const place = places[name];
    return place === undefined ? [] : Array.isArray(place) ? (place as unknown[]) : [place];
  });
}

/** The template as a string. */
export function filled(template: string, places: Record<string, string | number>): string {
  return fill(template, places).join("");
}

export function counted(number: number, forms: Plural): string {
  const form = new Intl.PluralRules(languageTag()).select(number) === "one" ? forms.one : forms.other;
  return filled(form, { n: count(number) });
}

export function count(number: number): string {
  return new Intl.NumberFormat(languageTag(), { useGrouping: "always" }).format(number);
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** Bytes in the largest decimal unit that leaves a whole number in front. */
export function bytes(number: number): string {
  let unit = 0;
  let scaled = number;
  while (scaled >= 1000 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  if (unit === 0) return counted(number, words().bytes);
  const digits = new Intl.NumberFormat(languageTag(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(scaled);
  return `${digits} ${UNITS[unit]}`;
}

/** A timestamp of the data in the reader's language and in UTC, to stand beside the canonical one; undefined if it is none. */
export function dateTime(timestamp: string): string | undefined {
  const time = Date.parse(timestamp);
  if (Number.isNaN(time) || !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(timestamp)) return undefined;
  return new Intl.DateTimeFormat(languageTag(), { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" }).format(time);
}
