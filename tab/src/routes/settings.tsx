/** The settings of a help desk, for its owners: a list of pages, and the page that the address names. */

import {
  AlertRegular,
  ArrowDownloadRegular,
  ChevronLeftRegular,
  ClockRegular,
  FlowchartRegular,
  FormRegular,
  KeyRegular,
  PeopleRegular,
  PersonArrowRightRegular,
  SettingsRegular,
  TagRegular,
} from '@fluentui/react-icons';
import { type ReactNode, Suspense, useEffect, useRef } from 'react';
import { Link, Redirect } from 'wouter';
import { paths } from '../address.ts';
import { tell } from '../changes.ts';
import { useMe, useRole } from '../data.ts';
import { AssignmentPage } from '../features/settings/assignment.tsx';
import { DataPage } from '../features/settings/data.tsx';
import { useUnsaved } from '../features/settings/drafts.ts';
import { useSettings, type VersionedInstance } from '../features/settings/editing.ts';
import { FieldsPage } from '../features/settings/fields.tsx';
import { GeneralPage } from '../features/settings/general.tsx';
import { HoursPage } from '../features/settings/hours.tsx';
import { KeysPage } from '../features/settings/keys.tsx';
import { NotificationsPage } from '../features/settings/notifications.tsx';
import type { PageName } from '../features/settings/parts.tsx';
import { PeoplePage } from '../features/settings/people.tsx';
import { TagsPage } from '../features/settings/tags.tsx';
import { Texts, useTexts } from '../features/settings/texts.ts';
import { useWhoChanged } from '../features/settings/who-changed.ts';
import { WorkflowPage } from '../features/settings/workflow.tsx';
import { useOpenTitle } from '../title.ts';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import './settings.css';

interface PageProps {
  instanceId: string;
  known: VersionedInstance;
}

const PAGES: Record<PageName, { icon: ReactNode; show: (props: PageProps) => ReactNode }> = {
  general: { icon: <SettingsRegular />, show: (props) => <GeneralPage {...props} /> },
  people: { icon: <PeopleRegular />, show: (props) => <PeoplePage {...props} /> },
  fields: { icon: <FormRegular />, show: (props) => <FieldsPage {...props} /> },
  tags: { icon: <TagRegular />, show: ({ instanceId }) => <TagsPage instanceId={instanceId} /> },
  workflow: { icon: <FlowchartRegular />, show: (props) => <WorkflowPage {...props} /> },
  assignment: { icon: <PersonArrowRightRegular />, show: (props) => <AssignmentPage {...props} /> },
  hours: { icon: <ClockRegular />, show: (props) => <HoursPage {...props} /> },
  notifications: { icon: <AlertRegular />, show: (props) => <NotificationsPage {...props} /> },
  keys: { icon: <KeyRegular />, show: ({ instanceId }) => <KeysPage instanceId={instanceId} /> },
  data: { icon: <ArrowDownloadRegular />, show: ({ instanceId }) => <DataPage instanceId={instanceId} /> },
};
const PAGE_NAMES = Object.keys(PAGES) as PageName[];

export default function SettingsPage({ instanceId, page }: { instanceId: string; page?: string | undefined }) {
  return (
    <Suspense fallback={<Loading />}>
      <Texts>
        <ForOwners instanceId={instanceId} page={page} />
      </Texts>
    </Suspense>
  );
}

function ForOwners({ instanceId, page }: { instanceId: string; page: string | undefined }) {
  const t = useTexts();
  const role = useRole(instanceId);
  if (role !== 'owner') {
    return (
      <div className="page-center">
        <Empty icon={<SettingsRegular />} title={t.ownersOnly} text={t.ownersOnlyText}>
          <Link href={paths.list(instanceId)}>{t.backToTickets}</Link>
        </Empty>
      </div>
    );
  }
  if (page !== undefined && !(page in PAGES)) return <Redirect to={paths.settings(instanceId)} replace />;
  return <Settings instanceId={instanceId} page={page as PageName | undefined} />;
}

function Settings({ instanceId, page }: { instanceId: string; page: PageName | undefined }) {
  const t = useTexts();
  const me = useMe();
  const unsaved = useUnsaved(me.id, instanceId);
  const { data: known, error, refetch } = useSettings(instanceId);
  const scroller = useRef<HTMLDivElement>(null);
  useWhoChanged(instanceId);
  useOpenTitle(page ? t.pages[page].name : t.settings);
  useTellOfUnsaved(unsaved);
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    // Another page begins at its top, and whoever cannot see it hears which one it is.
    scroller.current?.scrollTo({ top: 0 });
    document.getElementById('settings-title')?.focus();
  }, [page]);
  return (
    <div className={`settings${page ? '' : ' overview'}`}>
      <nav className="settings-nav" aria-label={t.settings}>
        {PAGE_NAMES.map((name) => (
          <Link
            key={name}
            href={paths.settings(instanceId, name)}
            className="settings-link"
            aria-current={name === page ? 'page' : undefined}
          >
            {PAGES[name].icon}
            <span className="ellipsis">{t.pages[name].name}</span>
            {unsaved.has(name) && <UnsavedMark />}
          </Link>
        ))}
      </nav>
      <div className="settings-scroll" ref={scroller}>
        {page && (
          <Link href={paths.settings(instanceId)} className="settings-back">
            <ChevronLeftRegular className="pointing" aria-hidden="true" /> {t.settings}
          </Link>
        )}
        {error && !known ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !known ? (
          <Loading />
        ) : page ? (
          PAGES[page].show({ instanceId, known })
        ) : (
          <Overview instanceId={instanceId} unsaved={unsaved} />
        )}
      </div>
    </div>
  );
}

function UnsavedMark() {
  const t = useTexts();
  return <span className="unsaved-mark" role="img" aria-label={t.unsaved} title={t.unsaved} />;
}

/** What can be set, and for whom it matters. */
function Overview({ instanceId, unsaved }: { instanceId: string; unsaved: Set<string> }) {
  const t = useTexts();
  return (
    <section className="settings-page" aria-labelledby="settings-title">
      <header className="settings-head">
        <h1 id="settings-title" tabIndex={-1}>
          {t.settings}
        </h1>
      </header>
      <p className="settings-for">{t.overview}</p>
      <ul className="overview-list">
        {PAGE_NAMES.map((name) => (
          <li key={name}>
            <Link href={paths.settings(instanceId, name)} className="overview-card">
              <span className="overview-icon" aria-hidden="true">
                {PAGES[name].icon}
              </span>
              <span className="overview-lines">
                <strong>
                  {t.pages[name].name} {unsaved.has(name) && <UnsavedMark />}
                </strong>
                <span className="quiet">{t.pages[name].summary}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whoever leaves the settings hears that something there is not saved. */
function useTellOfUnsaved(unsaved: Set<string>): void {
  const t = useTexts();
  const latest = useRef({ unsaved, t });
  latest.current = { unsaved, t };
  useEffect(
    () => () => {
      const { unsaved: pages, t: texts } = latest.current;
      const names = PAGE_NAMES.filter((name) => pages.has(name)).map((name) => texts.pages[name].name);
      if (names.length > 0) tell({ kind: 'done', text: texts.leftUnsaved(names.join(', ')) });
    },
    [],
  );
}
