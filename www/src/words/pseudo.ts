/** A language nobody speaks: English with accents, half as long again and in brackets. What stands on the page without them was never translated. */

import { en } from "./en.js";
import type { Words } from "./index.js";

const PLAIN = "abcdefghijklmnoprstuvwyzABCDEFGHIJKLMNOPRSTUVWYZ";
const ACCENTED = "áƀçđéƒĝĥíĵķļɱñóþŕšţúṽŵýžÁßÇĐÉƑĜĤÍĴĶĻḾÑÓÞŔŠŢÚṼŴÝŽ";
const ACCENTS = new Map(Array.from(PLAIN, (letter, index) => [letter, Array.from(ACCENTED)[index] ?? letter]));

/** The text in that language; {places} stay as they are. */
export function accented(text: string): string {
  const letters = text.replace(/\{[a-zA-Z]+\}|[a-zA-Z]/g, (found) => ACCENTS.get(found) ?? found);
  return `[${letters}${"·".repeat(Math.ceil(text.length / 3))}]`;
}

function translated<Shape>(shape: Shape): Shape {
  if (typeof shape === "string") return accented(shape) as Shape;
  if (Array.isArray(shape)) return shape.map(translated) as Shape;
  if (typeof shape === "object" && shape !== null) {
    return Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, translated(value)])) as Shape;
  }
  return shape;
}

export const pseudo: Words = translated(en);
