/** One ticket: what it is about, what has happened, and where it is answered. Beside the list, or on a page of its own. */

import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Tooltip } from '@fluentui/react-components';
import {
  ArrowLeftRegular,
  ChevronDownRegular,
  DismissRegular,
  LinkRegular,
  MoreHorizontalRegular,
  OpenRegular,
} from '@fluentui/react-icons';
import { type DragEvent, lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import type { State } from '../../../../api/contract/workflow.ts';
import { paths, useAddress } from '../../address.ts';
import { ApiError, call } from '../../api.ts';
import { changeTickets, type Move, markSeen, reasonOf, refreshLists, tell, updateTicket } from '../../changes.ts';
import { keys, queryClient, useMe, useRole, useTicket, type VersionedTicket } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { useShortcuts } from '../../keyboard.ts';
import { usePreferences } from '../../preferences.ts';
import { teamsHost } from '../../teams.ts';
import { nextStates, stateOptions, usePeopleOptions, usePriorityOptions } from '../../ui/choices.tsx';
import { TextInput } from '../../ui/custom-field.tsx';
import { whenIdle } from '../../ui/idle.ts';
import { StateMark } from '../../ui/marks.tsx';
import MoveDialog from '../../ui/move-dialog.tsx';
import { PickPopover } from '../../ui/pick.tsx';
import { PickDialog } from '../../ui/pick-dialog.tsx';
import { RichText } from '../../ui/rich-text.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { useIsWide } from '../../ui/wide.ts';
import { asksResolution, isResolvedState } from '../../ui/workflow.ts';
import { CommentBox } from './comment-box.tsx';
import { Presence } from './presence.tsx';
import { Properties } from './properties.tsx';
import { Timeline } from './timeline.tsx';

const loadEditor = () => import('../../ui/editor.tsx');
const Editor = lazy(loadEditor);
const LinkDialog = lazy(() => import('./link-dialog.tsx'));

interface Props {
  instanceId: string;
  ticketNo: string;
  isPane?: boolean;
  onClose: () => void;
}

export function TicketView({ instanceId, ticketNo, isPane = false, onClose }: Props) {
  const m = useMessages();
  const { data: known, error, isPending, refetch } = useTicket(instanceId, ticketNo);
  if (isPending) return <Loading />;
  if (!known) {
    const isGone = error instanceof ApiError && error.code === 'not_found';
    return (
      <div className="ticket">
        {isGone ? (
          <Empty title={m.ticket.gone(ticketNo)} text={m.ticket.goneText}>
            <Button appearance="primary" onClick={onClose}>
              {m.ticket.backToList}
            </Button>
          </Empty>
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )}
      </div>
    );
  }
  return <Known instanceId={instanceId} known={known} isPane={isPane} onClose={onClose} />;
}

function Known({
  instanceId,
  known,
  isPane,
  onClose,
}: {
  instanceId: string;
  known: VersionedTicket;
  isPane: boolean;
  onClose: () => void;
}) {
  const m = useMessages();
  const me = useMe();
  const role = useRole(instanceId);
  const { ticket } = known;
  const isWide = useIsWide();
  /** Where there is room, the fields have a side of their own. */
  const hasSide = !isPane && isWide;
  const [dropped, setDropped] = useState<File[]>([]);
  const [isDragging, setDragging] = useState(false);
  const canWork = role !== 'member';
  const seenAs = ticket.assignee.id === me.id ? 'assignee' : ticket.requestor.id === me.id ? 'requestor' : undefined;
  const { assigneeUnseenEventCnt, requestorUnseenEventCnt } = ticket;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever something new was counted
  useEffect(() => {
    if (seenAs) void markSeen(instanceId, ticket, seenAs);
  }, [ticket.id, seenAs, assigneeUnseenEventCnt, requestorUnseenEventCnt]);
  // Whoever opens a ticket will write: the editor is there when they do.
  useEffect(() => whenIdle(loadEditor), []);
  const onDrop = (event: DragEvent) => {
    setDragging(false);
    const files = [...event.dataTransfer.files];
    if (files.length === 0 || event.defaultPrevented) return;
    event.preventDefault();
    setDropped(files);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is a way beside the button
    <div
      className={`ticket${hasSide ? '' : ' in-pane'}${isDragging ? ' dragging' : ''}`}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={(event) => event.currentTarget === event.target && setDragging(false)}
      onDrop={onDrop}
    >
      <Head instanceId={instanceId} known={known} isPane={isPane} onClose={onClose} canWork={canWork} />
      <div className="ticket-scroll">
        <div className="ticket-main">
          {canWork ? (
            <h1 dir="auto" className="ticket-heading">
              <TextInput
                aria-label={m.field.title}
                className="title-input"
                isLong
                isOneLine
                maxLength={255}
                value={ticket.title}
                onCommit={(title) =>
                  title.trim() &&
                  void updateTicket(instanceId, known, { title: title.replace(/\s*\n\s*/g, ' ').trim() }, m)
                }
              />
            </h1>
          ) : (
            <h1 dir="auto" className="ticket-heading">
              {ticket.title}
            </h1>
          )}
          {isPane && <Properties instanceId={instanceId} known={known} />}
          <Description instanceId={instanceId} known={known} canWork={canWork} />
          {!isPane && !hasSide && <Properties instanceId={instanceId} known={known} />}
          <Timeline instanceId={instanceId} ticketNo={String(ticket.ticketNo)} />
        </div>
        {hasSide && (
          <aside className="ticket-side" aria-label={m.ticket.details}>
            <Properties instanceId={instanceId} known={known} />
          </aside>
        )}
      </div>
      <CommentBox
        key={ticket.id}
        instanceId={instanceId}
        ticket={ticket}
        dropped={dropped}
        onTaken={() => setDropped([])}
      />
    </div>
  );
}

interface HeadProps {
  instanceId: string;
  known: VersionedTicket;
  isPane: boolean;
  canWork: boolean;
  onClose: () => void;
}

function Head({ instanceId, known: { ticket }, isPane, canWork, onClose }: HeadProps) {
  const m = useMessages();
  const me = useMe();
  const { go } = useAddress();
  const { hasShortcuts } = usePreferences();
  const [target, setTarget] = useState<State>();
  const [asked, setAsked] = useState<'state' | 'assign' | 'priority' | 'link' | 'delete'>();
  const workflow = ticket.workflow ?? { states: [], resolutions: [] };
  const here = workflow.states.find(({ id }) => id === ticket.statusId);
  const isOwn = ticket.requestor.id === me.id;
  const next = nextStates(workflow, [ticket.statusId]).filter(
    (state) => canWork || (isOwn && (isResolvedState(state) || isResolvedState(here))),
  );
  const move = (chosen: Move) => void changeTickets(instanceId, [ticket], { move: chosen }, m);
  const pick = (id: string) => {
    const state = workflow.states.find((one) => one.id === id)!;
    if (asksResolution(workflow, state, [ticket.statusId])) setTarget(state);
    else move({ statusId: id, label: state.label });
  };
  const share = async () => {
    const host = await teamsHost;
    const path = `tickets/${ticket.ticketNo}`;
    if (host) return host.shareLink(path, `#${ticket.ticketNo} ${ticket.title}`);
    await navigator.clipboard.writeText(`${location.origin}/tab${paths.ticket(instanceId, ticket.ticketNo)}`);
    tell({ kind: 'done', text: m.ticket.linkCopied });
  };
  const remove = async () => {
    try {
      await call(instanceId, 'deleteTicket', { ticketId: ticket.id });
      onClose();
      queryClient.removeQueries({ queryKey: keys.ticket(instanceId, String(ticket.ticketNo)) });
      refreshLists(instanceId);
      tell({ kind: 'done', text: m.notice.deleted(ticket.ticketNo) });
    } catch (error) {
      tell({ kind: 'failed', text: reasonOf(error, m) });
    }
  };
  useShortcuts(
    {
      s: () => next.length > 0 && setAsked('state'),
      ...(canWork && { a: () => setAsked('assign'), p: () => setAsked('priority') }),
      ...(!isPane && { escape: onClose }),
    },
    hasShortcuts,
  );
  const end = () => setAsked(undefined);
  return (
    <header className="ticket-head">
      {!isPane && (
        <Tooltip content={m.ticket.backToList} relationship="label">
          <Button appearance="subtle" icon={<ArrowLeftRegular />} onClick={onClose} />
        </Tooltip>
      )}
      <span className="ticket-no">#{ticket.ticketNo}</span>
      {next.length > 0 ? (
        <PickPopover
          label={m.actions.state}
          options={stateOptions(next)}
          onPick={pick}
          trigger={
            <button
              type="button"
              className={`state-button ${here?.category ?? ''}`}
              aria-label={`${m.field.status}: ${ticket.status}`}
            >
              <StateMark category={here?.category} />
              {ticket.status}
              <ChevronDownRegular aria-hidden="true" />
            </button>
          }
        />
      ) : (
        <span className={`state-button ${here?.category ?? ''}`}>
          <StateMark category={here?.category} />
          {ticket.status}
        </span>
      )}
      {ticket.isRtBreached || ticket.isFrtBreached ? (
        <span className="late-mark">{ticket.isRtBreached ? m.filter.isRtBreached : m.filter.isFrtBreached}</span>
      ) : null}
      {canWork && <Presence instanceId={instanceId} ticketId={ticket.id} />}
      <span className="spacer" />
      <Tooltip content={m.ticket.copyLink} relationship="label">
        <Button appearance="subtle" icon={<LinkRegular />} onClick={() => void share()} />
      </Tooltip>
      {isPane && (
        <Tooltip content={m.ticket.openFull} relationship="label">
          <Button
            appearance="subtle"
            icon={<OpenRegular />}
            onClick={() => go(paths.ticket(instanceId, ticket.ticketNo))}
          />
        </Tooltip>
      )}
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button appearance="subtle" icon={<MoreHorizontalRegular />} aria-label={m.ticket.more} />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItem onClick={() => setAsked('link')}>{m.ticket.addLink}</MenuItem>
            {canWork && <MenuItem onClick={() => setAsked('delete')}>{m.ticket.delete}</MenuItem>}
          </MenuList>
        </MenuPopover>
      </Menu>
      {isPane && (
        <Tooltip content={m.common.close} relationship="label">
          <Button appearance="subtle" icon={<DismissRegular />} onClick={onClose} />
        </Tooltip>
      )}
      {asked === 'state' && (
        <PickDialog
          title={`#${ticket.ticketNo} ${ticket.title}`}
          label={m.actions.state}
          options={stateOptions(next)}
          onPick={pick}
          onClose={end}
        />
      )}
      {(asked === 'assign' || asked === 'priority') && (
        <QuickDialog instanceId={instanceId} ticket={ticket} what={asked} onClose={end} />
      )}
      {asked === 'link' && (
        <Suspense>
          <LinkDialog instanceId={instanceId} ticket={ticket} onClose={end} />
        </Suspense>
      )}
      {asked === 'delete' && (
        <PickDialog
          title={m.ticket.deleteTitle(ticket.ticketNo)}
          label={m.ticket.deleteText}
          options={[
            { key: 'no', text: m.common.cancel },
            { key: 'yes', text: m.ticket.delete },
          ]}
          onPick={(key) => key === 'yes' && void remove()}
          onClose={end}
        />
      )}
      {target && (
        <MoveDialog
          state={target}
          resolutions={workflow.resolutions}
          count={1}
          onMove={move}
          onClose={() => setTarget(undefined)}
        />
      )}
    </header>
  );
}

function QuickDialog({
  instanceId,
  ticket,
  what,
  onClose,
}: {
  instanceId: string;
  ticket: VersionedTicket['ticket'];
  what: 'assign' | 'priority';
  onClose: () => void;
}) {
  const m = useMessages();
  const priorities = usePriorityOptions([ticket.priority]);
  const people = usePeopleOptions(instanceId, {
    chosen: [ticket.assignee.id],
    nobody: m.ticket.nobody,
    isForAssignee: true,
  });
  const title = `#${ticket.ticketNo} ${ticket.title}`;
  if (what === 'priority') {
    return (
      <PickDialog
        title={title}
        label={m.actions.priority}
        options={priorities}
        onPick={(key) => void changeTickets(instanceId, [ticket], { ticket: { priority: key as 'Low' } }, m)}
        onClose={onClose}
      />
    );
  }
  return (
    <PickDialog
      title={title}
      label={m.actions.assign}
      options={people.options}
      onSearch={people.search}
      onPick={(key) =>
        void changeTickets(instanceId, [ticket], { ticket: { assignee: people.personOf(key) ?? { id: '' } } }, m)
      }
      onClose={onClose}
    />
  );
}

function Description({ instanceId, known, canWork }: { instanceId: string; known: VersionedTicket; canWork: boolean }) {
  const m = useMessages();
  const { ticket } = known;
  const [isEditing, setEditing] = useState(false);
  const html = ticket.description_HTML ?? '';
  const written = useRef(html);
  const base = useRef(known);
  const begin = useCallback(() => {
    written.current = html;
    base.current = known;
    setEditing(true);
  }, [html, known]);
  const save = () => {
    setEditing(false);
    // What was read when the writing began: somebody else's words since then are a collision.
    if (written.current !== html) void updateTicket(instanceId, base.current, { description_HTML: written.current }, m);
  };
  if (isEditing) {
    return (
      <div className="description editing">
        <Suspense fallback={<div className="editor waiting" />}>
          <Editor
            instanceId={instanceId}
            label={m.field.description}
            placeholder={m.ticket.describe}
            html={html}
            isFocused
            onChange={(next) => {
              written.current = next;
            }}
            onSubmit={save}
            onEscape={() => setEditing(false)}
          />
        </Suspense>
        <div className="comment-actions">
          <span className="spacer" />
          <Button size="small" onClick={() => setEditing(false)}>
            {m.common.cancel}
          </Button>
          <Button size="small" appearance="primary" onClick={save}>
            {m.common.save}
          </Button>
        </div>
      </div>
    );
  }
  if (ticket.description === '') {
    return canWork ? (
      <button type="button" className="text-button" onClick={begin}>
        {m.ticket.describe}
      </button>
    ) : null;
  }
  return (
    <div className="description">
      <RichText html={html} />
      {canWork && (
        <button type="button" className="text-button edit" onClick={begin}>
          {m.ticket.edit}
        </button>
      )}
    </div>
  );
}
