/** The only file that knows teams-js: what the tab asks of Teams, and that it may run in a plain browser as well. */

import type { app, pages } from '@microsoft/teams-js';

/** Themes of Teams that the tab has. */
export type ThemeName = 'default' | 'dark' | 'contrast';

/** What stands in the way of a page that is there and says so itself, in the words of Teams. */
export type Obstacle = 'PermissionError' | 'Throttling' | 'Offline' | 'Other';

/** How the pop-up ended in which somebody lets the app find people; `blocked` when the browser did not open it. */
export type Consent = 'given' | 'closed' | 'blocked' | 'refused';

/** What a tab in a channel shows, as Teams keeps it. */
interface TabSettings {
  contentUrl: string;
  websiteUrl: string;
  removeUrl: string;
  entityId: string;
  name: string;
}

/** What the tab needs of the Teams around it. */
export interface TeamsHost {
  theme: ThemeName;
  locale: string;
  /** The channel that the tab stands in, when it does. */
  channel: { teamId: string; channelId: string; name: string } | undefined;
  /** Where a deep link leads: a path inside the tab, such as `instances/1/tickets/12`. */
  subPage: string;
  /** Whether Teams runs on a phone, which cannot do all that it does elsewhere. */
  isPhone: boolean;
  /** Of whoever uses Teams; it proves nothing. */
  tenantId: string;
  /** A token for our API; rejects with the reason that Teams gives. */
  token(): Promise<string>;
  /** Opens the pop-up in which people let the app find others. */
  askConsent(): Promise<Consent>;
  onTheme(listener: (theme: ThemeName) => void): void;
  /** What the back button of Teams on a phone does first; Teams leaves the tab when that is false. */
  onBack(step: () => boolean): void;
  /** Tells Teams that there is something to see, though not all of it yet. */
  shown(): void;
  /** Tells Teams that the page can be used. */
  ready(): void;
  /** Tells Teams that the page explains what is wrong. After `notifyFailure` Teams would show a page of its own instead. */
  explained(obstacle: Obstacle, message: string): void;
  /** Shows or copies a link to a path of the tab that opens inside Teams. */
  shareLink(subPage: string, title: string, webUrl: string): Promise<'shown' | 'copied'>;
  setConfigurationValid(isValid: boolean): void;
  /** What the tab shows that is being configured; '' for a new one. */
  configuredId(): Promise<string>;
  /** What Save in the configuration dialog does: the answer is the tab's settings; an error's message is shown. */
  onSave(save: () => Promise<TabSettings>): void;
  /** Lets the tab be removed. */
  allowRemoval(): void;
}

type TeamsJs = Pick<typeof import('@microsoft/teams-js'), 'app' | 'authentication' | 'pages'>;

/** Without an answer within this time, whatever is around the page is not Teams, which itself gives up after 30 seconds. */
const ANSWER_WITHIN_MS = 15_000;

/** Decided once for the life of the page; undefined in a plain browser. */
export const teamsHost: Promise<TeamsHost | undefined> = findHost();

async function findHost(): Promise<TeamsHost | undefined> {
  // On a phone the tab is no frame: Teams puts an object into its window. A page of its own has neither, and saying so
  // here saves loading the library, which would take whoever has opened the page for Teams.
  if (window.parent === window && !('nativeInterface' in window)) return undefined;
  try {
    return await within(connect());
  } catch {
    return undefined;
  }
}

async function connect(): Promise<TeamsHost> {
  // Taken apart here, so that the build leaves out the rest of the library.
  const { app, authentication, pages } = await import('@microsoft/teams-js');
  await app.initialize();
  return hostOf({ app, authentication, pages }, await app.getContext());
}

/** In a pop-up: tells the tab that opened it that all went well, or why not; Teams closes it. Rejects outside of one. */
export async function answerPopUp(reason?: string): Promise<void> {
  const { app, authentication } = await import('@microsoft/teams-js');
  await within(app.initialize());
  if (reason === undefined) authentication.notifySuccess();
  else authentication.notifyFailure(reason);
}

function within<T>(promise: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('no host')), ANSWER_WITHIN_MS));
  return Promise.race([promise, late]);
}

/** Of the themes that the tab has not, `glass` (a headset) has light texts, too. */
const THEMES: Record<string, ThemeName> = { dark: 'dark', glass: 'dark', contrast: 'contrast' };
const themeOf = (name: string | undefined): ThemeName => THEMES[name ?? ''] ?? 'default';

/** Where Teams has no dialog for a link to a place in a tab (learn.microsoft.com: `shareDeepLink`). */
const PHONES = ['android', 'ios', 'ipados', 'visionOS'];

function hostOf({ app, authentication, pages }: TeamsJs, context: app.Context): TeamsHost {
  const { channel, team } = context;
  const tenantId = context.user?.tenant?.id ?? '';
  const isPhone = PHONES.includes(context.app.host.clientType);
  return {
    theme: themeOf(context.app.theme),
    locale: context.app.locale,
    channel: channel && {
      // A shared channel has no group itself, but the team which shares it has.
      teamId: team?.groupId || channel.ownerGroupId || '',
      channelId: channel.id,
      name: [team?.displayName, channel.displayName].filter(Boolean).join(' '),
    },
    subPage: decoded(context.page.subPageId ?? ''),
    isPhone,
    tenantId,
    token: () => authentication.getAuthToken(),
    askConsent: () => askConsent(authentication, tenantId, context.user?.loginHint ?? ''),
    onTheme: (listener) => app.registerOnThemeChangeHandler((name) => listener(themeOf(name))),
    onBack(step) {
      if (pages.backStack.isSupported()) pages.backStack.registerBackButtonHandler(step);
    },
    shown: () => app.notifyAppLoaded(),
    ready: () => void app.notifySuccess(),
    explained: (obstacle, message) =>
      app.notifyExpectedFailure({ reason: obstacle as app.ExpectedFailureReason, message }),
    async shareLink(subPage, title, webUrl) {
      if (!isPhone) {
        pages.shareDeepLink({ subPageId: subPage, subPageLabel: title, subPageWebUrl: webUrl });
        return 'shown';
      }
      const appId = context.app.appId?.toString();
      const place = { tabId: context.page.id, channelId: channel?.id, subPage, label: title, webUrl };
      await navigator.clipboard.writeText(appId ? linkInTeams({ ...place, appId }) : webUrl);
      return 'copied';
    },
    setConfigurationValid: (isValid) => pages.config.setValidityState(isValid),
    // Of a new tab, some clients have nothing at all to tell.
    configuredId: async () => ((await pages.getConfig()) as pages.InstanceConfig | undefined)?.entityId ?? '',
    onSave(save) {
      pages.config.registerOnSaveHandler((event) => answerSave(event, save, pages.config.setConfig));
    },
    allowRemoval() {
      pages.config.registerOnRemoveHandler((event) => event.notifySuccess());
      pages.config.setValidityState(true);
    },
  };
}

/** Some clients hand a deep link's sub page on as it stands in the link. */
function decoded(subPage: string): string {
  try {
    return decodeURIComponent(subPage);
  } catch {
    return subPage;
  }
}

/** How Teams words the end of a pop-up that has not answered. */
const ENDS: Record<string, Consent> = { CancelledByUser: 'closed', FailedToOpenWindow: 'blocked' };

/** Tells the page of the pop-up who asks, so that they need not choose their account again. */
async function askConsent(
  { authenticate }: TeamsJs['authentication'],
  tenant: string,
  login: string,
): Promise<Consent> {
  const url = `${location.origin}/tab/consent?${new URLSearchParams({ tenant, login })}`;
  try {
    await authenticate({ url, width: 600, height: 640 });
    return 'given';
  } catch (error) {
    return ENDS[(error as Error).message] ?? 'refused';
  }
}

/** A place in one of the app's tabs. */
interface Place {
  appId: string;
  tabId: string;
  channelId?: string | undefined;
  subPage: string;
  label: string;
  webUrl: string;
}

/** A link in the form that Teams takes (learn.microsoft.com: "Deep link to a tab"). */
export function linkInTeams({ appId, tabId, channelId, subPage, label, webUrl }: Place): string {
  const context = JSON.stringify({ subEntityId: subPage, ...(channelId && { channelId }) });
  // Teams takes a plus for a plus.
  const query = Object.entries({ webUrl, label, context }).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return `https://teams.microsoft.com/l/entity/${appId}/${encodeURIComponent(tabId)}?${query.join('&')}`;
}

async function answerSave(
  event: pages.config.SaveEvent,
  save: Parameters<TeamsHost['onSave']>[0],
  setConfig: typeof pages.config.setConfig,
): Promise<void> {
  try {
    const { name, ...settings } = await save();
    await setConfig({ ...settings, suggestedDisplayName: name });
    event.notifySuccess();
  } catch (error) {
    event.notifyFailure((error as Error).message);
  }
}
