/** Keeps what the list shows under a name, for me or for everybody; or gives a view another name. */

import { Field, Input, Switch } from '@fluentui/react-components';
import { useState } from 'react';
import type { SavedView } from '../../../../api/contract/views.ts';
import { reasonOf } from '../../changes.ts';
import { useViews } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { changeView, type NewView, putView } from './views.ts';

interface SaveProps {
  instanceId: string;
  /** What a new view shows, or the view that gets another name. */
  view: Pick<NewView, 'query' | 'columns'> | SavedView;
  canShare: boolean;
  onSaved?: (id: string) => void;
  onClose: () => void;
}

export default function SaveDialog({ instanceId, view, canShare, onSaved, onClose }: SaveProps) {
  const m = useMessages();
  const { data: saved = [] } = useViews(instanceId);
  const known = 'id' in view ? view : undefined;
  const [name, setName] = useState(known?.name ?? '');
  const [isShared, setShared] = useState(known?.isShared ?? false);
  const [problem, setProblem] = useState<string>();
  const named = name.trim();
  const isTaken = saved.some((one) => one.id !== known?.id && one.name.toLowerCase() === named.toLowerCase());
  const note = isTaken ? m.view.taken : problem;
  const save = async () => {
    try {
      if (known) {
        if (!(await changeView(instanceId, known, { name: named, isShared })))
          throw new Error(m.view.changedSince(known.name));
      } else {
        const id = crypto.randomUUID();
        await putView(instanceId, { id, name: named, isShared, ...view });
        onSaved?.(id);
      }
      onClose();
    } catch (error) {
      setProblem(reasonOf(error, m, { name: m.view.name }));
    }
  };
  return (
    <FormDialog
      title={known ? m.view.editTitle : m.view.saveTitle}
      action={m.common.save}
      isBarred={!named || isTaken}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <Field label={m.view.name} required {...(note && { validationMessage: note })}>
        <Input value={name} maxLength={100} autoFocus onChange={(_, data) => setName(data.value)} />
      </Field>
      {canShare && <Switch label={m.view.share} checked={isShared} onChange={(_, data) => setShared(data.checked)} />}
    </FormDialog>
  );
}
