import { join } from 'node:path';
import { createBot } from '../bot/bot.ts';
import type { BotCredentials } from '../bot/teams/adapter.ts';
import { keyAuthentication } from './auth/authenticate.ts';
import { openSignIn } from './auth/sign-in.ts';
import { type Config, ConfigError, DEFAULT_DATA_DIR, readConfig } from './config.ts';
import { BASE_PATH } from './contract/wire.ts';
import { createDemo, DEMO_PEOPLE } from './demo.ts';
import { openEnvironment } from './environment.ts';
import { erasures } from './jobs/erasures.ts';
import { beginFeed, feedHandler } from './jobs/feed.ts';
import { remains } from './jobs/remains.ts';
import { beginTimers, timers } from './jobs/timers.ts';
import { createWorker } from './jobs/worker.ts';
import { createLog, type Log } from './log.ts';
import { slidingWindow } from './rest/rate-limit.ts';
import { sharedWindow } from './rest/rate-limit-shared.ts';
import { createRestServer } from './rest/server.ts';

/** Requests of one signed-in person in any 60 seconds: far more than anybody does by hand. */
const PERSON_LIMIT = 1000;

/** Starts the product: configuration, store, door. Prints where to go; a key only when it has just been made. */
async function start(config: Config): Promise<void> {
  const environment = await openEnvironment(config);
  const log = createLog(config.LOG_LEVEL);
  const { REDIS_URL: url, RATE_LIMIT: limit } = config;
  const { now } = environment;
  const shared =
    url && limit !== 'off' ? await sharedWindow({ redis: await redisWindow(url, limit), limit, now, log }) : undefined;
  const signIn = await openSignIn({
    clientId: config.ENTRA_CLIENT_ID,
    authority: config.ENTRA_AUTHORITY,
    tenants: config.TENANTS ?? [],
    localPeople: DEMO_PEOPLE,
    now,
  });
  const directory = await openDirectory(config, now, log);
  if (directory) environment.directory = directory;
  const bot = createBot({
    environment,
    log,
    appName: config.APP_NAME,
    credentials: botCredentials(config),
    allowedTenants: config.TENANTS ?? [],
  });
  const timed = timers(environment);
  const deleting = remains(environment);
  const worker = createWorker({
    store: environment.store,
    now,
    log,
    handlers: [
      feedHandler({
        store: environment.store,
        now,
        log,
        subscribers: [bot.subscriber, timed.subscriber, deleting.subscriber],
        pollMs: config.COSMOS_ENDPOINT ? 1000 : 250,
      }),
      ...bot.handlers,
      ...timed.handlers,
      ...deleting.handlers,
      erasures(environment),
    ],
  });
  const server = createRestServer({
    environment,
    bot: bot.handle,
    people: {
      ...signIn,
      clientId: config.ENTRA_CLIENT_ID ?? '',
      authority: config.ENTRA_AUTHORITY,
      teamsAppId: config.TEAMS_APP_ID ?? '',
      tabFolder: join(import.meta.dirname, '../tab/dist'),
      rateLimit: slidingWindow(PERSON_LIMIT, now),
    },
    authenticate: keyAuthentication(environment),
    rateLimit: shared?.check ?? (limit === 'off' ? undefined : slidingWindow(limit, now)),
    log,
    appName: config.APP_NAME,
  });
  const isNew = !config.isProduction && (await environment.store.registry.instances()).length === 0;
  const demo = isNew ? await createDemo(environment) : undefined;
  await beginFeed(environment.store, now);
  await beginTimers(environment.store, now);
  const port = await server.listen(config.PORT, config.HOST);
  environment.publicUrl = config.PUBLIC_URL ?? `http://${config.HOST}:${port}`;

  worker.start();

  const base = environment.publicUrl;
  const lines = [`${config.APP_NAME} is ready.`, '', `  API        ${base}${BASE_PATH}`, `  Reference  ${base}/docs`];
  if (signIn.localIssuer) lines.splice(2, 0, `  Tab        ${base}/tab`);
  if (demo) {
    const key = demo.keys.find(({ slot }) => slot === 'primary')!.key;
    lines.push(`  Try it     curl "${base}${BASE_PATH}/tickets?key=${key}&limit=3"`);
    lines.push('', `A demo help desk was made for you. Its keys: ${keysCommand(config)}`);
  } else lines.push('', `The keys: ${keysCommand(config)}`);
  process.stdout.write(`${lines.join('\n')}\n\n`);

  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await server.close();
    await worker.stop();
    shared?.close();
    await environment.store.close();
    log.flush(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** The command that shows the keys of this server's data, for a shell. */
function keysCommand({ DATA_DIR: folder }: Config): string {
  const command = 'npm run instance -- keys';
  if (folder === DEFAULT_DATA_DIR) return command;
  const isPlain = /^[\w./-]+$/.test(folder);
  return `DATA_DIR=${isPlain ? folder : `'${folder.replaceAll("'", "'\\''")}'`} ${command}`;
}

/** What the bot signs in with; on a laptop without any it answers this machine alone. */
function botCredentials(config: Config): BotCredentials | undefined {
  const { MICROSOFT_APP_ID: appId, MICROSOFT_APP_PASSWORD: password, TENANTS: tenants = [] } = config;
  if (appId === undefined) return undefined;
  const tenantId = config.MICROSOFT_APP_TENANT_ID ?? tenants[0]!;
  return { appId, password, tenantId, type: password === undefined ? 'UserAssignedMSI' : 'SingleTenant' };
}

/** Loaded only where there is a directory to ask. */
async function openDirectory(config: Config, now: () => Date, log: Log) {
  const { ENTRA_CLIENT_ID: clientId, ENTRA_CLIENT_SECRET: clientSecret, ENTRA_AUTHORITY: authority } = config;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  const { openGraph } = await import('./auth/graph.ts');
  const report = (fault: string) => log.warn({ fault }, 'People cannot be looked up in the directory.');
  return openGraph({ clientId, clientSecret, authority, now, report });
}

/** Loaded only where there is a Redis. */
async function redisWindow(url: string, limit: number) {
  const { connectRedis } = await import('./rest/rate-limit-redis.ts');
  return connectRedis({ url, limit });
}

/** Ends with one clear sentence instead of a stack, where it is the surroundings that do not fit. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return 'The port is taken by another program. Stop that one, or choose another: PORT=3979 npm start';
  if (code === 'EACCES') return `A file or the port may not be used: ${message}`;
  return (error as Error).stack ?? String(error);
}

try {
  await start(readConfig());
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
