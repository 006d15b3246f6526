import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { ConfigError, readConfig, SETTINGS } from '../api/config.ts';

const example = readFileSync('.env.example', 'utf8');
const names = Object.keys(SETTINGS.shape);

describe('configuration', () => {
  test('nothing set is a good configuration', () => {
    expect(readConfig({})).toMatchObject({ PORT: 3978, HOST: '127.0.0.1', DATA_DIR: './data', RATE_LIMIT: 100 });
  });

  test('an empty variable counts as not set', () => {
    expect(readConfig({ PORT: '', PUBLIC_URL: ' ' })).toMatchObject({ PORT: 3978 });
  });

  test('.env.example names every setting and no other, and is a good configuration as it stands', () => {
    const mentioned = [...example.matchAll(/^#? ?([A-Z_]+)=/gm)].map((match) => match[1]);
    expect(mentioned.toSorted()).toEqual(names.toSorted());
    const all = parseEnv(example.replace(/^# ?(?=[A-Z_]+=)/gm, ''));
    expect(() => readConfig(all as Record<string, string>)).not.toThrow();
  });

  test("README's table names every setting with what it is for", () => {
    const readme = readFileSync('README.md', 'utf8');
    for (const [name, schema] of Object.entries(SETTINGS.shape)) {
      expect(readme).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, 'm'));
      expect(readme).toContain(schema.description!);
    }
  });

  test('all problems are told at once, each by its name', () => {
    const read = () => readConfig({ PORT: '99999', LOG_LEVEL: 'loud', RATE_LIMIT: 'none', HOST: '0.0.0.0' });
    expect(read).toThrow(ConfigError);
    for (const name of ['PORT', 'LOG_LEVEL', 'RATE_LIMIT', 'HOST'])
      expect(read).toThrow(new RegExp(`^  ${name}: `, 'm'));
  });

  test('production is refused without its secret, its address and its people, and with the limit off', () => {
    const read = () => readConfig({ NODE_ENV: 'production', RATE_LIMIT: 'off', HOST: '0.0.0.0' });
    for (const name of [
      'ENCRYPTION_SECRET',
      'PUBLIC_URL',
      'RATE_LIMIT',
      'ENTRA_CLIENT_ID',
      'MICROSOFT_APP_ID',
      'TENANTS',
    ])
      expect(read).toThrow(new RegExp(`^  ${name}: `, 'm'));
    const good = {
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://x.example/',
      ENCRYPTION_SECRET: 'x'.repeat(32),
      ENTRA_CLIENT_ID: randomUUID(),
      MICROSOFT_APP_ID: randomUUID(),
      TENANTS: randomUUID(),
    };
    expect(readConfig(good)).toMatchObject({ isProduction: true, HOST: '0.0.0.0', PUBLIC_URL: 'https://x.example' });
  });

  test('production asks Entra by https alone', () => {
    const read = (ENTRA_AUTHORITY: string) => () => readConfig({ NODE_ENV: 'production', ENTRA_AUTHORITY });
    expect(read('http://login.microsoftonline.us')).toThrow(/^ {2}ENTRA_AUTHORITY: /m);
    expect(read('https://login.microsoftonline.us')).not.toThrow(/^ {2}ENTRA_AUTHORITY: /m);
  });

  test('tenants are a comma list of ids, and nobody signs in to an application without them', () => {
    const [ENTRA_CLIENT_ID, one, other] = [randomUUID(), randomUUID(), randomUUID()];
    const read = (TENANTS: string) => readConfig({ ENTRA_CLIENT_ID, TENANTS });
    expect(read(`${one}, ${other}`)).toMatchObject({ TENANTS: [one, other] });
    for (const tenants of ['', ' ', 'common', 'organizations', '*', `${one},contoso.com`])
      expect(() => read(tenants)).toThrow(/^ {2}TENANTS: /m);
    expect(() => readConfig({ ENTRA_CLIENT_ID: 'my-app', TENANTS: one })).toThrow(/^ {2}ENTRA_CLIENT_ID: /m);
  });
});
