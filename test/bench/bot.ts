import { Agent, request } from 'node:http';
import { APP_ID, BOT, ISSUER, TENANT } from '../helpers/connector.ts';
import { startHelper } from './helper-process.ts';

/**
 * How fast the bot answers `ticket 12`: from the message to the answer in the conversation over the stand-in of Teams,
 * beside an echo bot of botbuilder in the same run. `node test/bench/bot.ts [seconds] [rounds]`
 */

/** What both bots are started with. */
export interface BotBench {
  connectorUrl: string;
  openIdMetadataUrl: string;
  issuer: string;
  appId: string;
  tenantId: string;
  person: { id: string; name: string; email: string };
}

interface Teams {
  connectorUrl: string;
  openIdMetadataUrl: string;
  authorization: string;
}

const PERSON = {
  id: '3c0f6e0a-6a5e-4f0e-9d8b-7d1c2b3a4f50',
  name: 'Marco Bellini',
  email: 'marco.bellini@contoso.com',
};
const CONNECTIONS = [1, 8];
const [seconds = 5, rounds = 3] = process.argv.slice(2).map(Number);

let sent = 0;

const message = (connectorUrl: string): string =>
  JSON.stringify({
    id: `activity-${++sent}`,
    type: 'message',
    text: 'ticket 12',
    channelId: 'msteams',
    serviceUrl: `${connectorUrl}/`,
    locale: 'en-US',
    from: { id: `29:${PERSON.id}`, name: PERSON.name, aadObjectId: PERSON.id },
    recipient: BOT,
    conversation: { id: 'a:chat', conversationType: 'personal', tenantId: TENANT },
    channelData: { tenant: { id: TENANT } },
  });

/** Sends one message after the other on so many connections, and measures until each is answered. */
async function drive(url: string, { connectorUrl, authorization }: Teams, connections: number, forMs: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  const end = performance.now() + forMs;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const begun = performance.now();
      const headers = { 'Content-Type': 'application/json', Authorization: authorization };
      const asked = request(url, { method: 'POST', headers, agent }, (response) => {
        response.resume().on('end', () => {
          if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`));
          times.push(performance.now() - begun);
          resolve();
        });
      });
      asked.on('error', reject);
      asked.end(message(connectorUrl));
    });
  const worker = async () => {
    while (performance.now() < end) await one();
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  times.sort((left, right) => left - right);
  return { perSecond: times.length / (forMs / 1000), p50Ms: times[times.length >> 1]! };
}

const median = (numbers: number[]): number => numbers.toSorted((left, right) => left - right)[numbers.length >> 1]!;

const connector = startHelper<object, Teams>(new URL('./bot-connector-process.ts', import.meta.url));
const bot = startHelper<BotBench, string>(new URL('./bot-process.ts', import.meta.url));
const echo = startHelper<BotBench, string>(new URL('./bot-echo-process.ts', import.meta.url));
const teams = await connector.ask({});
const { connectorUrl, openIdMetadataUrl } = teams;
const given = { connectorUrl, openIdMetadataUrl, issuer: ISSUER, appId: APP_ID, tenantId: TENANT, person: PERSON };
const urls = { bot: await bot.ask(given), echo: await echo.ask(given) };

for (const connections of CONNECTIONS) {
  const rates = { bot: [] as number[], echo: [] as number[], p50: [] as number[], echoP50: [] as number[] };
  for (const url of [urls.bot, urls.echo]) await drive(url, teams, connections, 1500);
  for (let round = 0; round < rounds; round++) {
    const ours = await drive(urls.bot, teams, connections, seconds * 1000);
    const theirs = await drive(urls.echo, teams, connections, seconds * 1000);
    rates.bot.push(ours.perSecond);
    rates.p50.push(ours.p50Ms);
    rates.echo.push(theirs.perSecond);
    rates.echoP50.push(theirs.p50Ms);
  }
  const [ours, theirs] = [median(rates.bot), median(rates.echo)];
  const line = [
    `ticket 12 by chat, ${connections} at once:`,
    `${ours.toFixed(0)} a second, p50 ${median(rates.p50).toFixed(2)} ms;`,
    `echo bot ${theirs.toFixed(0)} a second, p50 ${median(rates.echoP50).toFixed(2)} ms;`,
    `ratio ${(ours / theirs).toFixed(2)}`,
  ];
  process.stdout.write(`${line.join(' ')}\n`);
}
for (const helper of [connector, bot, echo]) helper.stop();
