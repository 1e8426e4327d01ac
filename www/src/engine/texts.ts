/** The plain text of a file, to read parts of: a file as it is, or what a packed one holds. */

export interface Text {
  readonly size: number;
  bytes(start: number, end: number): Promise<Uint8Array>;
}

export class BlobText implements Text {
  readonly size: number;
  readonly #blob: Blob;

  constructor(blob: Blob) {
    this.#blob = blob;
    this.size = blob.size;
  }

  async bytes(start: number, end: number): Promise<Uint8Array> {
    return new Uint8Array(await this.#blob.slice(start, end).arrayBuffer());
  }
}

/** Unpacked text that is more than is kept in memory, and nowhere else to put it. */
export class NoRoom extends Error {}

const MOST_IN_MEMORY = 64 << 20;

/**
 * Text as it is unpacked: in memory, and if it gets long, in a file that the browser keeps for this page alone. The file is locked as long as
 * its handle is open, so no other page takes it for one that was left behind.
 */
export class UnpackedText implements Text {
  size = 0;
  readonly #fileName: string;
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #handle: FileSystemSyncAccessHandle | undefined;
  #memory: BlobText | undefined;

  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  /** Whether what is appended is held as it is. */
  get isInMemory(): boolean {
    return this.#handle === undefined;
  }

  async append(part: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#handle === undefined && this.size + part.length > MOST_IN_MEMORY) await this.#spill();
    if (this.#handle === undefined) this.#parts.push(part);
    else this.#write(this.#handle, part);
    this.size += part.length;
  }

  finish(): void {
    if (this.#handle !== undefined) return;
    this.#memory = new BlobText(new Blob(this.#parts));
    this.#parts = [];
  }

  async bytes(start: number, end: number): Promise<Uint8Array> {
    if (this.#handle === undefined) return this.#memory?.bytes(start, end) ?? new Uint8Array();
    const bytes = new Uint8Array(Math.max(0, end - start));
    return bytes.subarray(0, this.#handle.read(bytes, { at: start }));
  }

  /** Gives back what was kept; the page removes the file. */
  drop(): void {
    this.#parts = [];
    this.#memory = undefined;
    this.#handle?.close();
    this.#handle = undefined;
  }

  async #spill(): Promise<void> {
    try {
      const folder = await navigator.storage.getDirectory();
      const file = await folder.getFileHandle(this.#fileName, { create: true });
      this.#handle = await file.createSyncAccessHandle();
    } catch (cause) {
      throw new NoRoom("The browser keeps no files for this page.", { cause });
    }
    let at = 0;
    for (const part of this.#parts) {
      this.#write(this.#handle, part, at);
      at += part.length;
    }
    this.#parts = [];
  }

  #write(handle: FileSystemSyncAccessHandle, part: Uint8Array<ArrayBuffer>, at = this.size): void {
    try {
      if (handle.write(part, { at }) === part.length) return;
    } catch (cause) {
      throw new NoRoom("The browser keeps no more for this page.", { cause });
    }
    throw new NoRoom("The browser keeps no more for this page.");
  }
}
