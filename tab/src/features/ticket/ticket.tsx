/** One ticket: what it is about, what has happened, and where it is answered. Beside the list, or on a page of its own. */

import { Button } from '@fluentui/react-components';
import { type DragEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { ApiError } from '../../api.ts';
import { changeTicket, markSeen } from '../../changes.ts';
import { useCanWork, useInstance, useMe, useTicket, type VersionedTicket } from '../../data.ts';
import { draftKey } from '../../drafts.ts';
import { useMessages } from '../../i18n.tsx';
import { useOpenTitle } from '../../title.ts';
import { useLoadedWhenIdle } from '../../ui/idle.ts';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { useIsWide } from '../../ui/wide.ts';
import { loadEditor } from '../../ui/writing.tsx';
import { CommentBox } from './comment-box.tsx';
import { Description } from './description.tsx';
import { Head } from './head.tsx';
import { Properties } from './properties.tsx';
import { Timeline } from './timeline.tsx';
import './ticket.css';

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
  const isGone = error instanceof ApiError && error.code === 'not_found';
  if (!known) {
    return (
      <div className="ticket">
        {isGone ? (
          <Empty isPage={!isPane} title={m.ticket.gone(ticketNo)} text={m.ticket.goneText}>
            <Button appearance="primary" onClick={onClose}>
              {m.ticket.backToList}
            </Button>
          </Empty>
        ) : (
          <Failed isPage={!isPane} error={error} retry={() => void refetch()} />
        )}
      </div>
    );
  }
  return <Known instanceId={instanceId} known={known} isGone={isGone} isPane={isPane} onClose={onClose} />;
}

function Known({
  instanceId,
  known,
  isGone,
  isPane,
  onClose,
}: {
  instanceId: string;
  known: VersionedTicket;
  /** It was there when it was opened. */
  isGone: boolean;
  isPane: boolean;
  onClose: () => void;
}) {
  const m = useMessages();
  const me = useMe();
  const { ticket } = known;
  const title = `#${ticket.ticketNo} ${ticket.title}`;
  useOpenTitle(title);
  const scroll = useRef<HTMLElement>(null);
  useEffect(() => {
    // Whoever came here by keyboard reads on here; beside the list, the list keeps it.
    if (!isPane && document.activeElement?.matches('main')) scroll.current?.focus();
  }, [isPane]);
  useEnd(scroll);
  // Beside the list, the page's own heading is the list's.
  const Heading = isPane ? 'h2' : 'h1';
  const isWide = useIsWide();
  /** Where there is room, the fields have a side of their own. */
  const hasSide = !isPane && isWide;
  const [dropped, setDropped] = useState<File[]>([]);
  const [isDragging, setDragging] = useState(false);
  const canWork = useCanWork(instanceId);
  const seenAs = ticket.assignee.id === me.id ? 'assignee' : ticket.requestor.id === me.id ? 'requestor' : undefined;
  const isOn = useInstance(instanceId).data?.enabled === true;
  const { assigneeUnseenEventCnt, requestorUnseenEventCnt } = ticket;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever something new was counted
  useEffect(() => {
    if (seenAs && isOn && !isGone) void markSeen(instanceId, ticket, seenAs);
  }, [ticket.id, seenAs, isOn, assigneeUnseenEventCnt, requestorUnseenEventCnt]);
  // Whoever opens a ticket will write: the editor is there when they do.
  useLoadedWhenIdle(loadEditor);
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
      {isGone && (
        <div className="ticket-gone" role="alert">
          {m.ticket.goneMeanwhile}
        </div>
      )}
      <section className="ticket-scroll" tabIndex={-1} ref={scroll} aria-label={title}>
        <div className="ticket-main">
          {canWork ? (
            <Heading className="ticket-heading">
              <TextInput
                key={ticket.id}
                aria-label={m.field.title}
                className="title-input"
                isLong
                isOneLine
                maxLength={255}
                value={ticket.title}
                draft={draftKey(me.id, instanceId, `${ticket.ticketNo}.title`)}
                onCommit={(text, base) => {
                  const title = text.replace(/\s*\n\s*/g, ' ').trim();
                  const seen = base === undefined ? known : { ticket: { ...ticket, title: base } };
                  return title === '' || changeTicket(instanceId, seen, { ticket: { title } }, m);
                }}
              />
            </Heading>
          ) : (
            <Heading dir="auto" className="ticket-heading">
              {ticket.title}
            </Heading>
          )}
          {isPane && <Properties instanceId={instanceId} known={known} />}
          <Description
            key={String(canWork)}
            instanceId={instanceId}
            known={known}
            canWork={canWork}
            onFiles={setDropped}
          />
          {!isPane && !hasSide && <Properties instanceId={instanceId} known={known} />}
          <Timeline instanceId={instanceId} ticketNo={String(ticket.ticketNo)} />
        </div>
        {hasSide && (
          <aside className="ticket-side" aria-label={m.ticket.details}>
            <Properties instanceId={instanceId} known={known} />
          </aside>
        )}
      </section>
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

/** What lies below the last comment, and is no loss when it is out of sight. */
const BELOW = 80;

/** Whoever sees the end of the history still sees it above what is opened below: the box to answer in, a keyboard. */
function useEnd(scroll: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = scroll.current!;
    let height = element.clientHeight;
    const observer = new ResizeObserver(() => {
      const wasAtEnd = element.scrollTop + height >= element.scrollHeight - BELOW;
      const isLower = element.clientHeight < height;
      height = element.clientHeight;
      if (wasAtEnd && isLower) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroll]);
}
