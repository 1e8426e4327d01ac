import { createHandler } from "call-stream-verify/edge";

export const runtime = "edge";

const handler = createHandler({ policy: process.env.CALL_VERIFY_POLICY ?? "", basePath: "/call-verify" });

export { handler as GET, handler as HEAD, handler as OPTIONS, handler as POST };
