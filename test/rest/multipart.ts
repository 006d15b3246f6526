import type { Attachment } from '../../api/contract/attachments.ts';
import type { TestInstance } from '../helpers/server.ts';

const BOUNDARY = 'the-boundary-of-the-tests';

/** One part of a multipart body: its header lines as they stand, and its content. */
export type Part = [headers: string, content: string | Uint8Array];

export const field = (name: string, value: string): Part => [`Content-Disposition: form-data; name="${name}"`, value];

export const file = (filename: string, content: string | Uint8Array, type = 'application/octet-stream'): Part => [
  `Content-Disposition: form-data; name="files"; filename="${filename}"\r\nContent-Type: ${type}`,
  content,
];

/** A multipart body byte for byte; FormData would tidy it up. */
export function multipart(...parts: Part[]): { headers: Record<string, string>; body: Uint8Array<ArrayBuffer> } {
  const bytes: Uint8Array[] = [];
  for (const [headers, content] of parts) {
    bytes.push(Buffer.from(`--${BOUNDARY}\r\n${headers}\r\n\r\n`), Buffer.from(content as string), Buffer.from('\r\n'));
  }
  bytes.push(Buffer.from(`--${BOUNDARY}--\r\n`));
  return {
    headers: { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: new Uint8Array(Buffer.concat(bytes)),
  };
}

export interface Added {
  activityId: string;
  ticketId: string;
  ticketNo: number;
  comment: string;
  comment_HTML?: string;
  attachments: Attachment[];
  user: unknown;
}

/** Posts the parts to ticket 1, or to another one. */
export function upload(instance: TestInstance, parts: Part[], ticketId: string | number = 1): Promise<Response> {
  return instance.fetch(`/tickets/${ticketId}/attachments`, { method: 'POST', ...multipart(...parts) });
}

/** As `upload`, and what was added. */
export async function added(response: Response): Promise<Added> {
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text).item;
}
