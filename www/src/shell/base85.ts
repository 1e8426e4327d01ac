/**
 * Bytes as text, four in five characters: a sixteenth shorter than base64. The digits are printable ASCII without what could end a script
 * element or begin a reference: `<`, `&`, `>` and quotation marks.
 */

const DIGITS = "!#$%()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|";

export function toBase85(bytes: Uint8Array): string {
  const groups: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    let group = 0;
    for (let next = at; next < at + 4; next += 1) group = group * 256 + (bytes[next] ?? 0);
    let text = "";
    for (let digit = 0; digit < 5; digit += 1) {
      text = DIGITS.charAt(group % 85) + text;
      group = Math.floor(group / 85);
    }
    groups.push(text);
  }
  // What fills the last group up is left off by length.
  return `${bytes.length} ${groups.join("")}`;
}

export function fromBase85(text: string): Uint8Array<ArrayBuffer> {
  const start = text.indexOf(" ") + 1;
  const length = Number(text.slice(0, start));
  const values = new Uint8Array(128);
  for (let value = 0; value < 85; value += 1) values[DIGITS.charCodeAt(value)] = value;
  const view = new DataView(new ArrayBuffer(Math.ceil(length / 4) * 4));
  for (let at = 0, next = start; at < view.byteLength; at += 4) {
    let group = 0;
    for (const end = next + 5; next < end; next += 1) group = group * 85 + (values[text.charCodeAt(next)] ?? 0);
    view.setUint32(at, group);
  }
  return new Uint8Array(view.buffer, 0, length);
}
