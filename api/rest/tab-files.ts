import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the built tab, ready to send. */
export interface TabFile {
  type: string;
  body: Buffer;
  /** The body made smaller, where that is worth it. */
  gzipped?: Buffer;
  /** Its name holds a hash of what is in it, so a browser may keep it for ever. */
  isImmutable: boolean;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** The tab's pages run scripts of this server only; Fluent writes its styles as style elements. */
export const TAB_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; " +
  "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

const ASSETS = 'assets/';
/** What is not packed yet; less than this goes out in one packet anyway. */
const PACKED = new Set(['.html', '.js', '.css', '.json', '.svg']);
const SMALL = 1000;

/**
 * The files of the built tab, by their path below `/tab/`. They are listed once for each build, so that no path can lead
 * out of the folder. A path without a file is a page of the tab, which all begin with `index.html`; but a missing asset is
 * undefined, for a browser that asks for the script of an older build must not get a page. Undefined as well when nothing
 * was built.
 */
export function tabFiles(folder: string): (path: string) => TabFile | undefined {
  let builtAt = -1;
  let names = new Set<string>();
  const read = new Map<string, TabFile>();
  return (path) => {
    const wanted = path.replace(/^\/+/, '');
    const isAsset = wanted.startsWith(ASSETS);
    // Every page asks for its beginning first, so a new build is noticed there.
    const now = isAsset && builtAt >= 0 ? builtAt : timeOf(join(folder, 'index.html'));
    if (now !== builtAt) {
      builtAt = now;
      names = listed(folder);
      read.clear();
    }
    const name = names.has(wanted) ? wanted : isAsset ? undefined : 'index.html';
    if (name === undefined || !names.has(name)) return undefined;
    const known = read.get(name);
    if (known) return known;
    const body = contentOf(join(folder, name));
    if (!body) return undefined;
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    const isWorth = PACKED.has(extname(name)) && body.length > SMALL;
    const isImmutable = name.startsWith(ASSETS);
    const file = { type, body, isImmutable, ...(isWorth && { gzipped: gzipSync(body) }) };
    read.set(name, file);
    return file;
  };
}

const timeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Undefined for a file that a build has taken away since the folder was listed. */
function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function listed(folder: string): Set<string> {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return new Set(files.map((file) => relative(folder, file).replaceAll('\\', '/')));
  } catch {
    return new Set();
  }
}
