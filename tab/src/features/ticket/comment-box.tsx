/** Where a ticket is answered: to everybody, or as a note among those who work it. */

import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, SplitButton } from '@fluentui/react-components';
import { LockClosedRegular } from '@fluentui/react-icons';
import { useEffect, useRef, useState } from 'react';
import type { OfferedMove } from '../../../../api/contract/moves.ts';
import type { Ticket } from '../../../../api/contract/tickets.ts';
import type { State } from '../../../../api/contract/workflow.ts';
import { call, type Done } from '../../api.ts';
import { attemptKey, filesContent } from '../../attempt.ts';
import { changeTicket, reasonOf, refreshHistory, refreshLists, tell } from '../../changes.ts';
import { keys, queryClient, useMe } from '../../data.ts';
import { draftKey, keepDraft, readDraft, useDraftElsewhere } from '../../drafts.ts';
import { leaveBox, useFocusBack } from '../../focus.ts';
import { useMessages } from '../../i18n.tsx';
import { isComposing, namingKeys, useShortcuts } from '../../keyboard.ts';
import { holdPage } from '../../leaving.ts';
import { usePreferences } from '../../preferences.ts';
import { AttachButton, forgetFiles, StagedFiles, useStagedFiles } from '../../ui/staged-files.tsx';
import { asksResolution, isResolvedState, movesOf, stateLabel, useWho } from '../../ui/workflow.ts';
import { Writing } from '../../ui/writing.tsx';
import { uploadFiles } from '../../upload.ts';
import './comment-box.css';

/** A comment that was begun. Whoever tries it again sends it under the same id. */
interface Draft {
  id: string;
  html: string;
  isPrivate: boolean;
}

/** The comments that are on their way, by their draft; also those of tickets that are not open any more. */
const underWay = new Map<string, Promise<void>>();

interface Props {
  instanceId: string;
  ticket: Ticket;
  /** Files that were dropped on the ticket, to be taken over. */
  dropped: File[];
  onTaken: () => void;
}

export function CommentBox({ instanceId, ticket, dropped, onTaken }: Props) {
  const m = useMessages();
  const who = useWho(instanceId);
  const { isOff } = who;
  const canWork = who.role !== 'member';
  const { hasShortcuts } = usePreferences();
  const ticketNo = String(ticket.ticketNo);
  const key = draftKey(useMe().id, instanceId, ticketNo);
  const [draft, setDraft] = useState(() => draftIn(key));
  const { html, isPrivate } = draft;
  const isEmpty = html === '';
  /** Somebody wants to write here; a draft that is only shown leaves the keyboard where it is. */
  const [isBegun, setBegun] = useState(false);
  /** The editor begins anew with what comes from elsewhere. */
  const [edition, setEdition] = useState(0);
  const { files, take: stage, remove, readAgain } = useStagedFiles(key);
  const [isOpen, setOpen] = useState(!isEmpty || files.length > 0);
  const [progress, setProgress] = useState<number>();
  const [isSending, setSending] = useState(underWay.has(key));
  const upload = useRef<AbortController>(undefined);

  const take = (added: File[]) => {
    if (isSending) return;
    stage(added);
    keepDraft(key, draft);
    setBegun(true);
    setOpen(true);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: each drop is taken once
  useEffect(() => {
    if (dropped.length === 0) return;
    take(dropped);
    onTaken();
  }, [dropped]);
  /** Shows what is kept by now. */
  const adopt = () => {
    const kept = draftIn(key);
    const hasFiles = readAgain().length > 0;
    if (kept.id === draft.id && kept.html === html && kept.isPrivate === isPrivate) return;
    setDraft(kept);
    setOpen(kept.html !== '' || hasFiles);
    setEdition((before) => before + 1);
  };
  useDraftElsewhere(key, () => {
    if (isSending) return;
    setBegun(false);
    adopt();
  });
  const landed = useRef(adopt);
  landed.current = adopt;
  // It was sent from here before another ticket was opened.
  useEffect(() => {
    let isThere = true;
    const sending = underWay.get(key);
    void sending?.then(() => {
      if (!isThere) return;
      setSending(false);
      landed.current();
    });
    return () => {
      isThere = false;
    };
  }, [key]);
  const keep = (next: Draft) => {
    setDraft(next);
    keepDraft(key, next.html === '' && files.length === 0 ? undefined : next);
  };
  const begin = (asNote: boolean) => {
    if (isOff && !isOpen) return;
    if (!isSending) keep({ ...draft, isPrivate: asNote && canWork });
    setBegun(true);
    setOpen(true);
    document.querySelector<HTMLElement>('.comment-box :is(.tiptap, .plain-editor)')?.focus();
  };
  const shortcuts = {
    // A note that was begun becomes public by its own button alone.
    r: () => begin(isPrivate && !isEmpty),
    ...(canWork && { n: () => begin(true) }),
  };
  useShortcuts(shortcuts, hasShortcuts);

  const post = async (state: State | undefined) => {
    const idempotencyKey = await attemptKey(draft.id, [html, isPrivate, filesContent(files)]);
    let done: Done;
    if (files.length > 0) {
      setProgress(0);
      upload.current = new AbortController();
      const { signal } = upload.current;
      const sent = { ticketId: ticket.id, files, commentHtml: html, isPrivate, idempotencyKey, signal };
      done = await uploadFiles(instanceId, sent, setProgress);
    } else {
      const input = { ticketId: ticket.id, comment_HTML: html, isPrivate };
      ({ done } = await call(instanceId, 'addComment', input, { idempotencyKey }));
    }
    keepDraft(key, undefined);
    forgetFiles(key);
    tell({ kind: 'done', text: isPrivate ? m.comment.noteAdded : m.comment.sent, about: key, done });
    if (state && ticket.workflow) {
      const isEnd = asksResolution(ticket.workflow, state, [ticket.statusId]);
      const resolution = isEnd ? ticket.workflow.resolutions[0] : undefined;
      void changeTicket(instanceId, { ticket }, { move: { statusId: state.id, label: state.label, resolution } }, m);
    }
    refreshHistory(instanceId, ticket.ticketNo);
    refreshLists(instanceId);
    void queryClient.invalidateQueries({ queryKey: keys.ticket(instanceId, ticketNo) });
  };
  const send = async (state?: State) => {
    if (isOff || underWay.has(key) || (isEmpty && files.length === 0)) return;
    setSending(true);
    holdPage(`sending ${key}`, true);
    const sending = post(state).catch((error) => {
      if (!upload.current?.signal.aborted)
        tell({ kind: 'failed', text: m.comment.notSent(ticketNo, reasonOf(error, m)), about: key });
    });
    underWay.set(key, sending);
    await sending;
    underWay.delete(key);
    holdPage(`sending ${key}`, false);
    upload.current = undefined;
    setSending(false);
    setProgress(undefined);
    landed.current();
  };
  const box = useRef<HTMLElement>(null);
  const start = useRef<HTMLButtonElement>(null);
  useFocusBack(isOpen, start);
  const next = ticket.workflow ? movesOf(ticket.workflow, [ticket], who) : [];
  const isDone = isResolvedState(ticket.workflow?.states.find(({ id }) => id === ticket.statusId));
  // Whoever works tickets looks no more at one that is done: who asked says by a step that it is not.
  const again = !canWork && isDone ? next.find(({ state }) => !isResolvedState(state)) : undefined;
  const textOf = ({ state, label }: OfferedMove) =>
    label ? m.comment.sendThen(label) : m.comment.sendAndMove(stateLabel(m, state.label));
  const label = isPrivate ? m.comment.note : m.comment.reply;
  const sendText = isPrivate ? m.comment.addNote : m.comment.send;
  const cannotSend = isOff || isSending || (isEmpty && files.length === 0);

  if (!isOpen) {
    return (
      <div className="comment-box closed">
        <button ref={start} type="button" className="comment-start" disabled={isOff} onClick={() => begin(false)}>
          {m.comment.startReply}
        </button>
        {canWork && (
          <Button icon={<LockClosedRegular />} disabled={isOff} onClick={() => begin(true)}>
            {m.comment.note}
          </Button>
        )}
      </div>
    );
  }
  return (
    <section
      ref={box}
      className={`comment-box${isPrivate ? ' private' : ''}`}
      aria-label={label}
      onKeyDown={(event) => {
        const { currentTarget, target } = event;
        // Not from a menu, which lies beside the page.
        if (event.key !== 'Escape' || event.defaultPrevented || !currentTarget.contains(target as Node)) return;
        if (isComposing(event)) return;
        event.preventDefault();
        leaveBox(currentTarget);
      }}
    >
      {(canWork || isPrivate) && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a border and a legend
        <div className="comment-kind" role="group" aria-label={m.comment.whoSees}>
          <button type="button" aria-pressed={!isPrivate} onClick={() => begin(false)}>
            {m.comment.reply}
          </button>
          <button type="button" className="note" aria-pressed={isPrivate} onClick={() => begin(true)}>
            <LockClosedRegular aria-hidden="true" /> {m.comment.note}
          </button>
          <span className="quiet comment-hint">
            {isPrivate ? m.comment.noteHint : m.comment.replyHint(ticket.requestor.name)}
          </span>
        </div>
      )}
      <Writing
        key={edition}
        instanceId={instanceId}
        label={label}
        placeholder={isPrivate ? m.comment.writeNote : m.comment.writeReply}
        html={html}
        isFocused={isBegun}
        isPrivate={isPrivate}
        isBusy={isSending}
        onChange={(next, empty) => keep({ ...draft, html: empty ? '' : next })}
        onSubmit={() => void send()}
        onEscape={() => leaveBox(box.current!)}
        onFiles={take}
        tools={<AttachButton onFiles={take} />}
      />
      <StagedFiles files={files} progress={progress} onRemove={(file) => !isSending && remove(file)} />
      {again && (
        <div className="done-line">
          {m.comment.isDone}
          <Button size="small" disabled={cannotSend} onClick={() => void send(again.state)}>
            {textOf(again)}
          </Button>
        </div>
      )}
      <div className="comment-actions">
        <span className={isOff ? 'off-hint' : 'quiet key-hint'}>
          {isOff ? m.shell.off : namingKeys(m.comment.sendKey)}
        </span>
        <span className="spacer" />
        {progress === undefined ? (
          <Button appearance="subtle" onClick={() => setOpen(false)}>
            {isEmpty && files.length === 0 ? m.common.cancel : m.comment.later}
          </Button>
        ) : (
          <Button appearance="subtle" onClick={() => upload.current?.abort()}>
            {m.comment.stop}
          </Button>
        )}
        {next.length > 0 ? (
          <Menu positioning="above-end">
            <MenuTrigger disableButtonEnhancement>
              {(trigger) => (
                <SplitButton
                  appearance="primary"
                  disabled={cannotSend}
                  menuButton={{ ...trigger, 'aria-label': m.comment.sendAnd }}
                  primaryActionButton={{ onClick: () => void send() }}
                >
                  {sendText}
                </SplitButton>
              )}
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                {next.map((move) => (
                  <MenuItem key={move.state.id} onClick={() => void send(move.state)}>
                    {textOf(move)}
                  </MenuItem>
                ))}
              </MenuList>
            </MenuPopover>
          </Menu>
        ) : (
          <Button appearance="primary" disabled={cannotSend} onClick={() => void send()}>
            {sendText}
          </Button>
        )}
      </div>
    </section>
  );
}

function draftIn(key: string): Draft {
  const { id, html, isPrivate } = readDraft<Draft>(key);
  return {
    id: typeof id === 'string' ? id : crypto.randomUUID(),
    html: typeof html === 'string' ? html : '',
    // Also of somebody who may write notes no more: it does not become public by itself.
    isPrivate: isPrivate === true,
  };
}
