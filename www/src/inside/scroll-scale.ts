/**
 * Scrolling over more rows than a browser lets a box be high.
 *
 * The box is cut at a height that all browsers lay out. What is scrolled by hand moves the rows by as many pixels; a leap (the bar was dragged,
 * or a place was jumped to) goes by proportion. The two drift apart while one scrolls, so that the bar is put right whenever scrolling rests.
 */

/** Firefox lays out some 17.8 million pixels, Chromium 33.5 million. */
export const TALLEST = 8_000_000;

export class ScrollScale {
  #total = 0;
  #viewport = 0;
  #offset = 0;
  #scrollTop = 0;

  /** Of all rows, and of what is seen at once. */
  setSizes(total: number, viewport: number): void {
    this.#total = total;
    this.#viewport = viewport;
    this.#offset = this.#clamped(this.#offset);
  }

  /** Of the box that is scrolled. */
  get height(): number {
    return Math.min(this.#total, TALLEST);
  }

  /** Of the first row seen, in pixels of all rows. */
  get offset(): number {
    return this.#offset;
  }

  /** What to take from a row's place among all rows to have its place in the box. */
  get shift(): number {
    return this.#offset - this.#scrollTop;
  }

  /** The box was scrolled. */
  scrolledTo(scrollTop: number): void {
    const way = scrollTop - this.#scrollTop;
    this.#scrollTop = scrollTop;
    const isLeap = Math.abs(way) > 2 * this.#viewport;
    if (this.#total <= TALLEST) this.#offset = scrollTop;
    else if (scrollTop <= 0) this.#offset = 0;
    else if (scrollTop >= this.#bottom - 1) this.#offset = this.#clamped(this.#total);
    else this.#offset = this.#clamped(isLeap ? scrollTop * this.#ratio : this.#offset + way);
  }

  /** Rows are to be seen from here on; gives where the box has to be scrolled. */
  placeOf(offset: number): number {
    this.#offset = this.#clamped(offset);
    if (this.#total <= TALLEST || this.#offset === 0) return this.#offset;
    if (this.#offset >= this.#total - this.#viewport) return this.#bottom;
    // At the very ends of the box stand the very ends of the rows.
    return Math.min(Math.max(this.#offset / this.#ratio, 2), this.#bottom - 2);
  }

  /** The box stands here now, and the rows stay where they are. */
  placedAt(scrollTop: number): void {
    this.#scrollTop = scrollTop;
  }

  get #bottom(): number {
    return Math.max(0, this.height - this.#viewport);
  }

  get #ratio(): number {
    return this.#bottom === 0 ? 1 : (this.#total - this.#viewport) / this.#bottom;
  }

  #clamped(offset: number): number {
    return Math.max(0, Math.min(offset, this.#total - this.#viewport));
  }
}
