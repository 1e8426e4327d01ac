/** `<call-verify>` for other people's pages: one module with a name that stays, its worker and the verifier beside it. */

import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "dist/embed",
    // As a library Vite would put the verifier into the script, from where no strict policy lets it be loaded.
    assetsInlineLimit: 0,
    modulePreload: false,
    rollupOptions: {
      input: "src/embed/call-verify.ts",
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "call-verify.js", chunkFileNames: "[name]-[hash].js", assetFileNames: "[name]-[hash][extname]" },
    },
  },
  worker: { format: "es", rollupOptions: { output: { entryFileNames: "[name]-[hash].js", assetFileNames: "[name]-[hash][extname]" } } },
});
