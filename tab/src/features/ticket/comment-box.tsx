/** Where a ticket is answered: to everybody, or as a note among those who work it. */

import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, SplitButton } from '@fluentui/react-components';
import { LockClosedRegular } from '@fluentui/react-icons';
import { useEffect, useRef, useState } from 'react';
import type { Ticket } from '../../../../api/contract/tickets.ts';
import type { State } from '../../../../api/contract/workflow.ts';
import { call, type Done, uploadFiles } from '../../api.ts';
import { changeTicket, reasonOf, refreshHistory, refreshLists, tell } from '../../changes.ts';
import { keys, queryClient } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { useShortcuts } from '../../keyboard.ts';
import { usePreferences } from '../../preferences.ts';
import { AttachButton, StagedFiles, useStagedFiles } from '../../ui/staged-files.tsx';
import { isResolvedState, movesOf, stateLabel, useWho } from '../../ui/workflow.ts';
import { Writing } from '../../ui/writing.tsx';
import { keepDraft, readDraft } from './draft.ts';
import './comment-box.css';

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
  const canWork = who.role !== 'member';
  const { hasShortcuts } = usePreferences();
  const ticketNo = String(ticket.ticketNo);
  const [first] = useState(() => readDraft(instanceId, ticketNo));
  const [html, setHtml] = useState(first.html);
  const [isEmpty, setEmpty] = useState(!first.html);
  const [isPrivate, setPrivate] = useState(first.isPrivate && canWork);
  const [isOpen, setOpen] = useState(first.html !== '');
  const [progress, setProgress] = useState<number>();
  const [isSending, setSending] = useState(false);
  /** The same for every try of the same comment, so that a repeated one is not there twice; what is changed is another. */
  const attempt = useRef(crypto.randomUUID());
  const isAnother = () => {
    attempt.current = crypto.randomUUID();
  };

  const { files, take, remove, clear } = useStagedFiles(() => {
    isAnother();
    setOpen(true);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each drop is taken once
  useEffect(() => {
    if (dropped.length === 0) return;
    take(dropped);
    onTaken();
  }, [dropped]);
  const change = (next: string, empty: boolean) => {
    setHtml(next);
    setEmpty(empty);
    isAnother();
    keepDraft(instanceId, ticketNo, empty ? undefined : { html: next, isPrivate });
  };
  const begin = (asNote: boolean) => {
    if (asNote !== isPrivate) isAnother();
    setPrivate(asNote && canWork);
    setOpen(true);
    if (!isEmpty) keepDraft(instanceId, ticketNo, { html, isPrivate: asNote });
    document.querySelector<HTMLElement>('.comment-box :is(.tiptap, .plain-editor)')?.focus();
  };
  useShortcuts({ r: () => begin(false), n: () => canWork && begin(true) }, hasShortcuts);

  const send = async (state?: State) => {
    if (isSending || (isEmpty && files.length === 0)) return;
    setSending(true);
    try {
      let done: Done;
      const idempotencyKey = attempt.current;
      if (files.length > 0) {
        const upload = { ticketId: ticket.id, files, commentHtml: isEmpty ? '' : html, isPrivate, idempotencyKey };
        done = await uploadFiles(instanceId, upload, setProgress);
      } else {
        const input = { ticketId: ticket.id, comment_HTML: html, isPrivate };
        ({ done } = await call(instanceId, 'addComment', input, { idempotencyKey }));
      }
      setHtml('');
      setEmpty(true);
      clear();
      setOpen(false);
      isAnother();
      keepDraft(instanceId, ticketNo, undefined);
      tell({ kind: 'done', text: isPrivate ? m.comment.noteAdded : m.comment.sent, done });
      if (state) {
        const isEnd =
          isResolvedState(state) && !isResolvedState(ticket.workflow?.states.find(({ id }) => id === ticket.statusId));
        const resolution = isEnd ? ticket.workflow?.resolutions[0] : undefined;
        const move = { statusId: state.id, label: state.label, resolution };
        await changeTicket(instanceId, { ticket }, { move }, m);
      }
      refreshHistory(instanceId, ticket.ticketNo);
      refreshLists(instanceId);
      void queryClient.invalidateQueries({ queryKey: keys.ticket(instanceId, ticketNo) });
    } catch (error) {
      tell({ kind: 'failed', text: reasonOf(error, m) });
    } finally {
      setSending(false);
      setProgress(undefined);
    }
  };
  const next = ticket.workflow ? movesOf(ticket.workflow, [ticket], who) : [];
  const label = isPrivate ? m.comment.note : m.comment.reply;
  const sendText = isPrivate ? m.comment.addNote : m.comment.send;
  const cannotSend = isSending || (isEmpty && files.length === 0);

  if (!isOpen) {
    return (
      <div className="comment-box closed">
        <button type="button" className="comment-start" onClick={() => begin(false)}>
          {m.comment.startReply}
        </button>
        {canWork && (
          <Button icon={<LockClosedRegular />} onClick={() => begin(true)}>
            {m.comment.note}
          </Button>
        )}
      </div>
    );
  }
  return (
    <section className={`comment-box${isPrivate ? ' private' : ''}`} aria-label={label}>
      {canWork && (
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
        instanceId={instanceId}
        label={label}
        placeholder={isPrivate ? m.comment.writeNote : m.comment.writeReply}
        html={html}
        isFocused
        isPrivate={isPrivate}
        onChange={change}
        onSubmit={() => void send()}
        onEscape={() => (document.activeElement as HTMLElement | null)?.blur()}
        onFiles={take}
        tools={<AttachButton onFiles={take} />}
      />
      <StagedFiles files={files} progress={progress} onRemove={remove} />
      <div className="comment-actions">
        <span className="quiet key-hint">{m.comment.sendKey}</span>
        <span className="spacer" />
        <Button appearance="subtle" disabled={isSending} onClick={() => setOpen(false)}>
          {isEmpty && files.length === 0 ? m.common.cancel : m.comment.later}
        </Button>
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
                {next.map(({ state, label: own }) => (
                  <MenuItem key={state.id} onClick={() => void send(state)}>
                    {own ? m.comment.sendThen(own) : m.comment.sendAndMove(stateLabel(m, state.label))}
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
