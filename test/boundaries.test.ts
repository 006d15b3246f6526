import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** What each folder may import of the product. The longest folder that a file lies in counts. */
const MAY_IMPORT: Record<string, string[]> = {
  'api/contract': ['api/contract'],
  'api/store': ['api/store', 'api/contract'],
  'api/core': ['api/core', 'api/contract', 'api/store/store.ts', 'api/store/blobs.ts', 'api/store/kinds.ts'],
  'api/auth': ['api/auth', 'api/core', 'api/contract', 'api/store/store.ts'],
  'api/jobs': ['api/jobs', 'api/core', 'api/contract', 'api/store/store.ts', 'api/log.ts'],
  'api/rest': ['api/rest', 'api/core', 'api/contract', 'api/store/blobs.ts', 'api/auth', 'api/log.ts'],
  bot: ['bot', 'api/core', 'api/contract', 'api/store/store.ts', 'api/jobs/worker.ts', 'api/log.ts'],
  'bot/messages': ['bot/messages', 'api/contract'],
  'bot/cards': ['bot/cards', 'bot/messages', 'api/contract'],
  'bot/teams': ['bot/teams', 'bot/cards/card.ts', 'bot/messages', 'api/contract', 'api/auth/own-machine.ts'],
  'bot/posts': [
    ...['bot/posts', 'bot/teams', 'bot/cards', 'bot/messages', 'bot/actor.ts', 'bot/acting.ts'],
    ...['api/core', 'api/contract', 'api/store/store.ts', 'api/log.ts'],
  ],
  tab: ['tab', 'api/contract'],
  // The files at the top put the parts together.
  api: ['api', 'bot'],
};

const files = globSync(['api/**/*.ts', 'bot/**/*.ts', 'tab/src/**/*.{ts,tsx}']).map((file) =>
  file.replaceAll('\\', '/'),
);

/** Packages that one file alone may import, and what stands for the environment. */
const ONLY_IN: Record<string, string[]> = {
  restify: ['api/rest/server.ts'],
  'node:sqlite': files.filter((file) => file.startsWith('api/store/sqlite')),
  '@fastify/busboy': ['api/rest/multipart.ts'],
  'sanitize-html': ['api/core/html.ts'],
  pino: ['api/log.ts'],
  redis: ['api/rest/rate-limit-redis.ts'],
  '@azure/msal-node': ['api/auth/graph.ts'],
  botbuilder: ['bot/bot.ts', 'bot/teams/adapter.ts', 'bot/teams/admission.ts', 'bot/teams/conversations.ts'],
  '@azure/cosmos': files.filter((file) => file.startsWith('api/store/cosmos')),
  '@microsoft/teams-js': ['tab/src/teams.ts'],
};

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g;

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((match) => (match[1] ?? match[2] ?? match[3])!);

const folderOf = (file: string): string =>
  Object.keys(MAY_IMPORT)
    .filter((folder) => file.startsWith(`${folder}/`))
    .toSorted((left, right) => right.length - left.length)[0]!;

/** What a part of the tab must not know: what stands above it, and each feature another one. */
function aboveIt(file: string): RegExp | undefined {
  const feature = /^tab\/src\/features\/([^/]+)\//.exec(file)?.[1];
  if (feature) return new RegExp(`^tab/src/(shell|routes|features/(?!${feature}/))`);
  if (file.startsWith('tab/src/shell/')) return /^tab\/src\/routes\//;
  if (file === 'tab/src/app.tsx' || file.startsWith('tab/src/routes/') || !file.startsWith('tab/')) return undefined;
  return /^tab\/src\/(shell|routes|features)\//;
}

describe('who may import whom', () => {
  test('there are files to look at, and their imports are found', () => {
    expect(files.length).toBeGreaterThan(40);
    expect(importsOf('api/core/invoke.ts')).toContain('./access.ts');
  });

  test.each(files)('%s', (file) => {
    const wrong = importsOf(file).filter((name) => {
      if (!name.startsWith('.')) return name in ONLY_IN && !ONLY_IN[name]!.includes(file);
      const target = normalize(join(dirname(file), name)).replaceAll('\\', '/');
      if (aboveIt(file)?.test(target)) return true;
      return !MAY_IMPORT[folderOf(file)]!.some((allowed) => target === allowed || target.startsWith(`${allowed}/`));
    });
    expect(wrong).toEqual([]);
  });

  test.each(files.filter((file) => file.startsWith('api/contract/')))('%s needs zod alone', (file) => {
    expect(importsOf(file).filter((name) => !name.startsWith('.') && name !== 'zod')).toEqual([]);
  });

  test('only api/config.ts reads the environment', () => {
    const readers = files.filter((file) => readFileSync(file, 'utf8').includes('process.env'));
    expect(readers).toEqual(['api/config.ts']);
  });
});

/** What names a side of the screen, which is the other one where people write from right to left. */
const PHYSICAL = new RegExp(
  [
    /(?:^|[\s;{])(?:[a-z-]+-)?(?:left|right|top|bottom)(?:-[a-z-]+)?\s*:/,
    /(?:^|[\s;{])(?:(?:min|max)-)?(?:width|height)\s*:/,
    /(?:text-align|float|clear)\s*:\s*(?:left|right)/,
    // Four values, of which the second is the right side and the fourth the left one.
    /(?:margin|padding|inset)\s*:\s*\S+ (\S+) \S+ (?!\1\s*;)[^\s;]+\s*;/,
  ]
    .map((one) => one.source)
    .join('|'),
);

test('a class has rules of its own in one folder alone, for all stylesheets come into one page by and by', () => {
  const folders = new Map<string, Set<string>>();
  for (const file of globSync('tab/src/**/*.css')) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/^\.([a-z][a-z0-9-]*)(?: \{|,$)/gm)) {
      folders.set(name!, (folders.get(name!) ?? new Set()).add(dirname(file)));
    }
  }
  expect(folders.size).toBeGreaterThan(100);
  expect([...folders].filter(([, { size }]) => size > 1)).toEqual([]);
});

describe('stylesheets say start and end, not left and right', () => {
  test.each(globSync('tab/src/**/*.css'))('%s', (file) => {
    const rules = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    const lines = rules.replace(/@[^{]+\{/g, '{').split('\n');
    expect(lines.filter((line) => PHYSICAL.test(line))).toEqual([]);
  });
});
