/**
 * The commands by which somebody follows a hash without this page: they cut a text out of the file and hash it.
 *
 * Nothing of the file becomes a part of a command but numbers, and the names of members and files where they are harmless.
 */

/** Longer text is not looked through, but cut out of its line as it stands. */
const LONGEST_FOR_JQ = 256 << 10;

export interface Shell {
  /** How the file is called in commands. */
  file: string;
  isGzip: boolean;
  /** Whether the file's own name could be used. */
  isOwnName: boolean;
}

export type Why = "differs" | "long";

/** The bytes that gzip begins with. */
export function isGzip(first: Uint8Array): boolean {
  return first[0] === 0x1f && first[1] === 0x8b;
}

export function shellFor(name: string, gzip: boolean): Shell {
  const isOwnName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name);
  return { file: isOwnName ? name : gzip ? "bundle.ndjson.gz" : "bundle.ndjson", isGzip: gzip, isOwnName };
}

/** Why `jq` would not give this canonical text back byte for byte; undefined if it does. */
export function whyNotJq(text: string): Why | undefined {
  if (text.length > LONGEST_FOR_JQ) return "long";
  try {
    const value: unknown = JSON.parse(text);
    // jq escapes U+007F, and its spelling of fractions and large numbers is not that of RFC 8785.
    return !text.includes("\u007f") && JSON.stringify(value) === text && hasPlainNumbers(value) ? undefined : "differs";
  } catch {
    return "differs";
  }
}

function hasPlainNumbers(value: unknown): boolean {
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(hasPlainNumbers);
}

export function payloadCommand(shell: Shell, line: number, why: Why | undefined): string {
  return why === undefined ? `${lineOf(shell, line)} | jq -jc .call | sha256sum` : `${cut(shell, line, CALL)} | sha256sum`;
}

export function metadataCommand(shell: Shell, line: number, why: Why | undefined): string {
  if (why === undefined) return `${lineOf(shell, line)} | jq -jc '.call | del(.transcript)' | sha256sum`;
  // Inside a string the first quotation mark would have a backslash in front.
  return `${cut(shell, line, `${CALL};s/,"transcript":"([^"\\\\]|\\\\.)*"//`)} | sha256sum`;
}

export function transcriptCommand(shell: Shell, line: number): string {
  return `${lineOf(shell, line)} | jq -j .call.transcript | sha256sum`;
}

export function entryCommand(shell: Shell, line: number, why: Why | undefined): string {
  return why === undefined ? `${lineOf(shell, line)} | jq -jc .entry | sha256sum` : `${cut(shell, line, ENTRY)} | sha256sum`;
}

/** The commitment of a member that is disclosed with its field salt. */
export function commitmentCommand(shell: Shell, line: number, member: string): string {
  return `${lineOf(shell, line)} | jq -c .call.${member} | tr -d '\\n' | openssl dgst -sha256 -mac HMAC -macopt hexkey:"$(${lineOf(shell, line)} | jq -r .salts.${member})"`;
}

const CALL = String.raw`s/^\{"type":"call","call":(.*)\}$/\1/`;
const ENTRY = String.raw`s/^\{"type":"entry","seq":[0-9]+,"entry_hash":"[0-9a-f]+","entry":(.*)\}$/\1/`;

function lineOf(shell: Shell, line: number): string {
  return shell.isGzip ? `gzip -dc ${shell.file} | sed -n '${line}{p;q;}'` : `sed -n '${line}{p;q;}' ${shell.file}`;
}

function cut(shell: Shell, line: number, script: string): string {
  const sed = `LC_ALL=C sed -nE '${line}{${script};p;q;}'`;
  return `${shell.isGzip ? `gzip -dc ${shell.file} | ${sed}` : `${sed} ${shell.file}`} | tr -d '\\n'`;
}
