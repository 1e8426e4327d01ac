/** Verifies for the element, off the host's thread. */

import { answered, type Question } from "./question.js";

addEventListener("message", ({ data }: MessageEvent<Question>) => {
  void answered(data).then((answer) => postMessage(answer));
});
