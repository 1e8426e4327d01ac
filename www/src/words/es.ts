import type { Words } from "./index.js";

export const es: Words = {
  title: "Call Stream Verify",
  bytes: { one: "1 byte", other: "{n} bytes" },
  moreCharacters: { one: "y 1 carácter más", other: "y {n} caracteres más" },
};
