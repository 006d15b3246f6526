import type { Attachment } from '../contract/attachments.ts';
import { BASE_PATH } from '../contract/wire.ts';
import type { Context } from './context.ts';

/** How long a file's address works. */
const SIGNED_FOR_MS = 60 * 60 * 1000;

/** What the signature of a file's address covers. */
export const fileText = (instanceId: string, activityId: string, attachmentId: string, expires: string): string =>
  [instanceId, activityId, attachmentId, expires].join('\n');

/** An attachment as a caller sees it: a file's address is signed and works for an hour. */
export function presentAttachment(ctx: Context, activityId: string, attachment: Attachment): Attachment {
  if (attachment.isHyperlink) return attachment;
  const { instanceId } = ctx.actor;
  const expires = String(Date.parse(ctx.at) + SIGNED_FOR_MS);
  const signature = ctx.vault.sign('file', fileText(instanceId, activityId, attachment.id, expires));
  const path = `${BASE_PATH}/files/${instanceId}/${activityId}/${attachment.id}`;
  return { ...attachment, src: `${ctx.publicUrl}${path}?expires=${expires}&signature=${signature}` };
}
