/** @file Numbers for people. */

const COUNT = new Intl.NumberFormat("en");
const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** @param {number} value */
export function count(value) {
  return COUNT.format(value);
}

/**
 * `1 call`, `2 calls`.
 *
 * @param {number} value
 * @param {string} one
 * @param {string} many
 */
export function counted(value, one, many = `${one}s`) {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/**
 * Bytes in the largest decimal unit that leaves a whole number in front.
 *
 * @param {number} value
 */
export function bytes(value) {
  let unit = 0;
  let scaled = value;
  while (scaled >= 1000 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? count(scaled) : scaled.toFixed(1)} ${UNITS[unit]}`;
}
