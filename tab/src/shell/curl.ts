import type { Person } from '../../../api/contract/wire.ts';
import { BASE_PATH, type Done } from '../api.ts';

/** A change as lines for a terminal; the key stays with whoever runs them. */
export function curlOf({ method, path, body, files }: Done, me: Person): string {
  // The query says only what the tab wants to hear in the answer.
  const url = `${location.origin}${path.split('?')[0]}`;
  const lines = [`curl -X ${method} "${url}"`, `  -H "X-Api-Key: $TICKETS_KEY"`];
  // With a key, what is done to a ticket says whose doing it is.
  const said = body && path.startsWith(`${BASE_PATH}/tickets`) ? { ...body, user: me } : body;
  if (files) {
    const fields = Object.entries(said ?? {}).map(([name, value]) => [name, asText(value)]);
    lines.push(...fields.map(([name, value]) => `  --form-string ${quoted(`${name}=${value}`)}`));
    lines.push(...files.map((name) => `  -F ${quoted(`files=@"${name.replace(/["\\]/g, '\\$&')}"`)}`));
  } else if (said) lines.push(`  -H 'Content-Type: application/json'`, `  -d ${quoted(JSON.stringify(said))}`);
  return lines.join(' \\\n');
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
