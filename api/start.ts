import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Types are stripped and code is compiled once, not at every start: half the time and a fifth of the memory of a start.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/teams-ticketing'));
await import('./main.ts');
