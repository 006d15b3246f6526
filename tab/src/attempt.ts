/** What is sent and may have to be sent again: the same text from the same draft is the same request, and done once. */

/**
 * The Idempotency-Key of something that is sent: of which draft, and what is in it. So a try after a lost answer, after
 * a reload or from a second window finds the first one, and a text that was changed in between is another request.
 */
export async function attemptKey(draftId: string, content: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([draftId, content]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What tells chosen files apart. */
export const filesContent = (files: File[]): unknown =>
  files.map(({ name, size, type, lastModified }) => [name, size, type, lastModified]);
