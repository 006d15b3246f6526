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
import { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import type { Instance } from '../../../../api/contract/instance.ts';
import { paths, useAddress } from '../../address.ts';
import { ApiError, call, type Done } from '../../api.ts';
import { attemptKey, filesContent } from '../../attempt.ts';
import { reasonOf, refreshLists, tell } from '../../changes.ts';
import { useInstance, useMyself, useRole } from '../../data.ts';
import { draftKey, keepDraft, readDraft } from '../../drafts.ts';
import { useMessages } from '../../i18n.tsx';
import { useHeldPage } from '../../leaving.ts';
import { PeopleInput } from '../../ui/custom-field.tsx';
import { filesIn } from '../../ui/file-transfer.ts';
import { AttachButton, forgetFiles, StagedFiles, useStagedFiles } from '../../ui/staged-files.tsx';
import { useIsWide } from '../../ui/wide.ts';
import { uploadFiles } from '../../upload.ts';
import { Column, Line } from './column.tsx';
import { Duplicates } from './duplicates.tsx';
import { firstValues, missingOf, ticketOf, type Values } from './values.ts';
import './create-dialog.css';

interface Props {
  instanceId: string;
  first: { title: string };
  onClose: () => void;
}

/** Of a field of the request, the line of the form. */
const lineOf = (field: string): string => field.replace(/^ticket\.(customFields\.)?/, '').split('.')[0]!;

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

function Form({ instanceId, first, onClose, instance }: Props & { instance: Instance }) {
  const m = useMessages();
  const myself = useMyself();
  const canWork = useRole(instanceId) !== 'member';
  const isWide = useIsWide();
  const { go, change, path } = useAddress();
  const key = draftKey(myself.id, instanceId, 'new');
  const [{ id: begunId, ...begun }] = useState(() => readDraft<Values & { id: string }>(key));
  /** Whoever tries this form again, also after a reload, makes no second ticket. */
  const [draftId] = useState(begunId ?? crypto.randomUUID());
  const [values, setValues] = useState(() =>
    firstValues(instance, myself, { ...begun, title: begun.title || first.title }),
  );
  const [isChecked, setChecked] = useState(false);
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const isChanged = useRef(false);
  /** The ticket that was made while its files did not arrive: another try sends those alone. */
  const made = useRef<{ id: string; ticketNo: number; done: Done }>(undefined);
  const [progress, setProgress] = useState<number>();
  const upload = useRef<AbortController>(undefined);
  const { files, take, remove } = useStagedFiles(key);
  useEffect(() => {
    if (isChanged.current) keepDraft(key, { ...values, id: draftId });
  }, [key, draftId, values]);
  useHeldPage(`sending ${key}`, isSending);
  const set = (part: Partial<Values>) => {
    isChanged.current = true;
    setWrong({});
    setValues((before) => ({ ...before, ...part }));
  };
  const setCustom = (id: string, value: unknown) => {
    set({});
    // A text may be given back by a box that was entered before another field was changed.
    setValues((before) => ({ ...before, customFields: { ...before.customFields, [id]: value } }));
  };

  const missing = missingOf(instance, values, canWork);
  const open = (ticketNo: number) => {
    onClose();
    if (isWide && path === paths.list(instanceId)) change({ ticket: String(ticketNo) }, true);
    else go(paths.ticket(instanceId, ticketNo));
  };
  const isOff = !instance.enabled;
  const note = isOff ? m.shell.off : problem;
  /** The keyboard goes on where the form waits, once that is marked. */
  const goOn = () => {
    const place = '.create :is([aria-invalid="true"], [data-invalid="true"], [type="submit"])';
    requestAnimationFrame(() => document.querySelector<HTMLElement>(place)?.focus());
  };
  const submit = async () => {
    setChecked(true);
    setProblem(undefined);
    if (missing.size > 0 || isSending || isOff) return goOn();
    setSending(true);
    const ticket = ticketOf(values);
    try {
      if (!made.current) {
        const idempotencyKey = await attemptKey(draftId, ticket);
        const { data, done } = await call(instanceId, 'createTicket', { ticket }, { idempotencyKey });
        made.current = { id: data.item.id, ticketNo: data.item.ticketNo, done };
        keepDraft(key, undefined);
        refreshLists(instanceId);
      }
      const { id, ticketNo, done } = made.current;
      if (files.length > 0) {
        const idempotencyKey = await attemptKey(`${draftId} files`, filesContent(files));
        setProgress(0);
        upload.current = new AbortController();
        const { signal } = upload.current;
        const sent = { ticketId: id, files, commentHtml: '', isPrivate: false, idempotencyKey, signal };
        await uploadFiles(instanceId, sent, setProgress);
        forgetFiles(key);
      }
      open(ticketNo);
      tell({ kind: 'done', text: m.notice.created(ticketNo), done });
    } catch (error) {
      setSending(false);
      setProgress(undefined);
      const reason = upload.current?.signal.aborted ? '' : reasonOf(error, m);
      upload.current = undefined;
      setProblem(made.current ? m.create.filesMissing(made.current.ticketNo, reason) : reason);
      if (error instanceof ApiError) {
        setWrong(Object.fromEntries(error.errors.map(({ field }) => [lineOf(field), m.error.wrong])));
      }
      goOn();
    }
  };
  const takeFiles = (event: SyntheticEvent, added: File[]) => {
    if (added.length === 0) return;
    event.preventDefault();
    if (!isSending) take(added);
  };
  const noteOf = (id: string): string | undefined =>
    wrong[id] ?? (isChecked && missing.has(id) ? m.create.mandatory : undefined);
  const column = { instanceId, canWork, values, set, setCustom, noteOf };
  /** What was sent is not changed any more. */
  const isFixed = isSending || made.current !== undefined;
  const cancel = () => {
    if (upload.current) return upload.current.abort();
    forgetFiles(key);
    if (made.current) return open(made.current.ticketNo);
    keepDraft(key, undefined);
    onClose();
  };
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && !isSending && onClose()}>
      <DialogSurface className="create">
        <form
          noValidate
          onPaste={(event) => takeFiles(event, filesIn(event.clipboardData))}
          onDragOver={(event) => event.dataTransfer.types.includes('Files') && event.preventDefault()}
          onDrop={(event) => takeFiles(event, [...event.dataTransfer.files])}
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              const form = event.currentTarget;
              // What is being typed is given back when it is left.
              form.querySelector<HTMLElement>('[type="submit"]')?.focus();
              setTimeout(() => form.requestSubmit());
            }
          }}
        >
          <DialogBody>
            <DialogTitle>{m.create.title}</DialogTitle>
            <DialogContent className="create-content">
              <div className="create-fields" inert={isFixed}>
                <Field
                  label={m.field.title}
                  required
                  validationMessageIcon={null}
                  // It has the keyboard by then, which says it.
                  {...(noteOf('title') && { validationMessage: { children: noteOf('title'), role: undefined } })}
                >
                  <Input
                    size="large"
                    value={values.title}
                    maxLength={255}
                    autoFocus
                    placeholder={m.create.titleHint}
                    onChange={(_, data) => set({ title: data.value })}
                  />
                </Field>
                {!isFixed && (
                  <Duplicates
                    instanceId={instanceId}
                    title={values.title}
                    onOpen={(no) => {
                      onClose();
                      go(paths.ticket(instanceId, no));
                    }}
                  />
                )}
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
                <div className="form-columns">
                  <Column {...column} builtIn={instance.optionalFieldsLeft} custom={instance.customFieldsLeft} />
                  <Column {...column} builtIn={instance.optionalFieldsRight} custom={instance.customFieldsRight} />
                </div>
              </div>
              <StagedFiles files={files} progress={progress} onRemove={(file) => !isSending && remove(file)} />
            </DialogContent>
            {note && (
              <MessageBar
                intent={isOff ? 'warning' : 'error'}
                layout="multiline"
                role="alert"
                className="create-problem"
              >
                <MessageBarBody>{note}</MessageBarBody>
              </MessageBar>
            )}
            <DialogActions className="create-actions">
              <AttachButton hasWords={isWide} onFiles={take} />
              <Button disabled={isSending && progress === undefined} onClick={cancel}>
                {progress === undefined ? m.common.cancel : m.comment.stop}
              </Button>
              <Button appearance="primary" type="submit" disabled={isSending || isOff}>
                {made.current ? m.create.sendFiles : m.create.submit}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
