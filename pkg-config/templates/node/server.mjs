// CALL_VERIFY_POLICY="$(cat log.vkey)" PORT=8080 node server.mjs
import { realpathSync } from "node:fs";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createHandler } from "call-stream-verify/edge";

/** A server that answers every request by `handler`. */
export const serverOf = (handler) => createServer(async (incoming, outgoing) => {
  const gone = new AbortController();
  outgoing.on("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  try {
    const response = await handler(requestOf(incoming, gone.signal));
    outgoing.writeHead(response.status, [...response.headers].flat());
    if (response.body === null) outgoing.end();
    else await pipeline(Readable.fromWeb(response.body), outgoing);
    // What the handler did not want to read must not stop the next request on this connection.
    incoming.removeAllListeners("data").resume();
  } catch {
    // No Request can say it, such as the method TRACE, or nobody is there to answer.
    if (!outgoing.headersSent) outgoing.writeHead(400);
    outgoing.destroyed ? incoming.destroy() : outgoing.end();
  }
});

function requestOf(incoming, signal) {
  const headers = new Headers();
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index], incoming.rawHeaders[index + 1]);
  }
  const { method } = incoming;
  const body = method === "GET" || method === "HEAD" ? null : bodyOf(incoming);
  return new Request(`http://localhost${incoming.url}`, { method, headers, body, signal, duplex: "half" });
}

// Readable.toWeb would close the connection when the handler stops reading, in front of its answer.
function bodyOf(incoming) {
  return new ReadableStream({
    start(controller) {
      incoming.on("data", (chunk) => {
        controller.enqueue(chunk);
        if (controller.desiredSize <= 0) incoming.pause();
      });
      incoming.on("end", () => controller.close());
      incoming.on("error", (error) => controller.error(error));
      incoming.pause();
    },
    pull() {
      incoming.resume();
    },
    cancel() {
      incoming.removeAllListeners("data").removeAllListeners("end").resume();
    },
  });
}

/** Listens where `PORT` and `HOST` say. */
export function listen(server) {
  server.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? "localhost", () => {
    const { address, port } = server.address();
    console.log(`listening on ${address}, port ${port}`);
  });
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  listen(serverOf(createHandler({ policy: process.env.CALL_VERIFY_POLICY ?? "" })));
}
