/** Two people have changed the same field: both versions, and the choice for each. Nobody's text is lost. */

import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Radio,
  RadioGroup,
} from '@fluentui/react-components';
import { type ReactNode, useId, useState } from 'react';
import type { CustomField } from '../../../api/contract/instance.ts';
import type { Priority, Ticket, TicketUpdate } from '../../../api/contract/tickets.ts';
import { updateTicket } from '../changes.ts';
import type { Collision } from '../collisions.ts';
import { useInstance } from '../data.ts';
import { useFormat, useMessages } from '../i18n.tsx';
import { isGiven } from '../ui/custom-field.tsx';
import { CustomValue } from '../ui/custom-value.tsx';
import { RichText } from '../ui/rich-text.tsx';
import './merge-dialog.css';

export default function MergeDialog({
  collision: { instanceId, fresh, mine, fields, by, settle },
}: {
  collision: Collision;
}) {
  const m = useMessages();
  const textId = useId();
  const [chosen, setChosen] = useState<Record<string, 'mine' | 'theirs'>>({});
  const theirs = { ...fresh.ticket, customFields: valuesOf(fresh.ticket.customFields, mine.customFields) };
  const close = () => settle(true);
  const save = () => {
    const kept = Object.fromEntries(Object.entries(mine).filter(([name]) => chosen[name] !== 'theirs'));
    settle(Object.keys(kept).length === 0 || updateTicket(instanceId, fresh, kept as TicketUpdate, m));
  };
  return (
    <Dialog open modalType="alert">
      <DialogSurface aria-describedby={textId}>
        <DialogBody>
          <DialogTitle>{m.merge.title(fresh.ticket.ticketNo)}</DialogTitle>
          <DialogContent className="merge">
            <p id={textId}>{m.merge.text(by)}</p>
            {fields.map((name) => (
              <fieldset key={name}>
                <legend>{m.field[name as keyof typeof m.field] ?? name}</legend>
                <RadioGroup
                  value={chosen[name] ?? 'mine'}
                  onChange={(_, data) => setChosen({ ...chosen, [name]: data.value as 'mine' })}
                >
                  <Radio value="mine" label={m.merge.mine} aria-describedby={`${textId}mine${name}`} />
                  <Version id={`${textId}mine${name}`}>
                    <FieldValue instanceId={instanceId} name={name} value={mine[name as keyof TicketUpdate]} />
                  </Version>
                  <Radio value="theirs" label={m.merge.theirs(by)} aria-describedby={`${textId}theirs${name}`} />
                  <Version id={`${textId}theirs${name}`}>
                    <FieldValue instanceId={instanceId} name={name} value={theirs[name as keyof Ticket]} />
                  </Version>
                </RadioGroup>
              </fieldset>
            ))}
          </DialogContent>
          <DialogActions>
            <Button onClick={close}>{m.merge.keepTheirs}</Button>
            <Button appearance="primary" onClick={save}>
              {m.merge.save}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** What is written there; read with its choice. */
function Version({ id, children }: { id: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keyboard
    <div id={id} className="merge-value" tabIndex={0}>
      {children}
    </div>
  );
}

function FieldValue({ instanceId, name, value }: { instanceId: string; name: string; value: unknown }) {
  const m = useMessages();
  const format = useFormat();
  const { data: instance } = useInstance(instanceId);
  if (name === 'description_HTML') return <RichText html={String(value ?? '')} />;
  if (name === 'customFields') {
    const values = Object.entries(value as Record<string, unknown>);
    return values.map(([id, one]) => {
      const field = instance?.customFields.find((known) => known.id === id);
      return (
        field && (
          <div key={id} className="merge-field">
            {m.ticket.changeOf(field.title)} {isGiven(one) ? <Given field={field} value={one} /> : m.common.none}
          </div>
        )
      );
    });
  }
  if (name === 'priority') return m.priority[value as Priority];
  if (name === 'expectedDate') return format.dueInFull(String(value ?? '')) || m.common.none;
  if (Array.isArray(value)) return value.map((one) => one.name ?? one.text ?? String(one)).join(', ') || m.common.none;
  if (typeof value === 'object') return (value as { name?: string } | null)?.name ?? m.ticket.nobody;
  return String(value ?? m.common.none);
}

/** A text is shown whole, for it is what somebody has written. */
function Given({ field, value }: { field: CustomField; value: unknown }) {
  const m = useMessages();
  if (value === false) return m.common.no;
  return typeof value === 'string' && field.type.key !== 'date' ? value : <CustomValue field={field} value={value} />;
}

/** Of all values those of the fields that were changed. */
const valuesOf = (all: Record<string, unknown>, changed: Record<string, unknown> = {}): Record<string, unknown> =>
  Object.fromEntries(Object.keys(changed).map((id) => [id, all[id]]));
