/** The one place where an address becomes a script: only the page's own worker, and its own service worker. */

interface Policy {
  createScriptURL(url: string): TrustedScriptURL | string;
}

const SERVICE_WORKER = "./service-worker.js";

const policy: Policy = window.trustedTypes?.createPolicy("portal", { createScriptURL: check }) ?? { createScriptURL: check };

/** The worker's address; there is one only after its code was loaded. */
let worker: string | undefined;

export function newWorkerFrom(code: Blob): () => Worker {
  worker ??= URL.createObjectURL(code);
  const url = policy.createScriptURL(worker);
  return () => new Worker(url as string, { name: "call-stream-verify" });
}

export function registerServiceWorker(): Promise<ServiceWorkerRegistration> {
  return navigator.serviceWorker.register(policy.createScriptURL(SERVICE_WORKER) as string);
}

function check(url: string): string {
  if (url !== worker && url !== SERVICE_WORKER) throw new TypeError("no script of this page");
  return url;
}
