/**
 * The verifier's sentences in the reader's language. The verifier speaks English only, so that its reports are the same bytes everywhere;
 * here its English is the key, and what has no translation stays as it is.
 */

import { explain } from "call-stream-verify/explain";
import type { Locale } from "../index.js";
import { accented } from "../pseudo.js";
// Kind by kind, not language by language: what repeats its English is packed better side by side.
import { claimsDe } from "./de/claims.js";
import { claimsEs } from "./es/claims.js";
import { detailsDe } from "./de/details.js";
import { detailsEs } from "./es/details.js";
import { codesDe } from "./de/codes.js";
import { codesEs } from "./es/codes.js";
import type { CoreTexts } from "./texts.js";

export interface CoreText {
  text: string;
  /** The language of `text`, as a language tag. */
  lang: string;
}

/** The sentences that name something, and what stands between the names. */
const NAMING = [
  { sentence: "The head is under a checkpoint signed by {names}, which you trust.", between: " and " },
  { sentence: "The entry is under a checkpoint of {size} entries signed by {names}, which you trust.", between: " and " },
  { sentence: "Redacted calls withhold members, which were not seen: {names}.", between: ", " },
  {
    sentence: "An anchor leads from the head to a block header that you gave; whether that stands in the best chain of Bitcoin is for you to know: {names}.",
    between: ", ",
  },
  { sentence: "No confirmed anchor covers the head, only one the first entries: {names}.", between: ", " },
  {
    sentence: "Entries behind this one were read, under a head that you trust; what they revoke or seal anew is in the verdict: {names}.",
    between: ", ",
  },
  { sentence: "No hash covers these members of the record: {names}.", between: ", " },
].map(({ sentence, between }) => ({ sentence, between, pattern: patternOf(sentence) }));

function patternOf(sentence: string): RegExp {
  const exact = sentence.replace(/[.{}]/g, "\\$&");
  return new RegExp(`^${exact.replace("\\{size\\}", "(?<size>[0-9]+)").replace("\\{names\\}", "(?<names>[^]+)")}$`);
}

const coreDe: CoreTexts = { codes: codesDe, claims: claimsDe, details: detailsDe, and: " und ", option: " (Option {names})" };
// «y de», not «y»: a name may begin with the sound that would make it «e».
const coreEs: CoreTexts = { codes: codesEs, claims: claimsEs, details: detailsEs, and: " y de ", option: " (opción {names})" };

interface Language {
  lang: string;
  /** The codes' sentences, which a message begins with. */
  sentences: ReadonlyMap<string, string>;
  /** Everything, the sentences included. */
  texts: ReadonlyMap<string, string>;
  and: string;
  option: string;
}

const languages = new Map<Locale, Language>();

/** `english`, a sentence of the verifier's (a message, a reason, an explanation), in `locale`. */
export function coreText(english: string, locale: Locale): CoreText {
  if (locale === "en") return { text: english, lang: "en" };
  let language = languages.get(locale);
  if (language === undefined) languages.set(locale, (language = languageOf(locale)));
  const text = translated(english, language);
  return text === undefined ? { text: english, lang: "en" } : { text, lang: language.lang };
}

function languageOf(locale: Exclude<Locale, "en">): Language {
  if (locale === "de") return language("de", coreDe);
  if (locale === "es") return language("es", coreEs);
  return pseudo(language("en-XA", coreDe));
}

function language(lang: string, { codes, claims, details, and, option }: CoreTexts): Language {
  const sentences = new Map<string, string>();
  const texts = new Map<string, string>([...Object.entries(claims), ...Object.entries(details)]);
  for (const [code, [sentence, explanation]] of Object.entries(codes)) {
    const english = explain(code);
    if (english === undefined) continue;
    sentences.set(english.sentence, sentence);
    texts.set(english.sentence, sentence).set(english.explanation, explanation);
  }
  return { lang, sentences, texts, and, option };
}

/** The English of `known` with accents: what German lacks shows as well in the pseudo-locale. */
function pseudo({ lang, sentences, texts }: Language): Language {
  const marked = (known: ReadonlyMap<string, string>): Map<string, string> => new Map(Array.from(known.keys(), (english) => [english, accented(english)]));
  return { lang, sentences: marked(sentences), texts: marked(texts), and: " and ", option: ` ${accented("(option {names})")}` };
}

function translated(english: string, language: Language): string | undefined {
  return language.texts.get(english) ?? naming(english, language) ?? ofOption(english, language) ?? narrowed(english, language);
}

/** A sentence with names in it, which stay as they are. */
function naming(english: string, { texts, and }: Language): string | undefined {
  for (const { sentence, between, pattern } of NAMING) {
    const { size = "", names } = pattern.exec(english)?.groups ?? {};
    if (names === undefined) continue;
    const listed = between === " and " ? names.split(between).join(and) : names;
    // A function, as names may hold what a replacement text would give a meaning to.
    return texts.get(sentence)?.replace("{size}", size).replace("{names}", () => listed);
  }
  return undefined;
}

/** A message that ends with the option that it is about. */
function ofOption(english: string, language: Language): string | undefined {
  const [, message, name] = /^(.*) \(option ([^()]+)\)$/.exec(english) ?? [];
  if (message === undefined || name === undefined) return undefined;
  const text = translated(message, language);
  return text === undefined ? undefined : text + language.option.replace("{names}", () => name);
}

/** A code's sentence and the detail that narrows it. */
function narrowed(english: string, { sentences, texts }: Language): string | undefined {
  for (const [sentence, text] of sentences) {
    if (!english.startsWith(`${sentence} `)) continue;
    const detail = texts.get(english.slice(sentence.length + 1));
    if (detail !== undefined) return `${text} ${detail}`;
  }
  return undefined;
}
