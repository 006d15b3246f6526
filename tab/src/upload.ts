/** Files on their way up. */

import { ApiError, BASE_PATH, type Done, instancePath, problemError, SILENCE_MS, tokenOrOffline } from './api.ts';
import { forgetToken } from './session.ts';

/** What goes up with a comment. */
export interface Upload {
  ticketId: string;
  files: File[];
  commentHtml: string;
  isPrivate: boolean;
  idempotencyKey: string;
  /** Stops it. */
  signal?: AbortSignal;
}

/** Sends files, with a comment or alone. By XMLHttpRequest, for it alone tells how far an upload is. */
export async function uploadFiles(
  instanceId: string,
  upload: Upload,
  onProgress: (share: number) => void,
): Promise<Done> {
  const { commentHtml, isPrivate, files } = upload;
  const body = { ...(commentHtml && { comment_HTML: commentHtml }), isPrivate: String(isPrivate) };
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) form.set(name, value);
  for (const file of files) form.append('files', file, file.name);
  const path = `/tickets/${encodeURIComponent(upload.ticketId)}/attachments`;
  for (let attempt = 1; ; attempt++) {
    const token = await tokenOrOffline();
    const request = new XMLHttpRequest();
    request.open('POST', instancePath(instanceId) + path);
    request.responseType = 'json';
    request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.setRequestHeader('Idempotency-Key', upload.idempotencyKey);
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    await sent(request, form, upload.signal);
    if (request.status >= 200 && request.status < 300) {
      return { method: 'POST', path: BASE_PATH + path, body, files: files.map(({ name }) => name) };
    }
    if (request.status === 401 && attempt === 1) {
      forgetToken(token);
      continue;
    }
    throw problemError(request.status, request.response ?? {}, request.getResponseHeader('Retry-After'));
  }
}

/** Resolves with the end of a request; a network that has gone without a word, or the person, ends it before. */
async function sent(request: XMLHttpRequest, form: FormData, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const stop = () => request.abort();
  let silence = setTimeout(stop, SILENCE_MS);
  request.upload.addEventListener('progress', () => {
    clearTimeout(silence);
    silence = setTimeout(stop, SILENCE_MS);
  });
  signal?.addEventListener('abort', stop);
  try {
    await new Promise<void>((resolve, reject) => {
      request.onload = () => resolve();
      request.onerror = () => reject(new ApiError('offline', ''));
      request.onabort = () => reject(signal?.aborted ? signal.reason : new ApiError('offline', ''));
      request.send(form);
    });
  } finally {
    clearTimeout(silence);
    signal?.removeEventListener('abort', stop);
  }
}
