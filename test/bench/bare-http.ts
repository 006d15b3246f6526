import { request } from 'node:http';
import { type Helper, startHelper } from './helper-process.ts';
import type { HttpCall } from './operations.ts';

/** An answer as it went over the wire. */
export interface RecordedAnswer {
  status: number;
  /** Names and values in turn. */
  headers: string[];
  body: string;
}

/** A node:http server that answers everything with what it is told; it answers where it listens. */
export const startBareHttp = (): Helper<RecordedAnswer, string> =>
  startHelper(new URL('./bare-http-process.ts', import.meta.url));

/** Headers that node writes by itself. */
const BY_NODE = ['date', 'connection', 'keep-alive'];

/** Asks a server once and keeps what it answers, byte for byte. Throws for any answer but 2xx. */
export function record(url: string, { method, path, headers, body }: HttpCall): Promise<RecordedAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(url + path, { method, headers }, async (response) => {
      const chunks: Buffer[] = await response.toArray();
      const text = Buffer.concat(chunks).toString();
      const status = response.statusCode!;
      const pairs = response.rawHeaders.filter(
        (_, index, all) => !BY_NODE.includes(all[index - (index % 2)]!.toLowerCase()),
      );
      if (status >= 200 && status < 300) resolve({ status, headers: pairs, body: text });
      else reject(new Error(`${method} ${path} answers ${status}: ${text}`));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
