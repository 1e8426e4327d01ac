export type { Authorize, Grant, Role } from "./access.js";
export { createHandler, type Handler } from "./handler.js";
export type { LogEvent } from "./log.js";
export type { HandlerOptions, Limits } from "./options.js";
export type { EdgeCode, ProblemCode, ProblemStatus } from "./problem.js";
export { type AppendOptions, type Next, type Seen, type Store, StoreError } from "./store.js";
