import { reportText, verify } from "call-stream-verify";

export default {
  async fetch(request) {
    return new Response(reportText(await verify(request.body)));
  },
};
