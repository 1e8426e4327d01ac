import { respond } from "./respond.mjs";

export default { fetch: respond };
