/** Files in which the browser keeps unpacked text for this page, as long as it is looked into. */

const PREFIX = "call-stream-verify-unpacked-";
/** A worker that was stopped lets go of its file a moment later. */
const WAITS_MS = [0, 50, 500, 5000];

export function newFileName(): string {
  return `${PREFIX}${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
}

export async function remove(fileName: string): Promise<void> {
  const folder = await keeping();
  for (const wait of folder === undefined ? [] : WAITS_MS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const isDone = await folder?.removeEntry(fileName).then(() => true, (error: unknown) => error instanceof DOMException && error.name === "NotFoundError");
    if (isDone) return;
  }
}

/** Removes what pages left behind that were closed at once; what another page has open cannot be removed. */
export async function removeLeftBehind(): Promise<void> {
  const folder = await keeping();
  if (folder === undefined) return;
  for await (const name of folder.keys()) if (name.startsWith(PREFIX)) await folder.removeEntry(name).catch(() => {});
}

async function keeping(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await navigator.storage.getDirectory();
  } catch {
    return undefined;
  }
}
