/** What kind of file a reader gave, by its first bytes. Whether it is a good one of its kind, the verifier says. */

import type { Kind, Source } from "./contract.js";

const LOOKED_AT = 1 << 14;
/** No key and no policy is longer. */
const LONGEST_POLICY = 1 << 20;
const GZIP_FIRST = 0x1f;
const SOUNDS = /\.(?:aac|aiff?|amr|flac|m4a|mka|mov|mp[34]|oga|ogg|opus|wav|weba|webm|wma)$/i;
const SOUND_BEGINNINGS = /^(?:RIFF[^]{4}WAVE|ID3|OggS|fLaC|#!AMR|FORM[^]{4}AIF|[^]{4}ftyp|\x1a\x45\xdf\xa3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/;
/** Whatever it is tried on, it looks at each byte a few times at most. */
const POLICY = /^(?:[ \t\r]*(?:#[^\n]*)?\n)*[ \t]*(?:(?:log|witness|group|quorum|revoker)[ \t]|[^\s+]{1,256}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{1,8192}\s*$)/;

export async function kindOf({ name, file }: Source): Promise<Kind> {
  const bytes = await beginning(file);
  const latin = new TextDecoder("latin1").decode(bytes.subarray(0, 16));
  if (SOUND_BEGINNINGS.test(latin)) return "recording";
  const text = new TextDecoder().decode(bytes).trimStart();
  const type = /^\{\s*"type"\s*:\s*"(\w+)"/.exec(text)?.[1];
  if (type === "receipt") return "receipt";
  if (type !== undefined) return "bundle";
  if (/^\{\s*"(?:call_id|tenant_id)"\s*:/.test(text)) return "record";
  if (file.size <= LONGEST_POLICY && POLICY.test(text)) return "policy";
  return SOUNDS.test(name) ? "recording" : "bundle";
}

async function beginning(file: Blob): Promise<Uint8Array> {
  const bytes = new Uint8Array(await file.slice(0, LOOKED_AT).arrayBuffer());
  return bytes[0] === GZIP_FIRST ? unpacked(bytes) : bytes;
}

/** What the first bytes of a packed file unpack to; that there are more is no matter. */
async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const first = await reader.read().catch(() => undefined);
  await reader.cancel().catch(() => {});
  return first?.value?.subarray(0, LOOKED_AT) ?? new Uint8Array();
}
