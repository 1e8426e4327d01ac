import type { Words } from "../index.js";

export const insideDe: Words["inside"] = {
  title: "Hineinsehen",
};
