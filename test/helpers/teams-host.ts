import type { FrameLocator, Page } from 'playwright-core';

type Theme = 'default' | 'dark' | 'contrast' | 'glass' | 'a theme of tomorrow';

/** Where the tab stands in Teams, as Teams tells it. */
interface Place {
  /** The page of the tab that Teams opens. */
  url: string;
  theme?: Theme;
  locale?: string;
  /** `settings` on the configuration page, `remove` on the page for removing, `sidePanel` beside a meeting. */
  frameContext?: 'content' | 'settings' | 'remove' | 'sidePanel';
  /** A shared channel has no group of its own; Teams names that of the team which shares it. */
  channel?: { teamId: string; channelId: string; name: string; isShared?: boolean };
  tenantId?: string;
  /** The sub page that a deep link names. */
  subPageId?: string;
  /** What an existing tab shows, on the configuration page. */
  configured?: { entityId: string; contentUrl: string };
  /** The answer to `getAuthToken`; throwing an error gives its message as the reason for a refusal. */
  token: () => Promise<string>;
  /** Functions that are never answered. */
  silent?: string[];
  /** Where Teams is; of old at teams.microsoft.com. */
  host?: string;
  /** The browser lets no window open. */
  blocksPopUps?: boolean;
}

/** What the tab has asked of Teams so far: the function and what it was called with. */
interface Asked {
  func: string;
  args: unknown[];
}

interface Host {
  asked: Asked[];
  /** Waits until the tab has called a function of Teams. */
  askedFor: (func: string) => Promise<Asked>;
}

export interface TeamsHostPage extends Host {
  /** The tab inside. */
  tab: FrameLocator;
  /** Changes the theme of Teams, as a person does in its settings. */
  setTheme: (theme: Theme) => Promise<void>;
  /** Presses Save in the dialog around the configuration page, which can be pressed when the page has said so. */
  save: () => Promise<void>;
  /** Presses Remove in the dialog around the page for removing. */
  remove: () => Promise<void>;
}

const HOST = 'https://teams.microsoft.com';
/** The id of our package in the catalogue of Teams. */
export const TEAMS_APP_ID = '7a2d4e1c-9b0f-4f5e-8c36-2f1f0f2b7d11';

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
  const at = place.host ?? HOST;
  await page.context().grantPermissions(['local-network-access'], { origin: at });
  await page.context().route('https://res.cdn.office.net/**', (route) => route.abort());
  await page.route(`${at}/**`, (route) => route.fulfill({ contentType: 'text/html', body: hostPage(place) }));
  const host = await openHost(page, place);
  await page.goto(`${at}/_#/tab`);
  const press = (button: 'save' | 'remove') => page.locator(`button[name="${button}"]`).click();
  return {
    ...host,
    tab: page.frameLocator('iframe'),
    setTheme: (theme) => page.evaluate((name) => Reflect.get(globalThis, 'tell')('themeChange', [name]), theme),
    save: () => press('save'),
    remove: () => press('remove'),
  };
}

/** Teams on a phone: the tab is the whole page, and an object in it takes its messages. */
export async function openOnPhone(page: Page, place: Place): Promise<Host & { pressBack: () => Promise<void> }> {
  await page.context().route('https://res.cdn.office.net/**', (route) => route.abort());
  const host = await openHost(page, place);
  await page.addInitScript(`${answering(place, 'android')}
globalThis.nativeInterface = {
  async framelessPostMessage(text) {
    const message = JSON.parse(text);
    const args = await answerOf(message, answers);
    if (args) onNativeMessage({ data: { id: message.id, uuidAsString: message.uuidAsString, args } });
  },
};`);
  await page.goto(place.url);
  const back = { data: { func: 'backButtonPress', args: [] } };
  return { ...host, pressBack: () => page.evaluate((data) => Reflect.get(globalThis, 'onNativeMessage')(data), back) };
}

async function openHost(page: Page, place: Place): Promise<Host> {
  const asked: Asked[] = [];
  await page.exposeFunction('hostAsked', (func: string, args: unknown[]) => void asked.push({ func, args }));
  await page.exposeFunction('hostToken', () =>
    place.token().then(
      (token) => [true, token],
      (error: Error) => [false, error.message],
    ),
  );
  return {
    asked,
    async askedFor(func) {
      await page.waitForFunction((name) => Reflect.get(globalThis, 'calls').includes(name), func);
      return asked.findLast((one) => one.func === func)!;
    },
  };
}

/** The flat form in which Teams gives the context. */
function contextOf(place: Place, clientType: string) {
  const { theme = 'default', locale = 'en-us', channel, subPageId, frameContext, tenantId, configured } = place;
  return {
    appId: TEAMS_APP_ID,
    appSessionId: 'session',
    entityId: configured?.entityId ?? 'tickets',
    frameContext: frameContext ?? 'content',
    hostClientType: clientType,
    hostName: 'Teams',
    locale,
    sessionId: 'session',
    subEntityId: subPageId ?? '',
    theme,
    userObjectId: 'nobody that counts',
    tid: tenantId ?? 'no tenant that counts',
    loginHint: 'whoever@contoso.com',
    ...(channel && {
      channelId: channel.channelId,
      channelName: channel.name,
      channelType: channel.isShared ? 'Shared' : 'Regular',
      groupId: channel.isShared ? '' : channel.teamId,
      hostTeamGroupId: channel.teamId,
      teamId: '19:team@thread.tacv2',
      teamName: '',
    }),
  };
}

const json = (value: unknown) => JSON.stringify(value ?? null).replaceAll('<', '\\u003c');

/** How Teams answers a tab, as a script: the answer to a message, or nothing where it has none. */
function answering(place: Place, clientType: string): string {
  const context = contextOf(place, clientType);
  return `
globalThis.calls = [];
const context = ${json(context)};
const answers = {
  initialize: () => [context.frameContext, '${clientType}', ${json(RUNTIME)}, '2.58.0'],
  getContext: () => [context],
  'authentication.getAuthToken': () => hostToken(),
  'settings.getSettings': () => [${json(place.configured ?? {})}],
  'settings.setSettings': () => [true],
};
async function answerOf({ func, args }, table) {
  await hostAsked(func, args ?? []);
  calls.push(func);
  if (${json(place.silent ?? [])}.includes(func)) return undefined;
  return table[func]?.(args ?? []);
}`;
}

/** The frame is as closed as that of Teams in a browser. */
const SANDBOX = [
  'allow-scripts',
  'allow-same-origin',
  'allow-forms',
  'allow-modals',
  'allow-popups',
  'allow-popups-to-escape-sandbox',
  'allow-pointer-lock',
  'allow-downloads',
].join(' ');

function hostPage(place: Place): string {
  const dialog = { settings: 'save', remove: 'remove', content: '', sidePanel: '' }[place.frameContext ?? 'content'];
  return `<!doctype html>
<html lang="en">
<head><title>Teams</title><style>
html, body { margin: 0; height: 100% }
body { display: flex; flex-direction: column }
iframe { border: 0; width: 100%; flex: 1 }
iframe[hidden] { display: none }
</style></head>
<body><iframe title="Tab" src="${place.url}" sandbox="${SANDBOX}" allow="clipboard-read; clipboard-write"></iframe>
<h1 id="error" hidden>There was a problem reaching this app</h1>
${dialog && `<button name="${dialog}" disabled>${dialog}</button><p id="refusal"></p>`}
<script>
const frame = document.querySelector('iframe');
const button = document.querySelector('button');
let popUp;
const origin = new URL(frame.src).origin;
${answering(place, 'web')}
globalThis.tell = (func, args) => frame.contentWindow.postMessage({ func, args }, origin);
button?.addEventListener('click', () => tell('settings.' + button.name, button.name === 'save' ? [{}] : []));
Object.assign(answers, {
  // An app that has failed is taken away, whatever it shows.
  'appInitialization.failure': () => {
    frame.hidden = true;
    document.getElementById('error').hidden = false;
  },
  'settings.setValidityState': ([isValid]) => {
    button.disabled = !isValid;
  },
  'settings.save.failure': ([reason]) => {
    document.getElementById('refusal').textContent = reason;
  },
  'authentication.authenticate': ([url, width, height]) =>
    new Promise((resolve) => {
      const size = 'popup,width=' + width + ',height=' + height;
      const opened = ${place.blocksPopUps ? 'null' : "open(url, '_blank', size)"};
      if (!opened) return resolve([false, 'FailedToOpenWindow']);
      popUp = { window: opened, origin: new URL(url).origin, resolve };
      const watch = setInterval(() => {
        if (!opened.closed) return;
        clearInterval(watch);
        resolve([false, 'CancelledByUser']);
      }, 20);
    }),
  setFrameContext: () => [true],
});
const popUpAnswers = {
  initialize: () => ['authentication', 'web', ${json(RUNTIME)}, '2.58.0'],
  getContext: () => [{ ...context, frameContext: 'authentication' }],
  'authentication.authenticate.success': ([result]) => popUp.resolve([true, result]),
  'authentication.authenticate.failure': ([reason]) => popUp.resolve([false, reason]),
};
addEventListener('message', async ({ data, source, origin: from }) => {
  const isPopUp = source === popUp?.window && from === popUp.origin;
  if (!isPopUp && (source !== frame.contentWindow || from !== origin)) return;
  if (typeof data?.func !== 'string') return;
  const args = await answerOf(data, isPopUp ? popUpAnswers : answers);
  if (args) source.postMessage({ id: data.id, uuidAsString: data.uuidAsString, args }, from);
});
</script>
</body>
</html>`;
}
