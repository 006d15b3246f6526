import { z } from 'zod';

/** Where the data is unless somebody says otherwise. */
export const DEFAULT_DATA_DIR = './data';

/** One environment variable after the other: what it is for is its description, which README's table repeats. */
export const SETTINGS = z.object({
  PORT: z.coerce
    .number('must be a port from 0 to 65535')
    .int()
    .min(0)
    .max(65535)
    .default(3978)
    .describe('Port of the server; 0 takes a free one'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on; outside production only loopback'),
  DATA_DIR: z
    .string()
    .min(1)
    .default(DEFAULT_DATA_DIR)
    .describe('Folder of the database, the files and the local secret'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe('Where people reach the server; default http, HOST and PORT'),
  APP_NAME: z.string().min(1).max(30).default('Tickets').describe('What people see as the name of the product'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('How much is logged'),
  RATE_LIMIT: z
    .union([z.literal('off'), z.coerce.number().int().min(1).max(100_000)], 'must be a number of requests, or off')
    .default(100)
    .describe('Requests in any 60 seconds per instance; off only outside production'),
  ENCRYPTION_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters')
    .optional()
    .describe('Protects keys, page tokens and file addresses; required in production, else made in DATA_DIR'),
  COSMOS_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be the https address of the account' })
    .optional()
    .describe('Azure Cosmos DB account to keep everything in; without it an embedded database in DATA_DIR'),
  COSMOS_KEY: z.string().min(1).optional().describe('Key of the account; without it the managed identity is used'),
  COSMOS_DATABASE: z.string().min(1).max(255).default('tickets').describe('Database in the account'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be a redis or rediss address' })
    .optional()
    .describe('Redis that several nodes share the rate limit through'),
  ENTRA_CLIENT_ID: z
    .guid('must be the application id, a GUID')
    .optional()
    .describe('Application id in Entra ID that people sign in to; required in production'),
  ENTRA_CLIENT_SECRET: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Secret of the application; with it people are found in the directory (Microsoft Graph), where they consent',
    ),
  ENTRA_AUTHORITY: z
    .url({ protocol: /^https?$/, error: 'must be an https address' })
    .transform((url) => url.replace(/\/+$/, ''))
    .default('https://login.microsoftonline.com')
    .describe(
      'Where Entra ID signs people in; another one in government clouds. Default https://login.microsoftonline.com',
    ),
  TEAMS_APP_ID: z
    .guid('must be the id of the app in Teams, a GUID')
    .optional()
    .describe('Id of the app in Teams; links opened in a browser then lead to its personal tab, the entity `tickets`'),
  MICROSOFT_APP_ID: z
    .guid('must be the application id, a GUID')
    .optional()
    .describe('Application id of the bot; required in production'),
  MICROSOFT_APP_PASSWORD: z
    .string()
    .min(1)
    .optional()
    .describe('Client secret of the bot; without it the managed identity of that id is used'),
  MICROSOFT_APP_TENANT_ID: z
    .guid('must be a tenant id, a GUID')
    .optional()
    .describe('Entra tenant that the bot is registered in; the first of TENANTS when absent'),
  TENANTS: z
    .string()
    .transform((list) => list.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(z.guid('must be a comma list of tenant ids, GUIDs')))
    .optional()
    .describe('Comma list of the Entra tenants whose people may come in; required in production'),
  NODE_ENV: z.string().optional().describe('production for anything but a laptop'),
});

export type Config = Omit<z.infer<typeof SETTINGS>, 'NODE_ENV'> & { isProduction: boolean };

/** Settings that do not fit, all of them, one a line. */
export class ConfigError extends Error {}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** What the value is now, unless that is nobody's business. */
const shown = (name: string, given: Record<string, string | undefined>): string =>
  /SECRET|KEY|PASSWORD|REDIS/.test(name) ? '' : ` (it is ${JSON.stringify(given[name])})`;

/** Reads the configuration from environment variables. Throws a ConfigError that names every problem. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  // An empty variable is one that is not set: that is how .env files leave things out.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim() !== ''));
  const parsed = SETTINGS.safeParse(given);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map(
        ({ path: [name], message }) => `${String(name)}: ${message}${shown(String(name), given)}`,
      );
  const isProduction = given.NODE_ENV === 'production';
  if (given.MICROSOFT_APP_ID && !given.TENANTS) problems.push('TENANTS: is needed with MICROSOFT_APP_ID');
  if (given.ENTRA_CLIENT_ID && !given.TENANTS) problems.push('TENANTS: is needed with ENTRA_CLIENT_ID');
  if (given.ENTRA_CLIENT_SECRET && !given.ENTRA_CLIENT_ID) problems.push('ENTRA_CLIENT_SECRET: needs ENTRA_CLIENT_ID');
  if (given.COSMOS_KEY && !given.COSMOS_ENDPOINT) problems.push('COSMOS_KEY: needs COSMOS_ENDPOINT');
  if (isProduction) {
    if (!given.ENCRYPTION_SECRET)
      problems.push(
        'ENCRYPTION_SECRET: is required in production: 32 random characters or more, kept with your other secrets',
      );
    if (!given.PUBLIC_URL) problems.push('PUBLIC_URL: is required in production: the https address of the server');
    if (!given.ENTRA_CLIENT_ID)
      problems.push('ENTRA_CLIENT_ID: is required in production: the id of the application that people sign in to');
    if (!given.MICROSOFT_APP_ID)
      problems.push('MICROSOFT_APP_ID: is required in production: the application id of the bot');
    if (!given.TENANTS) problems.push('TENANTS: is required in production: the id of your Entra tenant');
    if (given.ENTRA_AUTHORITY?.startsWith('http:'))
      problems.push('ENTRA_AUTHORITY: must be an https address in production');
    if (given.RATE_LIMIT === 'off') problems.push('RATE_LIMIT: can be off only outside production');
  } else if (given.HOST && !LOOPBACK.test(given.HOST)) {
    problems.push(
      `HOST: outside production the server listens on loopback only (127.0.0.1); set NODE_ENV=production to listen on ${given.HOST}`,
    );
  }
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError(
      `The configuration has ${problems.length === 1 ? 'a problem' : 'problems'}:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    );
  }
  const { NODE_ENV: _, ...config } = parsed.data;
  return { ...config, isProduction };
}
