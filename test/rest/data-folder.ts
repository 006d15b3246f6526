import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for the files of a test's server, into which the test can look. */
export interface DataFolder {
  path: string;
  /** The files in it, half-written ones too, in order. */
  files: () => string[];
  remove: () => void;
}

export function newDataFolder(): DataFolder {
  const path = mkdtempSync(join(tmpdir(), 'tickets-files-'));
  return {
    path,
    files: () =>
      readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .toSorted(),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
