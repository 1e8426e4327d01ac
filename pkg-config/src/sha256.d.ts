// dist/sha256.js, written when the package is built.

export const sha256: string;
