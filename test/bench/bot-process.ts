import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyAuthentication } from '../../api/auth/authenticate.ts';
import { openSignIn } from '../../api/auth/sign-in.ts';
import { readConfig } from '../../api/config.ts';
import { ensureMember } from '../../api/core/members.ts';
import { createDemo } from '../../api/demo.ts';
import { openEnvironment } from '../../api/environment.ts';
import { createLog } from '../../api/log.ts';
import { createRestServer } from '../../api/rest/server.ts';
import { createBot } from '../../bot/bot.ts';
import type { BotBench } from './bot.ts';
import { answerQuestions } from './helper-process.ts';

/** The product's bot with the demo help desk, on a file of its own. */
answerQuestions(async ({ connectorUrl, openIdMetadataUrl, issuer, appId, tenantId, person }: BotBench) => {
  const environment = await openEnvironment(
    readConfig({ DATA_DIR: mkdtempSync(join(tmpdir(), 'tickets-bot-bench-')) }),
  );
  const { instanceId } = await createDemo(environment);
  await ensureMember(environment, instanceId, { ...person, tenantId }, 'assignee');
  const log = createLog('warn');
  const bot = createBot({
    environment,
    log,
    appName: 'Tickets',
    credentials: { appId, type: 'SingleTenant', tenantId, password: 'secret' },
    allowedTenants: [],
    endpoints: { openIdMetadataUrl, tokenIssuer: issuer, serviceOrigins: [connectorUrl], token: async () => 'token' },
  });
  const { now } = environment;
  const signIn = await openSignIn({ clientId: undefined, authority: '', tenants: [], localPeople: [], now });
  const server = createRestServer({
    environment,
    people: { ...signIn, clientId: '', authority: '', teamsAppId: '', tabFolder: '' },
    authenticate: keyAuthentication(environment),
    rateLimit: undefined,
    bot: bot.handle,
    log,
    appName: 'Tickets',
  });
  return `http://127.0.0.1:${await server.listen(0, '127.0.0.1')}/api/messages`;
});
