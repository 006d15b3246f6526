import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { MAX_FILE_BYTES, MAX_FILES } from '../contract/attachments.ts';
import { AppError, fail, failField } from '../contract/errors.ts';
import type { Environment } from '../core/context.ts';
import type { StoredFile } from '../store/blobs.ts';
import { BODY_TIMEOUT_MS, timeout } from './request.ts';

const MAX_FIELD_BYTES = 256 * 1024;

export interface MultipartBody {
  input: Record<string, unknown>;
  files: StoredFile[];
}

/**
 * Reads a `multipart/form-data` body, each file straight to where it stays. When anything is wrong, what was taken in
 * is removed again before this rejects.
 */
export async function readMultipart(request: IncomingMessage, environment: Environment): Promise<MultipartBody> {
  const taking: Promise<StoredFile>[] = [];
  try {
    const input = await readParts(request, (name, filename, declaredType, content) => {
      const file = takeFile(environment, name, filename, declaredType, content);
      taking.push(file);
      return file;
    });
    const files = await Promise.all(taking);
    return { input: typedInput(input), files };
  } catch (error) {
    await removeFiles(environment, await Promise.allSettled(taking));
    throw error;
  }
}

async function removeFiles(environment: Environment, taken: PromiseSettledResult<StoredFile>[]): Promise<void> {
  const files = taken.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  await Promise.all(files.map((file) => environment.blobs.remove(file.id)));
}

async function takeFile(
  environment: Environment,
  name: string,
  filename: string,
  declaredType: string,
  content: Readable & { truncated?: boolean },
): Promise<StoredFile> {
  if (name !== 'files' && name !== 'files[]') {
    content.resume();
    return failField(
      name.slice(0, 64) || 'a part without a name',
      'is no part of this operation; files travel as `files`',
    );
  }
  const id = environment.newId();
  const { size, sha256, head } = await environment.blobs.put(id, content, MAX_FILE_BYTES);
  return { id, filename: cleanName(filename), declaredType, size, sha256, head };
}

/**
 * The last part of a path, without signs that a header or a file system could stumble over, or that turn the direction of
 * the text around: an `exe` would look like a `jpg`.
 */
function cleanName(filename: string): string {
  // These three a browser escapes so that the header holds together (HTML standard, "Multipart form data").
  const named = filename.replaceAll('%22', '"').replace(/%0D|%0A/g, '');
  const last = named.split(/[/\\]/).at(-1) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  const clean = last.replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '');
  // By whole characters: half of one cannot be written in a header.
  return [...clean].slice(0, 255).join('') || 'file';
}

type OnFile = (name: string, filename: string, declaredType: string, content: Readable) => Promise<unknown>;

function readParts(request: IncomingMessage, onFile: OnFile): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const input: Record<string, string> = {};
    const contents: Readable[] = [];
    /** The first thing that is wrong ends it all: a file that waited for the rest of itself would wait for ever. */
    const giveUp = (error: unknown) => {
      reject(error);
      request.unpipe();
      request.resume();
      for (const content of contents) content.destroy();
    };
    const malformed = (cause: unknown) =>
      giveUp(new AppError('bad_request', 'The multipart body cannot be read.', { cause }));
    let parser: BusboyInstance;
    try {
      parser = new Busboy({
        headers: request.headers as { 'content-type': string },
        limits: { files: MAX_FILES, fields: 20, fieldSize: MAX_FIELD_BYTES, fileSize: MAX_FILE_BYTES + 1 },
      });
    } catch (error) {
      malformed(error);
      return;
    }
    // A body may be long, but it must go on arriving.
    request.setTimeout(BODY_TIMEOUT_MS, () => giveUp(timeout()));
    request.on('aborted', () => malformed(new Error('the connection was closed')));
    parser.on('file', (name, content, filename, _encoding, type) => {
      contents.push(content);
      // What is wrong with a part, the parser says as well.
      content.on('error', () => {});
      onFile(name ?? '', filename ?? '', type, content).catch(giveUp);
    });
    parser.on('field', (name, value, _nameTruncated, valueTruncated) => {
      if (valueTruncated) giveUp(new AppError('payload_too_large', `${name}: may have at most 256 KB.`));
      input[name] = value;
    });
    parser.on('filesLimit', () => giveUp(new AppError('payload_too_large', `At most ${MAX_FILES} files at once.`)));
    parser.on('error', malformed);
    parser.on('finish', () => resolve(input));
    request.pipe(parser);
  });
}

/** Parts are text; those that are something else in the contract become it. */
function typedInput({ user, isPrivate, ...texts }: Record<string, string>): Record<string, unknown> {
  const input: Record<string, unknown> = { ...texts };
  if (isPrivate !== undefined)
    input.isPrivate = { true: true, false: false }[isPrivate.trim().toLowerCase()] ?? isPrivate;
  if (user !== undefined) {
    try {
      input.user = JSON.parse(user);
    } catch (cause) {
      fail('invalid_input', 'user: must be the JSON text of {"id","name","email"}', { cause });
    }
  }
  return input;
}
