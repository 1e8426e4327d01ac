import assert from "node:assert/strict";

/** The options of `verify` for the arguments of the command line that a shared vector names. */
export function optionsOf(args) {
  const rest = [...args];
  const options = {};
  while (rest.length > 0) {
    const flag = rest.shift();
    if (flag === "--min-level") options.minLevel = rest.shift();
    else if (flag === "--expect") options.expect = rest.shift();
    else if (flag === "--tenant") options.tenant = rest.shift();
    else if (flag === "--chain-only") options.chainOnly = true;
    else assert.fail(`the vectors use ${flag}, which this suite does not know`);
  }
  return options;
}
