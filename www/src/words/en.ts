/** English, the page's first language: its shape is the type of all others. */

export const en = {
  title: "Call Stream Verify",
  bytes: { one: "1 byte", other: "{n} bytes" },
  moreCharacters: { one: "and 1 more character", other: "and {n} more characters" },
};
