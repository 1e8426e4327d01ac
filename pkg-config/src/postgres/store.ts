import { init } from "call-stream-verify";
import type { Store } from "../edge/store.js";
import { append } from "./append.js";
import type { Database } from "./database.js";
import { exportBundle } from "./export.js";

/** The ledger as the store of the edge handler. Each request works in the role of its grant, and the database holds it to that. */
export function createStore(database: Database): Store {
  return {
    async append(tenant, callId, next, options) {
      await init();
      return append(database, { tenant, callId, ...options }, next);
    },
    exportBundle: (tenant, { signal }) => exportBundle(database, { tenant, signal }),
  };
}
