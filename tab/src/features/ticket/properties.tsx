/** The fields of a ticket, each changed where it stands. */

import { Button } from '@fluentui/react-components';
import { type ReactNode, useRef, useState } from 'react';
import type { CustomField } from '../../../../api/contract/instance.ts';
import type { Ticket, TicketUpdate } from '../../../../api/contract/tickets.ts';
import { call } from '../../api.ts';
import { changeTicket, reasonOf, tell, updateTicket } from '../../changes.ts';
import {
  keys,
  patchTicket,
  queryClient,
  useCanWork,
  useInstance,
  useIsOff,
  useMe,
  useMyself,
  type VersionedTicket,
} from '../../data.ts';
import { draftKey, hasDraft, useForgottenDrafts } from '../../drafts.ts';
import { useFormat, useMessages } from '../../i18n.tsx';
import { useShortcuts } from '../../keyboard.ts';
import { usePreferences } from '../../preferences.ts';
import { usePeopleOptions } from '../../ui/choices.tsx';
import { CustomFieldInput, isGiven, PeopleInput } from '../../ui/custom-field.tsx';
import { DueInput } from '../../ui/due.tsx';
import { useOverdue } from '../../ui/late.tsx';
import { nameOf, PersonName } from '../../ui/marks.tsx';
import { PickPopover } from '../../ui/pick.tsx';
import { PriorityInput } from '../../ui/priority-input.tsx';
import { TagsInput } from '../../ui/tags-input.tsx';
import { isResolvedState, stateOf, useResolutionLabel } from '../../ui/workflow.ts';
import './properties.css';

interface Props {
  instanceId: string;
  known: VersionedTicket;
}

export function Properties({ instanceId, known }: Props) {
  const m = useMessages();
  const format = useFormat();
  const resolutionLabel = useResolutionLabel();
  const { data: instance } = useInstance(instanceId);
  const isReadOnly = !useCanWork(instanceId);
  const me = useMe();
  const { ticket } = known;
  const change = (update: TicketUpdate) => void updateTicket(instanceId, known, update, m);
  const { hasShortcuts } = usePreferences();
  const press = (id: string) => () => {
    const button = document.getElementById(id);
    button?.focus();
    button?.click();
  };
  useShortcuts(isReadOnly ? {} : { d: press('due'), t: press('tags') }, hasShortcuts);
  const [areAllShown, setAllShown] = useState(false);
  useForgottenDrafts();
  const draftOf = (field: CustomField) => draftKey(me.id, instanceId, `${ticket.ticketNo}.${field.id}`);
  const isBegun = (field: CustomField) => !isReadOnly && hasDraft(draftOf(field));
  const all = (instance?.customFields ?? []).filter((field) => field.status === 'visible');
  const present = useRef(all);
  present.current = all;
  const seen = useRef(new Map<string, CustomField>());
  for (const field of all) seen.current.set(field.id, field);
  /** Fields that an owner took away while somebody was writing in them. */
  const gone = [...seen.current.values()].filter((field) => !all.includes(field) && isBegun(field));
  const visible = [...all, ...gone];
  const given = visible.filter((field) => isGiven(ticket.customFields[field.id]) || isBegun(field));
  const fields = areAllShown ? visible : given;
  const state = ticket.workflow && stateOf(ticket.workflow, ticket.statusId);
  const isLate = useOverdue(ticket, state);
  return (
    <dl className="properties">
      <Property name={m.field.assignee}>
        <AssigneeInput instanceId={instanceId} ticket={ticket} isReadOnly={isReadOnly} onChange={change} />
      </Property>
      <Property name={m.field.priority}>
        <PriorityInput
          priority={ticket.priority}
          isReadOnly={isReadOnly}
          onChange={(priority) => change({ priority })}
        />
      </Property>
      <Property name={m.field.expectedDate}>
        <DueInput
          id="due"
          value={ticket.expectedDate}
          isReadOnly={isReadOnly}
          isLate={isLate}
          onChange={(expectedDate) => change({ expectedDate })}
        />
      </Property>
      <Property name={m.field.requestor}>
        {isReadOnly ? (
          <span className="inline-text">
            <PersonName person={ticket.requestor} />
          </span>
        ) : (
          <PeopleInput
            id="requestor"
            instanceId={instanceId}
            title={m.field.requestor}
            value={[ticket.requestor]}
            isMultiple={false}
            onChange={([requestor]) => requestor && change({ requestor })}
          />
        )}
      </Property>
      <Property name={m.field.tags}>
        <TagsInput
          id="tags"
          instanceId={instanceId}
          tags={ticket.tags}
          isReadOnly={isReadOnly}
          onChange={(tags) => change({ tags })}
        />
      </Property>
      <Property name={m.field.followers}>
        <Followers instanceId={instanceId} known={known} isReadOnly={isReadOnly} />
      </Property>
      {ticket.resolution && isResolvedState(state) && (
        <Property name={m.ticket.resolution}>
          <span className="inline-text">{resolutionLabel(ticket.resolution)}</span>
        </Property>
      )}
      {fields.map((field) => (
        <Property key={`${ticket.id} ${field.id}`} name={field.title} isWide={field.type.key === 'textarea'}>
          <CustomFieldInput
            id={`field${field.id}`}
            instanceId={instanceId}
            field={field}
            value={ticket.customFields[field.id]}
            isReadOnly={isReadOnly}
            draft={draftOf(field)}
            onChange={(value, base) => {
              if (!present.current.some(({ id }) => id === field.id)) {
                tell({ kind: 'failed', text: m.ticket.fieldGone(field.title) });
                return false;
              }
              const begun = { ...ticket, customFields: { ...ticket.customFields, [field.id]: base } };
              const update = { ticket: { customFields: { [field.id]: value } } };
              return changeTicket(instanceId, base === undefined ? known : { ticket: begun }, update, m);
            }}
          />
        </Property>
      ))}
      {!isReadOnly && visible.length > given.length && (
        <div className="property">
          <dt className="hidden">{m.ticket.details}</dt>
          <dd className="all-fields">
            <button
              type="button"
              className="text-button"
              aria-expanded={areAllShown}
              onClick={() => setAllShown(!areAllShown)}
            >
              {areAllShown ? m.ticket.hideEmptyFields : m.ticket.showEmptyFields(visible.length - given.length)}
            </button>
          </dd>
        </div>
      )}
      <Property name={m.column.createdOn}>
        <span className="inline-text quiet" title={format.full(ticket.createdOn)}>
          {format.day(ticket.createdOn)} · {m.origin[ticket.origin]}
        </span>
      </Property>
    </dl>
  );
}

function Property({ name, isWide = false, children }: { name: string; isWide?: boolean; children: ReactNode }) {
  return (
    <div className={isWide ? 'property wide' : 'property'}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface AssigneeProps {
  instanceId: string;
  ticket: Ticket;
  isReadOnly: boolean;
  onChange: (update: TicketUpdate) => void;
}

function AssigneeInput({ instanceId, ticket, isReadOnly, onChange }: AssigneeProps) {
  const m = useMessages();
  const myself = useMyself();
  const [isOpen, setOpen] = useState(false);
  const people = usePeopleOptions(instanceId, {
    chosen: [ticket.assignee.id],
    nobody: m.ticket.nobody,
    isForAssignee: true,
    enabled: isOpen,
  });
  if (isReadOnly) {
    return (
      <span className="inline-text">
        <PersonName person={ticket.assignee} />
      </span>
    );
  }
  return (
    <span className="property-line">
      <PickPopover
        label={m.field.assignee}
        options={people.options}
        onSearch={people.search}
        footer={people.footer}
        isOpen={isOpen}
        onOpenChange={setOpen}
        onPick={(key) => onChange({ assignee: people.personOf(key) ?? { id: '' } })}
        trigger={
          <button
            type="button"
            className="inline-button"
            aria-label={`${m.field.assignee}: ${nameOf(m, ticket.assignee)}`}
          >
            <PersonName person={ticket.assignee} />
          </button>
        }
      />
      {ticket.assignee.id === '' && (
        <button type="button" className="text-button" onClick={() => onChange({ assignee: myself })}>
          {m.ticket.take}
        </button>
      )}
    </span>
  );
}

function Followers({ instanceId, known, isReadOnly }: Props & { isReadOnly: boolean }) {
  const m = useMessages();
  const me = useMe();
  const { ticket } = known;
  const isOff = useIsOff(instanceId);
  const isFollowing = ticket.followers.some(({ id }) => id === me.id);
  const follow = async (following: boolean, isUndo = false) => {
    try {
      const { data, done } = await call(instanceId, 'followTicket', { ticketId: ticket.id, following });
      patchTicket(instanceId, ticket.id, { followers: data.item.followers });
      void queryClient.invalidateQueries({ queryKey: keys.ticket(instanceId, String(ticket.ticketNo)) });
      const text = isUndo ? m.notice.undone : following ? m.notice.followed : m.notice.unfollowed;
      tell({ kind: 'done', text, done, ...(!isUndo && { undo: () => follow(!following, true) }) });
    } catch (error) {
      tell({ kind: 'failed', text: reasonOf(error, m) });
    }
  };
  return (
    <span className="property-line">
      <PeopleInput
        id="followers"
        instanceId={instanceId}
        title={m.field.followers}
        value={ticket.followers}
        isMultiple
        isReadOnly={isReadOnly}
        onChange={(followers) => void updateTicket(instanceId, known, { followers }, m)}
      />
      {ticket.requestor.id !== me.id && !isOff && (
        <Button size="small" appearance="transparent" className="small-text" onClick={() => void follow(!isFollowing)}>
          {isFollowing ? m.ticket.unfollow : m.ticket.follow}
        </Button>
      )}
    </span>
  );
}
