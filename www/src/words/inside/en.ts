/** The words for looking inside. */

export const insideEn = {
  title: "Look inside",
};
