/** A canonical text taken apart into its members, of which it can be put together again byte for byte. */

/** Longer texts are shown as they stand only. */
const LONGEST_TAKEN_APART = 4 << 20;

export interface Member {
  name: string;
  /** Its canonical JSON text. */
  text: string;
}

/** The members in the order of the text; undefined if they would not give the text again. */
export function membersOf(text: string): Member[] | undefined {
  if (text.length > LONGEST_TAKEN_APART) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const members = Object.entries(value).map(([name, member]) => ({ name, text: JSON.stringify(member) }));
  const again = `{${members.map((member) => `${JSON.stringify(member.name)}:${member.text}`).join(",")}}`;
  return again === text ? members : undefined;
}

/** The value of the member `name` of a line that is an object, as JSON text. */
export function memberText(line: string, name: string): string | undefined {
  return membersOf(line)?.find((member) => member.name === name)?.text;
}
