import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument } from './contract/openapi.ts';

/** Writes `openapi.json` anew; a test proves that the committed one is fresh. */
const path = join(import.meta.dirname, 'openapi.json');
writeFileSync(path, `${JSON.stringify(openApiDocument('http://localhost:3978', 'Tickets'), null, 2)}\n`);
