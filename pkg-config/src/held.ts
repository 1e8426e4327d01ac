import { CallVerifyError } from "./errors.js";
import { currentInstance, guarded } from "./module.js";

/** An object within the module, until it is used up or given back. */
export class Held<Raw extends { free(): void }> {
  #raw: Raw | undefined;
  readonly #instance: number;
  readonly #name: string;

  constructor(make: () => Raw, name: string) {
    this.#raw = guarded(make);
    this.#instance = currentInstance();
    this.#name = name;
  }

  /** The object, to be asked something. */
  open(): Raw {
    if (this.#raw === undefined) throw new CallVerifyError("already-finished", `This ${this.#name} has finished.`);
    if (this.#instance !== currentInstance()) {
      throw new CallVerifyError("lost", `This ${this.#name} was lost when an internal error stopped the module: begin again.`);
    }
    return this.#raw;
  }

  /** The object, for the last time. */
  take(): Raw {
    const raw = this.open();
    this.#raw = undefined;
    return raw;
  }

  /** Gives the memory back, if that has not happened yet. */
  free(): void {
    const raw = this.#raw;
    this.#raw = undefined;
    if (raw !== undefined && this.#instance === currentInstance()) guarded(() => raw.free());
  }
}
