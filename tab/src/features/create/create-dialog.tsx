/** A new ticket, in the layout that the owner of the help desk has given it. */

import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  Spinner,
} from '@fluentui/react-components';
import { type ReactNode, useDeferredValue, useEffect, useRef, useState } from 'react';
import type { CustomField, Instance } from '../../../../api/contract/instance.ts';
import type { Priority, Ticket, TicketUpdate } from '../../../../api/contract/tickets.ts';
import type { Person } from '../../../../api/contract/wire.ts';
import { paths, useAddress } from '../../address.ts';
import { ApiError, call } from '../../api.ts';
import { reasonOf, refreshLists, tell } from '../../changes.ts';
import { useInstance, useMe, useRole, useTicketSearch } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { usePriorityOptions } from '../../ui/choices.tsx';
import { CustomFieldInput, isGiven, PeopleInput } from '../../ui/custom-field.tsx';
import { DueInput } from '../../ui/due.tsx';
import { PriorityMark } from '../../ui/marks.tsx';
import { PickPopover } from '../../ui/pick.tsx';
import { TagsInput } from '../../ui/tags-input.tsx';
import { useIsWide } from '../../ui/wide.ts';

interface Props {
  instanceId: string;
  first: { title: string };
  onClose: () => void;
}

/** What the form holds; the names are those of the ticket. */
interface Values {
  title: string;
  requestor: Person;
  description: string;
  priority: Priority;
  assignee: Person | undefined;
  expectedDate: string;
  tags: Ticket['tags'];
  customFields: Record<string, unknown>;
}

type OptionalField = Instance['optionalFieldsLeft'][number];

const defaultsOf = (fields: CustomField[]): Record<string, unknown> =>
  Object.fromEntries(
    fields
      .filter((field) => isGiven(field.defaultValue))
      .map((field) => [
        field.id,
        field.type.key === 'list' && !Array.isArray(field.defaultValue) ? [field.defaultValue] : field.defaultValue,
      ]),
  );

export default function CreateDialog(props: Props) {
  const { data: instance } = useInstance(props.instanceId);
  const m = useMessages();
  if (instance) return <Form {...props} instance={instance} />;
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && props.onClose()}>
      <DialogSurface aria-label={m.create.new}>
        <Spinner label={m.common.loading} />
      </DialogSurface>
    </Dialog>
  );
}

/** How long a title is before others like it are looked for. */
const TELLING = 4;

function Form({ instanceId, first, onClose, instance }: Props & { instance: Instance }) {
  const m = useMessages();
  const me = useMe();
  const canWork = useRole(instanceId) !== 'member';
  const isWide = useIsWide();
  const { go, change, path } = useAddress();
  const fields = instance.customFields.filter((field) => field.status === 'visible');
  const [values, setValues] = useState<Values>({
    title: first.title,
    requestor: { id: me.id, name: me.name, email: me.email },
    description: '',
    priority: 'Medium',
    assignee: undefined,
    expectedDate: '',
    tags: [],
    customFields: defaultsOf(fields),
  });
  const [isChecked, setChecked] = useState(false);
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [wrong, setWrong] = useState<Record<string, string>>({});
  /** One key for this form as it is: a second try of the same makes no second ticket. */
  const attempt = useRef(crypto.randomUUID());
  const set = (part: Partial<Values>) => {
    attempt.current = crypto.randomUUID();
    setWrong({});
    setValues((before) => ({ ...before, ...part }));
  };
  const setCustom = (id: string, value: unknown) => set({ customFields: { ...values.customFields, [id]: value } });

  const optional = [...instance.optionalFieldsLeft, ...instance.optionalFieldsRight].filter(
    (field) => field.status === 'visible',
  );
  const missing = new Set([
    ...(values.title.trim() ? [] : ['title']),
    ...optional
      .filter(
        (field) => field.isMandatory && isOffered(field.id, canWork) && !isGiven(values[field.id as keyof Values]),
      )
      .map((field) => field.id),
    ...fields.filter((field) => field.isMandatory && !isGiven(values.customFields[field.id])).map((field) => field.id),
  ]);
  const submit = async () => {
    setChecked(true);
    setProblem(undefined);
    if (missing.size > 0 || isSending) {
      document.querySelector<HTMLElement>('.create [aria-invalid="true"], .create [data-invalid="true"]')?.focus();
      return;
    }
    setSending(true);
    const customFields = Object.fromEntries(Object.entries(values.customFields).filter(([, value]) => isGiven(value)));
    const ticket = {
      title: values.title.trim(),
      requestor: values.requestor,
      ...(values.description.trim() && { description: values.description.trim() }),
      ...(values.expectedDate && { expectedDate: values.expectedDate }),
      ...(values.tags.length > 0 && { tags: values.tags }),
      ...(values.assignee && { assignee: values.assignee }),
      priority: values.priority,
      customFields,
    } satisfies TicketUpdate;
    try {
      const { data, done } = await call(instanceId, 'createTicket', { ticket }, { idempotencyKey: attempt.current });
      const { ticketNo } = data.item;
      refreshLists(instanceId);
      onClose();
      if (isWide && path === paths.list(instanceId)) change({ ticket: String(ticketNo) }, true);
      else go(paths.ticket(instanceId, ticketNo));
      tell({ kind: 'done', text: m.notice.created(ticketNo), done });
    } catch (error) {
      setSending(false);
      setProblem(reasonOf(error, m));
      if (error instanceof ApiError) {
        setWrong(Object.fromEntries(error.errors.map(({ field, message }) => [field.split('.').at(-1)!, message])));
      }
    }
  };
  const noteOf = (id: string): string | undefined =>
    wrong[id] ?? (isChecked && missing.has(id) ? m.create.mandatory : undefined);
  const column = (builtIn: OptionalField[], custom: CustomField[]) => (
    <>
      {builtIn
        .filter((field) => field.status === 'visible' && isOffered(field.id, canWork))
        .map((field) => (
          <Line
            key={field.id}
            id={`new-${field.id}`}
            label={m.field[field.id as 'title'] ?? field.title}
            isMandatory={field.isMandatory}
            note={noteOf(field.id)}
          >
            <BuiltIn
              instanceId={instanceId}
              field={field}
              values={values}
              set={set}
              isInvalid={noteOf(field.id) !== undefined}
            />
          </Line>
        ))}
      {custom
        .filter((field) => field.status === 'visible')
        .map((field) => (
          <Line
            key={field.id}
            id={`new-${field.id}`}
            label={field.title}
            isMandatory={field.isMandatory}
            note={noteOf(field.id)}
          >
            <CustomFieldInput
              id={`new-${field.id}`}
              instanceId={instanceId}
              field={field}
              value={values.customFields[field.id]}
              isInvalid={noteOf(field.id) !== undefined}
              onChange={(value) => setCustom(field.id, value)}
            />
          </Line>
        ))}
    </>
  );
  return (
    <Dialog open modalType="modal" onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface className="create">
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              const form = event.currentTarget;
              // What is being typed is given back when it is left.
              (document.activeElement as HTMLElement | null)?.blur();
              setTimeout(() => form.requestSubmit());
            }
          }}
        >
          <DialogBody>
            <DialogTitle>{m.create.title}</DialogTitle>
            <DialogContent className="create-content">
              {problem && (
                <MessageBar intent="error">
                  <MessageBarBody>{problem}</MessageBarBody>
                </MessageBar>
              )}
              <Field label={m.field.title} required {...(noteOf('title') && { validationMessage: noteOf('title')! })}>
                <Input
                  size="large"
                  value={values.title}
                  maxLength={255}
                  autoFocus
                  placeholder={m.create.titleHint}
                  onChange={(_, data) => set({ title: data.value })}
                />
              </Field>
              <Duplicates
                instanceId={instanceId}
                title={values.title}
                onOpen={(no) => {
                  onClose();
                  go(paths.ticket(instanceId, no));
                }}
              />
              {canWork && (
                <Line id="new-requestor" label={m.field.requestor} isMandatory note={undefined}>
                  <PeopleInput
                    id="new-requestor"
                    instanceId={instanceId}
                    title={m.field.requestor}
                    value={[values.requestor]}
                    isMultiple={false}
                    onChange={([requestor]) => requestor && set({ requestor })}
                  />
                </Line>
              )}
              <div className="create-columns">
                <div>{column(instance.optionalFieldsLeft, instance.customFieldsLeft)}</div>
                <div>{column(instance.optionalFieldsRight, instance.customFieldsRight)}</div>
              </div>
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{m.common.cancel}</Button>
              <Button appearance="primary" type="submit" disabled={isSending}>
                {m.create.submit}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

/** Who answers, and when, only those who work the tickets decide. */
const isOffered = (id: string, canWork: boolean): boolean => canWork || (id !== 'assignee' && id !== 'expectedDate');

interface LineProps {
  id: string;
  label: string;
  isMandatory: boolean;
  note: string | undefined;
  children: ReactNode;
}

function Line({ id, label, isMandatory, note, children }: LineProps) {
  const m = useMessages();
  return (
    <div className="form-line">
      <label htmlFor={id}>
        {label}
        {isMandatory && (
          <span className="mandatory" title={m.create.mandatory}>
            {' *'}
          </span>
        )}
      </label>
      {children}
      {note && (
        <span className="form-note" role="alert">
          {note}
        </span>
      )}
    </div>
  );
}

interface BuiltInProps {
  instanceId: string;
  field: OptionalField;
  values: Values;
  set: (part: Partial<Values>) => void;
  isInvalid: boolean;
}

/** A field that every ticket has. */
function BuiltIn({ instanceId, field, values, set, isInvalid }: BuiltInProps) {
  const m = useMessages();
  const priorities = usePriorityOptions([values.priority]);
  const id = `new-${field.id}`;
  switch (field.id) {
    case 'description':
      return (
        <textarea
          id={id}
          className="inline-input boxed"
          rows={5}
          aria-invalid={isInvalid}
          value={values.description}
          onChange={(event) => set({ description: event.target.value })}
        />
      );
    case 'priority':
      return (
        <PickPopover
          label={m.field.priority}
          options={priorities}
          onPick={(key) => set({ priority: key as Priority })}
          trigger={
            <button
              id={id}
              type="button"
              className="inline-button boxed"
              aria-label={`${m.field.priority}: ${m.priority[values.priority]}`}
            >
              <PriorityMark priority={values.priority} isSilent /> {m.priority[values.priority]}
            </button>
          }
        />
      );
    case 'assignee':
      return (
        <PeopleInput
          id={id}
          instanceId={instanceId}
          title={m.field.assignee}
          value={values.assignee ? [values.assignee] : []}
          isMultiple={false}
          isInvalid={isInvalid}
          onChange={([assignee]) => set({ assignee })}
        />
      );
    case 'expectedDate':
      return (
        <DueInput
          id={id}
          value={values.expectedDate}
          onChange={(expectedDate) => set({ expectedDate: expectedDate ?? '' })}
        />
      );
    case 'tags':
      return <TagsInput instanceId={instanceId} id={id} tags={values.tags} onChange={(tags) => set({ tags })} />;
    default:
      return null;
  }
}

/** Tickets that may be about the same. */
function Duplicates({
  instanceId,
  title,
  onOpen,
}: {
  instanceId: string;
  title: string;
  onOpen: (ticketNo: number) => void;
}) {
  const m = useMessages();
  const [asked, setAsked] = useState('');
  const deferred = useDeferredValue(title);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(tellingWords(deferred)), 300);
    return () => clearTimeout(timer);
  }, [deferred]);
  const { data = [] } = useTicketSearch(instanceId, asked, 3, asked.length >= TELLING);
  if (asked.length < TELLING || data.length === 0) return null;
  return (
    <section className="duplicates" aria-label={m.create.duplicates} aria-live="polite">
      <span className="quiet">{m.create.duplicates}</span>
      {data.map((ticket) => (
        <button key={ticket.id} type="button" className="text-button" onClick={() => onOpen(ticket.ticketNo)}>
          #{ticket.ticketNo} {ticket.title} <span className="quiet">{ticket.status}</span>
        </button>
      ))}
    </section>
  );
}

/** The longest words of a title: those that tell what it is about. Every one of them must occur. */
function tellingWords(title: string): string {
  const words = title.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= TELLING);
  return words
    .toSorted((left, right) => right.length - left.length)
    .slice(0, 2)
    .join(' ');
}
