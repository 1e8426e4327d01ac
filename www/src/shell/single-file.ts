/**
 * The beginning of the single file: unpacks the page's script and starts it. The file's policy names the script's hash, so nothing but that very
 * script starts here.
 */

import { packedPart, unpacked } from "./packed.js";

const packed = packedPart("page");
if (packed === null) throw new Error("This file was damaged: the page is not in it.");
const code = new TextDecoder().decode(await unpacked(packed));
const script = document.createElement("script");
script.type = "module";
const policy = window.trustedTypes?.createPolicy("single-file", { createScript: (text) => text });
// Where there are no trusted types, a text is all that is wanted.
script.text = (policy?.createScript(code) ?? code) as string;
document.body.append(script);
