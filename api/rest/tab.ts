import { fail } from '../contract/errors.ts';
import { sendText } from './answer.ts';
import type { Act } from './exchange.ts';
import type { PeopleOptions } from './people.ts';
import { TAB_POLICY, tabFiles } from './tab-files.ts';

/** Who may show the tab in a frame (learn.microsoft.com: "Configure your tab to be displayed", Content-Security-Policy). */
const FRAMES = 'https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft';

/** The tab: its pages, and what it must know before it can sign anybody in. */
export function tabActs(
  { tabFolder, localIssuer, clientId, authority, teamsAppId }: PeopleOptions,
  { appName, hasPhotos }: { appName: string; hasPhotos: boolean },
): [string, Act][] {
  const file = tabFiles(tabFolder);
  // A page of a developer's own, on the same machine, may show it as well.
  const frames = localIssuer ? `${FRAMES} http://localhost:* http://127.0.0.1:*` : FRAMES;
  const policy = `${TAB_POLICY}; frame-ancestors 'self' ${frames}`;
  const signIn = localIssuer ? 'local' : 'entra';
  const config = JSON.stringify({ appName, signIn, clientId, authority, teamsAppId, hasPhotos });
  const serve: Act = async ({ request, response, headers }) => {
    const found = file((request.url ?? '').split('?')[0]!.replace(/^\/tab\/?/, ''));
    if (!found && file('')) return fail('not_found', 'There is no such file. Reload the page.');
    if (!found) {
      const text = 'The tab has not been built. Run: npm run build\n';
      return sendText(response, 503, headers, 'text/plain; charset=utf-8', text);
    }
    const { type, gzipped, isImmutable } = found;
    const isSmaller = gzipped !== undefined && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const body = isSmaller ? gzipped : found.body;
    const own = headers.with(headers.indexOf('Content-Security-Policy') + 1, policy);
    const kept = isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache';
    own.push('Cache-Control', kept, 'Content-Type', type, 'Content-Length', body.length);
    if (gzipped) own.push('Vary', 'Accept-Encoding');
    if (isSmaller) own.push('Content-Encoding', 'gzip');
    response.writeHead(200, own as string[]);
    response.end(body);
  };
  return [
    [
      '/tab/config.json',
      async ({ response, headers }) =>
        sendText(response, 200, [...headers, 'Cache-Control', 'no-store'], 'application/json; charset=utf-8', config),
    ],
    ['/tab', serve],
    ['/tab/*', serve],
  ];
}
