/** Erasing somebody: first what is known of them, then, when it was confirmed by typing their name, it is gone. */

import { Button, Field, Input, MessageBar, MessageBarBody, ProgressBar, Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Erasure, Traces } from '../../../../api/contract/erasure.ts';
import type { Person } from '../../../../api/contract/wire.ts';
import { reasonOf, tell } from '../../changes.ts';
import { keys, queryClient, useMe } from '../../data.ts';
import { useFormat, useMessages } from '../../i18n.tsx';
import { usePeopleOptions } from '../../ui/choices.tsx';
import { PersonName } from '../../ui/marks.tsx';
import { PickPopover } from '../../ui/pick.tsx';
import { administer } from './operations.ts';
import { Confirm } from './parts.tsx';
import { useTexts } from './texts.ts';
import './erase-person.css';

export function ErasePerson({ instanceId }: { instanceId: string }) {
  const t = useTexts();
  const me = useMe();
  const [isOpen, setOpen] = useState(false);
  const [person, setPerson] = useState<Person>();
  const [isAsking, setAsking] = useState(false);
  const choice = usePeopleOptions(instanceId, { chosen: person ? [person.id] : [], enabled: isOpen });
  return (
    <div className="settings-line">
      <span className="settings-label">{t.erase.person}</span>
      <PickPopover
        label={t.erase.find}
        options={choice.options}
        onSearch={choice.search}
        footer={choice.footer}
        isOpen={isOpen}
        onOpenChange={setOpen}
        onPick={(key) => setPerson(choice.personOf(key))}
        emptyText={t.erase.notFound}
        trigger={
          <button
            type="button"
            className="inline-button boxed erase-pick"
            aria-label={`${t.erase.person}: ${person?.name ?? t.people.nobodyChosen}`}
          >
            {person ? <PersonName person={person} /> : <span className="quiet">{t.erase.find}</span>}
          </button>
        }
      />
      {person && (
        <TracesOf instanceId={instanceId} person={person} isMe={person.id === me.id} onErase={() => setAsking(true)} />
      )}
      {person && isAsking && (
        <EraseDialog
          instanceId={instanceId}
          person={person}
          onDone={() => setPerson(undefined)}
          onClose={() => setAsking(false)}
        />
      )}
      <Erasures instanceId={instanceId} />
    </div>
  );
}

const ASK_AGAIN_MS = 2000;

const erasuresKey = (instanceId: string) => [instanceId, 'erasures'];

/** Those that go on, with how far they are, whoever began them and wherever. */
function Erasures({ instanceId }: { instanceId: string }) {
  const t = useTexts();
  const format = useFormat();
  const { data: erasures } = useQuery({
    queryKey: erasuresKey(instanceId),
    queryFn: async ({ signal }) => (await administer(instanceId, 'listErasures', {}, { signal })).data.items,
    refetchInterval: ({ state }) => (state.data?.some(goesOn) ? ASK_AGAIN_MS : false),
  });
  const before = useRef<string[]>([]);
  useEffect(() => {
    if (!erasures) return;
    const isDone = (one: Erasure) => !goesOn(one) && before.current.includes(one.pseudonym.id);
    const done = erasures.filter(isDone);
    before.current = erasures.filter(goesOn).map(({ pseudonym }) => pseudonym.id);
    for (const one of done) tell({ kind: 'done', text: t.erase.done(one.pseudonym.name, one.tickets, one.activities) });
    if (done.length > 0) void queryClient.invalidateQueries({ queryKey: keys.all(instanceId) });
  }, [erasures, instanceId, t]);
  return erasures?.filter(goesOn).map(({ pseudonym, total, tickets, activities, others }) => {
    const done = Math.min(tickets + activities + others, total);
    return (
      <Field
        key={pseudonym.id}
        className="erasure"
        label={t.erase.goesOn(pseudonym.name)}
        hint={t.erase.soFar(format.number(done), format.number(total))}
      >
        <ProgressBar value={done} max={total} />
      </Field>
    );
  });
}

const goesOn = ({ doneOn }: Erasure): boolean => doneOn === '';

const tracesKey = (instanceId: string, personId: string) => [instanceId, 'traces', personId];

/** Everything in which they are named, with how often. */
function TracesOf({
  instanceId,
  person,
  isMe,
  onErase,
}: {
  instanceId: string;
  person: Person;
  isMe: boolean;
  onErase: () => void;
}) {
  const m = useMessages();
  const t = useTexts();
  const { data, error } = useQuery({
    queryKey: tracesKey(instanceId, person.id),
    queryFn: async ({ signal }) =>
      (await administer(instanceId, 'getTraces', { personId: person.id }, { signal })).data.item,
    staleTime: 0,
  });
  if (error) {
    return (
      <MessageBar intent="warning" layout="multiline" role="alert">
        <MessageBarBody>{reasonOf(error, m)}</MessageBarBody>
      </MessageBar>
    );
  }
  if (!data) return <Spinner size="small" label={t.erase.looking(person.name)} />;
  return (
    <div className="traces">
      <TraceList traces={data} />
      {isMe ? (
        <p>{t.erase.isMe}</p>
      ) : (
        <Button className="start" onClick={onErase}>
          {t.erase.action(person.name)}
        </Button>
      )}
    </div>
  );
}

function TraceList({ traces }: { traces: Traces }) {
  const t = useTexts();
  const format = useFormat();
  const { tickets, activities, comments, attachments, views, settings, passing, mentions, isMember, names, emails } =
    traces;
  const rows: [string, number][] = [
    [t.erase.traces.requestor, tickets.requestor],
    [t.erase.traces.assignee, tickets.assignee],
    [t.erase.traces.follower, tickets.follower],
    [t.erase.traces.other, tickets.other],
    [t.erase.traces.activities, activities],
    [t.erase.traces.comments, comments],
    [t.erase.traces.attachments, attachments],
    [t.erase.traces.views, views],
    [t.erase.traces.settings, settings],
    [t.erase.traces.passing, passing],
  ];
  return (
    <>
      <p>{t.erase.known([...new Set([...names, ...emails])].join(', '))}</p>
      <dl className="trace-list">
        {rows
          .filter(([, count]) => count > 0)
          .map(([name, count]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{format.number(count)}</dd>
            </div>
          ))}
      </dl>
      {isMember && <p>{t.erase.traces.member}</p>}
      {mentions > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t.erase.mentions(mentions)}</MessageBarBody>
        </MessageBar>
      )}
    </>
  );
}

function EraseDialog({
  instanceId,
  person,
  onDone,
  onClose,
}: {
  instanceId: string;
  person: Person;
  onDone: () => void;
  onClose: () => void;
}) {
  const t = useTexts();
  const [typed, setTyped] = useState('');
  const erase = async () => {
    const { data } = await administer(instanceId, 'erasePerson', { personId: person.id, confirm: true });
    const { pseudonym, tickets, activities } = data.item;
    // Else the page says how far it is, and when it is done.
    if (!goesOn(data.item)) tell({ kind: 'done', text: t.erase.done(pseudonym.name, tickets, activities) });
    onDone();
    // Their name may stand in anything that was read.
    queryClient.removeQueries({ queryKey: tracesKey(instanceId, person.id) });
    void queryClient.invalidateQueries({ queryKey: keys.all(instanceId) });
  };
  return (
    <Confirm
      title={t.erase.confirmTitle(person.name)}
      action={t.erase.confirmAction}
      isBarred={typed.trim() !== person.name}
      onConfirm={erase}
      onClose={onClose}
    >
      <p>{t.erase.confirmText}</p>
      <Field label={t.erase.typeName(person.name)}>
        <Input value={typed} autoComplete="off" autoFocus onChange={(_, data) => setTyped(data.value)} />
      </Field>
    </Confirm>
  );
}
