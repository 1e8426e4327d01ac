/** A length of this or more goes on in the bytes that follow. */
const LONG = 15;
const SHORTEST_MATCH = 4;

/**
 * What a block in LZ4's block format (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md) holds: `length` bytes. The only
 * block is this package's own, which is needed at once, where a DecompressionStream would have to be awaited.
 */
export function unpacked(block: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let from = 0;
  let to = 0;
  const next = (): number => block[from++] ?? 0;
  const lengthOf = (begun: number): number => {
    let sum = begun;
    if (begun === LONG) {
      let more = 255;
      while (more === 255) sum += more = next();
    }
    return sum;
  };
  while (from < block.length) {
    const token = next();
    const literals = lengthOf(token >> 4);
    bytes.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (to === length) break;
    const distance = next() | (next() << 8);
    const end = to + lengthOf(token & 15) + SHORTEST_MATCH;
    for (; to < end; to += 1) bytes[to] = bytes[to - distance] ?? 0;
  }
  return bytes;
}
