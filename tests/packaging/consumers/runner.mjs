// The cases, run in whatever runtime imports this: nothing here but the language, Web standards and the package given.

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** What each case gave, in one text that is the same wherever the package works alike. */
export async function run(api, cases) {
  const results = [];
  for (const { name, input, bundle, receipt, options } of cases) {
    const text = receipt !== undefined ? receiptText(api, receipt, options) : bundle !== undefined ? await bundleText(api, bytesOf(bundle), options) : callText(api, input);
    results.push({ name, text });
  }
  return results;
}

function callText({ CallVerifyError, canonicalizeCall, cidOf, hashCall }, input) {
  return orRefused(CallVerifyError, () => {
    const payload = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(canonicalizeCall(input));
    return `${payload}\n${JSON.stringify(hashCall(input))}\n${cidOf(input)}`;
  });
}

function receiptText({ CallVerifyError, reportText, verifyReceipt }, receipt, options) {
  return orRefused(CallVerifyError, () => reportText(verifyReceipt(receipt, options)));
}

function orRefused(CallVerifyError, textOf) {
  try {
    return textOf();
  } catch (error) {
    if (!(error instanceof CallVerifyError)) throw error;
    return `refused: ${error.code} ${error.member ?? null}`;
  }
}

async function bundleText({ reportText, verify }, bytes, options) {
  const text = reportText(await verify(bytes, options));
  const streamed = reportText(await verify(inChunks(bytes), options));
  if (streamed !== text) throw new Error("a stream gave another report");
  return text;
}

function inChunks(bytes) {
  let start = 0;
  return new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(start, start + 997));
      start += 997;
    },
  });
}
