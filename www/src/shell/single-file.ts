/**
 * The beginning of the single file: unpacks the page's style and script and puts them in. The file's policy names the hashes of both, so nothing
 * but these very texts counts.
 */

import { packedPart, unpacked } from "./packed.js";

const decoder = new TextDecoder();

async function textOf(name: string): Promise<string> {
  const packed = packedPart(name);
  if (packed === null) throw new Error("This file was damaged: a part of it is missing.");
  return decoder.decode(await unpacked(packed));
}

const [style, code] = await Promise.all([textOf("style"), textOf("page")]);
const sheet = document.createElement("style");
sheet.textContent = style;
document.head.append(sheet);
const script = document.createElement("script");
script.type = "module";
const policy = window.trustedTypes?.createPolicy("single-file", { createScript: (text) => text });
// Where there are no trusted types, a text is all that is wanted.
script.text = (policy?.createScript(code) ?? code) as string;
document.body.append(script);
