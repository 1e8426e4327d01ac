/** How many of a thread's entries of kind `resource` left the machine's memory. */
export function requestsIn(entries: PerformanceEntryList, since = 0): number {
  return entries.filter(({ name, startTime }) => startTime >= since && !/^(?:blob|data):/.test(name)).length;
}
