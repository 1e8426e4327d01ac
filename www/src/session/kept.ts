/** What the browser keeps for this page, under a name. A browser that keeps nothing is as good as an empty one. */

/** Pages opened from a disk share what a browser keeps with every other file there: what one of those left would be trusted here. */
export function canKeep(): boolean {
  return location.protocol !== "file:";
}

export function kept(name: string): string | undefined {
  if (!canKeep()) return undefined;
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Whether the browser keeps it. */
export function keep(name: string, text: string): boolean {
  try {
    localStorage.setItem(name, text);
    return true;
  } catch {
    return false;
  }
}

export function drop(name: string): void {
  try {
    localStorage.removeItem(name);
  } catch {
    // A browser that lets nothing be removed has kept nothing.
  }
}
