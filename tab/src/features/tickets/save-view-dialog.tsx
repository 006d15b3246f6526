/** Keeps what the list shows under a name, for me or for everybody. */

import { Field, Input, Switch } from '@fluentui/react-components';
import { useState } from 'react';
import { call } from '../../api.ts';
import { reasonOf } from '../../changes.ts';
import { keys, queryClient } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

interface SaveProps {
  instanceId: string;
  query: string;
  columns: string[];
  canShare: boolean;
  onClose: () => void;
}

export default function SaveDialog({ instanceId, query, columns, canShare, onClose }: SaveProps) {
  const m = useMessages();
  const [name, setName] = useState('');
  const [isShared, setShared] = useState(false);
  const [problem, setProblem] = useState<string>();
  const save = async () => {
    try {
      await call(instanceId, 'putView', { viewId: crypto.randomUUID(), name: name.trim(), isShared, query, columns });
      await queryClient.invalidateQueries({ queryKey: keys.views(instanceId) });
      onClose();
    } catch (error) {
      setProblem(reasonOf(error, m));
    }
  };
  return (
    <FormDialog
      title={m.view.saveTitle}
      action={m.common.save}
      isBarred={!name.trim()}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <Field label={m.view.name} required {...(problem && { validationMessage: problem })}>
        <Input value={name} maxLength={100} autoFocus onChange={(_, data) => setName(data.value)} />
      </Field>
      {canShare && <Switch label={m.view.share} checked={isShared} onChange={(_, data) => setShared(data.checked)} />}
    </FormDialog>
  );
}
