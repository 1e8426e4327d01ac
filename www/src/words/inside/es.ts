import type { Words } from "../index.js";

export const insideEs: Words["inside"] = {
  title: "Mirar dentro",
};
