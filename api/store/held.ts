/** What holds for every driver that looks for texts in what it keeps. */

const MIN_LENGTH = 3;

/**
 * What to look for in JSON that was put into lower case: the longest stretch of plain characters, for in JSON, and in
 * another case, the others may be written differently.
 */
export function needleOf(text: string): string {
  const stretches = text.toLowerCase().match(/[ !#-[\]-~]+/g) ?? [];
  const longest = stretches.toSorted((one, other) => other.length - one.length)[0] ?? '';
  // Too short, it would be found everywhere; then the whole text has to be there as it is.
  return longest.length >= MIN_LENGTH ? longest : JSON.stringify(text.toLowerCase()).slice(1, -1);
}
