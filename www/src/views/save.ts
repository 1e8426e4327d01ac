/** Hands the reader a file. */
export function saveAs(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken hold of the bytes once the click's task is over.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
