/** The whole tab: theme and language around everything, who is signed in before anything else. */

import { FluentProvider, teamsDarkTheme, teamsHighContrastTheme, teamsLightTheme } from '@fluentui/react-components';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense, useEffect, useLayoutEffect, useState } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import { paths, useAddress } from './address.ts';
import { useSteps, watchBack } from './back.ts';
import { meOptions, queryClient } from './data.ts';
import { direction, TextsProvider } from './i18n.tsx';
import { TicketsPage } from './routes/tickets.tsx';
import { SignInError } from './session.ts';
import { Shell } from './shell/shell.tsx';
import { SignIn } from './shell/sign-in.tsx';
import { useCell } from './store.ts';
import { type TeamsHost, type ThemeName, teamsHost } from './teams.ts';
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

/** The pop-up of a tab, which nobody signs in to. */
const isPopUp = /^\/tab\/consent(\/|$)/.test(location.pathname);

export function App() {
  if (!isPopUp) return <Tab />;
  return (
    <InHost host={undefined}>
      <TextsProvider locale={navigator.language} timezone={undefined}>
        <Boundary>
          <Suspense fallback={<Loading />}>
            <ConsentPage />
          </Suspense>
        </Boundary>
      </TextsProvider>
    </InHost>
  );
}

function Tab() {
  const [host, setHost] = useState<{ teams: TeamsHost | undefined }>();
  useEffect(() => {
    void teamsHost.then((teams) => setHost({ teams }));
    watchBack();
  }, []);
  // Until it is known what is around the page, even the theme is not; nothing is shown for that moment.
  if (!host) return null;
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
      </QueryClientProvider>
    </FluentProvider>
  );
}

/** Waits for whoever is signed in, and explains when nobody can be. */
function Gate({ host }: { host: TeamsHost | undefined }) {
  const { data: me, error, refetch } = useQuery(meOptions);
  const preferences = me?.preferences;
  const locale = preferences?.locale || host?.locale || navigator.language || 'en';
  useEffect(() => {
    if (me) host?.ready();
    else if (error) host?.failed(error.message);
  }, [me, error, host]);
  return (
    <TextsProvider locale={locale} timezone={preferences?.timezone || undefined}>
      {me ? (
        <Router base="/tab" hook={useSteps}>
          <Page host={host} />
        </Router>
      ) : error instanceof SignInError ? (
        <SignIn reason={error} onDone={() => void refetch()} />
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </TextsProvider>
  );
}

function Page({ host }: { host: TeamsHost | undefined }) {
  const { path, params } = useAddress();
  return (
    <Boundary retryOn={[path, params]}>
      <Suspense fallback={<Loading />}>
        <DeepLink host={host}>
          <Routes host={host} />
        </DeepLink>
      </Suspense>
    </Boundary>
  );
}

/** Follows the link that opened the tab to the ticket that it names, once and before any page is there. */
function DeepLink({ host, children }: { host: TeamsHost | undefined; children: ReactNode }) {
  const { path, go } = useAddress();
  const [isDone, setDone] = useState(false);
  useLayoutEffect(() => {
    if (isDone) return;
    setDone(true);
    const direct = /^instances\/[^/]+\/tickets\/\d+$/.exec(host?.subPage ?? '')?.[0];
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
      <Route path="/remove">
        <RemovePage />
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
