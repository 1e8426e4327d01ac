/**
 * A JSON text taken apart into its members by looking for where they end: what is shown of a member is a slice of what was hashed, however long
 * that is.
 */

/** Of texts with more parts than anybody reads nothing is taken apart: it would hold up the page. */
const MOST_MARKS = 100_000;

export interface Member {
  name: string;
  /** Its JSON text as it stands. */
  text: string;
}

/** The members of an object without white space, in the order of the text; undefined if it is no such text, or too much of one. */
export function membersOf(text: string): Member[] | undefined {
  if (text === "{}") return [];
  if (!text.startsWith("{") || !text.endsWith("}")) return undefined;
  const members: Member[] = [];
  const mark = /["{}[\],]/g;
  let [start, depth] = [1, 0];
  mark.lastIndex = 1;
  for (let marks = 0; marks < MOST_MARKS; marks += 1) {
    const at = mark.exec(text)?.index;
    if (at === undefined) return undefined;
    const found = text.charAt(at);
    if (found === '"') {
      const end = stringEnd(text, at);
      if (end < 0) return undefined;
      mark.lastIndex = end;
      continue;
    }
    const isEnd = depth === 0 && (found === "," || found === "}");
    if (isEnd) {
      const member = memberIn(text, start, at);
      if (member === undefined) return undefined;
      members.push(member);
      if (found === "}") return at === text.length - 1 ? members : undefined;
      start = at + 1;
    } else if (found === "{" || found === "[") {
      depth += 1;
    } else if (found !== ",") {
      depth -= 1;
    }
  }
  return undefined;
}

/** The JSON text of the member `name` of an object. */
export function memberText(text: string, name: string): string | undefined {
  return membersOf(text)?.find((member) => member.name === name)?.text;
}

/** What a JSON text says; undefined if it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function memberIn(text: string, start: number, end: number): Member | undefined {
  const nameEnd = text.charAt(start) === '"' ? stringEnd(text, start) : -1;
  const name = nameEnd < 0 || text.charAt(nameEnd) !== ":" ? undefined : parsed(text.slice(start, nameEnd));
  return typeof name === "string" && nameEnd + 1 < end ? { name, text: text.slice(nameEnd + 1, end) } : undefined;
}

/** One past the quotation mark that ends the string which begins at `start`, or -1. */
function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charAt(at - 1 - slashes) === "\\") slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return -1;
}
