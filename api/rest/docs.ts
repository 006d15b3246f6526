import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openApiDocument } from '../contract/openapi.ts';

/** A page or a part of one, ready to send. */
export interface Page {
  type: string;
  text: string;
}

/** The reference page runs scripts and styles of this server only. */
export const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

const PAGE = (name: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${name}: API reference</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<div id="reference"><p>The reference is loading. It needs JavaScript.</p></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/page.js"></script>
</body>
</html>
`;

const SCRIPT = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

const STYLE = `body { margin: 0; }
.swagger-ui .opblock .renderedMarkdown pre, .swagger-ui .opblock .renderedMarkdown pre code { background: #1e1e1e; color: #f5f5f5; }
.swagger-ui .opblock .renderedMarkdown pre { padding: 12px; border-radius: 4px; overflow-x: auto; }
.swagger-ui .opblock .renderedMarkdown pre code { padding: 0; font-size: 13px; font-weight: normal; }
`;

const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** The interactive reference, which needs nothing from elsewhere, and the document that it shows. */
export function docsPages(serverUrl: () => string, name: string): Map<string, () => Page> {
  const asset = (file: string, type: string) => once(() => ({ type, text: readFileSync(join(assets, file), 'utf8') }));
  const json = () => JSON.stringify(openApiDocument(serverUrl(), name));
  return new Map<string, () => Page>([
    ['/docs', () => ({ type: 'text/html; charset=utf-8', text: PAGE(name) })],
    ['/docs/page.js', () => ({ type: 'text/javascript; charset=utf-8', text: SCRIPT })],
    ['/docs/page.css', () => ({ type: 'text/css; charset=utf-8', text: STYLE })],
    ['/docs/swagger-ui.css', asset('swagger-ui.css', 'text/css; charset=utf-8')],
    ['/docs/swagger-ui-bundle.js', asset('swagger-ui-bundle.js', 'text/javascript; charset=utf-8')],
    ['/openapi.json', once(() => ({ type: 'application/json; charset=utf-8', text: json() }))],
  ]);
}

/** Made when first asked for, and kept. */
function once(make: () => Page): () => Page {
  let page: Page | undefined;
  return () => {
    page ??= make();
    return page;
  };
}
