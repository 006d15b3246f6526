import { authorizedFetch, instancePath } from './api.ts';
import { teamsHost } from './teams.ts';

/** The file could not be kept here. */
export class NoFilesError extends Error {}

/** Fetches a file that only somebody signed in gets, below the operations of an instance, and gives it to the browser to save. */
export async function saveFile(instanceId: string, path: string, filename: string): Promise<void> {
  // It would do nothing, and not even say so.
  if ((await teamsHost)?.isPhone) throw new NoFilesError();
  const response = await authorizedFetch(instancePath(instanceId) + path, {});
  const content = await response.blob();
  // Without this mark, Excel takes the letters of a text file for those of an older code.
  const parts = filename.endsWith('.csv') ? ['\ufeff', content] : [content];
  const address = URL.createObjectURL(new Blob(parts, { type: content.type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = filename;
  link.click();
  // The browser reads the address a moment after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
