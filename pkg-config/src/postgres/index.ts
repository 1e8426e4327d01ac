export type { Actor, Digest, Recorded, Revoked, Sealed, Uuid } from "call-stream-verify";
export { checkpoint, type CheckpointOptions, type Signer } from "./checkpoint.js";
export { type Database, fromPg, fromPglite, fromPostgres, type Query, type Row } from "./database.js";
export { exportBundle, type ExportOptions } from "./export.js";
export {
  appendEvent,
  type AppendEventOptions,
  openChain,
  type OpenChainOptions,
  revokeVersion,
  type RevokeVersionOptions,
  sealCall,
  type SealCallOptions,
  sealFinalCall,
  type SealFinalCallOptions,
  verifyCall,
  type VerifyCallOptions,
} from "./ledger.js";
export { createStore } from "./store.js";
export { createWebhook, type WebhookOptions } from "./webhook.js";
