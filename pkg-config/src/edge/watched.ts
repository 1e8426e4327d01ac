// A body that is being sent: given up when nobody takes it, and known to be over when it is.

import type { Deadline } from "./deadline.js";
import { Problem } from "./problem.js";

/** `response`, whose body may rest for `milliseconds` between two chunks; `finish` is called once, at its end. */
export function watched(
  response: Response,
  deadline: Deadline,
  milliseconds: number,
  finish: (status: number, problem: Problem | undefined) => void,
): Response {
  const { status, headers } = response;
  if (response.body === null) {
    finish(status, undefined);
    return response;
  }
  const reader = response.body.getReader();
  let finished = false;
  const end = (problem: Problem | undefined): void => {
    if (finished) return;
    finished = true;
    if (problem !== undefined) reader.cancel(problem).catch(() => {});
    finish(status, problem);
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        deadline.signal.addEventListener("abort", () => {
          if (finished) return;
          controller.error(deadline.over);
          end(deadline.over);
        });
      },
      async pull(controller) {
        try {
          const next = await reader.read();
          if (finished) return;
          deadline.restart(milliseconds);
          if (next.done) {
            end(undefined);
            controller.close();
          } else {
            controller.enqueue(next.value);
          }
        } catch (cause) {
          if (finished) return;
          const problem = new Problem("store-unavailable", "The export broke off.", { cause });
          end(problem);
          controller.error(problem);
        }
      },
      cancel() {
        end(new Problem("client-closed", "The client has closed the request."));
      },
    },
    { highWaterMark: 0 },
  );
  deadline.restart(milliseconds);
  return new Response(body, { status, headers });
}
