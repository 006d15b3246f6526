/** The only file that knows teams-js: what the tab asks of Teams, and that it may run in a plain browser as well. */

import type { app, pages } from '@microsoft/teams-js';

/** Themes of Teams that the tab has. */
export type ThemeName = 'default' | 'dark' | 'contrast';

/** What the tab needs of the Teams around it. */
export interface TeamsHost {
  theme: ThemeName;
  locale: string;
  /** The channel that the tab stands in, when it does. */
  channel: { teamId: string; channelId: string; name: string } | undefined;
  /** Where a deep link leads: a path inside the tab, such as `tickets/12`. */
  subPage: string;
  /** Who uses Teams, so that they need not say it elsewhere; it proves nothing. */
  account: { tenantId: string; loginHint: string };
  /** A token for our API; rejects with the reason that Teams gives. */
  token(): Promise<string>;
  /** Opens a page of ours in a pop-up; rejects when it is closed or answers with a reason. */
  openPopUp(url: string, size: { width: number; height: number }): Promise<void>;
  onTheme(listener: (theme: ThemeName) => void): void;
  /** Tells Teams that the page can be seen, or why it cannot. */
  ready(): void;
  failed(reason: string): void;
  /** A link to a path of the tab that opens inside Teams; needs the app's id, which Teams knows. */
  shareLink(subPage: string, title: string): Promise<void>;
  setConfigurationValid(isValid: boolean): void;
  /** What Save in the configuration dialog does: the answer is the tab's settings. */
  onSave(save: () => Promise<{ contentUrl: string; websiteUrl: string; entityId: string; name: string }>): void;
}

type TeamsJs = Pick<typeof import('@microsoft/teams-js'), 'app' | 'authentication' | 'pages'>;

/** Without an answer within this time, whatever is around the page is not Teams. */
const ANSWER_WITHIN_MS = 5000;

/** Decided once for the life of the page; undefined in a plain browser. */
export const teamsHost: Promise<TeamsHost | undefined> = findHost();

async function findHost(): Promise<TeamsHost | undefined> {
  // A page of its own has no host; saying so here saves loading the library.
  if (window.parent === window && !window.opener) return undefined;
  try {
    // Taken apart here, so that the build leaves out the rest of the library.
    const { app, authentication, pages } = await import('@microsoft/teams-js');
    await within(app.initialize());
    const context = await app.getContext();
    return hostOf({ app, authentication, pages }, context);
  } catch {
    return undefined;
  }
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

const themeOf = (name: string | undefined): ThemeName => (name === 'dark' || name === 'contrast' ? name : 'default');

function hostOf({ app, authentication, pages }: TeamsJs, context: app.Context): TeamsHost {
  const { channel, team } = context;
  return {
    theme: themeOf(context.app.theme),
    locale: context.app.locale,
    channel: channel && {
      teamId: team?.groupId ?? '',
      channelId: channel.id,
      name: [team?.displayName, channel.displayName].filter(Boolean).join(' '),
    },
    subPage: context.page.subPageId ?? '',
    account: { tenantId: context.user?.tenant?.id ?? '', loginHint: context.user?.loginHint ?? '' },
    token: () => authentication.getAuthToken(),
    openPopUp: async (url, size) => void (await authentication.authenticate({ url, ...size })),
    onTheme: (listener) => app.registerOnThemeChangeHandler((name) => listener(themeOf(name))),
    ready() {
      app.notifyAppLoaded();
      app.notifySuccess();
    },
    failed: (message) => app.notifyFailure({ reason: 'Other' as app.FailedReason, message }),
    shareLink: (subPage, title) => pages.shareDeepLink({ subPageId: subPage, subPageLabel: title }) as never,
    setConfigurationValid: (isValid) => pages.config.setValidityState(isValid),
    onSave(save) {
      pages.config.registerOnSaveHandler((event) => answerSave(event, save, pages.config.setConfig));
    },
  };
}

async function answerSave(
  event: pages.config.SaveEvent,
  save: Parameters<TeamsHost['onSave']>[0],
  setConfig: typeof pages.config.setConfig,
): Promise<void> {
  try {
    const { contentUrl, websiteUrl, entityId, name } = await save();
    await setConfig({ contentUrl, websiteUrl, entityId, suggestedDisplayName: name });
    event.notifySuccess();
  } catch (error) {
    event.notifyFailure((error as Error).message);
  }
}
