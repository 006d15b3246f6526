/** What has happened to a ticket: what was said, and each change with what was before and after. */

import { AttachRegular, LinkRegular, LockClosedRegular } from '@fluentui/react-icons';
import { Fragment, memo, type ReactNode, useDeferredValue, useEffect, useRef, useState } from 'react';
import type { Activity, Change } from '../../../../api/contract/activities.ts';
import type { Attachment } from '../../../../api/contract/attachments.ts';
import type { Person } from '../../../../api/contract/wire.ts';
import { announce } from '../../announce.tsx';
import { useActivities, useInstance, useMe } from '../../data.ts';
import { useFormat, useMessages } from '../../i18n.tsx';
import type { Messages } from '../../messages/en.ts';
import { Face } from '../../ui/marks.tsx';
import { Ago } from '../../ui/passing-time.tsx';
import { RichText } from '../../ui/rich-text.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { stateLabel, useResolutionLabel } from '../../ui/workflow.ts';
import '../../ui/files.css';
import './timeline.css';

const isSaid = ({ comment, attachments }: Activity) => comment !== '' || attachments.length > 0;

/** So much of a long history is there at once; the rest is drawn when nothing else waits. */
const AT_ONCE = 50;
const NOTHING_YET: Activity[] = [];

export function Timeline({ instanceId, ticketNo }: { instanceId: string; ticketNo: string }) {
  const m = useMessages();
  const [isShort, setShort] = useState(false);
  const { data: read, isPending, error, refetch } = useActivities(instanceId, ticketNo);
  const whole = useDeferredValue(read, NOTHING_YET);
  const data = whole && whole !== NOTHING_YET ? whole : read?.slice(0, AT_ONCE);
  const newest = data?.findLast(isSaid);
  const newestItem = useNewest(ticketNo, whole === data ? data : undefined, newest);
  if (isPending) return <Loading />;
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  const shown = isShort ? data!.filter(isSaid) : data!;
  return (
    <section className="timeline" aria-label={m.ticket.history}>
      <div className="timeline-head">
        <h2>{m.ticket.history}</h2>
        <button type="button" className="text-button" onClick={() => setShort(!isShort)}>
          {isShort ? m.ticket.showChanges : m.ticket.hideChanges}
        </button>
      </div>
      <ol className={shown.length > AT_ONCE ? 'long' : undefined}>
        {shown.map((activity) => (
          <li key={activity.id} ref={activity === newest ? newestItem : undefined}>
            <Entry instanceId={instanceId} activity={activity} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What is there already is not drawn anew with each event. */
const Entry = memo(function Entry(props: { instanceId: string; activity: Activity }) {
  return isSaid(props.activity) ? <Comment {...props} /> : <Line {...props} />;
});

const MOVES = new Set<Activity['action']>(['started', 'pending', 'resolved', 'closed', 'reopened', 'assigned']);

/** What others did that changes what there is to do here; smaller changes are read where they stand. */
function newsOf(m: Messages, { createdBy, action, comment, isPrivate, attachments }: Activity): string | undefined {
  const done =
    comment !== ''
      ? m.activity[isPrivate ? 'noted' : 'commented']
      : attachments.length > 0
        ? m.activity.attached
        : MOVES.has(action) && m.activity[action];
  return done && createdBy.id !== 'system' ? `${createdBy.name} ${done}` : undefined;
}

/** What was said last while the ticket is open: its place is scrolled to when I have said it; what others do is told. */
function useNewest(ticketNo: string, data: Activity[] | undefined, newest: Activity | undefined) {
  const m = useMessages();
  const me = useMe();
  const item = useRef<HTMLLIElement>(null);
  const shown = useRef({ ticketNo, data });
  useEffect(() => {
    const before = shown.current;
    shown.current = { ticketNo, data };
    if (!data || before.ticketNo !== ticketNo || !before.data || before.data === data) return;
    const known = new Set(before.data.map(({ id }) => id));
    if (newest?.createdBy.id === me.id && !known.has(newest.id)) item.current?.scrollIntoView({ block: 'end' });
    for (const activity of data) {
      const news = !known.has(activity.id) && activity.createdBy.id !== me.id && newsOf(m, activity);
      if (news) announce(news);
    }
  }, [ticketNo, data, newest, me.id, m]);
  return item;
}

function When({ activity }: { activity: Activity }) {
  const m = useMessages();
  const format = useFormat();
  // What the product does by itself comes by no door.
  const door = activity.createdBy.id === 'system' ? undefined : m.origin[activity.origin];
  return (
    <time
      className="quiet nowrap"
      dateTime={activity.createdDateTime}
      title={[format.full(activity.createdDateTime), door].filter(Boolean).join(' · ')}
    >
      {door && activity.origin !== 'tab' && <span className="door">{door} </span>}
      <Ago instant={activity.createdDateTime} />
    </time>
  );
}

function Comment({ instanceId, activity }: { instanceId: string; activity: Activity }) {
  const m = useMessages();
  const { createdBy, isPrivate, comment_HTML: html, comment, attachments, changes } = activity;
  return (
    <article className={`comment${isPrivate ? ' private' : ''}`}>
      <header>
        <Face person={createdBy} size={24} />
        <strong className="ellipsis" title={createdBy.email}>
          {createdBy.name}
        </strong>
        {isPrivate && (
          <span className="private-mark">
            <LockClosedRegular aria-hidden="true" /> {m.comment.note}
          </span>
        )}
        <span className="spacer" />
        <When activity={activity} />
      </header>
      {comment !== '' && <RichText html={html ?? comment} />}
      <Attachments attachments={attachments} />
      {changes.length > 0 && (
        <div className="comment-changes">
          <Changes instanceId={instanceId} changes={changes} />
        </div>
      )}
    </article>
  );
}

function Attachments({ attachments }: { attachments: Attachment[] }) {
  const format = useFormat();
  if (attachments.length === 0) return null;
  return (
    <ul className="files">
      {attachments.map((one) => (
        <li key={one.id} className={one.isImage ? 'file picture' : 'file'}>
          <a href={one.src} target="_blank" rel="noopener noreferrer">
            {one.isImage ? (
              <img src={one.src} alt="" loading="lazy" />
            ) : one.isHyperlink ? (
              <LinkRegular aria-hidden="true" />
            ) : (
              <AttachRegular aria-hidden="true" />
            )}
            <span className="ellipsis">{one.caption || one.filename}</span>
            {!one.isHyperlink && <span className="quiet nowrap">{format.size(one.size)}</span>}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** A change that nobody said anything to: one line. */
function Line({ instanceId, activity }: { instanceId: string; activity: Activity }) {
  const m = useMessages();
  const { createdBy, action, changes } = activity;
  return (
    <div className="timeline-line">
      <Face person={createdBy} size={16} />
      <span className="line-text">
        <span className="who">{createdBy.id === 'system' ? m.common.system : createdBy.name}</span>{' '}
        {(changes.length === 0 || action === 'created') && m.activity[action]}
        {changes.length > 0 && action === 'created' && ', '}
        <Changes instanceId={instanceId} changes={changes} />
      </span>
      <When activity={activity} />
    </div>
  );
}

function Changes({ instanceId, changes }: { instanceId: string; changes: Change[] }) {
  const m = useMessages();
  const format = useFormat();
  return changes.map((change, index) => (
    <Fragment key={change.name}>
      {index > 0 && ', '}
      {change.name === 'description' || change.name === 'description_HTML' ? (
        <TextChange change={change} />
      ) : change.name === 'customFields' ? (
        <CustomFieldChanges instanceId={instanceId} change={change} />
      ) : change.name in m.timer ? (
        m.timer[change.name as keyof typeof m.timer](
          typeof change.newValue === 'string' ? format.full(change.newValue) : '',
        )
      ) : (
        <>
          {m.ticket.changeOf(m.field[change.name as keyof typeof m.field] ?? change.name)}{' '}
          <Value name={change.name} value={change.oldValue} isOld /> <Becomes />{' '}
          <Value name={change.name} value={change.newValue} />
        </>
      )}
    </Fragment>
  ));
}

function TextChange({ change }: { change: Change }) {
  const m = useMessages();
  const [isOpen, setOpen] = useState(false);
  const asHtml = (value: unknown) =>
    change.name === 'description'
      ? String(value ?? '')
          .replace(/[&<]/g, (sign) => (sign === '&' ? '&amp;' : '&lt;'))
          .replaceAll('\n', '<br>')
      : String(value ?? '');
  return (
    <>
      {m.ticket.changedText}{' '}
      <button type="button" className="text-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? m.ticket.hideText : m.ticket.showText}
      </button>
      {isOpen && (
        <span className="text-change">
          <del>
            <RichText html={asHtml(change.oldValue)} />
          </del>
          <ins>
            <RichText html={asHtml(change.newValue)} />
          </ins>
        </span>
      )}
    </>
  );
}

type Values = Record<string, unknown>;

function CustomFieldChanges({ instanceId, change }: { instanceId: string; change: Change }) {
  const m = useMessages();
  const { data: instance } = useInstance(instanceId);
  const old = (change.oldValue ?? {}) as Values;
  const now = (change.newValue ?? {}) as Values;
  const ids = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (id) => JSON.stringify(old[id]) !== JSON.stringify(now[id]),
  );
  return ids.map((id, index) => {
    const field = instance?.customFields.find((one) => one.id === id);
    const shown = (value: unknown) =>
      field?.type.key === 'list' && Array.isArray(value)
        ? value.map((key) => field.options.find((option) => option.key === key)?.text ?? key)
        : value;
    return (
      <Fragment key={id}>
        {index > 0 && ', '}
        {m.ticket.changeOf(field?.title ?? id)}{' '}
        <Value name={field?.type.key === 'date' ? 'day' : ''} value={shown(old[id])} isOld /> <Becomes />{' '}
        <Value name={field?.type.key === 'date' ? 'day' : ''} value={shown(now[id])} />
      </Fragment>
    );
  });
}

/** Between what was and what is. */
const Becomes = () => <span className="pointing">→</span>;

/** A value in words. */
function Value({ name, value, isOld = false }: { name: string; value: unknown; isOld?: boolean }) {
  const text = useValueText()(name, value);
  return isOld ? <del dir="auto">{text}</del> : <ins dir="auto">{text}</ins>;
}

function useValueText(): (name: string, value: unknown) => ReactNode {
  const m = useMessages();
  const format = useFormat();
  const resolutionLabel = useResolutionLabel();
  const one = (name: string, value: unknown): string => {
    if (value === undefined || value === null || value === '') return m.common.none;
    if (typeof value === 'boolean') return value ? m.common.yes : m.common.no;
    if (Array.isArray(value))
      return value.length === 0 ? m.common.none : value.map((part) => one(name, part)).join(', ');
    if (typeof value === 'object') {
      const person = value as Partial<Person> & { text?: string };
      return person.text ?? (person.name || person.email || (person.id ? person.id : m.ticket.nobody));
    }
    const text = String(value);
    if (name === 'priority') return m.priority[text as keyof typeof m.priority] ?? text;
    if (name === 'status') return stateLabel(m, text);
    if (name === 'resolution') return resolutionLabel(text);
    if (name === 'expectedDate') return format.dueInFull(text);
    if (name === 'day') return format.day(text);
    return text;
  };
  return one;
}
