/** What stands around every page: where I am, who I am, the way to a new ticket, and what was just done. */

import { Button } from '@fluentui/react-components';
import {
  AddRegular,
  BoardRegular,
  DataTrendingRegular,
  PersonRegular,
  SearchRegular,
  SettingsRegular,
  TaskListLtrRegular,
} from '@fluentui/react-icons';
import { type ReactElement, type ReactNode, Suspense, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { paths, useAddress, withQuery } from '../address.ts';
import { announce, useTold } from '../announce.tsx';
import { useInstance, useMe, useRole } from '../data.ts';
import { goToContent } from '../focus.ts';
import { useMessages } from '../i18n.tsx';
import { namingKeys, useShortcuts } from '../keyboard.ts';
import { useLive } from '../live.ts';
import { usePreferences } from '../preferences.ts';
import { areKeysShown, isLive, isPaletteOpen, openCreate } from '../signals.ts';
import { storage } from '../storage.ts';
import { useCell } from '../store.ts';
import { openTitle } from '../title.ts';
import { Boundary } from '../ui/boundary.tsx';
import { lazily } from '../ui/lazily.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import { useIsWide } from '../ui/wide.ts';
import { Dialogs } from './dialogs.tsx';
import { InstanceMenu } from './instance-menu.tsx';
import { Join } from './join.tsx';
import { NoticeBar } from './notice-bar.tsx';
import { PersonMenu } from './person-menu.tsx';
import './shell.css';

const Guidance = lazily(() => import('../features/guidance/guidance.tsx'));

/** The help desk that the personal tab shows until another one is chosen. */
const INSTANCE_KEY = 'tickets.instance';

interface Props {
  page: 'mine' | 'list' | 'board' | 'ticket' | 'reports' | 'settings';
  instanceId?: string;
  children: (instanceId: string) => ReactNode;
}

export function Shell({ page, instanceId: given, children }: Props) {
  const m = useMessages();
  const me = useMe();
  const kept = storage.get(INSTANCE_KEY);
  const chosen = given ?? me.instances.find(({ id }) => id === kept)?.id ?? me.instances[0]?.id;
  const instance = me.instances.find(({ id }) => id === chosen);
  useEffect(() => {
    if (instance) storage.set(INSTANCE_KEY, instance.id);
  }, [instance]);
  if (!instance) {
    return (
      <main className="page-center">
        {given ? (
          <Join instanceId={given} />
        ) : (
          <Empty isPage title={m.shell.noInstance} text={m.shell.noInstanceText} />
        )}
      </main>
    );
  }
  return (
    <Framed page={page} instanceId={instance.id} name={instance.name}>
      {children(instance.id)}
    </Framed>
  );
}

interface FramedProps {
  page: Props['page'];
  instanceId: string;
  name: string;
  children: ReactNode;
}

function Framed({ page, instanceId, name: given, children }: FramedProps) {
  const m = useMessages();
  const { path, params } = useAddress();
  const role = useRole(instanceId);
  const { hasShortcuts } = usePreferences();
  useLive(instanceId);
  const { data: instance } = useInstance(instanceId);
  // As it is called now: who I am is read less often.
  const name = instance?.name ?? given;
  const isOff = instance?.enabled === false;
  useTold(isOff ? m.shell.off : undefined);
  const open = useCell(openTitle);
  const title = open ?? m.shell[page];
  useEffect(() => {
    document.title = `${title} – ${name}`;
  }, [title, name]);
  usePageTold(page);
  useShortcuts(
    {
      c: () => openCreate.set({ title: '' }),
      '?': () => areKeysShown.set(true),
      'mod+k': () => isPaletteOpen.set(true),
    },
    hasShortcuts,
  );
  const query = new URLSearchParams(params);
  query.delete('ticket');
  const isWide = useIsWide();
  const deskLinks = useDeskLinks(instanceId);
  return (
    <div className="shell">
      <button type="button" className="skip-link" onClick={goToContent}>
        {m.shell.skip}
      </button>
      <header className="top-bar">
        <InstanceMenu instanceId={instanceId} name={name} />
        <nav className="top-nav" aria-label={m.shell.pages}>
          <TopLink
            href={page === 'board' ? withQuery(paths.list(instanceId), query) : paths.list(instanceId)}
            isCurrent={page === 'list'}
            icon={<TaskListLtrRegular />}
          >
            {m.shell.list}
          </TopLink>
          {role !== 'member' && (
            <TopLink
              href={page === 'list' ? withQuery(paths.board(instanceId), query) : paths.board(instanceId)}
              isCurrent={page === 'board'}
              icon={<BoardRegular />}
            >
              {m.shell.board}
            </TopLink>
          )}
          <TopLink href={paths.mine} isCurrent={page === 'mine'} icon={<PersonRegular />}>
            {m.shell.mine}
          </TopLink>
          {isWide &&
            deskLinks.map(({ name, href, icon, text }) => (
              <TopLink key={name} href={href} isCurrent={page === name} icon={icon}>
                {text}
              </TopLink>
            ))}
        </nav>
        <span className="spacer" />
        <LiveHint />
        <Button
          className="palette-button"
          appearance="subtle"
          icon={<SearchRegular />}
          title={namingKeys(m.palette.open)}
          onClick={() => isPaletteOpen.set(true)}
        />
        <Button
          className="new-button"
          appearance="primary"
          icon={<AddRegular />}
          disabledFocusable={isOff}
          title={isOff ? m.shell.off : undefined}
          onClick={() => openCreate.set({ title: '' })}
        >
          {m.create.new}
        </Button>
        <PersonMenu links={isWide ? [] : deskLinks} />
      </header>
      {isOff && (
        <div className="off-bar">
          {m.shell.off}{' '}
          {role === 'owner' && <Link href={paths.settings(instanceId, 'general')}>{m.shell.switchOn}</Link>}
        </div>
      )}
      <main className="page" tabIndex={-1} aria-label={m.shell[page]}>
        {role === 'owner' && (page === 'list' || page === 'settings') && (
          <Boundary isSilent>
            <Suspense>
              <Guidance key={instanceId} instanceId={instanceId} />
            </Suspense>
          </Boundary>
        )}
        <Boundary key={page} isPage retryOn={[path, params]}>
          <Suspense fallback={<Loading />}>{children}</Suspense>
        </Boundary>
      </main>
      <NoticeBar />
      <Dialogs instanceId={instanceId} />
    </div>
  );
}

/** The page that was there before, also when the whole frame was drawn anew. */
let latestPage: Props['page'] | undefined;

/** Says which page has come where the keyboard stays on what led there; otherwise what it comes to says it. */
function usePageTold(page: Props['page']): void {
  const m = useMessages();
  const name = m.shell[page];
  useEffect(() => {
    const isOther = latestPage !== undefined && latestPage !== page;
    latestPage = page;
    if (isOther && document.activeElement?.closest('.top-bar')) announce(name);
  }, [page, name]);
}

function TopLink({
  href,
  isCurrent,
  icon,
  children,
}: {
  href: string;
  isCurrent: boolean;
  icon: ReactNode;
  children: ReactNode;
}) {
  return (
    <Link href={href} className="top-link" aria-current={isCurrent ? 'page' : undefined}>
      {icon}
      <span>{children}</span>
    </Link>
  );
}

function LiveHint() {
  const m = useMessages();
  const live = useCell(isLive);
  const before = useRef(live);
  useEffect(() => {
    if (before.current === 'offline' && live === 'live') announce(m.shell.online);
    before.current = live;
  }, [live, m]);
  return (
    <span role="status" className={live === 'offline' ? 'offline' : 'hidden'}>
      {live === 'offline' ? m.shell.offline : ''}
    </span>
  );
}

interface DeskLink {
  name: Props['page'];
  href: string;
  icon: ReactElement;
  text: string;
}

/** Pages of the help desk that only those who work its tickets, or own it, have; they hide in my menu where room is short. */
function useDeskLinks(instanceId: string): DeskLink[] {
  const m = useMessages();
  const role = useRole(instanceId);
  const links: DeskLink[] = [
    { name: 'reports', href: paths.reports(instanceId), icon: <DataTrendingRegular />, text: m.shell.reports },
    { name: 'settings', href: paths.settings(instanceId), icon: <SettingsRegular />, text: m.shell.settings },
  ];
  return links.filter(({ name }) => role === 'owner' || (role === 'assignee' && name === 'reports'));
}
