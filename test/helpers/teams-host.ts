import type { FrameLocator, Page } from 'playwright-core';

/** Where the tab stands in Teams, as Teams tells it. */
interface Place {
  /** The page of the tab that Teams opens. */
  url: string;
  theme?: 'default' | 'dark' | 'contrast';
  locale?: string;
  /** `settings` on the configuration page, `remove` on the page for removing, else `content`. */
  frameContext?: 'content' | 'settings' | 'remove';
  channel?: { teamId: string; channelId: string; name: string };
  tenantId?: string;
  /** The sub page that a deep link names. */
  subPageId?: string;
  /** The answer to `getAuthToken`; throwing an error gives its message as the reason for a refusal. */
  token: () => Promise<string>;
}

/** What the tab has asked of Teams so far: the function and what it was called with. */
interface Asked {
  func: string;
  args: unknown[];
}

export interface TeamsHostPage {
  /** The tab inside. */
  tab: FrameLocator;
  asked: Asked[];
  /** Changes the theme of Teams, as a person does in its settings. */
  setTheme: (theme: 'default' | 'dark' | 'contrast') => Promise<void>;
  /** Presses Save in the dialog around the configuration page. */
  save: () => Promise<void>;
  /** Waits until the tab has called a function of Teams. */
  askedFor: (func: string) => Promise<Asked>;
}

const HOST = 'https://teams.microsoft.com';

/** What Teams says that it can do, in the form of teams-js. */
const RUNTIME = JSON.stringify({
  apiVersion: 4,
  hostVersionsInfo: {},
  isLegacyTeams: false,
  supports: {
    appInstallDialog: {},
    dialog: { card: { bot: {} }, url: { bot: {}, parentCommunication: {}, update: {} } },
    pages: { appButton: {}, backStack: {}, config: {}, currentApp: {}, fullTrust: {}, tabs: {} },
    teamsCore: {},
  },
});

/**
 * A page that does what Teams does around a tab: it holds the tab in a frame and answers teams-js by messages. It stands
 * at the address of Teams itself, the only one that teams-js and the tab's own policy accept.
 */
export async function openInTeams(page: Page, place: Place): Promise<TeamsHostPage> {
  const asked: Asked[] = [];
  await page.context().grantPermissions(['local-network-access'], { origin: HOST });
  await page.context().route('https://res.cdn.office.net/**', (route) => route.abort());
  await page.route(`${HOST}/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: hostPage(place.url, contextOf(place), place.frameContext) }),
  );
  await page.exposeFunction('hostAsked', (func: string, args: unknown[]) => void asked.push({ func, args }));
  await page.exposeFunction('hostToken', () =>
    place.token().then(
      (token) => [true, token],
      (error: Error) => [false, error.message],
    ),
  );
  await page.goto(`${HOST}/_#/tab`);
  return {
    tab: page.frameLocator('iframe'),
    asked,
    setTheme: (theme) => page.evaluate((name) => Reflect.get(globalThis, 'tell')('themeChange', [name]), theme),
    save: () => page.evaluate(() => Reflect.get(globalThis, 'tell')('settings.save', [{}])),
    async askedFor(func) {
      await page.waitForFunction((name) => Reflect.get(globalThis, 'calls').includes(name), func);
      return asked.findLast((one) => one.func === func)!;
    },
  };
}

/** The flat form in which Teams gives the context. */
function contextOf({ theme = 'default', locale = 'en-us', channel, subPageId, frameContext, tenantId }: Place) {
  return {
    appSessionId: 'session',
    entityId: 'tickets',
    frameContext: frameContext ?? 'content',
    hostClientType: 'web',
    hostName: 'Teams',
    locale,
    sessionId: 'session',
    subEntityId: subPageId ?? '',
    theme,
    userObjectId: 'nobody that counts',
    tid: tenantId ?? 'no tenant that counts',
    loginHint: 'whoever@contoso.com',
    ...(channel && { channelId: channel.channelId, groupId: channel.teamId, channelName: channel.name, teamName: '' }),
  };
}

function hostPage(url: string, context: object, frameContext = 'content'): string {
  const json = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head><title>Teams</title><style>html, body, iframe { margin: 0; border: 0; width: 100%; height: 100%; display: block }</style></head>
<body><iframe title="Tab" src="${url}" allow="clipboard-read; clipboard-write"></iframe>
<script>
const frame = document.querySelector('iframe');
let popUp;
const origin = new URL(frame.src).origin;
globalThis.calls = [];
globalThis.tell = (func, args) => frame.contentWindow.postMessage({ func, args }, origin);
const answers = {
  initialize: () => [${json(frameContext)}, 'web', ${json(RUNTIME)}, '2.58.0'],
  getContext: () => [${json(context)}],
  'authentication.getAuthToken': () => hostToken(),
  'authentication.authenticate': ([url, width, height]) =>
    new Promise((resolve) => {
      const opened = open(url, '_blank', \`popup,width=\${width},height=\${height}\`);
      popUp = { window: opened, origin: new URL(url).origin, resolve };
      const watch = setInterval(() => {
        if (!opened.closed) return;
        clearInterval(watch);
        resolve([false, 'CancelledByUser']);
      }, 20);
    }),
  'settings.setSettings': () => [true],
  setFrameContext: () => [true],
  shareDeepLink: () => [true],
};
const popUpAnswers = {
  initialize: () => ['authentication', 'web', ${json(RUNTIME)}, '2.58.0'],
  getContext: () => [${json({ ...context, frameContext: 'authentication' })}],
  'authentication.authenticate.success': ([result]) => popUp.resolve([true, result]),
  'authentication.authenticate.failure': ([reason]) => popUp.resolve([false, reason]),
};
addEventListener('message', async ({ data, source, origin: from }) => {
  const isPopUp = source === popUp?.window && from === popUp.origin;
  if (!isPopUp && (source !== frame.contentWindow || from !== origin)) return;
  if (typeof data?.func !== 'string') return;
  await hostAsked(data.func, data.args ?? []);
  calls.push(data.func);
  const answer = (isPopUp ? popUpAnswers : answers)[data.func];
  if (!answer) return;
  const args = await answer(data.args ?? []);
  if (args) source.postMessage({ id: data.id, uuidAsString: data.uuidAsString, args }, from);
});
</script>
</body>
</html>`;
}
