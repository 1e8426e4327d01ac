import worker from "./divided-worker.mjs";

addEventListener("fetch", (event) => event.respondWith(worker.fetch(event.request)));
