import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type KeyVault, openVault } from './auth/vault.ts';
import type { Config } from './config.ts';
import type { Environment } from './core/context.ts';
import { uuidsByTime } from './core/ids.ts';
import { Live } from './core/live.ts';
import { openData } from './store/open.ts';

/** Opens everything that the configuration names; the server and the commands stand on the same. */
export async function openEnvironment(config: Config): Promise<Environment & { vault: KeyVault }> {
  const now = () => new Date();
  const folder = resolve(config.DATA_DIR);
  const { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key, COSMOS_DATABASE: database } = config;
  const data = await openData(folder, endpoint === undefined ? undefined : { endpoint, key, database }, now);
  return {
    ...data,
    live: new Live(data.store),
    now,
    newId: uuidsByTime(now),
    vault: openVault(config.ENCRYPTION_SECRET ?? localSecret(folder)),
    publicUrl: config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}`,
    checkAnswers: false,
  };
}

/** A laptop's own secret, made by the first start and kept beside its data. Production brings its own. */
function localSecret(folder: string): string {
  const path = join(folder, 'secret');
  try {
    // Exclusive, so that two first starts at the same moment agree on one secret.
    writeFileSync(path, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8').trim();
}
