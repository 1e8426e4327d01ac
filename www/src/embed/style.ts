/** The element's style, as a constructed sheet: no policy of a host's has to allow it. Its names cannot be reached from the host's own sheets. */

export const STYLE = `
:host { display: block; }
.box {
  all: initial; display: block; box-sizing: border-box; color-scheme: inherit; overflow: hidden;
  --paper: light-dark(#ffffff, #1c2024); --ink: light-dark(#1c2024, #e9e7e2); --soft: light-dark(#5a6169, #a4abb3); --line: light-dark(#dedbd4, #343a40);
  --focus: light-dark(#1f5fbf, #84b4f8); --accent: var(--soft);
  padding: 1.125rem 1.375rem 1.25rem; border: 1px solid var(--line); border-block-start: 4px solid var(--accent); border-radius: 0.25rem 0.25rem 0.75rem 0.75rem;
  background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; text-align: start;
}
.box[data-verdict="verified"] { --accent: light-dark(#12633d, #74cf9d); }
.box[data-verdict="mismatch"] { --accent: light-dark(#a11c22, #f59a95); }
.box[data-verdict="revoked"] { --accent: light-dark(#6b3a96, #cba6ee); }
.box[data-verdict="not_proven"] { --accent: light-dark(#855300, #e9bd66); }
p, ul { margin: 0; padding: 0; list-style: none; }
.name { color: var(--soft); font-size: 0.875rem; overflow-wrap: anywhere; }
.word { display: flex; align-items: center; gap: 0.5rem; margin-block-start: 0.25rem; color: var(--accent); font-size: 1.625rem; font-weight: 640; line-height: 1.2; letter-spacing: -0.02em; }
.glyph { display: inline-grid; place-items: center; flex: none; inline-size: 1.35em; block-size: 1.35em; border: 0.09em solid currentColor; border-radius: 50%; font-size: 0.75em; line-height: 1; }
[data-verdict="mismatch"] .glyph { border-radius: 0.25em; }
[data-verdict="not_proven"] .glyph { border-style: dashed; }
.sentence { margin-block-start: 0.5rem; font-weight: 500; }
.as-of, .basis, .findings { margin-block-start: 0.5rem; font-size: 0.875rem; overflow-wrap: anywhere; }
.basis { color: var(--soft); }
.findings li { padding-inline-start: 0.75rem; border: 0; border-inline-start: 3px solid var(--accent); }
details { margin-block-start: 0.875rem; font-size: 0.875rem; }
summary { display: list-item; min-height: 1.5rem; cursor: pointer; font-weight: 600; }
summary:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
li { padding-block: 0.375rem; border-block-start: 1px solid var(--line); }
.claim { display: flex; justify-content: space-between; gap: 1rem; }
.state, .why { color: var(--soft); font-size: 0.8125rem; }
.state { flex: none; }
.escaped { margin-inline: 0.125em; padding-inline: 0.25em; border: 1px solid var(--line); border-radius: 0.25em; font-family: ui-monospace, monospace; font-size: 0.8125em; unicode-bidi: isolate; direction: ltr; }
code { font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 0.8125rem; }
@media (forced-colors: active) { .box { border-color: CanvasText; } }
`;
