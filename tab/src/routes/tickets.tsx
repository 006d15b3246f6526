/** The list of an instance, or of what concerns me, with the ticket that is open beside it. */

import { Button } from '@fluentui/react-components';
import { MailInboxRegular, SearchRegular } from '@fluentui/react-icons';
import { Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { paths, useAddress } from '../address.ts';
import { announce } from '../announce.tsx';
import { type ListedTicket, useInstance, useMe, useViews } from '../data.ts';
import { DEFAULT_COLUMNS, useAllColumns, withUnseen } from '../features/tickets/columns.ts';
import { ColumnsMenu } from '../features/tickets/columns-menu.tsx';
import { TicketTable } from '../features/tickets/table.tsx';
import { ViewBar } from '../features/tickets/view-bar.tsx';
import {
  BUILT_IN_VIEWS,
  isSameQuery,
  PERSONAL_VIEWS,
  shownView,
  useFirstQuery,
  viewQuery,
} from '../features/tickets/views.ts';
import { useFormat, useMessages } from '../i18n.tsx';
import { useShortcuts } from '../keyboard.ts';
import { usePreferences } from '../preferences.ts';
import { openCreate } from '../signals.ts';
import { Boundary } from '../ui/boundary.tsx';
import { filterOf, filtersIn } from '../ui/filter.ts';
import { FilterBar } from '../ui/filter-bar.tsx';
import { lazily } from '../ui/lazily.tsx';
import { useToday } from '../ui/passing-time.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import { useIsWide } from '../ui/wide.ts';
import './tickets.css';

const TicketPane = lazily(async () => ({ default: (await import('../features/ticket/ticket.tsx')).TicketView }));

export function TicketsPage({ instanceId, isPersonal = false }: { instanceId: string; isPersonal?: boolean }) {
  const m = useMessages();
  const me = useMe();
  const { data: instance } = useInstance(instanceId);
  const format = useFormat();
  const { params, change, go, path } = useAddress();
  useToday();
  const preferences = usePreferences();
  const { data: savedViews = [] } = useViews(instanceId);
  const view = isPersonal ? undefined : shownView(savedViews, params);
  const ofView = view?.columns.length ? view.columns : undefined;
  const remembered: string[] = params.get('columns')?.split(',') ?? ofView ?? preferences.columns ?? DEFAULT_COLUMNS;
  const allColumns = useAllColumns(instanceId);
  const columns = useMemo(() => remembered.flatMap((id) => allColumns.get(id) ?? []), [remembered, allColumns]);
  const columnIds = columns.map(({ id }) => id);
  // The columns of a view are its own: others than those stand in the address, until they are saved with it.
  const setColumns = (ids: string[]) => {
    const next = withUnseen(ids, remembered, allColumns);
    if (ofView) change({ view: view!.id, columns: next.join() === ofView.join() ? undefined : next.join() });
    else {
      if (params.has('columns')) change({ columns: undefined });
      void preferences.changeTab({ columns: next });
    }
  };
  const isWide = useIsWide();
  const [noRoom, setNoRoom] = useState<string[]>([]);
  const [count, setCount] = useState<number>();
  const hasQuery = params.has('view') || filtersIn(params).length > 0 || params.has('search');
  const first = useFirstQuery(instanceId, isPersonal);

  // The address says what is shown, from the first moment on; a link with a ticket alone opens it beside the usual list.
  useEffect(() => {
    if (hasQuery || first === undefined) return;
    const query = new URLSearchParams(first);
    for (const [name, value] of params) query.set(name, value);
    go(`${path}?${query}`, true);
  }, [hasQuery, first, params, go, path]);

  const query = hasQuery ? params : new URLSearchParams(first);
  const filter = filterOf(query, me.id, format.timezone, instance?.customFields);
  const openText = params.get('ticket');
  const openNo = openText && /^\d+$/.test(openText) ? Number(openText) : undefined;
  const open = useCallback(
    (ticket: ListedTicket, isFull: boolean) => {
      if (isFull || !isWide) go(paths.ticket(instanceId, ticket.ticketNo));
      else {
        // From then on each row that the keyboard comes to says itself what is open.
        if (openText === null) announce(m.list.openBeside);
        change({ ticket: String(ticket.ticketNo) }, openText === null);
      }
    },
    [isWide, go, change, instanceId, openText, m],
  );
  const close = () => {
    // From the ticket back to its row.
    if (document.activeElement?.closest('.pane')) document.querySelector<HTMLElement>('.scroller')?.focus();
    change({ ticket: undefined });
  };
  const choose = (query: string) => {
    const next = new URLSearchParams(query);
    if (next.size === 0) next.set('view', 'all');
    if (openText) next.set('ticket', openText);
    go(`${path}?${next}`);
  };
  const setFilter = (name: string, value: string | undefined) =>
    change({ [name]: value, view: view?.id ?? (value ? undefined : 'all') }, true);
  const sort = (orderBy: string, order: 'ASC' | 'DESC') => change({ orderBy, order, ...(view && { view: view.id }) });
  const clear = () => choose('');
  const views = Object.values<string>(isPersonal ? PERSONAL_VIEWS : BUILT_IN_VIEWS);
  /** Somebody looks for something, more than in the views that everybody has. */
  const isLooking = hasQuery && !views.some((query) => isSameQuery(query, viewQuery(params)));
  useShortcuts({ ...(openText !== null && { escape: close }) }, preferences.hasShortcuts);

  const ticket = openText && (
    <Boundary>
      <Suspense fallback={<Loading />}>
        <TicketPane key={openText} instanceId={instanceId} ticketNo={openText} isPane={isWide} onClose={close} />
      </Suspense>
    </Boundary>
  );
  // An address from a wide page: here a ticket and its list are shown one after the other.
  if (ticket && !isWide) return ticket;
  return (
    <div className={`tickets-page${openText && isWide ? ' with-pane' : ''}`}>
      <section className="list-side" aria-label={m.list.tickets}>
        <h1 className="hidden">{isPersonal ? m.shell.mine : m.list.tickets}</h1>
        <ViewBar
          instanceId={instanceId}
          isPersonal={isPersonal}
          params={params}
          columns={remembered}
          onChoose={choose}
        />
        <div className="list-tools">
          <SearchBox
            instanceId={instanceId}
            value={params.get('search') ?? ''}
            onSearch={(text) =>
              change({
                search: text || undefined,
                view: view?.id ?? (text ? (params.get('view') ?? undefined) : 'all'),
              })
            }
          />
          <FilterBar instanceId={instanceId} params={params} onChange={setFilter} onClear={clear} />
          <span className="list-end">
            <span className="quiet nowrap count">
              {count === undefined ? '' : m.list.count(format.number(count), count)}
            </span>
            <ColumnsMenu
              all={allColumns}
              columns={columnIds}
              noRoom={noRoom}
              onChange={setColumns}
              filter={filter}
              onSort={sort}
            />
          </span>
        </div>
        {!hasQuery && first === undefined ? (
          <Loading />
        ) : (
          <TicketTable
            instanceId={instanceId}
            filter={filter}
            allColumns={allColumns}
            columns={columns}
            openNo={openNo}
            onOpen={open}
            onCount={setCount}
            onNoRoom={setNoRoom}
            onSort={sort}
            empty={
              isLooking ? (
                <Empty icon={<SearchRegular />} title={m.list.noMatch} text={m.list.noMatchText}>
                  <Button onClick={clear}>{m.list.clearFilters}</Button>
                  <Button appearance="primary" onClick={() => openCreate.set({ title: params.get('search') ?? '' })}>
                    {m.create.new}
                  </Button>
                </Empty>
              ) : (
                <Empty icon={<MailInboxRegular />} title={m.list.empty} text={m.list.emptyText}>
                  <Button appearance="primary" onClick={() => openCreate.set({ title: '' })}>
                    {m.create.new}
                  </Button>
                </Empty>
              )
            }
          />
        )}
      </section>
      {openText && isWide && (
        <aside className="pane" aria-label={m.ticket.ticket(openText)}>
          {ticket}
        </aside>
      )}
    </div>
  );
}
