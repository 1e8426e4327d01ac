/** Has the page kept by the browser, so that it opens without a network. */

import { isSingleFile } from "./packed.js";
import { registerServiceWorker } from "./policies.js";

export async function keepOffline(): Promise<void> {
  if (isSingleFile || !("serviceWorker" in navigator)) return;
  // A browser that keeps nothing shows the page all the same.
  await registerServiceWorker().catch(() => {});
}
