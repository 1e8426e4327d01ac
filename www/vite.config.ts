import { defineConfig } from "vite";
import { wholePage } from "./build/whole-page.ts";

export default defineConfig({
  // Wherever it is served, also below a path.
  base: "./",
  plugins: [wholePage()],
  build: {
    target: "es2022",
    // What the page is made of stands in files of its own, which the headers allow by where they come from.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "iife" },
});
