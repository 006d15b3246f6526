import { fileTypeFromBuffer } from 'file-type';
import type { Attachment } from '../contract/attachments.ts';
import { fail, failField } from '../contract/errors.ts';
import type { Input, Output } from '../contract/operations.ts';
import type { StoredFile } from '../store/blobs.ts';
import { commentOn } from './activities.ts';
import { fileText, presentAttachment } from './attachment-view.ts';
import { actingPerson, type Context, commit, type Environment, type ItemResult } from './context.ts';
import { richText } from './html.ts';
import type { ListResult } from './ticket-list.ts';
import { includes } from './ticket-view.ts';
import { findTicket } from './tickets.ts';
import { ValueView } from './view.ts';
import { maySee, maySeePrivate, publicOnly } from './visibility.ts';

const BYTES = 'application/octet-stream';

/** Types that a browser only shows and never runs. Everything else goes out as a download of plain bytes. */
const SHOWN = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'application/pdf',
  'text/plain',
  'text/csv',
]);
const ARCHIVE = /zip|x-7z|x-rar|vnd\.rar|gzip|x-tar|x-bzip2|x-xz|zstd/;

export async function listAttachments(ctx: Context, input: Input<'listAttachments'>): Promise<ListResult<Attachment>> {
  const ticket = await findTicket(ctx, input.ticketId);
  const { items } = await ctx.instance.list('activity', {
    where: {
      and: [{ field: 'ticketId', in: [ticket.id] }, { field: 'attachmentCount', from: 1 }, publicOnly(ctx)],
    },
    orderBy: 'id',
    direction: 'DESC',
    limit: 10_000,
  });
  return listResult(
    items.flatMap(({ value }) => value.attachments.map((attachment) => presentAttachment(ctx, value.id, attachment))),
  );
}

/** The attachments of one activity: an empty list when it has none, 404 when there is no such activity. */
export async function listActivityAttachments(
  ctx: Context,
  input: Input<'listActivityAttachments'>,
): Promise<ListResult<Attachment>> {
  const stored = await ctx.instance.get('activity', input.activityId.toLowerCase());
  const ticket = stored && (await ctx.instance.get('ticket', stored.value.ticketId));
  const isSeen = ticket && maySee(ctx.actor, ticket.value) && (!stored.value.isPrivate || maySeePrivate(ctx.actor));
  if (!isSeen) return fail('not_found', 'There is no such activity in this instance.');
  const { value } = stored;
  return listResult(value.attachments.map((attachment) => presentAttachment(ctx, value.id, attachment)));
}

const listResult = (attachments: Attachment[]): ListResult<Attachment> => ({
  items: attachments.map((attachment) => new ValueView(attachment)),
  itemCount: attachments.length,
});

type Added = Output<'addAttachments'>['item'];

/** Links from the body, or the files that the door has taken in. */
export async function addAttachments(ctx: Context, input: Input<'addAttachments'>): Promise<ItemResult<Added>> {
  const by = actingPerson(ctx, input.user);
  const links = (input.attachments ?? []).map(({ src, caption }): Attachment => {
    const filename = decodedName(src);
    return { ...blank(ctx, by.name), src, filename, caption: caption ?? filename, isHyperlink: true, contentType: '' };
  });
  const files = await Promise.all((ctx.files ?? []).map((file) => fileAttachment(ctx, file, by.name)));
  if (links.length + files.length === 0) {
    failField(
      'attachments',
      'is required: links as [{"src","caption"}], or files as multipart/form-data parts `files`',
    );
  }
  const comment = richText(input.comment, input.comment_HTML);
  const { ticket, activity, changes, version } = await commentOn(ctx, input.ticketId, by, {
    comment: comment?.text ?? '',
    ...(comment?.html !== undefined && { html: comment.html }),
    isPrivate: input.isPrivate ?? false,
    attachments: [...links, ...files],
  });
  return commit(ctx, {
    changes,
    item: new ValueView({
      activityId: activity.id,
      ticketId: ticket.id,
      ticketNo: ticket.ticketNo,
      comment: activity.comment,
      ...(includes(input.include, 'comment_HTML') && { comment_HTML: comment?.html ?? '' }),
      attachments: activity.attachments.map((attachment) => presentAttachment(ctx, activity.id, attachment)),
      user: by,
    }),
    ...version,
  });
}

const blank = (ctx: Context, createdBy: string) => ({
  id: ctx.newId(),
  createdDateTime: ctx.at,
  createdBy,
  isArchive: false,
  isImage: false,
  size: 0,
});

/** The last part of an address, or its host when it has none. */
function decodedName(src: string): string {
  const { pathname, hostname } = new URL(src);
  const last = pathname.split('/').filter(Boolean).at(-1) ?? hostname;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** What a file is, its first bytes say; what its sender says counts only where bytes cannot tell: for text. */
async function fileAttachment(ctx: Context, file: StoredFile, createdBy: string): Promise<Attachment> {
  const sniffed = (await fileTypeFromBuffer(file.head))?.mime;
  const isText = sniffed === undefined && !file.head.includes(0);
  const contentType = sniffed ?? (isText && file.declaredType.startsWith('text/') ? file.declaredType : BYTES);
  return {
    ...blank(ctx, createdBy),
    id: file.id,
    src: '',
    filename: file.filename,
    caption: file.filename,
    isHyperlink: false,
    isImage: SHOWN.has(contentType) && contentType.startsWith('image/'),
    isArchive: ARCHIVE.test(contentType),
    size: file.size,
    contentType,
  };
}

/** A file as it is served; `isShown` lets a browser show it, else it is a download. */
export interface Download {
  filename: string;
  contentType: string;
  isShown: boolean;
  content: NonNullable<Awaited<ReturnType<Environment['blobs']['open']>>>;
}

/** The file behind a signed address. A wrong or old signature and a missing file get the same 404. */
export async function openFile(
  environment: Environment,
  address: { instanceId: string; activityId: string; attachmentId: string; expires: string; signature: string },
): Promise<Download> {
  const { instanceId, activityId, attachmentId, expires, signature } = address;
  const text = fileText(instanceId, activityId, attachmentId, expires);
  if (environment.vault.verify('file', text, signature) && Number(expires) > environment.now().getTime()) {
    const activity = await environment.store.instance(instanceId).get('activity', activityId);
    const attachment = activity?.value.attachments.find((one) => one.id === attachmentId && !one.isHyperlink);
    const content = attachment && (await environment.blobs.open(attachment.id));
    if (content) {
      const isShown = SHOWN.has(attachment.contentType);
      return { filename: attachment.filename, contentType: isShown ? attachment.contentType : BYTES, isShown, content };
    }
  }
  return fail(
    'not_found',
    'There is no such file, or its address has expired. Read the attachment again for a new one.',
  );
}
