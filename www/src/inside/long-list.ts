/**
 * A list of up to millions of rows of one height, of which only those in sight are in the document.
 *
 * A grid with one stop for the keyboard: arrows, Page Up and Down, Home and End move an active row, Enter opens it.
 */

import { observeElementRect, Virtualizer, type VirtualItem } from "@tanstack/virtual-core";
import { html, nothing, type TemplateResult } from "lit";
import { createRef, ref } from "lit/directives/ref.js";
import { count } from "../words/index.js";
import { View } from "../views/view.js";
import { ScrollScale } from "./scroll-scale.js";

/** Rows drawn above and below those in sight. */
const OVERSCAN = 6;
/** After so many milliseconds without an event scrolling rests. */
const REST_MS = 160;

export interface Column {
  name: string;
  title: string;
}

export abstract class LongList extends View {
  static override properties = { active: { state: true } };
  /** The row the keyboard is at. */
  declare active: number;
  readonly #grid = createRef<HTMLElement>();
  readonly #scale = new ScrollScale();
  #virtualizer: Virtualizer<HTMLElement, HTMLElement> | undefined;
  #unmount: (() => void) | undefined;
  #moved: ((offset: number, isScrolling: boolean) => void) | undefined;
  #rowHeight = 0;
  #headHeight = 0;
  #rows = -1;

  constructor() {
    super();
    this.active = -1;
  }

  /** Of the list, for elements that refer to its rows. */
  protected abstract readonly name: string;
  /** In root ems. */
  protected abstract readonly rowEms: number;
  protected abstract rowCount(): number;
  protected abstract label(): string;
  protected abstract columns(): Column[];
  /** The cells of a row; undefined if it has not come yet. */
  protected abstract cells(index: number): { cells: TemplateResult[]; of?: string | undefined } | undefined;
  /** Somebody wants to see more of a row. */
  protected abstract open(index: number): void;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unmount?.();
    this.#unmount = undefined;
    this.#virtualizer = undefined;
    this.#rows = -1;
  }

  /** Brings a row into sight and makes it the active one. */
  async reveal(index: number, align: "center" | "nearest" = "center"): Promise<void> {
    await this.updateComplete;
    const grid = this.#grid.value;
    if (grid === undefined || index < 0 || index >= this.rowCount()) return;
    this.active = index;
    const viewport = grid.clientHeight - this.#headHeight;
    const start = index * this.#rowHeight;
    const { offset } = this.#scale;
    if (align === "center") this.#scrollTo(start - (viewport - this.#rowHeight) / 2);
    else if (start < offset) this.#scrollTo(start);
    else if (start + this.#rowHeight > offset + viewport) this.#scrollTo(start + this.#rowHeight - viewport);
    await this.updateComplete;
  }

  focusGrid(): void {
    this.#grid.value?.focus();
  }

  /** The first row in sight, and one past the last. */
  protected seen(): { from: number; to: number } {
    const { startIndex = 0, endIndex = 0 } = this.#virtualizer?.range ?? {};
    return { from: startIndex, to: endIndex + 1 };
  }

  /** The rows are other ones. */
  protected startOver(): void {
    this.active = -1;
    this.#rows = -1;
    this.#scrollTo(0);
  }

  protected gridView(): TemplateResult {
    const rows = this.rowCount();
    const items = this.#virtualizer?.getVirtualItems() ?? [];
    const isActiveDrawn = items.some(({ index }) => index === this.active);
    const columns = this.columns();
    return html`<div ${ref(this.#grid)} class="grid" data-list=${this.name} role="grid" tabindex="0" aria-label=${this.label()} aria-rowcount=${rows + 1} aria-colcount=${columns.length} aria-readonly="true"
      aria-activedescendant=${isActiveDrawn ? this.#rowId(this.active) : nothing} @keydown=${this.#key} @focus=${this.#focused}>
      <div class="grid-head" role="rowgroup"><div class="grid-row" role="row" aria-rowindex="1">
        ${columns.map(({ name, title }) => html`<span role="columnheader" data-cell=${name}>${title}</span>`)}
      </div></div>
      <div class="grid-rows" role="rowgroup" .style=${`block-size: ${this.#scale.height}px`}>${items.map((item) => this.#rowView(item, columns))}</div>
    </div>`;
  }

  #rowView({ index, start }: VirtualItem, columns: Column[]): TemplateResult {
    const row = this.cells(index);
    return html`<div class="grid-row" role="row" id=${this.#rowId(index)} aria-rowindex=${index + 2} aria-selected=${index === this.active ? "true" : "false"} aria-busy=${row === undefined ? "true" : nothing}
      data-index=${index} data-verdict=${row?.of ?? nothing} .style=${`block-size: ${this.#rowHeight}px; transform: translateY(${start - this.#scale.shift}px)`} @click=${() => this.#clicked(index)}>
      ${columns.map(({ name }, place) => html`<span role="gridcell" data-cell=${name}>${row === undefined ? (place === 0 ? html`<span class="soft">${count(index + 1)}</span>` : "\u2026") : row.cells[place]}</span>`)}
    </div>`;
  }

  #rowId(index: number): string {
    return `${this.name}-row-${index}`;
  }

  protected override firstUpdated(): void {
    this.#begin();
  }

  protected override updated(): void {
    if (this.#virtualizer === undefined) this.#begin();
    this.#resize();
    this.#virtualizer?._willUpdate();
  }

  #begin(): void {
    const grid = this.#grid.value;
    if (grid === undefined) return;
    this.#measure();
    this.#virtualizer = new Virtualizer<HTMLElement, HTMLElement>(this.#options());
    this.#unmount = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    this.requestUpdate();
  }

  /** Heights follow the reader's size of text. */
  #measure(): boolean {
    const em = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const height = Math.round(this.rowEms * em);
    const head = this.#grid.value?.querySelector<HTMLElement>(".grid-head")?.offsetHeight ?? 0;
    const isOther = height !== this.#rowHeight || head !== this.#headHeight;
    this.#rowHeight = height;
    this.#headHeight = head;
    return isOther;
  }

  #resize(): void {
    const rows = this.rowCount();
    const grid = this.#grid.value;
    if (grid === undefined || this.#virtualizer === undefined) return;
    const isMeasured = this.#measure();
    const isOther = isMeasured || rows !== this.#rows;
    this.#scale.setSizes(rows * this.#rowHeight, grid.clientHeight - this.#headHeight);
    if (!isOther) return;
    this.#rows = rows;
    this.#virtualizer.setOptions(this.#options());
    // It goes through all rows, which setting another count does by itself.
    if (isMeasured) this.#virtualizer.measure();
    this.requestUpdate();
  }

  #options(): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] {
    return {
      count: Math.max(this.#rows, 0),
      getScrollElement: () => this.#grid.value ?? null,
      estimateSize: () => this.#rowHeight,
      overscan: OVERSCAN,
      onChange: () => this.requestUpdate(),
      observeElementRect: (instance, report) =>
        observeElementRect(instance, ({ width, height }) => {
          report({ width, height: height - this.#headHeight });
          this.requestUpdate();
        }),
      observeElementOffset: (instance, report) => this.#observeOffset(instance.scrollElement, report),
      scrollToFn: (offset) => this.#scrollTo(offset),
    };
  }

  #observeOffset(grid: HTMLElement | null, report: (offset: number, isScrolling: boolean) => void): () => void {
    if (grid === null) return () => {};
    let rest: ReturnType<typeof setTimeout> | undefined;
    const scrolled = (): void => {
      this.#scale.scrolledTo(grid.scrollTop);
      report(this.#scale.offset, true);
      clearTimeout(rest);
      rest = setTimeout(() => this.#scrollTo(this.#scale.offset), REST_MS);
      this.requestUpdate();
    };
    this.#moved = report;
    grid.addEventListener("scroll", scrolled, { passive: true });
    report(this.#scale.offset, false);
    return () => {
      clearTimeout(rest);
      this.#moved = undefined;
      grid.removeEventListener("scroll", scrolled);
    };
  }

  #scrollTo(offset: number): void {
    const grid = this.#grid.value;
    if (grid === undefined) return;
    const place = this.#scale.placeOf(offset);
    if (Math.abs(place - grid.scrollTop) >= 1) grid.scrollTop = place;
    this.#scale.placedAt(grid.scrollTop);
    this.#moved?.(this.#scale.offset, false);
    this.requestUpdate();
  }

  #clicked(index: number): void {
    this.active = index;
    this.open(index);
  }

  readonly #focused = (): void => {
    if (this.active < 0 && this.rowCount() > 0) this.active = Math.ceil(this.#scale.offset / this.#rowHeight);
  };

  readonly #key = (event: KeyboardEvent): void => {
    const { key, ctrlKey, altKey, metaKey } = event;
    if (altKey || metaKey || (ctrlKey && key !== "Home" && key !== "End")) return;
    const last = this.rowCount() - 1;
    const page = Math.max(1, Math.floor(((this.#grid.value?.clientHeight ?? 0) - this.#headHeight) / this.#rowHeight) - 1);
    const steps: Record<string, number> = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: last,
    };
    const to = Object.hasOwn(steps, key) ? steps[key] : undefined;
    if (to !== undefined) void this.reveal(Math.max(0, Math.min(to, last)), "nearest");
    else if (key === "Enter" && this.active >= 0) this.open(this.active);
    else return;
    event.preventDefault();
  };
}
