/** The line above a ticket: its number, its state, who else is there, and what can be done with it. */

import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Tooltip } from '@fluentui/react-components';
import {
  ArrowLeftRegular,
  ChevronDownRegular,
  DismissRegular,
  LinkRegular,
  MoreHorizontalRegular,
  OpenRegular,
} from '@fluentui/react-icons';
import { Suspense, useState } from 'react';
import type { OfferedMove } from '../../../../api/contract/moves.ts';
import type { TicketUpdate } from '../../../../api/contract/tickets.ts';
import { paths, useAddress } from '../../address.ts';
import { call } from '../../api.ts';
import { changeTicket, reasonOf, refreshLists, tell, updateTicket } from '../../changes.ts';
import type { Move } from '../../collisions.ts';
import { keys, queryClient, useMyself, type VersionedTicket } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { useShortcuts } from '../../keyboard.ts';
import { usePreferences } from '../../preferences.ts';
import { teamsHost } from '../../teams.ts';
import { Boundary } from '../../ui/boundary.tsx';
import { moveOptions } from '../../ui/choices.tsx';
import { AssigneeDialog, PriorityDialog } from '../../ui/field-dialogs.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { LateMark } from '../../ui/late.tsx';
import { lazily } from '../../ui/lazily.tsx';
import { StateMark } from '../../ui/marks.tsx';
import MoveDialog from '../../ui/move-dialog.tsx';
import { PickPopover } from '../../ui/pick.tsx';
import { PickDialog } from '../../ui/pick-dialog.tsx';
import { asksResolution, movesOf, stateLabel, stateOf, useWho } from '../../ui/workflow.ts';
import { Presence } from './presence.tsx';
import './head.css';

const LinkDialog = lazily(() => import('./link-dialog.tsx'));

interface HeadProps {
  instanceId: string;
  known: VersionedTicket;
  isPane: boolean;
  canWork: boolean;
  onClose: () => void;
}

export function Head({ instanceId, known, isPane, canWork, onClose }: HeadProps) {
  const { ticket } = known;
  const m = useMessages();
  const { go } = useAddress();
  const { hasShortcuts } = usePreferences();
  /** With the ticket as it was when the move was begun, for writing takes a while. */
  const [target, setTarget] = useState<{ picked: OfferedMove; seen: VersionedTicket }>();
  const [asked, setAsked] = useState<'state' | 'assign' | 'priority' | 'link' | 'delete'>();
  const workflow = ticket.workflow ?? { states: [], resolutions: [] };
  const here = stateOf(workflow, ticket.statusId);
  const who = useWho(instanceId);
  const myself = useMyself();
  const { isOff } = who;
  const next = movesOf(workflow, [ticket], who);
  const move = (seen: VersionedTicket, chosen: Move) => void changeTicket(instanceId, seen, { move: chosen }, m);
  const pick = (id: string) => {
    const picked = next.find(({ state }) => state.id === id)!;
    if (asksResolution(workflow, picked.state, [ticket.statusId])) setTarget({ picked, seen: known });
    else move(known, { statusId: id, label: picked.state.label });
  };
  const share = async () => {
    const host = await teamsHost;
    const path = paths.ticket(instanceId, ticket.ticketNo);
    const address = `${location.origin}/tab${path}`;
    try {
      // A tab of a person, or one that shows another help desk, needs to be told which.
      const end = await host?.shareLink(path.slice(1), `#${ticket.ticketNo} ${ticket.title}`, address);
      if (end === 'shown') return;
      if (!end) await navigator.clipboard.writeText(address);
      tell({ kind: 'done', text: m.ticket.linkCopied });
    } catch {
      tell({ kind: 'failed', text: address });
    }
  };
  const remove = async () => {
    try {
      const { done } = await call(instanceId, 'deleteTicket', { ticketId: ticket.id });
      onClose();
      queryClient.removeQueries({ queryKey: keys.ticket(instanceId, String(ticket.ticketNo)) });
      refreshLists(instanceId);
      tell({ kind: 'done', text: m.notice.deleted(ticket.ticketNo), done });
    } catch (error) {
      tell({ kind: 'failed', text: reasonOf(error, m) });
    }
  };
  const take = () => void updateTicket(instanceId, known, { assignee: myself }, m);
  useShortcuts(
    {
      ...(next.length > 0 && { s: () => setAsked('state') }),
      ...(canWork && { a: () => setAsked('assign'), i: take, p: () => setAsked('priority') }),
      ...(!isPane && { escape: onClose }),
    },
    hasShortcuts,
  );
  const end = () => setAsked(undefined);
  const title = `#${ticket.ticketNo} ${ticket.title}`;
  const dialog = { title, onClose: end };
  const change = (update: TicketUpdate) => void updateTicket(instanceId, known, update, m);
  return (
    <header className="ticket-head">
      {!isPane && (
        <Tooltip content={m.ticket.backToList} relationship="label">
          <Button appearance="subtle" icon={<ArrowLeftRegular className="pointing" />} onClick={onClose} />
        </Tooltip>
      )}
      <span className="ticket-no">#{ticket.ticketNo}</span>
      {next.length > 0 ? (
        <PickPopover
          label={m.actions.state}
          options={moveOptions(m, next)}
          onPick={pick}
          trigger={
            <button
              type="button"
              className={`state-button ${here?.category ?? ''}`}
              aria-label={`${m.field.status}: ${stateLabel(m, ticket.status)}`}
            >
              <StateMark category={here?.category} />
              {stateLabel(m, ticket.status)}
              <ChevronDownRegular aria-hidden="true" />
            </button>
          }
        />
      ) : (
        <span className={`state-button ${here?.category ?? ''}`}>
          <StateMark category={here?.category} />
          {stateLabel(m, ticket.status)}
        </span>
      )}
      <LateMark ticket={ticket} state={here} />
      {who.role !== 'member' && <Presence key={ticket.id} instanceId={instanceId} ticketId={ticket.id} />}
      <span className="spacer" />
      <Tooltip content={m.ticket.copyLink} relationship="label">
        <Button appearance="subtle" icon={<LinkRegular />} onClick={() => void share()} />
      </Tooltip>
      {isPane && (
        <Tooltip content={m.ticket.openFull} relationship="label">
          <Button
            appearance="subtle"
            icon={<OpenRegular />}
            onClick={() => go(paths.ticket(instanceId, ticket.ticketNo))}
          />
        </Tooltip>
      )}
      {!isOff && (
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Button appearance="subtle" icon={<MoreHorizontalRegular />} aria-label={m.ticket.more} />
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              <MenuItem onClick={() => setAsked('link')}>{m.ticket.addLink}</MenuItem>
              {canWork && <MenuItem onClick={() => setAsked('delete')}>{m.ticket.delete}</MenuItem>}
            </MenuList>
          </MenuPopover>
        </Menu>
      )}
      {isPane && (
        <Tooltip content={m.common.close} relationship="label">
          <Button appearance="subtle" icon={<DismissRegular />} onClick={onClose} />
        </Tooltip>
      )}
      {asked === 'state' && (
        <PickDialog {...dialog} label={m.actions.state} options={moveOptions(m, next)} onPick={pick} />
      )}
      {asked === 'assign' && (
        <AssigneeDialog {...dialog} instanceId={instanceId} chosen={[ticket.assignee.id]} onChange={change} />
      )}
      {asked === 'priority' && <PriorityDialog {...dialog} chosen={[ticket.priority]} onChange={change} />}
      {asked === 'link' && (
        <Boundary onClose={end}>
          <Suspense>
            <LinkDialog instanceId={instanceId} ticket={ticket} onClose={end} />
          </Suspense>
        </Boundary>
      )}
      {asked === 'delete' && (
        <FormDialog
          title={m.ticket.deleteTitle(ticket.ticketNo)}
          action={m.ticket.delete}
          text={m.ticket.deleteText}
          onSubmit={() => {
            end();
            void remove();
          }}
          onClose={end}
        >
          <strong dir="auto" className="deleted-title">
            {ticket.title}
          </strong>
        </FormDialog>
      )}
      {target && (
        <MoveDialog
          move={target.picked}
          resolutions={workflow.resolutions}
          tickets={[ticket]}
          onMove={(chosen) => move(target.seen, chosen)}
          onClose={() => setTarget(undefined)}
        />
      )}
    </header>
  );
}
