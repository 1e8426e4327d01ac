import type { Words } from "./index.js";

export const de: Words = {
  title: "Call Stream Verify",
  bytes: { one: "1 Byte", other: "{n} Bytes" },
  moreCharacters: { one: "und 1 weiteres Zeichen", other: "und {n} weitere Zeichen" },
};
