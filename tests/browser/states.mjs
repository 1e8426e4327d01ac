// The nine states of the page, each brought about the way a reader would: for the tests of states and for the pictures of them.

/** Whether the words of the page are these, in a browser. */
export const LANGUAGES = ["en", "es", "de", "pseudo"];

/** Each brings the page, which is loaded, into the state of that name. `samples` has the samples' bytes by name. */
export const STATES = {
  empty: async (page) => {
    await page.locator("#guide").waitFor();
  },
  reading: async (page, samples) => {
    await giveLarge(page, samples.get("honest"));
    await page.waitForFunction(() => document.querySelector("#progress")?.value > 0);
  },
  verified: (page) => sample(page, "honest", "verified"),
  mismatch: (page) => sample(page, "tampered", "mismatch"),
  revoked: (page) => sample(page, "revoked", "revoked"),
  "not proven": (page) => sample(page, "cut-off", "not_proven"),
  malformed: async (page) => {
    await give(page, "picture.png", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255]));
    await answered(page, "not_proven");
  },
  canceled: async (page, samples) => {
    await giveLarge(page, samples.get("honest"));
    await page.click("#cancel");
    await page.locator("#again").waitFor();
  },
  "no trust": async (page, samples) => {
    await give(page, "mine.ndjson", samples.get("honest"));
    await answered(page, "not_proven");
  },
};

export async function give(page, name, buffer) {
  await page.setInputFiles("#file", { name, mimeType: "application/octet-stream", buffer });
}

async function sample(page, name, verdict) {
  await page.click(`[data-sample="${name}"]`);
  await answered(page, verdict);
}

/** Until the answer is there, and all that is computed beside it. */
export async function answered(page, verdict) {
  await page.locator(`#answer[data-verdict="${verdict}"]`).waitFor();
  await page.locator('[data-out="json"]:enabled').waitFor();
}

/** A file of 40 GB of which the page holds a few MB: the same part many times. */
export async function giveLarge(page, honest) {
  const [manifest, entry] = honest.toString().split("\n");
  await page.evaluate(
    ([manifest, entry]) => {
      const part = new Blob([`${entry}\n`.repeat(10_000)]);
      const parts = Array(Math.ceil(40e9 / part.size)).fill(part);
      const transfer = new DataTransfer();
      transfer.items.add(new File([`${manifest}\n`, ...parts], "large.ndjson"));
      const input = document.querySelector("#file");
      input.files = transfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    [manifest, entry],
  );
  await page.locator("#reading").waitFor();
}

/** The samples' bytes by name. */
export async function loadSamples(site) {
  const samples = new Map();
  for (const name of ["honest", "tampered", "revoked", "redacted", "cut-off"]) {
    const response = await fetch(new URL(`samples/${name}.ndjson`, site));
    if (!response.ok) throw new Error(`the sample ${name} is not served: ${response.status}`);
    samples.set(name, Buffer.from(await response.arrayBuffer()));
  }
  return samples;
}
