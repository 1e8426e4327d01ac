// One input over several threads, in whatever runtime imports this.

/** The report as in one thread, and the most bytes that came into it at once: a thread's share, or the 64 KiB of a run without threads. */
export async function divide({ reportText, verify }, verifyDivided, { manifest, entries }) {
  const chunk = new TextEncoder().encode(entries.repeat(Math.ceil(1_500_000 / entries.length)));
  const trust = { minLevel: "L2" };
  // Slow, so that threads have time to start.
  async function* source(pause) {
    yield new TextEncoder().encode(`${manifest}\n`);
    for (let count = 0; count < 24; count++) {
      yield chunk;
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  const expected = reportText(await verify(source(0), trust));
  let read = 0;
  let most = 0;
  const onProgress = ({ bytes }) => {
    most = Math.max(most, bytes - read);
    read = bytes;
  };
  const text = reportText(await verifyDivided(source(60), { ...trust, jobs: 3, onProgress }));
  return { isSame: text === expected, lines: JSON.parse(text).findings.length, most };
}
