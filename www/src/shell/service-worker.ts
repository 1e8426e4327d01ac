/**
 * Keeps the page: every file it is made of, by an exact list with each one's SHA-256. What is kept is served from there, everything else is
 * none of its business. A new version takes over when no page of the old one is open any more.
 */

/** Written in by the build: addresses beside this script, with each file's `sha256-…`; the version is of all of them. */
declare const KEPT: { version: string; files: [address: string, integrity: string][] };

interface ExtendableEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  request: Request;
  respondWith(response: Promise<Response>): void;
}

interface ServiceWorkerScope {
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
  clients: { claim(): Promise<void> };
}

const scope = globalThis as unknown as ServiceWorkerScope;
const PREFIX = "call-stream-verify-";
const CACHE = PREFIX + KEPT.version;
const here = new URL("./", location.href);
const kept = new Set(KEPT.files.map(([address]) => new URL(address, here).href));

scope.addEventListener("install", (event) => event.waitUntil(keep()));
scope.addEventListener("activate", (event) => event.waitUntil(takeOver()));
scope.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  url.hash = "";
  url.search = "";
  if (event.request.method === "GET" && kept.has(url.href)) event.respondWith(served(url.href, event.request));
});

async function keep(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT.files.map(([address, integrity]) => new Request(new URL(address, here), { integrity, cache: "no-cache" })));
}

async function takeOver(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await scope.clients.claim();
}

async function served(address: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(address)) ?? fetch(request);
}
