/** One box for everything: finds tickets, and does whatever the page can do. */

import {
  AddRegular,
  BoardRegular,
  DataTrendingRegular,
  FilterRegular,
  HeadsetRegular,
  KeyboardRegular,
  PersonRegular,
  SettingsRegular,
  TaskListLtrRegular,
} from '@fluentui/react-icons';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { paths, useAddress } from '../address.ts';
import { useMe, useRole, useTicketSearch, useViews, useWorkflow } from '../data.ts';
import { queryOf } from '../features/tickets/views.ts';
import { useMessages } from '../i18n.tsx';
import { areKeysShown, openCreate } from '../signals.ts';
import { StateMark } from '../ui/marks.tsx';
import type { Option } from '../ui/pick.tsx';
import { PickDialog } from '../ui/pick-dialog.tsx';
import { stateLabel, stateOf } from '../ui/workflow.ts';

const MOST_TICKETS = 8;

interface Command {
  option: Option;
  act: () => void;
}

export default function Palette({ instanceId, onClose }: { instanceId: string; onClose: () => void }) {
  const m = useMessages();
  const { go } = useAddress();
  const { instances } = useMe();
  const role = useRole(instanceId);
  const workflow = useWorkflow(instanceId);
  const { data: views = [] } = useViews(instanceId);
  const [text, setText] = useState('');
  const search = useDeferredValue(text.trim());
  const { data: tickets = [] } = useTicketSearch(instanceId, search, MOST_TICKETS, search.length > 0);
  const canWork = role !== 'member';
  const page = (key: 'list' | 'board' | 'mine' | 'reports' | 'settings', icon: ReactNode, path: string): Command => ({
    option: { key, text: m.shell[key], icon },
    act: () => go(path),
  });
  const commands: Command[] = [
    {
      option: { key: 'new', text: m.create.new, detail: 'C', icon: <AddRegular /> },
      act: () => openCreate.set({ title: '' }),
    },
    page('list', <TaskListLtrRegular />, paths.list(instanceId)),
    ...(canWork ? [page('board', <BoardRegular />, paths.board(instanceId))] : []),
    page('mine', <PersonRegular />, paths.mine),
    ...(canWork ? [page('reports', <DataTrendingRegular />, paths.reports(instanceId))] : []),
    ...(role === 'owner' ? [page('settings', <SettingsRegular />, paths.settings(instanceId))] : []),
    {
      option: { key: 'keys', text: m.keys.show, detail: '?', icon: <KeyboardRegular /> },
      act: () => areKeysShown.set(true),
    },
    ...views.map((view) => ({
      option: { key: `view${view.id}`, text: view.name, detail: m.view.views, icon: <FilterRegular /> },
      act: () => go(`${paths.list(instanceId)}?${queryOf(view)}`),
    })),
    ...instances
      .filter(({ id }) => id !== instanceId)
      .map(({ id, name }) => ({
        option: { key: `instance${id}`, text: name, detail: m.palette.helpDesk, icon: <HeadsetRegular /> },
        act: () => go(paths.list(id)),
      })),
  ];
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = commands.filter(({ option }) => words.every((word) => option.text.toLowerCase().includes(word)));
  const found = search ? tickets : [];
  const options: Option[] = [
    ...fitting.map(({ option }) => ({ ...option, group: m.palette.commands })),
    ...found.map((ticket) => ({
      key: `ticket${ticket.ticketNo}`,
      text: `#${ticket.ticketNo} ${ticket.title}`,
      detail: stateLabel(m, ticket.status),
      icon: <StateMark category={stateOf(workflow, ticket.statusId)?.category} />,
      group: m.palette.tickets,
    })),
  ];
  return (
    <PickDialog
      title={m.palette.title}
      label={m.palette.placeholder}
      options={options}
      onSearch={setText}
      onPick={(key) => {
        const command = commands.find(({ option }) => option.key === key);
        // After this dialog is gone, so that another one can have the keyboard.
        setTimeout(() => (command ? command.act() : go(paths.ticket(instanceId, key.slice('ticket'.length)))));
      }}
      onClose={onClose}
    />
  );
}
