/** The whole tab: theme and language around everything, who is signed in before anything else. */

import { FluentProvider, teamsDarkTheme, teamsHighContrastTheme, teamsLightTheme } from '@fluentui/react-components';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import { paths, useAddress } from './address.ts';
import { Announcements } from './announce.tsx';
import { ApiError } from './api.ts';
import { stepBack, useSteps, watchBack } from './back.ts';
import { meOptions, queryClient } from './data.ts';
import { direction, TextsProvider } from './i18n.tsx';
import { TicketsPage } from './routes/tickets.tsx';
import { SignInError, tokenFacts } from './session.ts';
import { Shell } from './shell/shell.tsx';
import { SignIn } from './shell/sign-in.tsx';
import { useCell } from './store.ts';
import { type Obstacle, type TeamsHost, type ThemeName, teamsHost } from './teams.ts';
import { Boundary } from './ui/boundary.tsx';
import { lazily } from './ui/lazily.tsx';
import { Failed, Loading } from './ui/states.tsx';

const BoardPage = lazily(() => import('./routes/board.tsx'));
const TicketPage = lazily(() => import('./routes/ticket.tsx'));
const ConsentPage = lazily(() => import('./routes/consent.tsx'));
const ConfigPage = lazily(() => import('./routes/config.tsx'));
const RemovePage = lazily(() => import('./routes/remove.tsx'));
const SettingsPage = lazily(() => import('./routes/settings.tsx'));
const ReportsPage = lazily(() => import('./routes/reports.tsx'));

const THEMES = { default: teamsLightTheme, dark: teamsDarkTheme, contrast: teamsHighContrastTheme };
const PREFERS_DARK = matchMedia('(prefers-color-scheme: dark)');
const PREFERS_CONTRAST = matchMedia('(forced-colors: active)');

const browserTheme = (): ThemeName =>
  PREFERS_CONTRAST.matches ? 'contrast' : PREFERS_DARK.matches ? 'dark' : 'default';

/** The theme of Teams, or that of the browser. */
function useTheme(host: TeamsHost | undefined): ThemeName {
  const [theme, setTheme] = useState<ThemeName>(host?.theme ?? browserTheme());
  useEffect(() => {
    if (host) {
      setTheme(host.theme);
      host.onTheme(setTheme);
      return;
    }
    const follow = () => setTheme(browserTheme());
    PREFERS_DARK.addEventListener('change', follow);
    PREFERS_CONTRAST.addEventListener('change', follow);
    return () => {
      PREFERS_DARK.removeEventListener('change', follow);
      PREFERS_CONTRAST.removeEventListener('change', follow);
    };
  }, [host]);
  return theme;
}

/** The pop-up of a tab, and what is shown while one is removed: nobody signs in to them. */
const isPopUp = /^\/tab\/consent(\/|$)/.test(location.pathname);
const isRemoval = /^\/tab\/remove\/?$/.test(location.pathname);

export function App() {
  if (!isPopUp) return <Tab />;
  return (
    <Unsigned host={undefined}>
      <ConsentPage />
    </Unsigned>
  );
}

/** A page for which nobody has to sign in. */
function Unsigned({ host, children }: { host: TeamsHost | undefined; children: ReactNode }) {
  return (
    <InHost host={host}>
      <TextsProvider locale={host?.locale || navigator.language} timezone={undefined}>
        <Boundary>
          <Suspense fallback={<Loading />}>{children}</Suspense>
        </Boundary>
      </TextsProvider>
    </InHost>
  );
}

/** Teams answers at once, as a rule; a tab that is empty for longer looks broken. */
const ANSWERS_WITHIN_MS = 1000;

function Tab() {
  const [host, setHost] = useState<{ teams: TeamsHost | undefined }>();
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), ANSWERS_WITHIN_MS);
    void teamsHost.then((teams) => setHost({ teams }));
    watchBack();
    return () => clearTimeout(timer);
  }, []);
  // Until it is known what is around the page, even the theme is not; nothing is shown for that moment.
  if (!host)
    return isSlow ? (
      <Unsigned host={undefined}>
        <Loading />
      </Unsigned>
    ) : null;
  if (isRemoval) {
    return (
      <Unsigned host={host.teams}>
        <RemovePage host={host.teams} />
      </Unsigned>
    );
  }
  return (
    <InHost host={host.teams}>
      <Gate host={host.teams} />
    </InHost>
  );
}

function InHost({ host, children }: { host: TeamsHost | undefined; children: ReactNode }) {
  const theme = useTheme(host);
  useLayoutEffect(() => {
    // On the body, for menus and dialogs lie beside the app, not in it.
    document.body.dataset.theme = theme;
  }, [theme]);
  return (
    <FluentProvider theme={THEMES[theme]} dir={useCell(direction)}>
      <QueryClientProvider client={queryClient}>
        <div className="app">{children}</div>
        <Announcements />
      </QueryClientProvider>
    </FluentProvider>
  );
}

/** A server that is silent for this long is told of, before Teams puts its own page in place of ours after 30 seconds. */
const LATE_MS = 25_000;

/** Waits for whoever is signed in, and explains when nobody can be. */
function Gate({ host }: { host: TeamsHost | undefined }) {
  const { data: me, error, refetch } = useQuery(meOptions);
  const preferences = me?.preferences;
  const locale = preferences?.locale || host?.locale || navigator.language || 'en';
  useEffect(() => {
    host?.shown();
    host?.onBack(stepBack);
  }, [host]);
  const [isLate, setLate] = useState(false);
  const isWaiting = !me && !error;
  useEffect(() => {
    if (!isWaiting || isLate) return;
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, [isWaiting, isLate]);
  const obstacle = useMemo(
    () => error ?? (isWaiting && isLate ? new ApiError('unavailable', '') : null),
    [error, isWaiting, isLate],
  );
  useEffect(() => {
    if (me) host?.ready();
    else if (obstacle) host?.explained(obstacleOf(obstacle), obstacle.message);
  }, [me, obstacle, host]);
  const again = () => {
    setLate(false);
    // One that is not answered would be waited for again.
    void queryClient.cancelQueries(meOptions).then(() => refetch());
  };
  // What Teams gives and the server does not take, another try will not change.
  const isStrange = host && obstacle instanceof ApiError && obstacle.code === 'unauthorized';
  const reason = isStrange ? new SignInError('strange', tokenFacts()) : obstacle;
  return (
    <TextsProvider locale={locale} timezone={preferences?.timezone || undefined}>
      {me ? (
        <Router base="/tab" hook={useSteps}>
          <Page host={host} />
        </Router>
      ) : reason instanceof SignInError ? (
        <SignIn reason={reason} host={host} onDone={again} />
      ) : obstacle ? (
        <main className="page-center">
          <Failed isPage error={obstacle} retry={again} />
        </main>
      ) : (
        <Loading />
      )}
    </TextsProvider>
  );
}

/** Of a page that cannot show what it is for, what Teams is told. */
function obstacleOf(error: Error): Obstacle {
  const code = error instanceof ApiError ? error.code : error instanceof SignInError ? error.reason : '';
  if (code === 'offline') return 'Offline';
  if (code === 'rate_limited') return 'Throttling';
  return error instanceof SignInError || code === 'unauthorized' ? 'PermissionError' : 'Other';
}

function Page({ host }: { host: TeamsHost | undefined }) {
  const { path, params } = useAddress();
  return (
    <Boundary isPage retryOn={[path, params]}>
      <Suspense fallback={<Loading />}>
        <DeepLink host={host}>
          <Routes host={host} />
        </DeepLink>
      </Suspense>
    </Boundary>
  );
}

/** The pages that a link may name. */
const LINKED = /^instances\/[\w-]+(\/(board|reports|tickets\/\d+|settings(\/\w+)?))?$/;

/** Follows the link that opened the tab to the page that it names, once and before any other is there. */
function DeepLink({ host, children }: { host: TeamsHost | undefined; children: ReactNode }) {
  const { path, go } = useAddress();
  const [isDone, setDone] = useState(false);
  useLayoutEffect(() => {
    if (isDone) return;
    setDone(true);
    const direct = LINKED.exec(host?.subPage ?? '')?.[0];
    const ticketNo = /^tickets\/(\d+)$/.exec(host?.subPage ?? '')?.[1];
    const instanceId = /^\/instances\/([^/]+)/.exec(path)?.[1];
    if (direct) go(`/${direct}`, true);
    else if (ticketNo && instanceId) go(paths.ticket(instanceId, ticketNo), true);
  }, [isDone, host, path, go]);
  return isDone ? children : null;
}

function Routes({ host }: { host: TeamsHost | undefined }) {
  return (
    <Switch>
      <Route path="/config">
        <ConfigPage host={host} />
      </Route>
      <Route path="/">
        {() => (
          <Shell page="mine">{(instanceId) => <TicketsPage key="mine" instanceId={instanceId} isPersonal />}</Shell>
        )}
      </Route>
      <Route path="/instances/:id">
        {({ id }) => (
          <Shell page="list" instanceId={id}>
            {() => <TicketsPage key={id} instanceId={id} />}
          </Shell>
        )}
      </Route>
      <Route path="/instances/:id/board">
        {({ id }) => (
          <Shell page="board" instanceId={id}>
            {() => <BoardPage instanceId={id} />}
          </Shell>
        )}
      </Route>
      <Route path="/instances/:id/tickets/:no">
        {({ id, no }) => (
          <Shell page="ticket" instanceId={id}>
            {() => <TicketPage key={no} instanceId={id} ticketNo={no} />}
          </Shell>
        )}
      </Route>
      <Route path="/instances/:id/settings/:page?">
        {({ id, page }) => (
          <Shell page="settings" instanceId={id}>
            {() => <SettingsPage instanceId={id} page={page} />}
          </Shell>
        )}
      </Route>
      <Route path="/instances/:id/reports">
        {({ id }) => (
          <Shell page="reports" instanceId={id}>
            {() => <ReportsPage key={id} instanceId={id} />}
          </Shell>
        )}
      </Route>
      <Route>
        <Redirect to="/" />
      </Route>
    </Switch>
  );
}
