/** Files as readers give them: chosen, a folder, dropped, pasted. */

import type { Source } from "../engine/contract.js";

/** More files at once than anybody reads answers of. */
export const MOST_FILES = 100;

export interface Gathered {
  sources: Source[];
  /** How many there were, also beyond those taken. */
  found: number;
}

export function gatheredFrom(files: FileList | readonly File[]): Gathered {
  // Files that a system keeps for itself, such as `.DS_Store`, were not what the reader meant by choosing a folder.
  const meant = Array.from(files).filter((file) => !file.name.startsWith("."));
  return { sources: meant.slice(0, MOST_FILES).map((file) => ({ name: file.name, file })), found: meant.length };
}

/** Files and the files of folders, in the order in which they were dropped. */
export async function gatheredFromDrop(transfer: DataTransfer): Promise<Gathered> {
  // The list of a drop is emptied when its event is over: everything is taken out of it before the first wait.
  const items = Array.from(transfer.items).filter((item) => item.kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry());
  if (!entries.some((entry) => entry?.isDirectory)) return gatheredFrom(transfer.files);
  const files: File[] = [];
  const plain = items.map((item) => item.getAsFile());
  for (const [index, entry] of entries.entries()) {
    const file = plain[index];
    if (entry?.isDirectory) files.push(...(await filesIn(entry as FileSystemDirectoryEntry)));
    else if (file) files.push(file);
  }
  return gatheredFrom(files);
}

async function filesIn(directory: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = directory.createReader();
  const files: File[] = [];
  // A reader gives its entries in batches, and an empty one at the end.
  for (let batch = await next(reader); batch.length > 0; batch = await next(reader)) {
    for (const entry of batch) {
      if (entry.isDirectory) files.push(...(await filesIn(entry as FileSystemDirectoryEntry)));
      else files.push(await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)));
    }
    if (files.length > MOST_FILES * 10) break;
  }
  return files.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function next(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}
